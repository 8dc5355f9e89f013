"""Drafts, copies, states and versions of listings, as their seller and buyers see them."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bazaar.app.shop.shelf import MAX_DRAFT_BYTES, MAX_DRAFTS
from bazaar.domain.errors import InputError, NotFoundError
from bazaar.domain.listings.listing import ListingState
from bazaar.rpc.handlers.dispatch import Changes, Dispatcher
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.listings import ListingShow
from bazaar.rpc.schema.shelf import (
    ListingCheck,
    ListingClone,
    ListingDeliver,
    ListingDraft,
    ListingDrafts,
    ListingDropDraft,
    ListingPublishDraft,
    ListingStateSet,
    ListingVersions,
    StoreDoor,
    StoreReach,
)
from tests.app.town import LAMP, Cast, Person


def door(person: Person) -> Dispatcher:
    return Dispatcher(person.node, Changes(), lambda: None)


async def ask(person: Person, call: Call) -> Any:
    return await door(person)(call)


async def test_a_draft_lives_until_it_is_published(cast: Cast) -> None:
    seller = cast.seller
    kept = await ask(seller, ListingDraft(listing={"title": "Vase"}))
    assert kept.name == "vase"
    assert {one.field for one in kept.faults} == {"type", "price"}
    await cast.town.restart(seller)
    (again,) = await ask(seller, ListingDrafts())
    assert again == kept
    with pytest.raises(InputError):
        await ask(seller, ListingPublishDraft(name="vase"))
    whole = LAMP | {"title": "Vase", "slug": "vase"}
    folder = str(seller.home)
    kept = await ask(seller, ListingDraft(listing=whole, name="vase", folder=folder))
    assert kept.faults == ()
    assert kept.listing["images"] == [str(seller.home / "lamp.jpg")]
    published = await ask(seller, ListingPublishDraft(name="vase"))
    assert (published.slug, published.version) == ("vase", 1)
    assert await ask(seller, ListingDrafts()) == ()
    with pytest.raises(NotFoundError):
        await ask(seller, ListingDropDraft(name="vase"))


async def test_drafts_have_limits(cast: Cast) -> None:
    shelf = cast.seller.node.shelf
    empty = {"title": "x", "description": ""}
    size = len(msgspec.json.encode(shelf.keep("x", empty, None)))
    room = MAX_DRAFT_BYTES - size
    shelf.keep("x", empty | {"description": "y" * room}, None)
    with pytest.raises(InputError, match="at most"):
        shelf.keep("x", empty | {"description": "y" * (room + 1)}, None)
    with cast.seller.book.unit() as unit:
        names = [f"n{number}" for number in range(MAX_DRAFTS - 1)]
        unit.set_setting("drafts", msgspec.json.encode(names))
    shelf.keep("last", empty, None)
    with pytest.raises(InputError, match="drafts"):
        shelf.keep("beyond", empty, None)
    shelf.keep("last", empty, None)


@pytest.mark.parametrize("title", ["", "\0\0", "../../.bashrc", "\u202e", "x" * 9000])
async def test_any_title_gives_a_draft_a_safe_name(cast: Cast, title: str) -> None:
    shelf = cast.seller.node.shelf
    names = [shelf.keep("", {"title": title}, None).name for _ in range(2)]
    assert len(set(names)) == 2
    for name in names:
        assert len(name) <= 70
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


async def test_a_copy_is_a_draft_with_a_slug_of_its_own(cast: Cast) -> None:
    first = await ask(cast.seller, ListingClone(slug="desk-lamp"))
    second = await ask(cast.seller, ListingClone(slug="desk-lamp"))
    assert (first.name, second.name) == ("desk-lamp-2", "desk-lamp-3")
    assert first.faults == ()
    assert first.listing["stock"] == 3
    named = ListingClone(slug="desk-lamp", title="Floor lamp")
    assert (await ask(cast.seller, named)).name == "floor-lamp"
    published = await ask(cast.seller, ListingPublishDraft(name="desk-lamp-2"))
    assert published.slug == "desk-lamp-2"


STATES = [
    ("hidden", ListingState.HIDDEN, False),
    ("paused", ListingState.VACATION, True),
    ("sold_out", ListingState.OUT_OF_STOCK, True),
]


@pytest.mark.parametrize(("state", "wire", "shown"), STATES)
async def test_a_listing_changes_its_state_and_back(
    cast: Cast, state: str, wire: ListingState, *, shown: bool
) -> None:
    changed = await ask(cast.seller, ListingStateSet(slug="desk-lamp", state=state))
    lamp = bytes.fromhex(changed.listing_id)
    assert changed.version == 2
    own = await cast.seller.node.market.listing(lamp)
    assert own.body.state == wire
    await cast.buyer.knows(cast.lamp, shown=False)
    await cast.buyer.knows(lamp, shown=shown)
    seen = await ask(
        cast.buyer,
        ListingShow(id=changed.listing_id, peer=cast.seller.identity.peer_id),
    )
    assert seen.card.listing_id == changed.listing_id
    back = await ask(cast.seller, ListingStateSet(slug="desk-lamp", state="for_sale"))
    await cast.buyer.knows(bytes.fromhex(back.listing_id))


async def test_a_hidden_listing_can_be_bought_by_who_knows_it(cast: Cast) -> None:
    hidden = await ask(cast.seller, ListingStateSet(slug="desk-lamp", state="hidden"))
    seller = cast.seller.identity.peer_id
    await ask(cast.buyer, ListingShow(id=hidden.listing_id, peer=seller))
    trade = await cast.buyer.order(bytes.fromhex(hidden.listing_id))
    await cast.town.all_in("offered", trade, [cast.buyer, cast.seller])
    await cast.seller.accept(trade)


async def test_an_unknown_state_or_slug_is_refused(cast: Cast) -> None:
    shelf = cast.seller.node.shelf
    with pytest.raises(InputError, match="state"):
        await shelf.set_state("desk-lamp", "gone")
    with pytest.raises(NotFoundError):
        await shelf.set_state("nothing", "hidden")
    with pytest.raises(NotFoundError):
        shelf.versions("nothing")
    with pytest.raises(NotFoundError):
        shelf.clone("nothing")


async def test_older_versions_can_be_looked_at_and_say_so(cast: Cast) -> None:
    old = cast.lamp.hex()
    (new,) = await cast.seller.sell(LAMP | {"price": "20 EUR"})
    versions = await ask(cast.seller, ListingVersions(slug="desk-lamp"))
    assert [one.version for one in versions] == [2, 1]
    assert [one.current for one in versions] == [True, False]
    shown = await ask(cast.seller, ListingShow(id=old))
    assert shown.newer == new.hex()
    await cast.buyer.knows(new)
    seller = cast.seller.identity.peer_id
    shown = await ask(cast.buyer, ListingShow(id=old, peer=seller))
    assert shown.newer == new.hex()
    assert (await ask(cast.buyer, ListingShow(id=new.hex()))).newer == ""


async def test_versions_that_differ_in_stock_alone_are_one(cast: Cast) -> None:
    seller = cast.seller
    await seller.sell(LAMP | {"stock": 0})
    await seller.sell(LAMP | {"stock": 9})
    assert len(await ask(seller, ListingVersions(slug="desk-lamp"))) == 1


async def test_a_check_says_all_that_is_wrong_and_publishes_nothing(cast: Cast) -> None:
    wrong = LAMP | {"title": "x" * 141, "tags": [""], "grams": -1}
    found = await ask(cast.seller, ListingCheck(listing=wrong))
    assert {one.field for one in found.faults} == {"title", "tags[0]", "grams"}
    assert found.view is None
    fine = await ask(cast.seller, ListingCheck(listing=LAMP, country="DE"))
    assert fine.view.card.title == "Desk lamp"
    assert [one.total.minor for one in fine.deliveries] == [3015]
    with cast.seller.book.unit() as unit:
        assert len(cast.seller.node.shop.listings(unit)) == 1


TAXED: dict[str, Any] = LAMP | {
    "slug": "taxed",
    "taxes": [{"type": "VAT", "countries": ["DE"], "percent": "19"}],
    "coupons": [{"title": "Spring", "code": "SPRING26", "percent": "10"}],
    "shipping": [
        {
            "title": "Post",
            "kind": "post",
            "countries": ["AT", "DE"],
            "services": [
                {"name": "Fast", "first": "9 EUR", "additional": "5 EUR"},
                {"name": "Slow", "first": "4 EUR", "additional": "1 EUR"},
            ],
        },
        {"title": "Shop", "kind": "pickup", "countries": ["ZZ"]},
    ],
}


@pytest.mark.parametrize(
    ("country", "fields", "totals"),
    [
        ("DE", {}, [3112, 3512, 4012]),
        ("AT", {}, [2615, 3015, 3515]),
        ("US", {}, [2615]),
        ("AT", {"quantity": 2}, [5230, 5730, 6630]),
        ("AT", {"coupons": ("spring26",)}, [2354, 2754, 3254]),
    ],
)
async def test_a_listing_is_priced_where_the_buyer_is(
    cast: Cast, country: str, fields: dict[str, Any], totals: list[int]
) -> None:
    (taxed,) = await cast.seller.sell(TAXED)
    call = ListingDeliver(id=taxed.hex(), country=country, **fields)
    ways = await ask(cast.seller, call)
    assert [one.total.minor for one in ways] == totals
    if len(totals) == 3:
        assert [one.way for one in ways] == ["Shop", "Post/Slow", "Post/Fast"]


async def test_a_wrong_coupon_is_said(cast: Cast) -> None:
    (taxed,) = await cast.seller.sell(TAXED)
    call = ListingDeliver(id=taxed.hex(), country="DE", coupons=("NOTHING",))
    with pytest.raises(InputError, match="NOTHING"):
        await ask(cast.seller, call)


async def test_it_is_known_how_many_peers_have_a_publication(cast: Cast) -> None:
    before = await ask(cast.seller, StoreReach())
    (new,) = await cast.seller.sell(LAMP | {"price": "20 EUR"})
    for person in (cast.buyer, cast.primary, cast.backup):
        await person.knows(new)
    after = await ask(cast.seller, StoreReach())
    assert after.seq == before.seq + 1
    assert after.have == 3
    assert after.connected == 3


async def test_the_store_is_opened_and_closed_by_its_door(cast: Cast) -> None:
    closed = await ask(cast.seller, StoreDoor(state="closed"))
    assert closed.state == "closed"
    assert (await ask(cast.seller, StoreDoor())).state == "closed"
    with pytest.raises(InputError):
        await ask(cast.seller, StoreDoor(state="ajar"))
    assert (await ask(cast.seller, StoreDoor(state="open"))).state == "open"


async def test_pictures_of_the_version_before_stay_as_they_are(cast: Cast) -> None:
    old = (await cast.seller.node.market.listing(cast.lamp)).body
    again = LAMP | {"images": [{"path": old.images[0].id.hex(), "caption": "Front"}]}
    (new,) = await cast.seller.sell(again)
    image = (await cast.seller.node.market.listing(new)).body.images[0]
    assert image == msgspec.structs.replace(old.images[0], caption="Front")


@pytest.mark.parametrize(
    "path", ["", "..", "a\0b", "/etc/shadow", "no.jpg", "x" * 5000]
)
async def test_a_picture_that_cannot_be_read_is_named(cast: Cast, path: str) -> None:
    with pytest.raises(InputError) as refusal:
        await cast.seller.node.shop.publish([LAMP | {"images": [path]}], Path("/tmp"))
    assert refusal.value.field == "images"
