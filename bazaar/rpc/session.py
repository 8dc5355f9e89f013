"""The client's side of the door as a pure state machine: bytes in, answers and events out.

The terminal drives it with a blocking socket, the app with a Qt socket. Send what
``start``, ``ask`` and ``receive`` give back; one session serves one connection.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from bazaar.rpc import auth
from bazaar.rpc.frames import (
    EventFrame,
    Hello,
    NodeHello,
    Proof,
    ReplyFrame,
    Request,
    Welcome,
    line,
)
from bazaar.rpc.lines import LineError, Lines
from bazaar.rpc.problems import GarbledError, ImpostorError, Problem, VersionSkewError
from bazaar.rpc.schema.call import PROTOCOL, Call
from bazaar.rpc.schema.calls import CALLS
from bazaar.rpc.schema.node import Event

_frames: Final = msgspec.json.Decoder(ReplyFrame | EventFrame | Welcome)
_hello: Final = msgspec.json.Decoder(NodeHello)


class Reply(NamedTuple):
    """The end of the call ``id``: its typed answer, or the problem."""

    id: int
    answer: Any
    problem: Problem | None


class Asked(NamedTuple):
    """A call on its way: its id and the bytes to send."""

    id: int
    send: bytes


class Received(NamedTuple):
    """What a piece of bytes meant: an answer to send at once, replies and events in order."""

    send: bytes
    replies: tuple[Reply, ...]
    events: tuple[Event, ...]


class Session:
    """One connection to a node.

    Attributes:
        welcome: The node's welcome; None until calls may be sent.
    """

    def __init__(self, token: bytes) -> None:
        self.welcome: Welcome | None = None
        self._token = token
        self._nonce = auth.new_nonce()
        self._greeted = False
        self._lines = Lines()
        self._open: dict[int, type[Call]] = {}
        self._last = 0

    def start(self) -> bytes:
        """The first bytes to send."""
        return line(Hello(PROTOCOL, self._nonce.hex()))

    def ask(self, call: Call) -> Asked:
        """Put ``call`` on its way; only after the welcome."""
        self._last += 1
        self._open[self._last] = type(call)
        request = Request(self._last, msgspec.Raw(msgspec.json.encode(call)))
        return Asked(self._last, line(request))

    def receive(self, data: bytes) -> Received:
        """Take what has arrived.

        Raises ImpostorError, VersionSkewError or GarbledError; then close the connection.
        """
        self._lines.feed(data)
        send = b""
        replies: list[Reply] = []
        events: list[Event] = []
        for text in self._whole_lines():
            if not self._greeted:
                send += self._greet(text)
                continue
            match _decoded(_frames, text):
                case ReplyFrame() as reply:
                    replies.append(self._reply(reply))
                case EventFrame() as event:
                    events.extend(_events(event))
                case welcome:
                    self.welcome = welcome
        return Received(send, tuple(replies), tuple(events))

    def _whole_lines(self) -> Iterator[bytes]:
        try:
            while (text := self._lines.next()) is not None:
                yield text
        except LineError as error:
            raise GarbledError(str(error)) from error

    def _greet(self, text: bytes) -> bytes:
        hello = _decoded(_hello, text)
        if not auth.proves(hello.proof, self._token, "node", self._nonce):
            raise ImpostorError(
                "who listens there does not know the token of this home"
            )
        if hello.protocol != PROTOCOL:
            raise VersionSkewError(hello.protocol)
        self._greeted = True
        return line(
            Proof(auth.proof(self._token, "client", bytes.fromhex(hello.nonce)))
        )

    def _reply(self, frame: ReplyFrame) -> Reply:
        asked = self._open.pop(frame.id, None)
        if asked is None:
            raise GarbledError(f"a reply to the unknown call {frame.id}")
        if frame.error is not None:
            return Reply(frame.id, None, frame.error)
        return Reply(
            frame.id, _decoded(msgspec.json.Decoder(CALLS[asked]), frame.result), None
        )


def _events(frame: EventFrame) -> Iterator[Event]:
    for data in (frame.data, *frame.more):
        yield Event(frame.seq, frame.topic, frame.at, data)


def _decoded(decoder: msgspec.json.Decoder[Any], text: bytes | msgspec.Raw) -> Any:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise GarbledError(str(error)) from error
