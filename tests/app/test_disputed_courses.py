"""Courses in which somebody is silent, late or wrong, and time and seats decide."""

import pytest

from bazaar.app.ports import Unit
from bazaar.app.trading.rail import Applied
from bazaar.app.trading.shares import Share
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.trading.messages import DisputeReason, Settled
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.networks import DAY, HOUR
from tests.app.town import FEE_BP, TOTAL, Cast

FEE = TOTAL * FEE_BP // 10_000


async def test_a_split_by_ruling_settles_though_the_loser_is_silent(cast: Cast) -> None:
    trade_id = await cast.shipped()
    buyer, seller, seat = cast.buyer, cast.seller, cast.primary
    buyer.node.deeds.dispute(trade_id, "", (), DisputeReason.GOODS, "it is broken")
    buyer.node.changed(trade_id)
    await cast.town.all_in("disputed", trade_id, cast.everybody)
    cast.town.wall.time = buyer.trade(trade_id).contract.deadlines.t1 + 4 * DAY
    share = Share(None, 1_000)
    seat.node.deeds.rule(trade_id, "", 0, share, "half the shade is gone")
    seat.node.changed(trade_id)
    await cast.town.all_in("ruled", trade_id, cast.everybody)
    buyer.node.deeds.agree(trade_id, "", (), b"")
    buyer.node.changed(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    cast.town.pass_time(2 * 60)
    await cast.town.quiet()
    assert cast.holds() == 0
    # the side that got less pays the seat, as far as its share reaches
    assert buyer.is_owed(seller) == -1_000
    assert cast.primary.is_owed(seller) == FEE
    assert sum(cast.balances().values()) == 0


async def test_a_silent_buyer_pays_in_the_end(cast: Cast) -> None:
    trade_id = await cast.shipped()
    times = cast.buyer.trade(trade_id).contract.deadlines
    cast.town.pass_time(times.t2 + DAY + 1 - cast.town.wall.time)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await cast.town.quiet()
    assert cast.seller.is_owed(cast.buyer) == TOTAL
    cast.town.pass_time(2 * 60)
    await cast.town.quiet()
    assert cast.holds() == 0


async def test_who_never_ships_is_not_paid(cast: Cast) -> None:
    trade_id = await cast.funded()
    times = cast.buyer.trade(trade_id).contract.deadlines
    cast.town.pass_time(times.t1 + DAY + 1 - cast.town.wall.time)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    cast.town.pass_time(2 * 60)
    await cast.town.quiet()
    assert set(cast.balances().values()) == {0}
    assert cast.holds() == 0


async def test_the_backup_judges_when_the_primary_is_gone(cast: Cast) -> None:
    trade_id = await cast.funded()
    await cast.primary.leave()
    others = [cast.buyer, cast.seller, cast.backup]
    times = cast.buyer.trade(trade_id).contract.deadlines
    cast.town.pass_time(times.t1 + DAY + 1 - cast.town.wall.time)
    await cast.town.all_in("disputed", trade_id, others)
    cast.town.pass_time(48 * HOUR + 60, step=HOUR)
    await cast.town.all_in("closed", trade_id, others)
    await cast.town.start(cast.primary)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    cast.town.pass_time(2 * 60)
    await cast.town.quiet()
    assert cast.holds() == 0, "the fee of the seat that came back is freed too"


async def test_without_seats_the_default_split_ends_the_order(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.primary.leave()
    await cast.backup.leave()
    parties = [cast.buyer, cast.seller]
    times = cast.buyer.trade(trade_id).contract.deadlines
    cast.town.pass_time(times.t5 + DAY + 1 - cast.town.wall.time)
    await cast.town.all_in("closed", trade_id, parties)
    assert cast.seller.is_owed(cast.buyer) == TOTAL - TOTAL // 2


async def test_settled_says_what_was_paid_though_the_fold_has_moved_on(
    cast: Cast,
) -> None:
    """A Ruling may surface after the payment; what was applied is final (9.4)."""
    trade_id = await cast.shipped()
    await cast.town.quiet()
    seller = cast.seller
    release = seller.trade(trade_id).contract.release(0)

    def paid_before(unit: Unit, trade: Trade, part: int) -> Applied | None:
        del unit, part
        return Applied(b"reference", release) if trade.parts[0].decision else None

    seller.node.rail.apply = paid_before
    cast.buyer.node.deeds.propose(trade_id, "", 0, Share(500, None))
    cast.buyer.node.changed(trade_id)
    await cast.town.quiet()
    seller.node.deeds.agree(trade_id, "", (0,), b"")
    seller.node.changed(trade_id)
    (settled,) = seller.trade(trade_id).facts.of(Settled)
    assert settled.body.outcome == seller.trade(trade_id).contract.outcome_id(release)
    assert seller.trade(trade_id).parts[0].outcome != release


async def test_a_refund_by_decline_needs_nobody_else(cast: Cast) -> None:
    trade_id = await cast.funded()
    cast.seller.node.deeds.decline(trade_id, "", ())
    cast.seller.node.changed(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    cast.town.pass_time(2 * 60)
    await cast.town.quiet()
    assert set(cast.balances().values()) == {0}
    assert cast.holds() == 0


async def test_evidence_is_served_to_the_roles_alone(cast: Cast) -> None:
    stranger = await cast.town.settle_in("stranger")
    trade_id = await cast.shipped()
    buyer = cast.buyer
    buyer.node.deeds.dispute(trade_id, "", (), DisputeReason.GOODS, "look")
    (buyer.home / "crack.jpg").write_bytes(b"picture of a crack")
    ((digest, size),) = await buyer.node.files.take_in([str(buyer.home / "crack.jpg")])
    buyer.show(trade_id, digest, size)
    for person in (cast.seller, cast.primary, cast.backup):
        data = await person.node.files.fetch(buyer.key, digest, 2**21)
        assert data == b"picture of a crack"
    with pytest.raises(RefusedError) as refusal:
        await stranger.node.files.fetch(buyer.key, digest, 2**21)
    assert refusal.value.code is ReplyCode.NOT_FOUND
