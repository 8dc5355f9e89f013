"""Bad input at the doors of trades and accounts that no other file tries (docs/RELIABILITY.md)."""

import pytest

from bazaar.app.credit.people_accounts import set_limit
from bazaar.domain.amounts.money import Money
from bazaar.domain.errors import InputError, ReplyCode
from bazaar.domain.trading.messages import Proposal
from tests.app.letters import put, step
from tests.app.test_recovery import keep, lose
from tests.app.town import Cast

HOUR = 3600


async def test_all_messages_in_reverse_each_three_times_give_one_state(
    cast: Cast,
) -> None:
    copy = keep(cast.backup)
    trade_id = await cast.shipped()
    await cast.town.quiet()
    others = (cast.seller.key, cast.buyer.key, cast.primary.key)
    await lose(cast.backup, copy)
    cast.town.wire.cut(cast.backup.key, *others)
    await cast.town.start(cast.backup)
    assert cast.backup.state(trade_id) == "unknown"
    whole = cast.seller.trade(trade_id)
    sent = [m.envelope for m in whole.facts.chains.complete.values()]
    for _ in range(3):
        for envelope in reversed(sent):
            for _ in range(3):
                cast.backup.node.inbound.take(envelope)
    held = cast.backup.trade(trade_id)
    assert held.digest == whole.digest
    assert held.state == whole.state


async def test_a_gap_of_one_that_is_filled_an_hour_later_converges(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    buyer, seller = cast.buyer, cast.seller
    cast.town.wire.cut(buyer.key, seller.key, cast.primary.key, cast.backup.key)
    first = step(buyer, buyer, trade_id, Proposal, 0, 15, 3000)
    assert await put(seller, first) == (ReplyCode.OK,)
    second = step(buyer, seller, trade_id, Proposal, 0, 16, 2999)
    assert await put(cast.primary, second) == (ReplyCode.OK,)
    waiting = cast.primary.trade(trade_id)
    assert second.id in waiting.facts.chains.waiting
    assert second.id not in waiting.counted
    cast.town.wall.time += HOUR
    assert await put(cast.primary, first) == (ReplyCode.OK,)
    assert await put(seller, second) == (ReplyCode.OK,)
    assert cast.primary.trade(trade_id).digest == seller.trade(trade_id).digest
    assert second.id in cast.primary.trade(trade_id).counted


async def test_nobody_owes_himself(cast: Cast) -> None:
    buyer = cast.buyer
    with (
        buyer.book.unit() as unit,
        pytest.raises(InputError, match="himself"),
    ):
        set_limit(unit, buyer.node.accounts, buyer.key, Money(5, "EUR"))
    with buyer.book.unit() as unit:
        assert all(row.partner != buyer.key for row in unit.accounts())
