"""Range-based set reconciliation of heads: two nodes find what one of them lacks (PROTOCOL.md 15.1).

Each message parts the order of all heads into ranges and says of each what its sender
holds. The answer is finer where the two differ and silent where they agree. Nothing is
remembered between messages, and what a message claims is believed of nobody: it only
says which heads to ask for.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.stores.head_set import (
    END,
    FINGERPRINT_BYTES,
    KEY_BYTES,
    TIME_BYTES,
    HeadSet,
)
from bazaar.domain.wire.bounds import Body

BRANCHES: Final = 16
MAX_LISTED: Final = 32
SHORT_BYTES: Final = 16
"""Of a head's id: enough that finding a second head with them is out of reach."""

MAX_SYNC_BYTES: Final = 64 * 1024
MAX_ROUNDS: Final = 8
MAX_RUN_BYTES: Final = 2 * 1024 * 1024
MAX_RANGES: Final = 2_048

_RANGE_BYTES: Final = 8
"""Heads of the four items of a range at most."""

_REST_BYTES: Final = _RANGE_BYTES * 2 + KEY_BYTES + FINGERPRINT_BYTES
"""A skip and a fingerprint, for what did not fit."""

_BODY_BYTES: Final = 4


class Mode(IntEnum):
    """What a range says."""

    SKIP = 0
    """Nothing; its content is empty."""

    FINGERPRINT = 1
    """The fingerprint of what the sender holds there."""

    LIST = 2
    """The short ids of all that the sender holds there, at most 32."""

    NEWS = 3
    """Short ids that the sender holds there and the receiver's list lacked."""


class Range(Body, frozen=True):
    """From the bound before, or the beginning, up to and without ``bound``.

    Attributes:
        bound: A beginning of a key; empty only in the last range: no bound.
        content: As the mode says.
    """

    bound: Annotated[bytes, Meta(max_length=KEY_BYTES)]
    mode: Annotated[int, Meta(ge=0, le=3)]
    content: Annotated[bytes, Meta(max_length=MAX_SYNC_BYTES)]


class Sync(Body, frozen=True):
    """One message; without ranges there is nothing more to say."""

    ranges: Annotated[tuple[Range, ...], Meta(max_length=MAX_RANGES)]


class Answer(NamedTuple):
    """What to say, and the short ids of heads that the other holds and we lack."""

    message: Sync
    lacks: tuple[bytes, ...]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Sync)


def encode_sync(message: Sync) -> bytes:
    """The one encoding of ``message``."""
    return _encoder.encode(message)


def decode_sync(data: bytes) -> Sync:
    """Decode and check one message. Raises MalformedMessageError."""
    if len(data) > MAX_SYNC_BYTES:
        raise MalformedMessageError(f"{len(data)} bytes; limit {MAX_SYNC_BYTES}")
    try:
        message = _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error
    if _encoder.encode(message) != data:
        raise MalformedMessageError("not the canonical encoding")
    bounds = [one.bound for one in message.ranges]
    if END in bounds[:-1] or any(
        one >= other for one, other in pairwise(bounds) if other != END
    ):
        raise MalformedMessageError("the ranges do not follow each other")
    for one in message.ranges:
        _check_content(one)
    return message


def opening(heads: HeadSet) -> Sync:
    """The first message of a run: all that is held, in up to 16 parts."""
    writer = _Writer(heads)
    writer.describe(END)
    return writer.message()


def answer(heads: HeadSet, message: Sync) -> Answer:
    """Answer a message that ``decode_sync`` has checked."""
    writer = _Writer(heads)
    lacks: dict[bytes, None] = {}
    lower = 0
    for one in message.ranges:
        upper = heads.place(one.bound)
        lacks |= dict.fromkeys(_answer_one(writer, one, lower, upper))
        if writer.is_full:
            break
        lower = upper
    return Answer(writer.message(), tuple(lacks))


def is_last(message: Sync) -> bool:
    """Whether the one who gets ``message`` has nothing to answer."""
    return all(one.mode in {Mode.SKIP, Mode.NEWS} for one in message.ranges)


def _answer_one(
    writer: "_Writer", one: Range, lower: int, upper: int
) -> Iterable[bytes]:
    """Write what answers one range; return what we lack of it."""
    heads = writer.heads
    if one.mode == Mode.FINGERPRINT and one.content != heads.fingerprint(lower, upper):
        writer.describe(one.bound)
        return ()
    if one.mode in {Mode.LIST, Mode.NEWS}:
        theirs = _ids(one.content)
        keys = heads.part(lower, upper)
        if one.mode == Mode.LIST:
            known = frozenset(theirs)
            writer.tell([key for key in keys if short(key) not in known], one.bound)
        else:
            writer.skip(one.bound)
        mine = frozenset(map(short, keys))
        return [it for it in theirs if it not in mine]
    writer.skip(one.bound)
    return ()


class _Writer:
    """Builds a message that does not exceed 64 KiB; what does not fit waits for the next round."""

    def __init__(self, heads: HeadSet) -> None:
        self.heads = heads
        self.is_full = False
        self._ranges: list[Range] = []
        self._said = END
        """Up to where the ranges go; at first the beginning, which is empty too."""

        self._skipped: bytes | None = None
        self._room = MAX_SYNC_BYTES - _BODY_BYTES - _REST_BYTES

    def message(self) -> Sync:
        return Sync(tuple(self._ranges))

    def skip(self, bound: bytes) -> None:
        """Say nothing up to ``bound``."""
        self._skipped = bound

    def describe(self, bound: bytes) -> None:
        """Say what is held from here to ``bound``: a list, or 16 fingerprints."""
        heads = self.heads
        lower, upper = self._here(), heads.place(bound)
        if upper - lower <= MAX_LISTED:
            self._put(bound, Mode.LIST, _joined(heads.part(lower, upper)))
            return
        cuts = [lower + (upper - lower) * at // BRANCHES for at in range(BRANCHES + 1)]
        for start, end in pairwise(cuts):
            until = bound if end == upper else _between(*heads.part(end - 1, end + 1))
            self._put(until, Mode.FINGERPRINT, heads.fingerprint(start, end))

    def tell(self, keys: Sequence[bytes], bound: bytes) -> None:
        """Say which keys, ascending, the other lacks from here to ``bound``."""
        if not keys:
            self.skip(bound)
            return
        fitting = max(0, self._room - self._cost(bound) - KEY_BYTES) // SHORT_BYTES
        if fitting >= len(keys):
            self._put(bound, Mode.NEWS, _joined(keys))
        elif fitting:
            self._put(keys[fitting], Mode.NEWS, _joined(keys[:fitting]))
            self._close()
        else:
            self._close()

    def _here(self) -> int:
        """The place up to which everything was said or skipped."""
        at = self._said if self._skipped is None else self._skipped
        return self.heads.place(at) if at else 0

    def _put(self, bound: bytes, mode: Mode, content: bytes) -> None:
        cost = self._cost(bound) + len(content)
        if self.is_full or cost > self._room or len(self._ranges) + 4 > MAX_RANGES:
            self._close()
            return
        self._room -= cost
        self._write_skip()
        self._write(bound, mode, content)

    def _close(self) -> None:
        """One fingerprint over all the rest: the next round goes on there."""
        if not self.is_full:
            self.is_full = True
            lower, upper = self._here(), len(self.heads)
            self._write_skip()
            self._write(END, Mode.FINGERPRINT, self.heads.fingerprint(lower, upper))

    def _write_skip(self) -> None:
        if self._skipped is not None and self._skipped != self._said:
            self._write(self._skipped, Mode.SKIP, b"")

    def _write(self, bound: bytes, mode: Mode, content: bytes) -> None:
        self._ranges.append(Range(bound, mode, content))
        self._said, self._skipped = bound, None

    def _cost(self, bound: bytes) -> int:
        skip = 0 if self._skipped is None else len(self._skipped) + _RANGE_BYTES
        return skip + len(bound) + _RANGE_BYTES


def _check_content(one: Range) -> None:
    size = len(one.content)
    fits = {
        Mode.SKIP: size == 0,
        Mode.FINGERPRINT: size == FINGERPRINT_BYTES,
        Mode.LIST: size % SHORT_BYTES == 0 and size <= MAX_LISTED * SHORT_BYTES,
        Mode.NEWS: size % SHORT_BYTES == 0 and size > 0,
    }
    if not fits[Mode(one.mode)]:
        raise MalformedMessageError(f"{size} bytes in a range of mode {one.mode}")


def short(key: bytes) -> bytes:
    """The short id in a key of ``head_key``."""
    return key[TIME_BYTES : TIME_BYTES + SHORT_BYTES]


def _joined(keys: Iterable[bytes]) -> bytes:
    return b"".join(map(short, keys))


def _ids(content: bytes) -> list[bytes]:
    return [
        content[at : at + SHORT_BYTES] for at in range(0, len(content), SHORT_BYTES)
    ]


def _between(below: bytes, above: bytes) -> bytes:
    """The shortest beginning of ``above`` that is greater than ``below``."""
    size = next(at for at in range(KEY_BYTES) if below[at] != above[at])
    return above[: size + 1]
