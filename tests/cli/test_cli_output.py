"""Progress on a terminal, interruption, and errors that no command expects."""

import io
import json
import threading

import pytest

from bazaar.cli import output
from bazaar.cli.failures import Exit, Failure, failure_of
from bazaar.cli.output import Output
from bazaar.domain.errors import PeerUnreachableError, StaleStateError
from tests.cli.market import Market, Terminal


class Screen(io.StringIO):
    """A terminal that tells when something was drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = threading.Event()

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.drawn.set()


def test_a_long_act_is_named_on_a_terminal_and_wiped_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(output, "PROGRESS_SECONDS", 0.0)
    screen = Screen()
    with Output(json=False, out=io.StringIO(), err=screen).progress("asking"):
        assert screen.drawn.wait(10)
    assert screen.getvalue() == "\r\x1b[Kasking ...\r\x1b[K"


def test_a_short_act_is_not_named() -> None:
    screen = Screen()
    with Output(json=False, out=io.StringIO(), err=screen).progress("asking"):
        pass
    assert "asking" not in screen.getvalue()


def test_programs_see_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "PROGRESS_SECONDS", 0.0)
    screen = Screen()
    with Output(json=True, out=io.StringIO(), err=screen).progress("asking"):
        pass
    assert screen.getvalue() == ""


def test_a_table_folds_at_the_edge_of_the_terminal_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    screen = Screen()
    output.Page(screen).table(("A", "B>"), [("x" * 30, "1")])
    _, *rows = screen.getvalue().splitlines()
    assert max(map(len, rows)) <= 20
    assert "".join(rows).count("x") == 30


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (StaleStateError("moved"), Failure(Exit.REFUSED, "wrong_state", "moved")),
        (PeerUnreachableError("off"), Failure(Exit.REFUSED, "refused", "off")),
        (FileNotFoundError("x"), Failure(Exit.REFUSED, "file", "x")),
    ],
)
def test_how_errors_before_any_node_end(error: Exception, failure: Failure) -> None:
    assert failure_of(error) == failure


def test_an_interruption_ends_with_130(
    market: Market, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(terminal, "node", interrupted)
    assert terminal.run("node").code == 130


def test_a_value_is_one_line_in_any_script() -> None:
    out = io.StringIO()
    Output(json=True, out=out).value({"name": "世界\n"})
    assert out.getvalue().count("\n") == 1
    assert json.loads(out.getvalue()) == {"name": "世界\n"}
