"""Exit codes and the forms of errors."""

import json
import shutil
from pathlib import Path

import pytest

from bazaar.domain.errors import InputError, StaleStateError
from bazaar.rpc.paths import announce
from tests.cli.market import Market, Terminal, made

MISUSES = [
    "bogus",
    "order",
    "order show",
    "order place",
    "order wait o",
    "order wait o --state paid --timeout soon",
    "order place a --option Shade",
    "order place a --option =green",
    "order place a --rail gold",
    "order list --role king",
    "order extend o",
    "order dispute o",
    "order dispute o --reason-code mood",
    "order rate o --stars 0",
    "order rate o --stars 6",
    "order show o --unknown",
    "order place a --quant 2",
    "search x --sort random",
    "profile set name",
    "arbiter offer",
    "case rule o --buyer 1",
    "account settle p 5EUR",
    "init",
    "status --network bogus",
    "status --network local:UPPER",
    "backup",
    "restore",
    "follow",
    "block",
    "listing import",
    "listing export",
    "order dispute o --part x",
]


@pytest.mark.parametrize("line", MISUSES)
def test_misuse_ends_with_2(terminal: Terminal, line: str) -> None:
    done = terminal.run(*line.split())
    assert (done.code, done.out) == (2, "")
    assert "bazaar:" in done.err


@pytest.mark.parametrize("line", MISUSES)
def test_misuse_is_told_to_programs_too(terminal: Terminal, line: str) -> None:
    done = terminal.run("--json", *line.split())
    assert (done.code, done.out) == (2, "")
    assert json.loads(done.err)["error"]["code"] == "usage"


def test_another_network_than_the_homes_is_a_contradiction(
    market: Market, terminal: Terminal
) -> None:
    assert terminal.run("--network", "main", "status").code == 2
    assert terminal.run("--network", "local:test", "status").code == 0


def test_a_refusal_ends_with_1_and_its_reason(
    market: Market, terminal: Terminal
) -> None:
    market.problem = StaleStateError("the order has moved on")
    done = terminal.run("order", "accept", "o")
    assert (done.code, done.out, done.err) == (
        1,
        "",
        "bazaar: the order has moved on\n",
    )
    done = terminal.run("order", "accept", "o", "--json")
    assert json.loads(done.err) == {
        "error": {"code": "wrong_state", "message": "the order has moved on"}
    }


def test_the_command_line_adds_the_command_that_is_meant(
    market: Market, terminal: Terminal
) -> None:
    words = (
        "arbiter: the seller accepts no arbiter; only an order without one is possible"
    )
    market.problem = InputError("arbiter", words.removeprefix("arbiter: "))
    done = terminal.run("order", "place", "aaaaaa")
    assert "(bazaar order place --direct)" in done.err


def test_bad_input_ends_with_1(market: Market, terminal: Terminal) -> None:
    market.problem = InputError("max_price", "is no amount")
    done = terminal.run("search", "x", "--max-price", "much")
    assert (done.code, done.err) == (1, "bazaar: max_price: is no amount\n")


def test_foreign_text_cannot_steer_the_terminal(
    market: Market, terminal: Terminal
) -> None:
    market.problem = StaleStateError("bad \x1b[2J \N{RIGHT-TO-LEFT OVERRIDE}gpj.exe")
    err = terminal.run("order", "accept", "o").err
    assert (
        err
        == "bazaar: bad \N{REPLACEMENT CHARACTER}[2J \N{REPLACEMENT CHARACTER}gpj.exe\n"
    )


def test_a_home_without_identity_is_refused_in_words(terminal: Terminal) -> None:
    done = terminal.run("status")
    assert done.code == 1
    assert "bazaar init" in done.err


@pytest.mark.parametrize(
    "text", ["network = 4", "bogus = 1", "=", "network = 'bogus'", "\udcff"]
)
def test_a_broken_settings_file_is_refused(terminal: Terminal, text: str) -> None:
    terminal.home.mkdir()
    (terminal.home / "config.toml").write_bytes(text.encode(errors="surrogateescape"))
    assert terminal.run("status").code == 1


def test_main_without_a_terminal_needs_a_passphrase_file(terminal: Terminal) -> None:
    made(terminal.home, "main")
    for line in ("status", "node"):
        done = terminal.run(line)
        assert done.code == 2
        assert "BAZAAR_PASSPHRASE_FILE" in done.err


def test_an_impostor_ends_with_3(market: Market, terminal: Terminal) -> None:
    (market.home / "run" / "token").write_text("00" * 32 + "\n")
    done = terminal.run("--json", "status")
    assert done.code == 3
    assert json.loads(done.err)["error"]["code"] == "node_unreachable"


def test_stopping_without_a_node_is_no_failure(terminal: Terminal) -> None:
    assert terminal.run("stop").out == "no node runs\n"
    made(terminal.home)
    announce(terminal.home, str(terminal.home / "run" / "node.sock"))
    assert terminal.run("stop").code == 0


def test_a_table_without_rows_says_so(
    market: Market, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: object) -> object:
        return ()

    monkeypatch.setattr(market.server, "_dispatch", nothing)
    for line, words in (
        ("order list", "no orders yet"),
        ("listing list", "nothing is for sale"),
        ("peers", "nobody is connected"),
        ("account list", "no accounts yet"),
    ):
        assert words in terminal.run(*line.split()).out


def test_a_file_in_place_of_the_home_is_told_in_words(
    terminal: Terminal, tmp_path: Path
) -> None:
    shutil.rmtree(terminal.home, ignore_errors=True)
    terminal.home.write_text("x")
    done = terminal.run("status")
    assert done.code == 1
    assert "not a directory" in done.err
