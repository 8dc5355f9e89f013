"""Delivers what is owed, at least once, until the recipient's own Ack (PROTOCOL.md 8.1-8.3)."""

import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import BookError, OutboxRow, Unit
from bazaar.domain.delivery.delivery import Ack
from bazaar.domain.errors import (
    BazaarError,
    PeerError,
    PeerUnreachableError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import MAX_ANSWER_BYTES, decode, encode
from bazaar.domain.exchange.messages import (
    MAX_PUT,
    MAX_SEALED_PUT_BYTES,
    Put,
    PutAnswer,
    PutSealed,
)
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.wire.envelope import Signed, kind_of, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
LADDER: Final = (
    (15 * MINUTE, MINUTE),
    (HOUR, 5 * MINUTE),
    (DAY, 10 * MINUTE),
    (7 * DAY, 15 * MINUTE),
    (30 * DAY, 30 * MINUTE),
    (90 * DAY, HOUR),
    (180 * DAY, 3 * HOUR),
    (365 * DAY, DAY),
)
LAST_STEP_SECONDS: Final = 7 * DAY
JITTER: Final = 0.2
KEPT_AFTER_END_SECONDS: Final = 30 * DAY
KEPT_SECONDS: Final[Mapping[Kind, int]] = MappingProxyType(
    {
        Kind.ACK: KEPT_AFTER_END_SECONDS,
        Kind.CLEAR_SEEK: DAY,
        Kind.CLEAR_PLAN: DAY,
        Kind.CLEAR_VOTE: 8 * DAY,
    }
)
"""How long what belongs to no trade is repeated; all else for as long as it takes."""

NEVER_SECONDS: Final = 1000 * 365 * DAY
SOON_SECONDS: Final = 2
QUICK_TRIES: Final = 5
"""A recipient that answered, but lacks something, is asked again soon a few times."""

IDLE_SECONDS: Final = 60.0
DIRECT_SECONDS: Final = 12.0
MAIL_SECONDS: Final = 1.5
"""After so long without an answer a message is left in the recipient's mailboxes too."""

MAIL_AWAY_SECONDS: Final = 1.0
"""The same for a recipient to whom there was no connection."""

MAX_RECIPIENTS: Final = 16
MAX_DUE: Final = 512


def wait_seconds(age: int, spread: float) -> int:
    """Seconds to the next attempt, ``age`` seconds after the first; ``spread`` in -1..1."""
    step = next((wait for limit, wait in LADDER if age < limit), LAST_STEP_SECONDS)
    return round(step * (1 + JITTER * spread))


class Outcome(Enum):
    """What the recipient said to a put."""

    ANSWERED = "answered"
    REFUSED = "refused"
    SILENT = "silent"


Close = Callable[[bytes, bytes], Awaitable[bytes | None]]
"""Seals an envelope for a recipient alone; None while his key is not known."""

Leave = Callable[[bytes, Sequence[OutboxRow]], Awaitable[None]]
"""Leaves rows in a recipient's mailboxes; never raises."""


class Outbox:
    """The one sender of what the book owes."""

    def __init__(self, context: Context, leave: Leave, close: Close) -> None:
        self._context = context
        self._leave = leave
        self._close = close
        self.heard: Callable[[Unit, Sequence[bytes]], None] = lambda _unit, _ids: None
        """Told what became known to lie with its recipient or in a mailbox."""

        self._nudged = trio.Event()
        self._places = trio.CapacityLimiter(MAX_RECIPIENTS)
        self._leaving = trio.CapacityLimiter(MAX_RECIPIENTS)
        self._busy: set[bytes] = set()

    def nudge(self) -> None:
        """Look again at once: something was posted, or a peer was seen."""
        self._nudged.set()

    def seen_online(self, peer: bytes) -> None:
        """Send what is owed to ``peer`` now instead of at its time on the ladder."""
        with self._context.book.unit() as unit:
            unit.hasten(peer, self._context.now())
        self.nudge()

    async def run(self) -> None:
        """Deliver for ever; returns only by cancellation, which loses nothing."""
        async with trio.open_nursery() as nursery:
            while True:
                self._nudged = trio.Event()
                wait = IDLE_SECONDS
                try:
                    for recipient, rows in self._due().items():
                        self._busy.add(recipient)
                        nursery.start_soon(self._deliver, recipient, rows)
                    wait = self._idle()
                except BookError:
                    log.warning("the outbox cannot be read; tried again in a minute")
                with trio.move_on_after(wait):
                    await self._nudged.wait()

    def _due(self) -> dict[bytes, list[OutboxRow]]:
        with self._context.book.unit() as unit:
            rows = unit.due(self._context.now(), MAX_DUE)
        found: dict[bytes, list[OutboxRow]] = {}
        for row in rows:
            if row.recipient not in self._busy:
                found.setdefault(row.recipient, []).append(row)
        return found

    def _idle(self) -> float:
        with self._context.book.unit() as unit:
            due = unit.next_due()
        if due is None or self._busy:
            return IDLE_SECONDS
        return max(0.2, min(IDLE_SECONDS, float(due - self._context.now())))

    def receive_ack(self, unit: Unit, message: Signed[Any]) -> None:
        """The recipient has what it names, by whichever way that came."""
        now = self._context.now()
        for trade in unit.acknowledge(message.author, message.body.ids, now):
            self._context.emit("order", {"order_id": trade.hex()})
        self.heard(unit, message.body.ids)

    async def _deliver(self, recipient: bytes, rows: Sequence[OutboxRow]) -> None:
        """Try the recipient, and his mailboxes soon after while he is silent."""
        try:
            async with trio.open_nursery() as nursery:
                is_over = trio.Event()
                nursery.start_soon(self._leave_after, is_over, recipient, rows)
                async with self._places:
                    outcome = await self._send_all(recipient, rows)
                if outcome is not Outcome.SILENT:
                    nursery.cancel_scope.cancel()
                is_over.set()
        except* BookError:
            log.warning("the outbox cannot be written; the same is sent again later")
        finally:
            self._busy.discard(recipient)
            self.nudge()

    async def _leave_after(
        self, is_over: trio.Event, recipient: bytes, rows: Sequence[OutboxRow]
    ) -> None:
        connected = {one.key for one in self._context.exchange.peers()}
        patience = MAIL_SECONDS if recipient in connected else MAIL_AWAY_SECONDS
        with trio.move_on_after(patience):
            await is_over.wait()
        async with self._leaving:
            await self._leave(recipient, rows)

    async def _send_all(self, recipient: bytes, rows: Sequence[OutboxRow]) -> Outcome:
        outcome = Outcome.ANSWERED
        sealed = [row for row in rows if kind_of(row.envelope) == Kind.CHAT]
        plain = [row for row in rows if row not in sealed]
        for batch in (*_batches(plain), *_batches(sealed)):
            outcome = await self._sent(recipient, batch)
            if outcome is not Outcome.ANSWERED:
                break
        return outcome

    async def _sent(self, recipient: bytes, batch: Sequence[OutboxRow]) -> Outcome:
        """Send one batch and note the outcome of each row."""
        try:
            with trio.fail_after(DIRECT_SECONDS):
                kind, body = await self._request(recipient, batch)
                reply = await self._context.exchange.request(recipient, kind, body)
            answer = decode(PutAnswer, reply)
            acknowledged = self._acknowledged(recipient, answer)
        except (BazaarError, trio.TooSlowError) as error:
            why = type(error).__name__
            log.info("delivery failed", extra={"rows": len(batch), "why": why})
            was_reached = isinstance(error, RefusedError)
            self._note(batch, frozenset(), was_reached=was_reached)
            return Outcome.REFUSED if was_reached else Outcome.SILENT
        acks = {
            row.subject
            for row, code in zip(batch, answer.codes, strict=False)
            if code == ReplyCode.OK and kind_of(row.envelope) == Kind.ACK
        }
        self._note(batch, acknowledged | acks, was_reached=True)
        return Outcome.ANSWERED

    async def _request(
        self, recipient: bytes, batch: Sequence[OutboxRow]
    ) -> tuple[RequestType, bytes]:
        """The put of a batch, sealed if it is chat. Raises PeerUnreachableError."""
        if kind_of(batch[0].envelope) != Kind.CHAT:
            put = Put(tuple(row.envelope for row in batch))
            return RequestType.PUT, encode(put)
        blobs = [await self._close(recipient, row.envelope) for row in batch]
        known = tuple(blob for blob in blobs if blob is not None)
        if len(known) < len(blobs):
            raise PeerUnreachableError("the recipient's key is not known yet")
        return RequestType.PUT_SEALED, encode(PutSealed(known))

    def _acknowledged(self, recipient: bytes, answer: PutAnswer) -> frozenset[bytes]:
        if answer.ack is None:
            return frozenset()
        ack = verify_as(Ack, answer.ack, self._context.network.id)
        if ack.author != recipient:
            raise PeerError("somebody else acknowledged")
        return frozenset(ack.body.ids)

    def _note(
        self,
        batch: Sequence[OutboxRow],
        acknowledged: frozenset[bytes],
        *,
        was_reached: bool,
    ) -> None:
        now = self._context.now()
        with self._context.book.unit() as unit:
            for row in batch:
                if row.subject in acknowledged:
                    unit.delivered(row.recipient, row.subject, now)
                elif was_reached and row.tries < QUICK_TRIES:
                    unit.failed(row.no, now + SOON_SECONDS)
                elif _is_over(unit, row, now):
                    unit.failed(row.no, now + NEVER_SECONDS)
                else:
                    wait = wait_seconds(now - row.first, random.uniform(-1, 1))  # noqa: S311 - jitter, no secret
                    unit.failed(row.no, now + wait)
            self.heard(unit, [row.subject for row in batch])
        for trade in {row.trade for row in batch if row.trade}:
            self._context.emit("order", {"order_id": trade.hex()})


def _is_over(unit: Unit, row: OutboxRow, now: int) -> bool:
    """Whether nobody waits for the row: its trade ended long ago, or it is an old Ack."""
    if row.trade is None:
        kept = KEPT_SECONDS.get(Kind(kind_of(row.envelope)))
        return kept is not None and now - row.first > kept
    trade = unit.trade(row.trade)
    ended = None if trade is None else trade.ended
    return ended is not None and now - ended > KEPT_AFTER_END_SECONDS


def _batches(rows: Sequence[OutboxRow]) -> list[list[OutboxRow]]:
    """Cut into puts that keep within the counts and bytes of one request."""
    batches: list[list[OutboxRow]] = []
    size = 0
    for row in rows:
        size += _wire_bytes(row)
        if not batches or len(batches[-1]) >= MAX_PUT or size > MAX_ANSWER_BYTES:
            batches.append([])
            size = _wire_bytes(row)
        batches[-1].append(row)
    return batches


def _wire_bytes(row: OutboxRow) -> int:
    """What it takes in a put; chat travels in blobs."""
    is_chat = kind_of(row.envelope) == Kind.CHAT
    return (MAX_SEALED_PUT_BYTES if is_chat else len(row.envelope)) + 8
