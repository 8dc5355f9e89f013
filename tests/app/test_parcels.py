"""Orders of several parts: each is shipped, confirmed, refunded and judged by itself."""

from typing import Any

import pytest

from bazaar.app.trading.deeds import Parcel
from bazaar.app.trading.ordering import WantedLine
from bazaar.app.trading.shares import Share
from bazaar.domain.errors import InputError
from bazaar.domain.trading.messages import MAX_PARTS, DisputeReason, Proposal
from bazaar.domain.wire.networks import DAY
from bazaar.rpc.views.order_reader import OrderReader
from bazaar.rpc.views.orders import order_view
from bazaar.rpc.views.people import People
from tests.app.town import FEE_BP, PRICE, SHIPPING, Cast, Person, wish
from tests.fakes import until


def split(cast: Cast, quantity: int, *parcels: int) -> dict[str, Any]:
    return {"lines": [WantedLine(cast.lamp, quantity, {}, None, (), parcels)]}


def states(person: Person, trade_id: bytes) -> list[str]:
    return [part.phase for part in person.trade(trade_id).parts]


async def shown(person: Person, trade_id: bytes) -> Any:
    facts = await OrderReader(person.node).read(trade_id, People(person.node.context))
    return order_view(facts)


async def test_two_parcels_are_shipped_and_confirmed_one_by_one(cast: Cast) -> None:
    trade_id = await cast.funded(**split(cast, 3, 2, 1))
    parts = cast.buyer.trade(trade_id).contract.offer.parts
    assert [part.quantity for part in parts] == [2, 1]
    assert sum(part.amount for part in parts) == 3 * (PRICE + SHIPPING)
    cast.seller.node.deeds.ship(trade_id, "", (1,), Parcel("the small parcel"))
    cast.seller.node.changed(trade_id)
    await cast.town.quiet()
    assert states(cast.buyer, trade_id) == ["waiting", "shipped"]
    assert cast.buyer.trade(trade_id).state == "waiting"
    cast.buyer.confirm(trade_id)
    await cast.town.quiet()
    assert states(cast.seller, trade_id) == ["waiting", "paid"]
    assert cast.seller.is_owed(cast.buyer) == parts[1].amount
    cast.seller.node.deeds.ship(trade_id, "", (), Parcel("the large parcel"))
    cast.seller.node.changed(trade_id)
    await cast.town.all_in("shipped", trade_id, cast.everybody)
    for person in (cast.buyer, cast.seller):
        view = await shown(person, trade_id)
        assert [part.delivery for part in view.parts] == [
            "the large parcel",
            "the small parcel",
        ]
    cast.buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    assert cast.seller.is_owed(cast.buyer) == 3 * (PRICE + SHIPPING)


async def test_each_part_says_what_may_be_done_with_it(cast: Cast) -> None:
    trade_id = await cast.funded(**split(cast, 2, 1, 1))
    cast.seller.ship(trade_id, 0)
    await cast.town.quiet()
    view = await shown(cast.buyer, trade_id)
    assert ["confirm" in part.next for part in view.parts] == [True, False]
    view = await shown(cast.seller, trade_id)
    assert ["ship" in part.next for part in view.parts] == [False, True]
    (ship,) = [one for one in view.messages if one.type == "Ship"]
    assert ship.parts == (0,)


async def test_one_part_is_refunded_and_the_other_paid(cast: Cast) -> None:
    trade_id = await cast.funded(**split(cast, 2, 1, 1))
    amount = cast.buyer.trade(trade_id).contract.offer.parts[0].amount
    cast.seller.node.deeds.decline(trade_id, "", (1,))
    cast.seller.node.changed(trade_id)
    await cast.town.quiet()
    cast.seller.ship(trade_id)
    await cast.town.quiet()
    assert states(cast.buyer, trade_id) == ["shipped", "paid"]
    cast.buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    assert cast.seller.is_owed(cast.buyer) == amount
    assert cast.holds() == 0


async def test_one_part_is_disputed_while_the_other_is_paid(cast: Cast) -> None:
    trade_id = await cast.shipped(**split(cast, 2, 1, 1))
    parts = cast.buyer.trade(trade_id).contract.offer.parts
    cast.buyer.node.deeds.dispute(trade_id, "", (1,), DisputeReason.GOODS, "broken")
    cast.buyer.node.changed(trade_id)
    await cast.town.quiet()
    cast.buyer.node.deeds.confirm(trade_id, "", (0,))
    cast.buyer.node.changed(trade_id)
    await cast.town.quiet()
    assert states(cast.primary, trade_id) == ["paid", "disputed"]
    cast.town.wall.time = cast.buyer.trade(trade_id).contract.deadlines.t1 + 4 * DAY
    share = Share(None, 500)
    cast.primary.node.deeds.rule(trade_id, "", None, share, "half is gone")
    cast.primary.node.changed(trade_id)
    await cast.town.quiet()
    cast.buyer.node.deeds.agree(trade_id, "", (), b"")
    cast.buyer.node.changed(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    fee = parts[1].amount * FEE_BP // 10_000
    assert cast.seller.is_owed(cast.buyer) == parts[0].amount + 500
    await until(lambda: cast.primary.is_owed(cast.seller) == fee)


async def test_a_partial_refund_of_several_parts_must_name_its_part(cast: Cast) -> None:
    trade_id = await cast.shipped(**split(cast, 2, 1, 1))
    propose = cast.seller.node.deeds.propose
    with pytest.raises(InputError, match="0, 1"):
        propose(trade_id, "", None, Share(100, None))
    propose(trade_id, "", 1, Share(100, None))
    cast.seller.node.changed(trade_id)
    await cast.town.quiet()
    agree = cast.buyer.node.deeds.agree
    with pytest.raises(InputError, match="0, 1"):
        agree(trade_id, "", (), b"")
    assert states(cast.buyer, trade_id) == ["shipped", "shipped"]
    (proposal,) = cast.buyer.trade(trade_id).facts.of(Proposal)
    agree(trade_id, "", (), proposal.id)
    cast.buyer.node.changed(trade_id)
    await cast.town.quiet()
    assert states(cast.buyer, trade_id) == ["shipped", "paid"]


async def test_an_order_has_as_many_parts_as_it_may_and_no_more(cast: Cast) -> None:
    most = [1] * MAX_PARTS
    choose = cast.buyer.node.ordering
    found = wish(cast.lamp, **split(cast, MAX_PARTS, *most))
    trade = choose.preview(found, await choose.choose(found))
    assert len(trade.contract.offer.parts) == MAX_PARTS
    beyond = split(cast, MAX_PARTS + 1, *most, 1)
    with pytest.raises(InputError, match="16 parcels"):
        await choose.choose(wish(cast.lamp, **beyond))


@pytest.mark.parametrize("parcels", [(1, 1), (3,), (0, 2), (-1, 3), (2, 1)])
async def test_parcels_hold_what_is_ordered(
    cast: Cast, parcels: tuple[int, ...]
) -> None:
    quantity = 2 if sum(parcels) != 2 or min(parcels) < 1 else 4
    with pytest.raises(InputError, match="parcels"):
        await cast.buyer.node.ordering.choose(
            wish(cast.lamp, **split(cast, quantity, *parcels))
        )
