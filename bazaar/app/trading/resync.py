"""Digest resync: both sides compare what they hold of every shared trade (8.4).

On connect, at start and every 10 min while a trade is open, once a day for 30 days after its
end; there is no resend button.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.ports import BookError, Request, Unit
from bazaar.app.trading.inbound import Inbound
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import BazaarError, MalformedMessageError, NotFoundError
from bazaar.domain.exchange.coding import MAX_IDS, decode, encode, fitting
from bazaar.domain.exchange.messages import (
    MAX_TRADES,
    DigestAnswer,
    DigestRequest,
    Missing,
    TradeDigest,
    TradeIds,
)
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import EnvelopeList
from bazaar.domain.trading.messages import Role, Seen
from bazaar.domain.trading.trade import Trade, digest
from bazaar.domain.wire.envelope import author_of, id_of

log = logging.getLogger(__name__)

RESYNC_SECONDS: Final = 600
REQUEST_SECONDS: Final = 30.0
ENDED_SECONDS: Final = 30 * 86_400
"""Trades that ended so long ago are compared no more."""

ENDED_EVERY_SECONDS: Final = 86_400
MAX_ENDED: Final = 1000
"""Ended trades compared with one peer a day."""


def _nobody_sends() -> None:
    return None


class Resync:
    """Asks and answers; what it brings takes the same way in as what is put.

    Attributes:
        posted: Called when something was owed to the other side.
    """

    def __init__(self, context: Context, trades: Trades, inbound: Inbound) -> None:
        self._context = context
        self._trades = trades
        self._inbound = inbound
        self._ended_at: dict[bytes, int] = {}
        self.posted: Callable[[], None] = _nobody_sends

    async def run(self) -> None:
        """Compare with all parties of open trades, for ever; ends by cancellation."""
        while True:
            try:
                for peer in self._partners():
                    await self.compare(peer)
            except BookError:
                log.warning("the book failed; compared again later")
            await trio.sleep(RESYNC_SECONDS)

    def _partners(self) -> list[bytes]:
        connected = {one.key for one in self._context.exchange.peers()}
        with self._context.book.unit() as unit:
            rows = unit.trades(open_only=True)
            keys = {key for row in rows for key in self._trades.keys(unit, row.id)}
        return sorted(keys & connected)

    async def compare(self, peer: bytes) -> None:
        """Fetch what ``peer`` has and we lack, and owe it what it lacks. Never raises."""
        try:
            with trio.fail_after(REQUEST_SECONDS):
                with self._context.book.unit() as unit:
                    shared = self._shared(unit, peer)
                await self._compare_all(peer, shared)
            if self._context.now() - self._ended_at.get(peer, 0) >= ENDED_EVERY_SECONDS:
                await self._compare_ended(peer)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("no resync", extra={"why": type(error).__name__})

    async def _compare_ended(self, peer: bytes) -> None:
        """What ended lately: somebody may have told one role alone what another never heard.

        Once a day per peer, the newest MAX_ENDED; no trade is folded unless it differs.
        """
        since = self._context.now() - ENDED_SECONDS
        with self._context.book.unit() as unit:
            late = [row for row in unit.trades() if row.ended and row.ended > since]
            named = [r.id for r in late if peer in self._trades.keys(unit, r.id)]
        with trio.fail_after(REQUEST_SECONDS):
            for start in range(0, min(len(named), MAX_ENDED), MAX_TRADES):
                with self._context.book.unit() as unit:
                    some = named[start : start + MAX_TRADES]
                    digests = [held_digest(unit, one) for one in some]
                await self._compare(peer, digests)
        self._ended_at[peer] = self._context.now()

    def _shared(self, unit: Unit, peer: bytes) -> list[TradeDigest]:
        rows = unit.trades(open_only=True)
        return [
            held_digest(unit, row.id)
            for row in rows
            if peer in self._trades.keys(unit, row.id)
        ]

    async def _compare_all(self, peer: bytes, digests: Sequence[TradeDigest]) -> None:
        for start in range(0, len(digests), MAX_TRADES):
            await self._compare(peer, digests[start : start + MAX_TRADES])

    async def _compare(self, peer: bytes, digests: Sequence[TradeDigest]) -> None:
        if not digests:
            return
        asked = DigestRequest(tuple(digests))
        reply = await self._context.exchange.request(
            peer, RequestType.DIGEST, encode(asked)
        )
        mine = {one.trade for one in digests}
        for theirs in decode(DigestAnswer, reply).trades:
            if theirs.trade in mine:
                with self._context.book.unit() as unit:
                    trade = self._trades.load(unit, theirs.trade)
                await self._exchange(peer, trade, frozenset(theirs.ids))

    async def take(self, peer: bytes, theirs: Sequence[TradeDigest]) -> None:
        """Fetch all that ``peer`` holds of trades, known here or not (14).

        Raises MalformedMessageError unless every own message in it is here afterwards,
        and what a request raises.
        """
        with self._context.book.unit() as unit:
            mine = {one.trade: self._mine(unit, one.trade) for one in theirs}
        differing = [
            mine[one.trade]
            for one in theirs
            if (one.count, one.total) != (mine[one.trade].count, mine[one.trade].total)
        ]
        if not differing:
            return
        asked = encode(DigestRequest(tuple(differing)))
        reply = await self._context.exchange.request(peer, RequestType.DIGEST, asked)
        answered = {one.trade: one.ids for one in decode(DigestAnswer, reply).trades}
        for one in differing:
            await self._take(peer, one.trade, answered.get(one.trade, ()))

    def _mine(self, unit: Unit, trade_id: bytes) -> TradeDigest:
        if unit.trade(trade_id) is None:
            return TradeDigest(trade_id, 0, bytes(32), ())
        return digest_of(self._trades.load(unit, trade_id))

    async def _take(
        self, peer: bytes, trade_id: bytes, theirs: Sequence[bytes]
    ) -> None:
        with self._context.book.unit() as unit:
            is_known = unit.trade(trade_id) is not None
            held = _held(self._trades.load(unit, trade_id)) if is_known else {}
        # the Offer first: without it nothing of a trade is understood
        lacking = [one for one in (trade_id, *theirs) if one in theirs]
        lacking = [one for one in dict.fromkeys(lacking) if one not in held]
        if await self._fetch(peer, trade_id, lacking):
            raise MalformedMessageError("messages are named and not shown")

    async def _fetch(
        self, peer: bytes, trade_id: bytes, lacking: list[bytes]
    ) -> list[bytes]:
        """Ask for messages until no more come; those not shown, or own ones not taken."""
        me, network = self._context.me, self._context.network.id
        while lacking:
            request = encode(Missing(trade_id, tuple(lacking[:MAX_IDS])))
            reply = await self._context.exchange.request(
                peer, RequestType.MISSING, request
            )
            sent = decode(EnvelopeList, reply).envelopes
            shown = _only(frozenset(lacking), sent, network)
            taken = self._inbound.take_all(shown)
            refused = {id_of(one, network) for one in shown if author_of(one) != me}
            gone = taken | refused
            if not gone:
                break
            lacking = [one for one in lacking if one not in gone]
        return lacking

    async def _exchange(
        self, peer: bytes, trade: Trade, theirs: frozenset[bytes]
    ) -> None:
        held = _held(trade)
        lacking = [one for one in sorted(theirs) if one not in held]
        await self._fetch(peer, trade.id, lacking)
        with self._context.book.unit() as unit:
            for subject in held.keys() - theirs:
                unit.post(peer, subject, held[subject], trade.id, self._context.now())
        if held.keys() - theirs:
            self.posted()

    # ------------------------------------------------------------- answering

    async def digests(self, request: Request) -> bytes:
        """Own ids of each trade whose digest differs; unknown ones are left out."""
        differing: list[TradeIds] = []
        with self._context.book.unit() as unit:
            for theirs in decode(DigestRequest, request.body).trades:
                if not self._trades.is_shared(unit, theirs.trade, request.peer):
                    continue
                held = sorted(row.id for row in unit.messages(theirs.trade))
                if (theirs.count, theirs.total) != (len(held), digest(held)):
                    differing.append(TradeIds(theirs.trade, tuple(held[:MAX_IDS])))
        return encode(DigestAnswer(tuple(differing)))

    async def missing(self, request: Request) -> bytes:
        """Messages by id, to named roles alone."""
        asked = decode(Missing, request.body)
        with self._context.book.unit() as unit:
            trade = self._of_peer(unit, asked.trade, request.peer)
        if trade is None:
            raise NotFoundError("there is no such trade with you")
        held = _held(trade)
        return encode(
            EnvelopeList(fitting([held[one] for one in asked.ids if one in held]))
        )

    def _of_peer(self, unit: Unit, trade_id: bytes, peer: bytes) -> Trade | None:
        if not self._trades.is_shared(unit, trade_id, peer):
            return None
        return self._trades.load(unit, trade_id)


def _only(
    asked: frozenset[bytes], envelopes: Sequence[bytes], network: bytes
) -> list[bytes]:
    """What was asked for; nothing else comes in by this way."""
    found: list[bytes] = []
    for envelope in envelopes:
        try:
            name = id_of(envelope, network)
        except msgspec.DecodeError as error:
            raise MalformedMessageError("not an envelope") from error
        if name in asked:
            found.append(envelope)
    return found


def _held(trade: Trade) -> dict[bytes, bytes]:
    chains = trade.facts.chains
    return {
        m.id: m.envelope for m in (*chains.complete.values(), *chains.waiting.values())
    }


def held_digest(unit: Unit, trade: bytes) -> TradeDigest:
    """What this node holds of a trade, from its rows alone: nothing is folded."""
    rows = unit.messages(trade)
    last = {row.role: row for row in sorted(rows, key=lambda row: row.seq)}
    heads = tuple(
        Seen(Role(role), last[role].seq, last[role].id) for role in sorted(last)
    )
    return TradeDigest(trade, len(rows), digest([row.id for row in rows]), heads)


def digest_of(trade: Trade) -> TradeDigest:
    """What this node holds of a trade, as peers compare it (8.4)."""
    held = _held(trade)
    heads = tuple(trade.facts.chains.heads.values())
    return TradeDigest(trade.id, len(held), digest(held), heads)
