"""Before a restored book rates: whether it had rated already, as the others hold it (11.3, 14).

Two ratings of one series and seq count as none, so a lost one must not be repeated.
"""

import logging
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.reputation.rating_gathering import take_from
from bazaar.app.reputation.rating_sets import Found
from bazaar.app.reputation.slot_chain import slots_of
from bazaar.domain.errors import BazaarError, RefusedError, ReplyCode
from bazaar.domain.reputation.rating import Rating
from bazaar.domain.stores.records import CLOCK_SECONDS
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed

log = logging.getLogger(__name__)

ASK_SECONDS: Final = 10.0


def is_older(unit: Unit, trade: Trade) -> bool:
    """Whether a rating of this trade may have been lost by a restore."""
    start = resync_mode.since(unit)
    return start is not None and trade.contract.offer.at <= start + CLOCK_SECONDS


async def lost_ratings(
    context: Context, trade: Trade, whom: Role
) -> list[Signed[Rating]]:
    """Own ratings of ``whom`` in this trade that the ratee or a seat still holds.

    Raises RefusedError (BUSY) unless one of them answers; cancelling leaves nothing.
    """
    ratee = trade.contract.keys[whom]
    found = Found(ratee, context.network.id)
    asked = {ratee, *(seat.key for seat in trade.contract.seats.values())}
    heard = [await _ask(context, key, found) for key in sorted(asked - {context.me})]
    if not any(heard):
        raise RefusedError(
            ReplyCode.BUSY,
            "this book was restored: who holds ratings of this order must be online "
            "first, so that none is given twice",
        )
    identity = context.identity
    rating_key = bytes(identity.rating_key(trade.contract.offer.nonce).verify_key)
    own = {context.me, rating_key}
    return [
        rating
        for rating, rated in found.ratings.values()
        if rated.rating_key in own and _is_of(rated.slot.id, trade, context)
    ]


def _is_of(slot: bytes, trade: Trade, context: Context) -> bool:
    return any(one.id == slot for one in slots_of(trade, context.network.id))


async def _ask(context: Context, source: bytes, found: Found) -> bool:
    try:
        with trio.fail_after(ASK_SECONDS):
            await take_from(context, source, found)
    except (BazaarError, trio.TooSlowError) as error:
        why = type(error).__name__
        log.info("a holder of ratings did not answer", extra={"why": why})
        return False
    return True
