"""``bazaar demo`` as a stranger runs it: real processes, all stories, sums of zero."""

import faulthandler
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from bazaar.demo import screenshots

DEMO_SECONDS = 240
"""A shared machine may be slow; the demonstration gives up by itself long before."""

TOLD = (
    "9 nodes run",
    "listens at /ip4/127.0.0.1/tcp/",
    "all 76 listings of 4 shops have reached Amina Haddad",
    "Brandt Restores holds it",
    "142.90 EUR are bound",
    "verifies it from its signatures alone",
    "Amina Haddad disputes, and Ilse Vandamme has the case",
    "rules a split: 52.00 EUR back to Amina Haddad, 33.14 EUR to Barro e Linho, 1.36 EUR fee",
    "stays silent; Amina Haddad agrees",
    "refuses it twice and counts both",
    "both parts are paid: 74.50 EUR in two steps",
    "orders all the same: sealed, the order for 16.40 EUR waits in the mailboxes",
    "empties the mailboxes and finds the order",
    "Ilse Vandamme's node rules in the place of Aurélie Chastain",
    "machine returns and finds the case closed",
    "a fresh home without identity or network verifies",
    "a promise between two people, not money in a bank",
    "To look around yourself",
)
BALANCE = re.compile(r"^(\S.*?) +([+-]?\d+\.\d\d) +EUR ", re.MULTILINE)


@pytest.fixture
def folder() -> Generator[Path]:
    """A short path, so that sockets fit."""
    path = Path(tempfile.mkdtemp(prefix="bazaar-test-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def said(folder: Path) -> str:
    # More than a minute of waiting for a ruling is no hang whose stack is worth printing.
    faulthandler.cancel_dump_traceback_later()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bazaar", "demo"],
        capture_output=True,
        timeout=DEMO_SECONDS,
        check=False,
        text=True,
        env=os.environ | {"TMPDIR": str(folder)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(DEMO_SECONDS + 60)
def test_a_whole_market_lives_on_one_machine(said: str, folder: Path) -> None:
    for words in TOLD:
        assert words in said
    table = said.partition("Who owes whom")[2]
    balances = {name: _minor(number) for name, number in BALANCE.findall(table)}
    assert balances.pop("sum") == 0
    assert sum(balances.values()) == 0
    assert balances == {
        "Brandt Restores": 14290,
        "Barro e Linho": 3314,
        "Amina Haddad": -26830,
        "Kade 12": 7450,
        "Hedgerow Pantry": 1640,
        "Ilse Vandamme": 136,
    }
    _check_what_stays(said, folder)


def _minor(number: str) -> int:
    return int(number.replace(".", ""))


def _check_what_stays(said: str, folder: Path) -> None:
    """Pictures alone, and no node that still writes beside them."""
    (root,) = [
        path for path in folder.iterdir() if path.name.startswith("bazaar-demo-")
    ]
    assert [path.name for path in root.iterdir()] == ["pictures"]
    pictures = sorted((root / "pictures").iterdir())
    assert len(pictures) == 14
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)
    assert str(root / "pictures") in said


def test_the_libraries_named_are_those_that_the_set_up_installs() -> None:
    script = Path(__file__).parents[2] / "packaging" / "setup.sh"
    (line,) = re.findall(r'^qt_libraries="(.*)"$', script.read_text(), re.MULTILINE)
    assert tuple(line.split()) == screenshots.QT_LIBRARIES
