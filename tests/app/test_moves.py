"""A person's moves on a running order, and why some are not possible."""

from collections.abc import Callable
from functools import partial

import pytest

from bazaar.app.trading.deeds import Parcel
from bazaar.app.trading.shares import Share, less_fee, split
from bazaar.domain.errors import InputError, NotAllowedError, RefusedError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.trading.messages import DisputeReason, Extend
from bazaar.domain.wire.networks import DAY
from tests.app.town import TOTAL, Cast, wish
from tests.fakes import until


async def test_a_partial_refund_is_proposed_and_agreed(cast: Cast) -> None:
    trade_id = await cast.shipped()
    cast.seller.node.deeds.propose(trade_id, "", 0, Share(500, None))
    cast.seller.node.changed(trade_id)
    await cast.town.quiet()
    with pytest.raises(NotAllowedError, match="no such offer"):
        cast.buyer.node.deeds.agree(trade_id, "", (0,), b"n" * 32)
    cast.buyer.node.deeds.agree(trade_id, "", (), b"")
    cast.buyer.node.changed(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    assert cast.seller.is_owed(cast.buyer) == TOTAL - 500
    with pytest.raises(NotAllowedError):
        cast.buyer.node.deeds.confirm(trade_id, "", ())


async def test_a_wish_to_cancel_that_the_seller_grants(cast: Cast) -> None:
    trade_id = await cast.funded()
    cast.buyer.node.deeds.propose(trade_id, "", 0, Share(TOTAL, None))
    cast.buyer.node.changed(trade_id)
    await cast.town.quiet()
    cast.seller.node.deeds.agree(trade_id, "", (0,), b"")
    cast.seller.node.changed(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    assert cast.seller.is_owed(cast.buyer) == 0


Try = Callable[[Cast, bytes], object]
IMPOSSIBLE: dict[str, Try] = {
    "ship twice": lambda c, t: c.seller.node.deeds.ship(t, "", (), Parcel("")),
    "buyer ships": lambda c, t: c.buyer.node.deeds.ship(t, "", (), Parcel("")),
    "withdraw": lambda c, t: c.buyer.node.deeds.withdraw(t, ""),
    "extend": lambda c, t: c.buyer.node.deeds.extend(t, "", 3),
    "seller confirms": lambda c, t: c.seller.node.deeds.confirm(t, "", ()),
    "no such part": lambda c, t: c.buyer.node.deeds.confirm(t, "", (5,)),
    "unshipped": lambda c, t: c.buyer.node.deeds.dispute(
        t, "", (), DisputeReason.UNSHIPPED, ""
    ),
    "silent too early": lambda c, t: c.seller.node.deeds.dispute(
        t, "", (), DisputeReason.SILENT, ""
    ),
    "seller on goods": lambda c, t: c.seller.node.deeds.dispute(
        t, "", (), DisputeReason.GOODS, ""
    ),
    "rule undisputed": lambda c, t: c.primary.node.deeds.rule(
        t, "", 0, Share(None, 0), ""
    ),
    "party rules": lambda c, t: c.buyer.node.deeds.rule(t, "", 0, Share(None, 0), ""),
    "evidence undisputed": lambda c, t: c.buyer.node.deeds.add_evidence(t, [], "x"),
    "too much": lambda c, t: c.buyer.node.deeds.propose(
        t, "", 0, Share(TOTAL + 1, None)
    ),
    "fund again": lambda c, t: c.buyer.node.deeds.fund(t, ""),
}


async def test_what_is_not_possible_is_said_and_changes_nothing(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    before = [person.trade(trade_id).digest for person in cast.everybody]
    for name, attempt in IMPOSSIBLE.items():
        with pytest.raises((RefusedError, InputError)) as refusal:
            attempt(cast, trade_id)
        assert str(refusal.value), name
    assert before == [person.trade(trade_id).digest for person in cast.everybody]


async def test_goods_can_be_disputed_until_the_deadline_only(cast: Cast) -> None:
    trade_id = await cast.shipped()
    cast.town.wall.time = cast.buyer.trade(trade_id).contract.deadlines.t2 + 1
    with pytest.raises(NotAllowedError, match="until the buyer's deadline"):
        cast.buyer.node.deeds.dispute(trade_id, "", (), DisputeReason.GOODS, "")


async def test_a_seat_rules_in_its_time_and_once(cast: Cast) -> None:
    trade_id = await cast.shipped()
    cast.buyer.node.deeds.dispute(trade_id, "", (), DisputeReason.OTHER, "hm")
    cast.buyer.node.changed(trade_id)
    await cast.town.all_in("disputed", trade_id, cast.everybody)
    deeds = cast.primary.node.deeds
    half = Share(None, TOTAL // 2)
    with pytest.raises(NotAllowedError, match="still have time"):
        deeds.rule(trade_id, "", 0, half, "")
    cast.town.wall.time = cast.buyer.trade(trade_id).contract.deadlines.t1 + 5 * DAY
    with pytest.raises(NotAllowedError):
        cast.backup.node.deeds.rule(trade_id, "", 0, half, "")
    with pytest.raises(InputError):
        deeds.rule(trade_id, "", 3, half, "")
    deeds.rule(trade_id, "", 0, half, "each the half")
    with pytest.raises(NotAllowedError, match="have ruled"):
        deeds.rule(trade_id, "", 0, half, "")


async def test_an_extension_moves_the_deadlines_of_all(cast: Cast) -> None:
    trade_id = await cast.funded()
    before = cast.seller.trade(trade_id).facts.deadlines(0)
    cast.buyer.node.deeds.extend(trade_id, "", 5)
    cast.buyer.node.changed(trade_id)
    await cast.town.quiet()
    for person in cast.everybody:
        after = person.trade(trade_id).facts.deadlines(0)
        assert after.t1 == before.t1 + 5 * DAY


async def test_a_late_extension_is_relied_on_when_both_arbiters_know_it(
    cast: Cast,
) -> None:
    trade_id = await cast.funded()
    t1 = cast.seller.trade(trade_id).contract.deadlines.t1
    cast.town.wall.time = t1 - DAY + 1
    ship = partial(cast.seller.node.deeds.ship, trade_id, "", (), Parcel("on its way"))
    with pytest.raises(NotAllowedError, match="time to ship this order has passed"):
        ship()
    cast.town.wire.cut(cast.backup.key)
    cast.buyer.node.deeds.extend(trade_id, "", 5)
    cast.buyer.node.changed(trade_id)
    await until(lambda: cast.seller.trade(trade_id).facts.of(Extend))
    cast.town.wall.time += 2 * DAY
    with pytest.raises(NotAllowedError, match="not yet with the arbiters"):
        ship()
    cast.town.wire.heal()
    cast.town.look()
    for person in (cast.primary, cast.backup):
        await until(lambda p=person: p.trade(trade_id).facts.of(Extend))
    await cast.town.quiet()
    with pytest.raises(NotAllowedError, match="not yet with the arbiters"):
        ship()
    cast.town.wall.time += DAY
    ship()


async def test_a_late_shipment_needs_the_sellers_word(cast: Cast) -> None:
    trade_id = await cast.funded()
    due = cast.seller.trade(trade_id).contract.deadlines.t1 - DAY
    cast.town.wall.time = due + 1
    with pytest.raises(NotAllowedError, match="time to ship"):
        cast.seller.node.deeds.ship(trade_id, "", (), Parcel(""))
    cast.seller.node.deeds.ship(trade_id, "", (), Parcel("", late=True))


@pytest.mark.parametrize(
    ("shares", "fee", "expected"),
    [
        ((0, 100), 30, (0, 70, 30)),
        ((100, 0), 30, (70, 0, 30)),
        ((40, 60), 30, (10, 60, 30)),
        ((60, 40), 30, (60, 10, 30)),
        ((10, 90), 30, (0, 90, 10)),
        ((50, 50), 0, (50, 50, 0)),
    ],
)
def test_the_fee_comes_from_the_side_that_got_less(
    shares: tuple[int, int], fee: int, expected: tuple[int, int, int]
) -> None:
    assert less_fee(*shares, fee) == expected


@pytest.mark.parametrize(
    "share", [Share(None, None), Share(101, None), Share(60, 60), Share(-1, None)]
)
def test_shares_are_the_whole(share: Share) -> None:
    with pytest.raises(InputError):
        split(100, share, "EUR")


WRONG_WISHES: dict[str, dict[str, object]] = {
    "accept_days": {"accept_days": 1},
    "rail": {"rail": "bitcoin"},
    "listing": {"lines": []},
    "address": {"address": None},
    "memo": {"memo": "x" * 1001},
    "arbiter": {"arbiter": Identity(b"\x63" * 32).peer_id},
}


@pytest.mark.parametrize("field", WRONG_WISHES)
async def test_a_wrong_wish_is_refused_by_its_field(cast: Cast, field: str) -> None:
    ordering = cast.buyer.node.ordering
    with pytest.raises(InputError) as refusal:
        await ordering.place(wish(cast.lamp, **WRONG_WISHES[field]))
    assert refusal.value.field == field
    with cast.buyer.book.unit() as unit:
        assert unit.trades() == []
        assert unit.undelivered() == 0


async def test_an_order_may_be_looked_at_before_it_is_placed(cast: Cast) -> None:
    ordering = cast.buyer.node.ordering
    chosen = await ordering.choose(wish(cast.lamp))
    trade = ordering.preview(wish(cast.lamp), chosen)
    assert trade.contract.total == TOTAL
    with cast.buyer.book.unit() as unit:
        assert unit.trades() == []
    with pytest.raises(InputError, match="from yourself"):
        await cast.seller.node.ordering.choose(wish(cast.lamp))
