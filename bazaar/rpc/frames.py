"""The frames around calls and answers: greeting, request, reply, event."""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from bazaar.rpc.problems import Problem

MAX_GREETING_BYTES: Final = 1024
"""Before a client has proved itself, its lines are no longer than this."""

Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
RequestId = Annotated[int, Meta(ge=0, lt=2**53)]


class Frame(Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Base of every frame but a request."""


class Hello(Frame, frozen=True, tag="hello"):
    """The client opens."""

    protocol: int
    nonce: Hex32


class NodeHello(Frame, frozen=True, tag="hello"):
    """The node proves itself and asks for the same."""

    protocol: int
    nonce: Hex32
    proof: Hex32


class Proof(Frame, frozen=True, tag="proof"):
    """The client proves itself."""

    proof: Hex32


class Welcome(Frame, frozen=True, tag="welcome"):
    """The door is open; ``version`` is that of the node's program."""

    protocol: int
    version: str


class Request(Struct, frozen=True):
    """One call; ``call`` is decoded on its own, so that a bad one still has an answer."""

    id: RequestId
    call: msgspec.Raw


class ReplyFrame(Frame, frozen=True, tag="reply"):
    """The answer to the request of this id: a result or a problem."""

    id: int
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: Problem | None = None


class EventFrame(Frame, frozen=True, tag="event"):
    """Something changed; ``more`` holds the data of events merged into this one."""

    seq: int
    topic: str
    at: int
    data: dict[str, Any] = {}
    more: tuple[dict[str, Any], ...] = ()


def line(frame: Struct) -> bytes:
    """One frame as it travels."""
    return msgspec.json.encode(frame) + b"\n"
