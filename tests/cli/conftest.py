"""A terminal at an empty home, and one at a home with a node."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.cli.market import Market, Terminal, made, opened


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction] # pytest uses it
    monkeypatch.delenv("BAZAAR_HOME", raising=False)
    monkeypatch.delenv("BAZAAR_PASSPHRASE_FILE", raising=False)


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys, tmp_path / "home")


@pytest.fixture
def market(terminal: Terminal) -> Generator[Market]:
    with opened(made(terminal.home)) as market:
        yield market
