"""What a search call may ask, whom room is made of, and what freshness means."""

from typing import Any

import pytest
from trio.testing import assert_no_checkpoints

from bazaar.app.catalogue.room import CATALOGUE_QUOTA_BYTES, QUOTA_SETTING, quota_of
from bazaar.app.ports import PeerRow
from bazaar.domain.errors import InputError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.rpc.handlers.search import SearchCalls
from bazaar.rpc.handlers.wanted import MAX_OFFSET, MAX_SEARCH, ordered
from bazaar.rpc.schema.search import Facets, FacetView, Search
from bazaar.rpc.views.people import People
from tests.app.town import LAMP, Person, Town

FREE: dict[str, Any] = {
    **LAMP,
    "slug": "chair",
    "title": "Oak chair",
    "price": "40 EUR",
    "condition": "as_new",
    "categories": ["home"],
    "ships_from": {"country": "DE", "postal_code": "10115"},
}


async def market(town: Town) -> tuple[Person, Person]:
    seller, buyer = await town.settle_in("seller"), await town.settle_in("buyer")
    await seller.sell(LAMP, FREE)
    for one in await buyer.node.context.catalogue.stores(1):
        assert one.key == seller.key
    return seller, buyer


async def found(buyer: Person, **asked: Any) -> list[str]:
    view = await SearchCalls(buyer.node).search(Search(**asked))
    return sorted(card.slug for card in view.results)


async def test_filters_reach_the_catalogue(town: Town) -> None:
    seller, buyer = await market(town)
    await town.quiet()
    both = ["chair", "desk-lamp"]
    assert await found(buyer) == both
    assert await found(buyer, min_price="30 EUR") == ["chair"]
    assert await found(buyer, max_price="30", unit="EUR") == ["desk-lamp"]
    assert await found(buyer, unit="USD") == []
    assert await found(buyer, category="Home") == ["chair"]
    assert await found(buyer, seller=peer_id(seller.key)) == both
    assert await found(buyer, online=True) == both
    assert await found(buyer, min_rating=0.5) == []
    assert await found(buyer, region="fr", kind="physical", in_stock=True) == both
    assert await found(buyer, mature=False, sort="dearest", words="oak") == ["chair"]


async def test_condition_and_area_are_known_once_the_page_was_opened(
    town: Town,
) -> None:
    seller, buyer = await market(town)
    await town.quiet()
    assert await found(buyer, condition="as-new") == []
    view = await SearchCalls(buyer.node).search(Search(words="oak"))
    await buyer.node.market.listing(
        bytes.fromhex(view.results[0].listing_id), seller.key
    )
    assert await found(buyer, condition="as-new") == ["chair"]
    assert await found(buyer, near="de-101") == ["chair"]
    assert await found(buyer, near="DE 10") == ["chair"]
    assert await found(buyer, near="FR") == []
    view = await SearchCalls(buyer.node).search(Search(words="oak"))
    assert view.results[0].condition == "as new"
    counts = await SearchCalls(buyer.node).facets(Facets(condition="as-new"))
    assert FacetView(facet="type", value="physical", listings=1) in counts.facets


async def test_an_answer_says_when_news_came_last(town: Town) -> None:
    loner = await town.settle_in("loner")
    view = await SearchCalls(loner.node).search(Search())
    assert view.as_of is None
    _, buyer = await market(town)
    await town.quiet()
    view = await SearchCalls(buyer.node).search(Search())
    assert view.as_of is not None
    assert view.results[0].as_of <= view.as_of


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"sort": "luck"}, "sort"),
        ({"limit": 0}, "limit"),
        ({"limit": MAX_SEARCH + 1}, "limit"),
        ({"offset": MAX_OFFSET + 1}, "offset"),
        ({"offset": -1}, "offset"),
        ({"min_price": "1e308 EUR"}, "min-price"),
        ({"max_price": "30"}, "max-price"),
        ({"min_price": "-1 EUR"}, "min-price"),
        ({"min_price": "5 EUR", "max_price": "4 EUR"}, "max-price"),
        ({"min_price": "5 EUR", "max_price": "9 USD"}, "unit"),
        ({"unit": "ZZZ"}, "unit"),
        ({"region": "XX"}, "region"),
        ({"near": "10115"}, "near"),
        ({"kind": "idea"}, "kind"),
        ({"condition": "broken"}, "condition"),
        ({"min_rating": 4.3}, "min-rating"),
        ({"min_rating": 5.5}, "min-rating"),
        ({"min_rating": float("nan")}, "min-rating"),
        ({"min_rating": float("inf")}, "min-rating"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_field(
    town: Town, asked: dict[str, Any], field: str
) -> None:
    buyer = await town.settle_in("buyer")
    with pytest.raises(InputError) as refused:
        await ordered(buyer.node, Search(**asked))
    assert refused.value.field == field


async def test_bounds_are_inclusive(town: Town) -> None:
    buyer = await town.settle_in("buyer")
    asked = Search(limit=MAX_SEARCH, offset=MAX_OFFSET, min_rating=5)
    assert (await ordered(buyer.node, asked)).least_stars == 10


async def test_room_is_made_of_strangers_only(town: Town) -> None:
    seller, buyer = await market(town)
    friend = await town.settle_in("friend")
    await friend.sell({**LAMP, "slug": "other"})
    await town.quiet()
    assert await found(buyer) == ["chair", "desk-lamp", "other"]
    assert await buyer.node.room.make() == 0
    with buyer.book.unit() as unit:
        assert quota_of(unit) == CATALOGUE_QUOTA_BYTES
        unit.set_setting(QUOTA_SETTING, b"1")
        unit.put_peer(PeerRow(friend.key, None, True, False, None, (), 0))
    assert await buyer.node.room.make() > 0
    assert await found(buyer) == ["other"]
    assert buyer.node.market.fetch.is_full
    await buyer.node.market.refresh(seller.key)
    assert await found(buyer) == ["other"]
    await friend.sell({**LAMP, "slug": "another"})
    await town.quiet()
    assert await found(buyer) == ["another", "other"]


async def test_who_was_met_is_not_asked_for_again(town: Town) -> None:
    """Twenty sellers without a profile would be as many hops to a thread and back."""
    buyer = await town.settle_in("buyer")
    people = People(buyer.node.context)
    stranger = Identity(bytes(32)).key
    await people.meet([stranger])
    with assert_no_checkpoints():
        person = await people.person(stranger)
    assert person.name.startswith("…")
