"""What a script may do wrong: bytes that are no text, files without end, outputs that nobody reads."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from bazaar.cli.arguments import MAX_JSON_FILE_BYTES
from tests.cli.market import Market, Terminal, made, opened

PROGRAM = (sys.executable, "-P", "-m", "bazaar")
NO_TEXT = os.fsdecode(b"\xff")


class Ended(NamedTuple):
    """How a process of its own ended."""

    code: int
    err: str


def shell(home: Path, line: str) -> Ended:
    """Run a line of a shell in which ``bazaar`` is this program at ``home``."""
    words = " ".join((*PROGRAM, "--home", str(home)))
    done = subprocess.run(
        ["/bin/sh", "-c", f'bazaar() {{ {words} "$@"; }}\n{line}'],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    return Ended(done.returncode, done.stderr)


@pytest.mark.parametrize(
    "words", [["search", NO_TEXT], ["listing", "publish", NO_TEXT], [NO_TEXT]]
)
def test_words_that_are_no_text_are_misuse(
    market: Market, terminal: Terminal, words: Sequence[str]
) -> None:
    done = terminal.run("--json", *words)
    assert (done.code, done.out, market.calls) == (2, "", [])
    assert json.loads(done.err)["error"]["code"] == "usage"


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999"])
@pytest.mark.parametrize(
    "line", ["order wait o --state paid --timeout", "search x --min-rating"]
)
def test_numbers_that_are_none_are_misuse(
    market: Market, terminal: Terminal, line: str, number: str
) -> None:
    done = terminal.run("--json", *line.split(), number)
    assert (done.code, done.out, market.calls) == (2, "", [])
    assert json.loads(done.err)["error"]["code"] == "usage"


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b'{"title": "\\ud800"}', b"[" * 100_000, b"9" * 5_000],
    ids=["nothing", "no text", "half a character", "a tower", "a long number"],
)
def test_a_listing_file_of_rubbish_is_refused(
    market: Market, terminal: Terminal, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    done = terminal.run("--json", "listing", "publish", str(file))
    assert (done.code, done.out, market.calls) == (1, "", [])
    assert json.loads(done.err)["error"]["code"] == "input"


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_listing_file_has_a_limit(
    market: Market, terminal: Terminal, tmp_path: Path, beyond: int
) -> None:
    file = tmp_path / "large.json"
    file.write_bytes(b" " * (MAX_JSON_FILE_BYTES - 1 + beyond) + b"4")
    done = terminal.run("listing", "publish", str(file))
    assert done.code == 1
    assert ("16 MiB" in done.err) == bool(beyond)


def test_a_file_without_end_is_refused(market: Market, terminal: Terminal) -> None:
    done = terminal.run("--json", "listing", "publish", "/dev/zero")
    assert (done.code, market.calls) == (1, [])


def test_words_in_a_file_that_is_no_text_are_refused(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "words"
    file.write_bytes(b"\xff\xfe")
    line = ("--network", "local:test", "--json", "init", "--name", "A")
    done = terminal.run(*line, "--phrase-file", str(file))
    assert (done.code, terminal.created) == (1, [])
    assert json.loads(done.err)["error"]["code"] == "input"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("bazaar --json where > /dev/full", 1),
        ("bazaar where > /dev/full", 1),
        ("bazaar --json where >&-", 0),
        ("bazaar --json bogus 2>&-", 2),
        ("bazaar --json where 2>&-", 0),
    ],
)
def test_an_output_that_takes_nothing(tmp_path: Path, line: str, code: int) -> None:
    done = shell(made(tmp_path / "home"), line)
    assert done.code == code
    assert "Exception" not in done.err
    assert "Traceback" not in done.err


def test_a_reader_that_leaves_is_no_crash(tmp_path: Path) -> None:
    with opened(made(tmp_path / "home")) as market:
        words = [*PROGRAM, "--home", str(market.home), "--json", "status"]
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run(
            words, stdout=write, stderr=subprocess.PIPE, text=True, check=False
        )
        os.close(write)
    assert done.returncode == 1
    assert json.loads(done.stderr)["error"]["code"] == "file"


def test_a_node_that_cannot_run_says_so_to_programs(tmp_path: Path) -> None:
    home = made(tmp_path / "home")
    done = shell(home, "bazaar --json node")
    assert done.code == 1
    assert json.loads(done.err.splitlines()[-1])["error"]["code"] == "input"
