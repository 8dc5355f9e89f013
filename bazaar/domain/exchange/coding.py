"""How requests and answers are written and read, and what bounds them all (PROTOCOL.md 3.6).

Every one is bounded like a signed body; what they carry is verified by itself.
"""

from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.wire.bounds import Body, Id
from bazaar.domain.wire.marks import check_marks

MAX_IDS: Final = 512
MAX_ANSWER_BYTES: Final = 256 * 1024
Ids = Annotated[tuple[Id, ...], Meta(max_length=MAX_IDS)]
Envelope = Annotated[bytes, Meta(min_length=1, max_length=64 * 1024)]
Envelopes = Annotated[tuple[Envelope, ...], Meta(max_length=MAX_IDS)]
B = TypeVar("B", bound=Body)


def encode(body: Body) -> bytes:
    """The bytes of a request or an answer."""
    return msgspec.msgpack.encode(body)


def decode(kind: type[B], data: bytes) -> B:
    """Decode and check. Raises MalformedMessageError."""
    try:
        body = msgspec.msgpack.decode(data, type=kind)
        check_marks(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error
    return body


def fitting(envelopes: tuple[bytes, ...] | list[bytes]) -> tuple[bytes, ...]:
    """As many of ``envelopes`` from the start as fit into one answer."""
    taken: list[bytes] = []
    size = 0
    for envelope in envelopes:
        size += len(envelope) + 8
        if size > MAX_ANSWER_BYTES:
            break
        taken.append(envelope)
    return tuple(taken)
