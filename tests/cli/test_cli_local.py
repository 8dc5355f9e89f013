"""Commands that ask no node: init, node, where, doctor, demo, version, the app."""

import getpass
import io
import json
import sys
from pathlib import Path

import pytest

from bazaar.cli import doctor
from bazaar.cli.main import main
from bazaar.cli.parser import Check, DemoOptions, Hooks
from bazaar.config import Config, Flags, NodeOptions, read
from tests.cli.market import PHRASE, Market, Terminal, made


def test_init_makes_an_identity_without_a_node(terminal: Terminal) -> None:
    done = terminal.run(
        *[
            "init",
            "--name",
            "Ana",
            "--network",
            "local:x/60",
            "--listen",
            "/ip4/0.0.0.0/tcp/1",
            "--json",
        ],
        *("--bootstrap", "/a", "--bootstrap", '/"b\x7f'),
    )
    assert json.loads(done.out) == {"peer_id": "12D3KooWMe", "phrase": PHRASE}
    (created,) = terminal.created
    assert created == (
        terminal.home,
        "local:x/60",
        "Ana",
        None,
        "",
        ("/ip4/0.0.0.0/tcp/1",),
        ("/a", '/"b\x7f'),
    )
    assert read(Flags(home=str(terminal.home)), {}) == Config(
        terminal.home,
        "local:x/60",
        ("/ip4/0.0.0.0/tcp/1",),
        ("/a", '/"b\x7f'),
        made=True,
    )


def test_init_shows_the_words_once_and_says_that_the_passphrase_is_empty(
    terminal: Terminal,
) -> None:
    done = terminal.run("init", "--name", "Ana", "--network", "local:x")
    assert "empty passphrase" in done.err
    assert all(word in done.out for word in PHRASE.split())
    assert terminal.run("init", "--name", "Ana").code == 1


def test_init_restores_from_a_file(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "words").write_text(PHRASE + "\n")
    done = terminal.run(
        *("init", "--name", "Ana", "--network", "local:x", "--json"),
        *("--phrase-file", str(tmp_path / "words")),
    )
    assert json.loads(done.out) == {"peer_id": "12D3KooWMe"}
    assert terminal.created[0].phrase == PHRASE
    terminal.home = tmp_path / "another"
    done = terminal.run(
        *("init", "--name", "Ana", "--network", "local:x"),
        *("--phrase-file", str(tmp_path / "words")),
    )
    assert done.out == "You are 12D3KooWMe\n"


def test_init_on_main_takes_the_passphrase_from_a_file(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(" open sesame \n")
    monkeypatch.setenv("BAZAAR_PASSPHRASE_FILE", str(tmp_path / "secret"))
    assert terminal.run("init", "--name", "Ana").code == 0
    assert terminal.created[0].passphrase == " open sesame "
    assert terminal.created[0].network == "main"


@pytest.mark.parametrize(("second", "code"), [("one", 0), ("two", 1)])
def test_init_asks_twice_on_a_terminal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, second: str, code: int
) -> None:
    answers = iter(["one", second])

    def typed(_: str) -> str:
        return next(answers)

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", typed)
    assert terminal.run("init", "--name", "Ana").code == code
    assert len(terminal.created) == 1 - code


def test_the_node_runs_with_flags_over_settings(terminal: Terminal) -> None:
    made(terminal.home)
    assert terminal.run("node", "--listen", "/a", "--mdns").code == 0
    assert terminal.run("node", "--no-mdns", "--until-idle", "0.5").code == 0
    plain = NodeOptions(terminal.home, "local:test", (), (), mdns=False, passphrase="")
    assert terminal.nodes == [
        plain._replace(listen=("/a",), mdns=True),
        plain._replace(until_idle=0.5),
    ]


def test_a_node_started_by_a_command_reads_its_passphrase_from_a_pipe(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(terminal.home, "main")
    monkeypatch.setattr(sys, "stdin", io.StringIO("open sesame\n"))
    assert terminal.run("node", "--passphrase-stdin").code == 0
    assert terminal.nodes[0].passphrase == "open sesame"


def test_the_node_asks_on_a_terminal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def typed(_: str) -> str:
        return "open sesame"

    made(terminal.home, "main")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", typed)
    assert terminal.run("node").code == 0
    assert terminal.nodes[0].passphrase == "open sesame"


def test_where_names_the_folders(terminal: Terminal, market: Market) -> None:
    places = json.loads(terminal.run("where", "--json").out)
    assert places["home"] == str(terminal.home)
    assert places["socket"] == str(terminal.home / "run" / "node.sock")
    assert "catalogue.db" in terminal.run("where").out


def test_the_home_comes_from_the_environment_or_the_system(tmp_path: Path) -> None:
    assert read(Flags(), {"BAZAAR_HOME": str(tmp_path)}).home == tmp_path
    assert read(Flags(), {}).home.name == "p2p-bazaar"
    assert read(Flags(home="~/x"), {}).home == Path.home() / "x"


def test_doctor_is_content_with_a_healthy_home(terminal: Terminal) -> None:
    made(terminal.home)
    done = terminal.run("doctor", "--json")
    assert done.code == 0
    found = {one["check"] for one in json.loads(done.out)}
    assert {"python", "libp2p", "clock", "disk", "home", "database", "node"} <= found


def test_doctor_asks_the_node_and_passes_its_warnings_on(
    terminal: Terminal, market: Market
) -> None:
    done = terminal.run("doctor")
    assert done.code == 1
    assert "the clock was set back" in done.out
    assert "/tcp/4001" in done.out


def test_doctor_finds_what_is_wrong(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert terminal.run("doctor").code == 1
    made(terminal.home).chmod(0o755)
    assert "755" in terminal.run("doctor").out
    terminal.home.chmod(0o700)
    terminal.checks = [Check("keys", ok=False, words="do not decrypt")]
    assert "do not decrypt" in terminal.run("doctor").out
    monkeypatch.setattr(doctor, "EXACT_VERSIONS", {"no-such-package": "1"})
    assert "missing" in terminal.run("doctor").out


def test_doctor_names_an_impostor(terminal: Terminal, market: Market) -> None:
    (market.home / "run" / "token").write_text("00" * 32 + "\n")
    assert "does not know the token" in terminal.run("doctor").out


def test_doctor_needs_no_hook(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    made(terminal.home)
    hooks = Hooks(terminal.create, terminal.node, terminal.app, terminal.demo)
    assert main(["--home", str(terminal.home), "doctor"], hooks) == 0
    assert "database" not in capsys.readouterr().out


def test_the_demo_and_the_app_are_called(terminal: Terminal) -> None:
    assert terminal.run("demo", "--keep", "--json").code == 0
    assert terminal.demos == [DemoOptions(keep=True, gui=False, json=True)]
    assert terminal.run().code == 0
    assert terminal.apps[0].home == terminal.home
    assert terminal.run("app", "bazaar:store/x").code == 0
    assert terminal.links == ["", "bazaar:store/x"]


def test_the_version(terminal: Terminal) -> None:
    assert terminal.run("--version").out == "bazaar 0.1.0\n"
    assert json.loads(terminal.run("--version", "--json").out) == {"version": "0.1.0"}
