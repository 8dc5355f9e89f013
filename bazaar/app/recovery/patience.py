"""A person's word to stop waiting, after a restore, for roles of one order that stay silent (14).

If one of them holds a newer own message, what is signed from then on contradicts it. That
is the person's to risk, never a seat's, and not in the first hour.
"""

from typing import Final

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.recovery import index_notes, resync_mode
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import NotAllowedError, ReplyCode
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.networks import HOUR

PATIENCE_SECONDS: Final = HOUR
"""Who is asked right after a restore deserves the time to answer; 1.1 scales it."""


def may_resume_from(unit: Unit, context: Context, trade: Trade) -> int | None:
    """From when this person may stop waiting in ``trade``; None for a seat or hub, or if nobody is awaited."""
    start = resync_mode.since(unit)
    role = trade.contract.role_of(context.me)
    if start is None or role not in {Role.BUYER, Role.SELLER}:
        return None
    return start + context.network.scaled(PATIENCE_SECONDS)


def stop_waiting(unit: Unit, context: Context, trades: Trades, trade: Trade) -> None:
    """Wait no more, in this trade, for those who have not answered until now.

    Raises NotAllowedError where nobody is awaited, too early, and always for a seat.
    """
    if not trades.awaited(unit, trade):
        raise NotAllowedError(
            "nobody's answer is awaited in this order", ReplyCode.WRONG_STATE
        )
    begins = may_resume_from(unit, context, trade)
    if begins is None:
        raise NotAllowedError(
            "an arbiter waits for every answer: a seat's word must never contradict itself",
            ReplyCode.WRONG_ROLE,
        )
    if context.now() < begins:
        raise NotAllowedError(
            "they were asked less than an hour ago; give them time to answer",
            ReplyCode.BUSY,
        )
    keys = [key for key in trade.contract.members.values() if key != context.me]
    left = resync_mode.awaited(unit, trade.contract.offer.at, keys)
    resync_mode.waive(unit, trade.id, left)


def words_lost(unit: Unit, trades: Trades, trade: Trade) -> int:
    """How many own messages of ``trade`` a mailbox knew of that are not here: the certain danger."""
    known = index_notes.last_seq(unit, trade.id)
    own = trades.own_role(trade)
    held = max((r.seq for r in unit.messages(trade.id) if r.role == own), default=-1)
    return 0 if known is None else max(0, known - held)
