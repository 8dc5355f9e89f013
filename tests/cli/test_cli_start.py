"""Starting a node for a command, letting it go, keeping it, stopping it: real processes."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from bazaar.cli import start, stop
from bazaar.rpc.paths import read_door
from bazaar.rpc.schema.orders import OrderShow
from bazaar.rpc.server import MAX_CLIENTS
from tests.cli.market import Market, Terminal, made, opened

PROGRAM = (sys.executable, str(Path(__file__).parent / "small_node.py"))
LIBRARIES = {"trio", "libp2p", "sqlalchemy", "pysqlite3", "nacl", "numpy", "PySide6"}
NODE_ONLY = LIBRARIES | {"bazaar.app", "net", "store", "gui"}


@pytest.fixture
def alone(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Generator[Terminal]:
    """A terminal at a home that has no node yet."""
    monkeypatch.setattr(start, "PROGRAM", PROGRAM)
    made(terminal.home)
    yield terminal
    if read_door(terminal.home) is not None:
        terminal.run("stop")


def test_a_command_starts_a_node_that_ends_after_it(alone: Terminal) -> None:
    done = alone.run("order", "list", "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)[0]["title"] == "Restored desk lamp"
    assert read_door(alone.home) is None
    assert (alone.home / "passphrase").read_text() == "\n"


def test_what_is_left_in_the_outbox_is_said(
    alone: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "OUTBOX_SECONDS", 0.3)
    (alone.home / "behaviour").write_text("outbox")
    done = alone.run("order", "list")
    assert done.code == 0
    assert "2 of your messages are not delivered yet" in done.err
    assert alone.run("order", "list", "--json").err == ""


def test_a_node_may_stay_and_be_stopped(alone: Terminal) -> None:
    assert alone.run("status", "--stay").code == 0
    first = (alone.home / "pid").read_text()
    assert alone.run("status").code == 0
    assert (alone.home / "pid").read_text() == first
    assert alone.run("stop").out == "the node has stopped\n"
    os.waitpid(int(first), 0)


def test_a_node_that_does_not_start_ends_with_3_and_its_last_words(
    alone: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "_OTHER_SECONDS", 0.1)
    (alone.home / "behaviour").write_text("refuse")
    done = alone.run("status")
    assert done.code == 3
    assert "wrong passphrase" in done.err


def test_a_start_that_met_an_ending_node_is_repeated(
    alone: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "_OTHER_SECONDS", 0.1)
    (alone.home / "behaviour").write_text("once")
    assert alone.run("status").code == 0


def test_a_node_that_never_answers_is_ended(
    alone: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        start, "PROGRAM", (sys.executable, "-c", "import time; time.sleep(60)")
    )
    monkeypatch.setattr(start, "START_SECONDS", 0.3)
    done = alone.run("status")
    assert done.code == 3
    assert "it said nothing" in done.err


def test_stopping_waits_for_the_lock_of_the_home(
    market: Market, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stop, "STOP_SECONDS", 0.2)
    with (terminal.home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert terminal.run("stop").code == 3
    assert terminal.run("stop").code == 0


def test_a_crowd_of_clients_is_no_crash(market: Market, terminal: Terminal) -> None:
    for _ in range(MAX_CLIENTS + 2):
        assert terminal.run("order", "show", "o", "--json").code == 0
    assert set(market.calls) == {OrderShow(id="o")}


SCRIPT = """
import sys
from bazaar.cli.main import main
from bazaar.cli.parser import Hooks
code = main(sys.argv[1:], Hooks(print, print, print, print))
print("LOADED", *sys.modules, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(
    "line", ["--version", "search lamp --json", "order list", "where", "stop"]
)
def test_the_terminal_leaves_the_node_outside(tmp_path: Path, line: str) -> None:
    home = made(tmp_path / "home")
    with opened(home):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, "--home", str(home), *line.split()],
            capture_output=True,
            text=True,
            check=True,
        )
    loaded = set(done.stderr.partition("LOADED")[2].split())
    assert "bazaar.cli.main" in loaded
    assert NODE_ONLY.isdisjoint(loaded)


def test_the_program_says_its_version_without_the_node(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bazaar", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "0.1.0" in done.stdout
    assert NODE_ONLY.isdisjoint(loaded)


def interruptible(words: list[str]) -> subprocess.Popen[bytes]:
    """A process that hears an interrupt, also where these tests run in the background of a script.

    A shell lets its background jobs ignore it, and their children inherit that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    finally:
        signal.signal(signal.SIGINT, before)


def test_watching_prints_events_until_it_is_interrupted(tmp_path: Path) -> None:
    home = made(tmp_path / "home")
    with opened(home) as market:
        words = [sys.executable, "-c", SCRIPT, "--home", str(home), "watch", "order"]
        with interruptible(words) as watcher:
            assert watcher.stdout is not None
            market.tell_when_watched("order", {"order_id": "0f"})
            event = json.loads(watcher.stdout.readline())
            watcher.send_signal(signal.SIGINT)
            assert watcher.wait(60) == 0
    assert (event["topic"], event["data"]) == ("order", {"order_id": "0f"})
    assert event["at"] > 0
