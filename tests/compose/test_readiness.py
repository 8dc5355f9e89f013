"""The service manager is told, by a real datagram socket."""

import socket
from collections.abc import Generator
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from bazaar.compose.readiness import stay_ready, tell, watchdog_seconds


@pytest.fixture
def manager(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield heard


def test_without_a_manager_nothing_is_said() -> None:
    assert not tell("READY=1", {})
    assert not tell("READY=1", {"NOTIFY_SOCKET": "relative"})
    assert not tell("READY=1", {"NOTIFY_SOCKET": "/nobody/listens"})


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("60000000", 30.0), ("1", 0.0000005), ("0", None), ("-5", None), ("soon", None)],
)
def test_the_watchdog_is_fed_twice_as_often(said: str, seconds: float | None) -> None:
    assert watchdog_seconds({"WATCHDOG_USEC": said}) == seconds
    assert watchdog_seconds({}) is None


async def test_ready_alive_stopping(
    manager: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
    autojump_clock: MockClock,
) -> None:
    del autojump_clock
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    with trio.move_on_after(65):
        await stay_ready()
    said = [manager.recv(100) for _ in range(4)]
    assert said == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"STOPPING=1"]
