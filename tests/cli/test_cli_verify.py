"""``verify`` needs no home, no node and no identity; ``evidence`` names a new file."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec

from bazaar.domain.trading.bundle import encode_bundle
from bazaar.rpc.schema.disputes import EvidenceBundle
from tests.cli.market import Market, Terminal
from tests.domain.test_bundle import small, told
from tests.domain.test_reputation_file import LOADED, WHOLE
from tests.trades import Story

HEAVY = ("trio", "libp2p", "sqlalchemy", "pysqlite3", "PySide6", "bazaar.app")


def written(folder: Path, data: bytes) -> str:
    file = folder / "case.bazaar"
    file.write_bytes(data)
    return str(file)


def test_what_does_not_hold_ends_with_one_and_says_why(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = written(tmp_path, encode_bundle(told(Story().shipped())))
    done = terminal.run("verify", file, "--json")
    assert done.code == 1
    said = json.loads(done.out)
    assert {"valid", "state", "problems", "timeline"} <= set(said)
    assert said["valid"] is False
    assert said["state"] == "shipped"
    types = [one["type"] for one in said["timeline"]]
    assert types[0] == "Offer"
    assert types[-1] == "Ship"
    assert not terminal.home.exists()


def test_the_page_is_readable(terminal: Terminal, tmp_path: Path) -> None:
    story = Story().shipped()
    file = written(tmp_path, encode_bundle(told(story)))
    done = terminal.run("verify", file)
    assert done.code == 1
    for words in (
        "THE EVIDENCE DOES NOT HOLD",
        story.offer.id.hex(),
        "local:tests",
        "10.00 EUR",
        "12D3KooW",
        "Ship",
        "exporter's word",
    ):
        assert words in done.out


def test_what_is_no_bundle_is_said(terminal: Terminal, tmp_path: Path) -> None:
    for data in (b"", b"nonsense", encode_bundle(small())[:-1]):
        done = terminal.run("verify", written(tmp_path, data), "--json")
        assert done.code == 1
        said = json.loads(done.out)
        assert (said["valid"], said["state"]) == (False, "")
        assert len(said["problems"]) == 1
        assert "DOES NOT HOLD" in terminal.run("verify", written(tmp_path, data)).out


def test_a_reputation_is_checked_like_evidence(
    terminal: Terminal, tmp_path: Path
) -> None:
    for vector in LOADED:
        file = written(tmp_path, bytes.fromhex(vector["file"]))
        done = terminal.run("verify", file, "--json")
        assert done.code == (0 if vector["accept"] else 1), vector["why"]
        said = json.loads(done.out)
        assert {"valid", "state", "problems"} <= set(said)
        assert said["valid"] is vector["accept"]
    page = terminal.run("verify", written(tmp_path, WHOLE)).out
    for words in (
        "the reputation holds",
        "3 sales, 3 closed, 1 rated, 2 unaccounted",
        "(without a name)",
        "Arrived. -> Thank you.",
    ):
        assert words in page


def test_a_file_that_is_not_there(terminal: Terminal, tmp_path: Path) -> None:
    done = terminal.run("verify", str(tmp_path / "none"))
    assert done.code == 1
    assert "none" in done.err
    assert terminal.run("verify").code == 2


def test_verifying_loads_nothing_heavy(tmp_path: Path) -> None:
    file = written(tmp_path, encode_bundle(told(Story().shipped())))
    program = (
        "import sys; from bazaar.cli.main import main\n"
        "from bazaar.cli.parser import Hooks\n"
        "main(sys.argv[1:], Hooks(*[None] * 4))\n"
        f"print([one for one in {HEAVY!r} if one in sys.modules], file=sys.stderr)"
    )
    home = ("--home", str(tmp_path / "none"))
    done = subprocess.run(
        [sys.executable, "-c", program, *home, "verify", file],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "Ship" in done.stdout
    assert done.stderr.strip() == "[]"


def test_evidence_travels_as_a_whole_path(
    market: Market, terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "case.bazaar"
    done = terminal.run("evidence", "abcdef", str(file), "--json")
    assert done.code == 0
    assert market.calls == [EvidenceBundle(id="abcdef", file=str(file))]
    assert {"valid", "state", "problems"} <= set(msgspec.json.decode(done.out))
