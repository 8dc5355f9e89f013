"""What is sold by the code: delivered once, sealed, by the node itself, or told why not."""

from typing import Any

import pytest

from bazaar.app.recovery.resync_mode import SINCE
from bazaar.app.shop.licences import GONE, OLD, Place
from bazaar.app.trading.deliveries import deliveries, notes_of
from bazaar.domain.errors import InputError, NotAllowedError, NotFoundError
from bazaar.domain.trading.messages import Role
from bazaar.rpc.handlers.licences import LicenceCalls
from bazaar.rpc.schema.licences import LicenceDrop, LicenceList, LicencePut
from tests.app.test_coupons import known
from tests.app.test_notices import told
from tests.app.town import Cast

KEY: dict[str, Any] = {
    "title": "Drawing program",
    "slug": "draw",
    "type": "digital",
    "price": "26.15 EUR",
    "stock": None,
    "images": ["lamp.jpg"],
}
CODES = ("AAA-1", "BBB-2", "CCC-3")


async def sells_codes(cast: Cast, *codes: str) -> LicenceCalls:
    calls = LicenceCalls(cast.seller.node)
    (cast.lamp,) = await cast.seller.sell(KEY)
    await calls.put(LicencePut(slug="draw", codes=codes))
    with cast.seller.book.unit() as unit:
        row = next(row for row in unit.records(3) if row.slug == "draw")
        assert [one.count for one in unit.stock("draw")] == [len(codes)]
    cast.lamp = row.id
    await known(cast.buyer, cast.lamp, cast.seller)
    return calls


def delivered(cast: Cast, trade_id: bytes) -> list[str]:
    trade = cast.buyer.trade(trade_id)
    with cast.buyer.book.unit() as unit:
        read = deliveries(unit, trade, Role.BUYER)
    return list(notes_of(trade, read).values())


async def bought(cast: Cast, state: str, quantity: int = 1) -> bytes:
    trade_id = await cast.agreed(quantity=quantity, address=None)
    if cast.seller.allows(cast.buyer) == 0:
        cast.seller.limit(cast.buyer, 100_000)
    cast.buyer.fund(trade_id)
    await cast.town.all_in(state, trade_id, cast.everybody)
    return trade_id


async def test_codes_are_delivered_in_order_and_once(cast: Cast) -> None:
    calls = await sells_codes(cast, *CODES)
    first = await bought(cast, "shipped")
    assert delivered(cast, first) == ["AAA-1"]
    second = await bought(cast, "shipped", quantity=2)
    assert delivered(cast, second) == ["BBB-2\nCCC-3"]
    (view,) = await calls.lists(LicenceList())
    assert (view.title, view.left, view.sold) == ("Drawing program", 0, 3)
    again = await calls.put(LicencePut(slug="draw", codes=("AAA-1", "DDD-4")))
    assert (again.added, again.known, again.left) == (1, 1, 1)
    cast.buyer.confirm(first)
    await cast.town.all_in("closed", first, cast.everybody)
    with cast.seller.book.unit() as unit:
        assert [one.count for one in unit.stock("draw")] == [3]
        assert unit.left("draw") == {-1: 1}


async def test_too_few_codes_are_left_to_the_seller(cast: Cast) -> None:
    await sells_codes(cast, *CODES)
    with cast.seller.book.unit() as unit:
        cast.seller.node.licences.put(unit, Place("draw"), ["X"], replace=True)
    short = await bought(cast, "waiting", quantity=2)
    await cast.town.quiet()
    assert delivered(cast, short) == []
    orders = [words for kind, words in told(cast.seller) if kind == "order"]
    assert orders.count(GONE.split(".")[0]) == 1
    cast.seller.ship(short)
    await cast.town.all_in("shipped", short, cast.everybody)


async def test_after_a_restore_only_a_list_given_anew_is_sold(cast: Cast) -> None:
    calls = await sells_codes(cast, *CODES)
    place, licences = Place("draw"), cast.seller.node.licences
    with cast.seller.book.unit() as unit:
        unit.set_setting(SINCE, str(cast.seller.clock.now() + 1).encode())
        with pytest.raises(NotAllowedError, match="backup") as refusal:
            licences.next(unit, place, 1)
    assert str(refusal.value) == OLD
    (view,) = await calls.lists(LicenceList())
    assert view.doubtful
    cast.town.wall.time += 2
    with cast.seller.book.unit() as unit:
        with pytest.raises(InputError, match="backup"):
            licences.put(unit, place, ["X-1"], replace=False)
        licences.put(unit, place, ["X-1"], replace=True)
        assert licences.next(unit, place, 1)[0] == ("X-1",)


async def test_a_list_needs_its_listing_and_its_sku(cast: Cast) -> None:
    calls = await sells_codes(cast, *CODES)
    for call in (
        LicencePut(slug="nothing", codes=("A",)),
        LicencePut(slug="draw", codes=("A",), sku="WIN"),
    ):
        with pytest.raises(NotFoundError):
            await calls.put(call)
    done = await calls.drop(LicenceDrop(slug="draw"))
    assert "3 codes" in done.words
    with pytest.raises(NotFoundError):
        await calls.drop(LicenceDrop(slug="draw"))
    assert await calls.lists(LicenceList()) == ()
