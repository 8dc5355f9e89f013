"""Making or restoring an identity, by ``bazaar init`` in a process of its own."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import msgspec
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

FILE_VARIABLE: Final = "BAZAAR_PASSPHRASE_FILE"


class Wish(msgspec.Struct, frozen=True):
    """The identity to make; with ``phrase`` to restore, with ``backup`` from that file."""

    name: str
    network: str
    passphrase: str = ""
    phrase: str = ""
    backup: str = ""


class IdentityMaker(QObject):
    """Runs one ``init`` or ``restore``.

    Signals:
        made: The words, "" when restored.
        failed: Why not, in words.
    """

    made = Signal(str)
    failed = Signal(str)

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home
        self._secrets: list[str] = []
        self._process = QProcess(self)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._broken)

    def make(self, wish: Wish) -> None:
        """Begin; nothing happens while one is on its way."""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            return
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        words = [
            "-P",
            "-m",
            "bazaar",
            "--home",
            str(self._home),
            "--network",
            wish.network,
        ]
        words.append("--json")
        if wish.backup:
            words += ["restore", wish.backup]
        else:
            words += ["init", "--name", wish.name]
        if wish.phrase:
            words += ["--phrase-file", self._secret(wish.phrase)]
        environment = QProcessEnvironment.systemEnvironment()
        if wish.passphrase:
            environment.insert(FILE_VARIABLE, self._secret(wish.passphrase))
        self._process.setProcessEnvironment(environment)
        self._process.setWorkingDirectory(str(self._home))
        self._process.start(sys.executable, words)

    def _secret(self, text: str) -> str:
        handle, path = tempfile.mkstemp(prefix="bazaar-")
        with os.fdopen(handle, "w") as file:
            file.write(text + "\n")
        self._secrets.append(path)
        return path

    def _forget(self) -> None:
        while self._secrets:
            Path(self._secrets.pop()).unlink(missing_ok=True)

    def _finished(self, code: int) -> None:
        self._forget()
        out = self._process.readAllStandardOutput().data()
        if code:
            self.failed.emit(reason(bytes(self._process.readAllStandardError().data())))
            return
        answer: dict[str, Any] = msgspec.json.decode(bytes(out))
        self.made.emit(str(answer.get("phrase", "")))

    def _broken(self) -> None:
        if self._process.error() is QProcess.ProcessError.FailedToStart:
            self._forget()
            self.failed.emit(self._process.errorString())


def reason(stderr: bytes) -> str:
    """Return the words of a refusal that ``--json`` printed, else the last line."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    last = lines[-1] if lines else ""
    try:
        return str(msgspec.json.decode(last)["error"]["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return last
