"""What peers put into this node: verify, store, commit, acknowledge, then act (8.3).

Each kind has one receiver; a fault of one envelope never touches its neighbours. What
makes a receiver fail by a fault of ours is parked, not lost.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from nacl.public import PrivateKey

from bazaar.app.context import Context
from bazaar.app.credit.accounts import TO_BE_JUDGED
from bazaar.app.ports import BookError, Request, Unit
from bazaar.app.trading.trades import AHEAD, MAX_PARKED
from bazaar.domain.delivery.delivery import Ack
from bazaar.domain.delivery.seal import open_mail
from bazaar.domain.errors import (
    BazaarError,
    MalformedMessageError,
    PeerError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import Put, PutAnswer, PutSealed
from bazaar.domain.trading.messages import Step
from bazaar.domain.wire.bodies import KIND_OF
from bazaar.domain.wire.envelope import Signed, kind_of, verify
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

Receiver = Callable[[Unit, Signed[Any]], None]
FAILED: Final = "failed here: "


class Taken(NamedTuple):
    """What became of one envelope: the id if it is kept, else why not."""

    code: int
    id: bytes | None
    fault: PeerError | None = None


def _nobody_hears(_message: Signed[Any]) -> None:
    return None


class Inbound:
    """Serves ``put``; ``done`` is told once after each commit that kept something."""

    def __init__(
        self,
        context: Context,
        receivers: Mapping[Kind, Receiver],
        done: Callable[[], None],
    ) -> None:
        self._context = context
        self._receivers = receivers
        self._done = done
        self._refused: Counter[str] = Counter()
        self.keys: Callable[[Unit], Sequence[PrivateKey]] = lambda _: ()
        """Own keys that something may be sealed to."""

        self.hear: Callable[[Signed[Any]], None] = _nobody_hears

    def counters(self) -> dict[str, int]:
        """How many envelopes were refused, by reply code."""
        return dict(sorted(self._refused.items()))

    async def put(self, request: Request) -> bytes:
        """Answer one put.

        Raises MalformedMessageError for a put that is none, RefusedError (NO_SPACE) while
        the disk is nearly full, and the first PeerError if nothing of it was kept, so
        that it is counted against the peer.
        """
        if not self._context.has_space():
            raise RefusedError(ReplyCode.NO_SPACE)
        return self._answer(map(self._take_open, decode(Put, request.body).envelopes))

    async def put_sealed(self, request: Request) -> bytes:
        """Answer one put of sealed envelopes; raises what ``put`` raises."""
        if not self._context.has_space():
            raise RefusedError(ReplyCode.NO_SPACE)
        with self._context.book.unit() as unit:
            keys = self.keys(unit)
        blobs = decode(PutSealed, request.body).blobs
        return self._answer(self._take(open_mail(one, keys)) for one in blobs)

    def _answer(self, taking: Iterable[Taken]) -> bytes:
        taken = list(taking)
        kept = tuple(dict.fromkeys(one.id for one in taken if one.id))
        faults = [one.fault for one in taken if one.fault is not None]
        if faults and not kept:
            raise faults[0]
        ack = self._context.sign(Ack(self._context.me, kept)) if kept else None
        if kept:
            self._done()
        codes = tuple(one.code for one in taken)
        return encode(PutAnswer(codes, ack.envelope if ack else None))

    def _take_open(self, envelope: bytes) -> Taken:
        """Chat travels only sealed."""
        if _is_chat(envelope):
            fault = MalformedMessageError("chat came unsealed")
            return Taken(fault.code, None, fault)
        return self._take(envelope)

    def take_all(self, envelopes: Iterable[bytes]) -> frozenset[bytes]:
        """Take what a resync brought; the ids of what was kept."""
        if not self._context.has_space():
            return frozenset()
        taken = [self._take(envelope) for envelope in envelopes]
        self._done()
        return frozenset(one.id for one in taken if one.id)

    def take(self, envelope: bytes) -> Taken:
        """Take what a mailbox held."""
        taken = self._take(envelope)
        if taken.id is not None:
            self._done()
        return taken

    def _take(self, envelope: bytes) -> Taken:
        taken = self._judged(envelope)
        if taken.code != ReplyCode.OK:
            name = ReplyCode(taken.code).name.lower()
            self._refused[f"put.refused_{name}"] += 1
            log.info("refused what a peer put", extra={"code": name})
        return taken

    def _judged(self, envelope: bytes) -> Taken:
        try:
            message = verify(envelope, self._context.network.id)
            return self._received(message)
        except PeerError as error:
            return Taken(error.code, None, error)
        except RefusedError as error:
            return Taken(error.code, None)
        except BookError:
            return Taken(ReplyCode.NO_SPACE, None)
        except BazaarError:
            return Taken(ReplyCode.MALFORMED, None)

    def _received(self, message: Signed[Any]) -> Taken:
        receive = self._receivers.get(KIND_OF[type(message.body)])
        if receive is None:
            return Taken(ReplyCode.WRONG_STATE, None)
        try:
            self.hear(message)
            with self._context.book.unit() as unit:
                receive(unit, message)
        except BazaarError:
            raise
        except Exception as error:  # noqa: BLE001 - a border: no bytes of a peer may end the node
            return self._failed(message, error)
        is_ack = isinstance(message.body, Ack)  # which nobody acknowledges
        return Taken(ReplyCode.OK, None if is_ack else message.id)

    def _failed(self, message: Signed[Any], error: Exception) -> Taken:
        """Our fault: park what names a trade of ours, let the peer keep all else."""
        log.exception("a receiver failed")
        trade = message.body.trade if isinstance(message.body, Step) else None
        if trade is None:
            return Taken(ReplyCode.BUSY, None)
        with self._context.book.unit() as unit:
            if unit.trade(trade) is None or len(unit.parked(trade)) >= MAX_PARKED:
                return Taken(ReplyCode.BUSY, None)
            reason = FAILED + type(error).__name__
            now = self._context.now()
            unit.park(message.id, trade, message.envelope, reason, now)
        return Taken(ReplyCode.OK, message.id)

    # ------------------------------------------------------------- parked

    def retry(self, trade: bytes | None = None) -> None:
        """Take again what is parked, of one trade or of all.

        Called after every new message of a trade and at start (8.3).
        """
        self._take_parked(trade, lambda reason: reason != TO_BE_JUDGED)

    def retry_due(self) -> None:
        """Take what was dated ahead and whose time has come."""
        self._take_parked(None, lambda reason: reason.startswith(AHEAD))

    def _take_parked(self, trade: bytes | None, wanted: Callable[[str], bool]) -> None:
        now = self._context.now()
        with self._context.book.unit() as unit:
            waiting = unit.parked(trade)
        due = [one for one in waiting if wanted(one[2]) and _is_due(one[2], now)]
        taken = [self._again(subject, envelope) for subject, envelope, _ in due]
        if any(taken):
            self._done()

    def _again(self, subject: bytes, envelope: bytes) -> bool:
        """Unpark and take in one unit; what is still refused stays parked as evidence."""
        message: Signed[Any] = verify(envelope, self._context.network.id)
        try:
            with self._context.book.unit() as unit:
                unit.unpark(subject)
                self._receivers[KIND_OF[type(message.body)]](unit, message)
        except BazaarError as error:
            log.info("still parked", extra={"why": type(error).__name__})
            return False
        except Exception:  # as in _received
            log.exception("a receiver failed again")
            return False
        return True


def _is_chat(envelope: bytes) -> bool:
    try:
        return kind_of(envelope) == Kind.CHAT
    except msgspec.DecodeError:
        return False


def _is_due(reason: str, now: int) -> bool:
    ahead = reason.startswith(AHEAD)
    return not ahead or int(reason.removeprefix(AHEAD)) <= now
