"""``backup`` and ``restore`` with real files: whole, or with a sentence and nothing left behind."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bazaar.__main__ import main
from bazaar.app.ports import BackupWish
from bazaar.app.recovery import resync_mode
from bazaar.compose.home import create
from bazaar.config import Config, NewIdentity, write
from bazaar.domain.keys.identity import Identity
from store.backups import FileBackups
from store.book.book import open_book

NETWORK = "local:backups"
OTHER = "abandon " * 23 + "art"


class Made(NamedTuple):
    """A home, its backup and its words."""

    home: Path
    file: Path
    phrase: Path
    peer_id: str


@pytest.fixture
def made(tmp_path: Path) -> Made:
    home = tmp_path / "old"
    born = create(NewIdentity(home, NETWORK, "Ana", None, "", (), ()))
    write(Config(home, NETWORK))
    assert born.phrase is not None
    (tmp_path / "words").write_text(born.phrase)
    with open_book(home / "book.db") as book, book.unit() as unit:
        unit.set_setting("here", b"before")
    identity = Identity.from_phrase(born.phrase)
    file = tmp_path / "a.backup"
    wish = BackupWish(file, identity.backup_key, NETWORK, identity.key, 1, ())
    FileBackups(home).write(wish, lambda _: None)
    return Made(home, file, tmp_path / "words", born.peer_id)


def restore(home: Path, made: Made, *more: str) -> int:
    words = ["--phrase-file", str(made.phrase), *more]
    return main(["--home", str(home), "restore", str(made.file), *words])


def test_a_home_comes_back_and_will_ask_before_it_signs(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert restore(tmp_path / "new", made, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"peer_id": made.peer_id, "network": NETWORK, "made": 1}
    assert "network" in (tmp_path / "new/config.toml").read_text()
    with open_book(tmp_path / "new/book.db") as book, book.unit() as unit:
        assert unit.setting("here") == b"before"
        assert resync_mode.since(unit) is not None
    assert (tmp_path / "new/keystore").stat().st_mode & 0o777 == 0o600
    assert not list((tmp_path / "new").glob(".new-*"))


def test_a_home_in_use_is_refused_and_stays_as_it_is(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (made.home / "keystore").read_bytes()
    assert restore(made.home, made) == 1
    assert "lives in" in capsys.readouterr().err
    assert (made.home / "keystore").read_bytes() == before


def test_a_restore_that_was_cut_off_is_repeated(made: Made, tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert restore(home, made) == 0
    (
        home / "keystore"
    ).unlink()  # as if it had been killed before the keys were written
    assert restore(home, made) == 0


HARMS: list[tuple[Callable[[bytes], bytes], str]] = [
    (lambda _: b"a letter", "not a backup"),
    (lambda data: b"BZBAK9\n" + data[7:], "newer"),
    (lambda data: data[:-100], "damaged"),
    (lambda data: data[:50_000] + b"\0\0\0\0" + data[50_004:], "do not open"),
]


@pytest.mark.parametrize(("harm", "words"), HARMS)
def test_what_is_no_whole_backup_leaves_nothing(
    made: Made,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    harm: Callable[[bytes], bytes],
    words: str,
) -> None:
    made.file.write_bytes(harm(made.file.read_bytes()))
    assert restore(tmp_path / "new", made) == 1
    assert words in capsys.readouterr().err
    left = {path.name for path in (tmp_path / "new").glob("*")}
    assert left <= {"lock"}


def test_the_backup_of_somebody_else_is_refused(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made.phrase.write_text(OTHER)
    assert restore(tmp_path / "new", made) == 1
    assert "another identity" in capsys.readouterr().err


def test_no_terminal_and_no_words_is_a_misuse(made: Made, tmp_path: Path) -> None:
    words = ["--home", str(tmp_path / "new"), "restore", str(made.file)]
    assert main(words) == 2


def test_words_alone_begin_above_everything_published_before(
    made: Made, tmp_path: Path
) -> None:
    phrase = made.phrase.read_text()
    create(NewIdentity(tmp_path / "new", NETWORK, "Ana", phrase, "", (), ()))
    with open_book(tmp_path / "new/book.db") as book, book.unit() as unit:
        start = resync_mode.since(unit)
        profile = unit.record(1)
        assert start is not None
        assert profile is not None
        assert resync_mode.is_seeking(unit), "the first profile is told to nobody yet"
        assert resync_mode.next_seq(unit, profile.seq) >= start
