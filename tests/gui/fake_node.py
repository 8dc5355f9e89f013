"""A node for the app's tests: a real local socket, the real handshake, answers from a table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from bazaar.rpc import auth
from bazaar.rpc.frames import (
    EventFrame,
    Hello,
    NodeHello,
    Proof,
    ReplyFrame,
    Welcome,
    line,
)
from bazaar.rpc.lines import Lines
from bazaar.rpc.paths import announce, renew_token, socket_path
from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import PROTOCOL, Call
from bazaar.rpc.schema.calls import CALLS

Answers = Callable[[Call], Any]


class RefusedError(Exception):
    """What a table raises to refuse a call."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.problem = Problem(code, words)


class _Asked(msgspec.Struct):
    id: int
    call: msgspec.Raw


_CALL = msgspec.json.Decoder(Any)
_TYPES = {kind.__struct_config__.tag: kind for kind in CALLS}


def call_of(raw: msgspec.Raw) -> Call:
    """The typed call of a request."""
    tag = msgspec.json.decode(raw)["type"]
    return msgspec.json.decode(raw, type=_TYPES[tag])


class FakeNode(QObject):
    """Serves ``home``; ``asked`` keeps every call in order."""

    def __init__(self, home: Path, answers: Answers, protocol: int = PROTOCOL) -> None:
        super().__init__()
        self.home = home
        self.answers = answers
        self.asked: list[Call] = []
        self._protocol = protocol
        self._visits: list[_Visit] = []
        self._seq = 0
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._arrived)
        self.open()

    def open(self) -> None:
        """Begin to listen, as after a restart."""
        self.token = renew_token(self.home)
        path = str(socket_path(self.home))
        QLocalServer.removeServer(path)
        assert self._server.listen(path)
        announce(self.home, path)

    def close(self) -> None:
        """Go away."""
        self._server.close()
        for visit in self._visits:
            visit.socket.abort()
        self._visits.clear()

    def tell(self, topic: str, **data: Any) -> None:
        """Send an event to everyone."""
        self._seq += 1
        for visit in self._visits:
            visit.socket.write(line(EventFrame(self._seq, topic, 0, data)))

    def _arrived(self) -> None:
        socket = self._server.nextPendingConnection()
        self._visits.append(_Visit(self, socket, self._protocol))

    def answer(self, call: Call) -> ReplyFrame | Any:
        self.asked.append(call)
        return self.answers(call)


class _Visit(QObject):
    def __init__(self, node: FakeNode, socket: QLocalSocket, protocol: int) -> None:
        super().__init__(socket)
        self._node = node
        self.socket = socket
        self._protocol = protocol
        self._nonce = auth.new_nonce()
        self._lines = Lines()
        self._state = "hello"
        socket.readyRead.connect(self._read)

    def _read(self) -> None:
        self._lines.feed(bytes(self.socket.readAll().data()))
        while (text := self._lines.next()) is not None:
            getattr(self, f"_{self._state}")(text)

    def _hello(self, text: bytes) -> None:
        hello = msgspec.json.decode(text, type=Hello)
        proof = auth.proof(self._node.token, "node", bytes.fromhex(hello.nonce))
        self.socket.write(line(NodeHello(self._protocol, self._nonce.hex(), proof)))
        self._state = "proof"

    def _proof(self, text: bytes) -> None:
        claim = msgspec.json.decode(text, type=Proof).proof
        assert auth.proves(claim, self._node.token, "client", self._nonce)
        self.socket.write(line(Welcome(self._protocol, "test")))
        self._state = "request"

    def _request(self, text: bytes) -> None:
        asked = msgspec.json.decode(text, type=_Asked)
        call = call_of(asked.call)
        QTimer.singleShot(0, self, lambda: self._reply(asked.id, call))

    def _reply(self, number: int, call: Call) -> None:
        try:
            answer = self._node.answer(call)
        except RefusedError as error:
            frame = ReplyFrame(number, error=error.problem)
        else:
            frame = ReplyFrame(number, msgspec.Raw(msgspec.json.encode(answer)))
        self.socket.write(line(frame))
