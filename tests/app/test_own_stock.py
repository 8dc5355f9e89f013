"""Stock that cannot be sold twice, and what is published of it."""

from typing import Any

import pytest
import trio

from bazaar.app.shop import counter as counter_module
from bazaar.app.shop.opening import Opening, StoreState
from bazaar.domain.errors import BazaarError, InputError, RefusedError, ReplyCode
from bazaar.domain.listings.listing import Listing, ListingState, StockHint
from bazaar.domain.trading.messages import Withdraw
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind
from tests.app.town import LAMP, Cast, Person, wish
from tests.fakes import until

SHADES: dict[str, Any] = LAMP | {
    "slug": "shades",
    "options": [{"name": "Shade", "variants": ["green", "white"]}],
    "skus": [
        {"options": {"Shade": "green"}, "stock": 1},
        {"options": {"Shade": "white"}, "stock": 5},
    ],
}
LAST: dict[str, Any] = LAMP | {"slug": "last", "stock": 1}
DAY = 86_400


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counter_module, "HINT_SECONDS", 0.02)


async def for_sale(cast: Cast, *files: dict[str, Any]) -> list[bytes]:
    listings = await cast.seller.sell(*files)
    for person in cast.town.people:
        if person is not cast.seller:
            for listing in listings:
                await person.knows(listing)
    return listings


async def order(person: Person, listing: bytes, **options: str) -> bytes:
    wished = wish(listing)
    line = wished.lines[0]._replace(options=options)
    trade = await person.node.ordering.place(wished._replace(lines=[line]))
    person.node.changed(trade.id)
    return trade.id


def own(cast: Cast, slug: str) -> Listing:
    with cast.seller.book.unit() as unit:
        found = cast.seller.node.shop.listings(unit)
    return next(one.listing.body for one in found if one.listing.body.slug == slug)


def left(cast: Cast, slug: str) -> dict[int, int | None]:
    with cast.seller.book.unit() as unit:
        return unit.left(slug)


def reasons(person: Person, trade: bytes) -> set[int]:
    return {one.body.reason for one in person.trade(trade).facts.of(Withdraw)}


async def test_of_two_buyers_at_one_instant_one_gets_the_last_piece(cast: Cast) -> None:
    other = await cast.town.settle_in("other")
    (last,) = await for_sale(cast, LAST)
    placed: dict[str, bytes] = {}
    refused: list[ReplyCode] = []

    async def buy(person: Person) -> None:
        placed[person.name] = await order(person, last)

    async def accept(trade: bytes) -> None:
        try:
            await cast.seller.accept(trade)
        except RefusedError as error:
            refused.append(error.code)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(buy, cast.buyer)
        nursery.start_soon(buy, other)
    for trade in placed.values():
        await cast.town.all_in("offered", trade, [cast.seller])
    async with trio.open_nursery() as nursery:
        for trade in placed.values():
            nursery.start_soon(accept, trade)
    assert refused == [ReplyCode.OUT_OF_STOCK]
    people = {"buyer": cast.buyer, "other": other}
    (lost,) = [name for name in people if cast.seller.state(placed[name]) == "aborted"]
    (won,) = people.keys() - {lost}
    await cast.town.all_in("agreed", placed[won], [people[won]])
    await cast.town.all_in("aborted", placed[lost], [people[lost]])
    assert reasons(people[lost], placed[lost]) == {ReplyCode.OUT_OF_STOCK}
    assert left(cast, "last") == {-1: 0}


async def test_a_promise_ends_once_when_nobody_pays(cast: Cast) -> None:
    (last,) = await for_sale(cast, LAST)
    trade = await order(cast.buyer, last)
    await cast.town.all_in("offered", trade, [cast.seller])
    await cast.seller.accept(trade)
    assert left(cast, "last") == {-1: 0}
    times = cast.seller.trade(trade).contract.deadlines
    cast.town.pass_time(times.t0 + 1 - cast.town.wall.time)
    await cast.town.all_in("aborted", trade, [cast.seller, cast.buyer])
    assert left(cast, "last") == {-1: 1}
    for _ in range(3):
        cast.seller.node.changed(trade)
    await cast.town.restart(cast.seller)
    cast.seller.node.changed(trade)
    assert left(cast, "last") == {-1: 1}


async def test_each_combination_has_its_own_stock(cast: Cast) -> None:
    (shades,) = await for_sale(cast, SHADES)
    first = await order(cast.buyer, shades, Shade="green")
    await cast.town.all_in("offered", first, [cast.seller])
    await cast.seller.accept(first)
    second = await order(cast.buyer, shades, Shade="green")
    await cast.town.all_in("aborted", second, [cast.seller, cast.buyer])
    third = await order(cast.buyer, shades, Shade="white")
    await cast.town.all_in("offered", third, [cast.seller])
    await cast.seller.accept(third)
    assert left(cast, "shades") == {0: 0, 1: 4}


async def test_what_is_published_follows_what_is_promised(cast: Cast) -> None:
    shades, last = await for_sale(cast, SHADES, LAST)
    before = own(cast, "shades").seq
    for listing, options in ((shades, {"Shade": "green"}), (last, {})):
        trade = await order(cast.buyer, listing, **options)
        await cast.town.all_in("offered", trade, [cast.seller])
        await cast.seller.accept(trade)
    await until(lambda: own(cast, "shades").seq > before)
    assert [sku.stock for sku in own(cast, "shades").skus] == [
        StockHint.NONE,
        StockHint.YES,
    ]
    await until(lambda: own(cast, "last").state == ListingState.OUT_OF_STOCK)
    cast.buyer.node.deeds.withdraw(trade, "")
    cast.buyer.node.changed(trade)
    await until(lambda: own(cast, "last").state == ListingState.FOR_SALE)
    assert left(cast, "last") == {-1: 1}


async def test_an_order_of_an_older_version_is_still_served(cast: Cast) -> None:
    (shades,) = await for_sale(cast, SHADES)
    trade = await order(cast.buyer, shades, Shade="white")
    await cast.town.all_in("offered", trade, [cast.seller])
    turned = SHADES | {
        "options": [{"name": "Shade", "variants": ["white", "blue", "green"]}],
        "skus": [
            {"options": {"Shade": "blue"}, "stock": 2},
            {"options": {"Shade": "white"}, "stock": 5},
        ],
    }
    await cast.seller.sell(turned)
    await cast.seller.accept(trade)
    assert left(cast, "shades") == {0: 2, 1: 4}


async def test_an_order_of_what_is_no_longer_sold_is_turned_away(cast: Cast) -> None:
    (shades,) = await for_sale(cast, SHADES)
    trade = await order(cast.buyer, shades, Shade="green")
    await cast.town.all_in("offered", trade, [cast.seller])
    await cast.seller.node.shop.remove("shades")
    with pytest.raises(RefusedError) as refusal:
        await cast.seller.accept(trade)
    assert refusal.value.code is ReplyCode.OUT_OF_STOCK
    cast.seller.node.changed(trade)
    await cast.town.all_in("aborted", trade, [cast.buyer])


async def test_promises_move_with_their_combination(cast: Cast) -> None:
    (shades,) = await for_sale(cast, SHADES)
    trade = await order(cast.buyer, shades, Shade="green")
    await cast.town.all_in("offered", trade, [cast.seller])
    await cast.seller.accept(trade)
    turned = SHADES | {"skus": [SHADES["skus"][1], SHADES["skus"][0]]}
    await cast.seller.sell(turned)
    assert left(cast, "shades") == {0: 5, 1: 0}
    with pytest.raises(InputError, match="promised"):
        await cast.seller.sell(
            SHADES | {"skus": [{"options": {"Shade": "green"}, "stock": 0}]}
        )
    await cast.seller.sell(SHADES | {"skus": [SHADES["skus"][1]]})
    assert left(cast, "shades") == {0: 5, 1000: 0}
    cast.buyer.node.deeds.withdraw(trade, "")
    cast.buyer.node.changed(trade)
    await cast.town.all_in("aborted", trade, [cast.seller])
    await cast.seller.sell(SHADES)
    assert left(cast, "shades") == {0: 1, 1: 5}


async def test_a_count_that_was_not_changed_brings_nothing_back(cast: Cast) -> None:
    (last,) = await for_sale(cast, LAST | {"stock": 3})
    trade = await order(cast.buyer, last)
    await cast.town.all_in("offered", trade, [cast.seller])
    await cast.seller.accept(trade)
    with cast.seller.book.unit() as unit:
        unit.release(trade, sold=True)
    publish = cast.seller.node.shop.publish
    seen = LAST | {"stock": 3}
    for typed, count in ((3, 2), (5, 4), (None, None)):
        await publish([seen | {"stock": typed}], cast.seller.home, [seen])
        assert left(cast, "last") == {-1: count}
        await publish([LAST | {"stock": 2}], cast.seller.home)


async def test_a_closed_store_turns_orders_away_and_shows_nothing(cast: Cast) -> None:
    keeper = cast.seller.node.doorkeeper
    await keeper.turn(Opening(StoreState.VACATION, "By the sea"))
    trade = await cast.buyer.order(cast.lamp)
    await cast.town.all_in("aborted", trade, [cast.buyer, cast.seller])
    assert reasons(cast.buyer, trade) == {ReplyCode.STORE_CLOSED}
    await keeper.turn(Opening(StoreState.VACATION, "By the sea", orders=True))
    trade = await cast.buyer.order(cast.lamp)
    await cast.town.all_in("offered", trade, [cast.buyer, cast.seller])
    await keeper.turn(Opening(StoreState.CLOSED))
    await cast.buyer.knows(cast.lamp, shown=False)
    await keeper.turn(Opening())
    await cast.buyer.knows(cast.lamp)
    with cast.seller.book.unit() as unit:
        assert cast.seller.node.profiles.own(unit).body.vacation is None


async def test_a_vacation_ends_by_itself(cast: Cast) -> None:
    keeper = cast.seller.node.doorkeeper
    end = cast.town.wall.time + DAY
    await keeper.turn(Opening(StoreState.VACATION, until=end))
    cast.town.wall.time = end
    await cast.town.restart(cast.seller)

    def is_open() -> bool:
        with cast.seller.book.unit() as unit:
            return cast.seller.node.profiles.own(unit).body.vacation is None

    await until(is_open)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Opening(StoreState.VACATION, "x" * 161), "notice"),
        (Opening(StoreState.VACATION, "gpj\u202eexe"), "vacation"),
        (Opening(StoreState.VACATION, until=1), "until"),
        (Opening(StoreState.VACATION, until=2**40), "until"),
        (Opening(until=1_800_000_100), "until"),
    ],
)
async def test_a_wrong_notice_or_date_changes_nothing(
    cast: Cast, wrong: Opening, field: str
) -> None:
    with pytest.raises(BazaarError) as refusal:
        await cast.seller.node.doorkeeper.turn(wrong)
    assert isinstance(refusal.value, InputError)
    assert refusal.value.field == field
    trade = await cast.ordered()
    assert cast.seller.state(trade) == "offered"


async def test_listings_whose_stock_did_not_move_are_not_opened(cast: Cast) -> None:
    _, last = await for_sale(cast, SHADES, LAST)
    with cast.seller.book.unit() as unit:
        row = unit.record(Kind.LISTING, "shades")
        assert row is not None
        unit.put_record(row._replace(envelope=b"opening this is an error"))
    trade = await order(cast.buyer, last)
    await cast.town.all_in("offered", trade, [cast.seller])
    await cast.seller.accept(trade)

    def is_told() -> bool:
        with cast.seller.book.unit() as unit:
            row = unit.record(Kind.LISTING, "last")
        assert row is not None
        body = verify_as(Listing, row.envelope, cast.town.network.id).body
        return body.state == ListingState.OUT_OF_STOCK

    await until(is_told)
