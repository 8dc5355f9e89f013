"""Digest resync: both sides compare what they hold of every shared trade (8.4).

On connect, at start and every 10 min while a trade is open; there is no resend button.
"""

import logging
from collections.abc import Sequence
from typing import Final

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.inbound import Inbound
from bazaar.app.ports import BookError, Request, Unit
from bazaar.app.trades import Trades
from bazaar.domain.envelope import id_of
from bazaar.domain.errors import BazaarError, MalformedMessageError, NotFoundError
from bazaar.domain.exchange import (
    MAX_IDS,
    MAX_TRADES,
    DigestAnswer,
    DigestRequest,
    EnvelopeList,
    Missing,
    RequestType,
    TradeDigest,
    TradeIds,
    decode,
    encode,
    fitting,
)
from bazaar.domain.messages import NO_ID
from bazaar.domain.needs import PARTIES
from bazaar.domain.trade import Trade, digest

log = logging.getLogger(__name__)

RESYNC_SECONDS: Final = 600
REQUEST_SECONDS: Final = 30.0


class Resync:
    """Asks and answers; what it brings takes the same way in as what is put."""

    def __init__(self, context: Context, trades: Trades, inbound: Inbound) -> None:
        self._context = context
        self._trades = trades
        self._inbound = inbound

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
                for start in range(0, len(shared), MAX_TRADES):
                    await self._compare(peer, shared[start : start + MAX_TRADES])
        except (BazaarError, trio.TooSlowError) as error:
            log.info("no resync", extra={"why": type(error).__name__})

    def _shared(self, unit: Unit, peer: bytes) -> list[Trade]:
        rows = unit.trades(open_only=True)
        return [
            self._trades.load(unit, row.id)
            for row in rows
            if peer in self._trades.keys(unit, row.id)
        ]

    async def _compare(self, peer: bytes, trades: Sequence[Trade]) -> None:
        asked = DigestRequest(tuple(map(_digest, trades)))
        reply = await self._context.exchange.request(
            peer, RequestType.DIGEST, encode(asked)
        )
        mine = {trade.id: trade for trade in trades}
        for theirs in decode(DigestAnswer, reply).trades:
            trade = mine.get(theirs.trade)
            if trade is not None:
                await self._exchange(peer, trade, frozenset(theirs.ids))

    async def _exchange(
        self, peer: bytes, trade: Trade, theirs: frozenset[bytes]
    ) -> None:
        held = _held(trade)
        lacking: list[bytes] = [one for one in sorted(theirs) if one not in held]
        while lacking:
            request = encode(Missing(trade.id, tuple(lacking[:MAX_IDS])))
            reply = await self._context.exchange.request(
                peer, RequestType.MISSING, request
            )
            asked = frozenset(lacking)
            sent = decode(EnvelopeList, reply).envelopes
            taken = self._inbound.take_all(_only(asked, sent, self._context.network.id))
            if not taken:
                break
            lacking = [one for one in lacking if one not in taken]
        with self._context.book.unit() as unit:
            for subject in held.keys() - theirs:
                unit.post(peer, subject, held[subject], trade.id, self._context.now())

    # ------------------------------------------------------------- answering

    async def digests(self, request: Request) -> bytes:
        """Own ids of each trade whose digest differs; unknown ones are left out."""
        differing: list[TradeIds] = []
        with self._context.book.unit() as unit:
            for theirs in decode(DigestRequest, request.body).trades:
                trade = self._of_peer(unit, theirs.trade, request.peer)
                if trade is None:
                    continue
                held = _held(trade)
                if (theirs.count, theirs.total) != (len(held), digest(held)):
                    differing.append(TradeIds(trade.id, tuple(sorted(held))[:MAX_IDS]))
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
        if peer not in self._trades.keys(unit, trade_id):
            return None
        trade = self._trades.load(unit, trade_id)
        is_party = trade.contract.role_of(peer) in PARTIES
        return trade if is_party or trade.contract.id != NO_ID else None


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


def _digest(trade: Trade) -> TradeDigest:
    held = _held(trade)
    heads = tuple(trade.facts.chains.heads.values())
    return TradeDigest(trade.id, len(held), digest(held), heads)
