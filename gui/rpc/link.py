"""The connection to the node: a Qt socket around the pure session."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QIODevice, QObject, QSignalBlocker, QTimer, Signal
from PySide6.QtNetwork import QLocalSocket, QTcpSocket

from bazaar.rpc.deadlines import client_seconds
from bazaar.rpc.paths import TCP_PREFIX, read_door, read_token
from bazaar.rpc.problems import (
    DEADLINE,
    UNREACHABLE,
    Problem,
    RpcError,
    VersionSkewError,
)
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.node import Watch
from bazaar.rpc.session import Reply, Session
from gui.rpc.door import OnAnswer, OnRefused
from gui.rpc.spoken import spoken
from gui.texts import tr

FIRST_PAUSE_MS: Final = 50
LONGEST_PAUSE_MS: Final = 2_000
GREETING_MS: Final = 5_000

DOWN: Final = "down"
UP: Final = "up"
SKEW: Final = "skew"


Gate = Callable[[Call, Callable[[], object], OnRefused], bool]


def open_gate(_call: Call, _go: Callable[[], object], _refuse: OnRefused) -> bool:
    """Nothing is held back."""
    return False


class _Open(NamedTuple):
    on_answer: OnAnswer
    on_refused: OnRefused
    deadline: QTimer


class Link(QObject):
    """One connection that comes back by itself, with pauses of 50 ms to 2 s.

    Signals:
        heard: A ``schema.Event``.
        state_changed: DOWN, UP or SKEW.
        tried: A try to connect failed; what starts the node listens here.
    """

    heard = Signal(object)
    state_changed = Signal(str)
    tried = Signal()

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.home = home
        self.state = DOWN
        self.gate: Gate = open_gate
        """Asked before each call; a call that it holds it lets go or refuses later."""

        self._session: Session | None = None
        self._socket: QLocalSocket | QTcpSocket | None = None
        self._open: dict[int, _Open] = {}
        self._pause = FIRST_PAUSE_MS
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.connect_now)
        self._greeting = QTimer(self)
        self._greeting.setSingleShot(True)
        self._greeting.setInterval(GREETING_MS)
        self._greeting.timeout.connect(self._lost)

    @property
    def busy(self) -> bool:
        """Whether answers are awaited."""
        return bool(self._open)

    def connect_now(self) -> None:
        """Begin to connect; a failure only plans the next try."""
        self._drop()
        door = read_door(self.home)
        try:
            token = read_token(self.home)
        except (OSError, ValueError):
            door = None
            token = b""
        if door is None:
            self._lost()
            return
        self._session = Session(token)
        self._socket = self._dial(door.socket)
        self._greeting.start()

    def close(self) -> None:
        """Hang up and stay so; what is open is refused."""
        self._again.stop()
        self._drop()
        self._refuse_all()

    def call(self, call: Call, on_answer: OnAnswer, on_refused: OnRefused) -> None:
        """Ask the node; see ``Door``. Without a connection it is refused at once, but later."""
        if not self.gate(
            call, lambda: self._ask(call, on_answer, on_refused), on_refused
        ):
            self._ask(call, on_answer, on_refused)

    def _ask(self, call: Call, on_answer: OnAnswer, on_refused: OnRefused) -> None:
        session = self._session
        if self.state != UP or session is None or self._socket is None:
            gone = Problem(UNREACHABLE, tr("link.gone"))
            QTimer.singleShot(0, self, lambda: on_refused(gone))
            return
        asked = session.ask(call)
        deadline = QTimer(self)
        deadline.setSingleShot(True)
        deadline.timeout.connect(lambda: self._too_late(asked.id))
        deadline.start(round(client_seconds(call) * 1000))
        self._open[asked.id] = _Open(on_answer, on_refused, deadline)
        self._send(asked.send)

    def _dial(self, address: str) -> QLocalSocket | QTcpSocket:
        if address.startswith(TCP_PREFIX):
            host, _, port = address.removeprefix(TCP_PREFIX).rpartition(":")
            plain = QTcpSocket(self)
            self._listen(plain)
            plain.errorOccurred.connect(self._lost)
            plain.connectToHost(host, int(port))
            return plain
        local = QLocalSocket(self)
        self._listen(local)
        local.errorOccurred.connect(self._lost)
        local.connectToServer(address, QIODevice.OpenModeFlag.ReadWrite)
        return local

    def _listen(self, socket: QLocalSocket | QTcpSocket) -> None:
        socket.connected.connect(self._greet)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self._lost)

    def _greet(self) -> None:
        socket = self.sender()
        if self._session is not None and isinstance(socket, QIODevice):
            socket.write(self._session.start())

    def _send(self, data: bytes) -> None:
        """Write, unless the other side has just hung up: then ``_lost`` follows."""
        if self._socket is not None and self._socket.isOpen():
            self._socket.write(data)

    def _read(self) -> None:
        if self._session is None or self._socket is None:
            return
        try:
            got = self._session.receive(bytes(self._socket.readAll().data()))
        except VersionSkewError:
            self._drop()
            self._become(SKEW)
            return
        except RpcError:
            self._lost()
            return
        if got.send:
            self._send(got.send)
        if self._session.welcome is not None and self.state != UP:
            self._welcomed()
        for reply in got.replies:
            self._answer(reply)
        for event in got.events:
            self.heard.emit(event)

    def _welcomed(self) -> None:
        self._greeting.stop()
        self._pause = FIRST_PAUSE_MS
        self._become(UP)
        self.call(Watch(), lambda _: None, lambda _: None)

    def _answer(self, reply: Reply) -> None:
        waiting = self._open.pop(reply.id, None)
        if waiting is None:
            return
        waiting.deadline.stop()
        waiting.deadline.deleteLater()
        if reply.problem is None:
            waiting.on_answer(reply.answer)
        else:
            waiting.on_refused(spoken(reply.problem))

    def _too_late(self, number: int) -> None:
        self._answer(Reply(number, None, Problem(DEADLINE, tr("link.late"))))

    def _lost(self) -> None:
        self._drop()
        self._become(DOWN)
        self._refuse_all()
        self._again.start(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE_MS)
        self.tried.emit()

    def _drop(self) -> None:
        self._greeting.stop()
        socket, self._socket, self._session = self._socket, None, None
        if socket is not None:
            with QSignalBlocker(socket):
                socket.abort()
            socket.deleteLater()

    def _refuse_all(self) -> None:
        waiting, self._open = self._open, {}
        for one in waiting.values():
            one.deadline.stop()
            one.deadline.deleteLater()
            one.on_refused(Problem(UNREACHABLE, tr("link.gone")))

    def _become(self, state: str) -> None:
        if self.state != state:
            self.state = state
            self.state_changed.emit(state)
