"""Backup files on disk: whole and tested, or not there at all."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bazaar.app.ports import BackupWish, PrekeyRow
from bazaar.domain.errors import InputError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.recovery.backup import MAGIC
from store.backups import FileBackups, peek, unpack
from store.blobs import FileBlobs
from store.book.book import open_book
from store.book.upgrade import REVISIONS
from store.errors import StoreError
from store.mark import FileMark

KEY, WORDS = bytes([1]) + bytes(31), b"k" * 32
SECRETS = (b"prekey secret bytes 0123456789ab", b"trade box secret bytes 012345678")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    with open_book(folder / "book.db") as book, book.unit() as unit:
        unit.set_setting("here", b"before")
        unit.set_secret(b"t" * 32, "box", SECRETS[1])
        unit.put_prekey(PrekeyRow(b"p" * 32, SECRETS[0], 7, None))
    (folder / "config.toml").write_text('network = "local:here"\n')
    return folder


def wish(home: Path, *blobs: bytes) -> BackupWish:
    key = Identity(KEY).key
    path = home.parent / "a.backup"
    return BackupWish(path, WORDS, "local:here", key, 1_700_000_000, blobs)


def silent(_: int) -> None:
    return None


def test_everything_comes_back_but_short_lived_keys(home: Path, tmp_path: Path) -> None:
    blob = FileBlobs(home / "blobs").put(b"a picture")
    told: list[int] = []
    size = FileBackups(home).write(wish(home, blob), told.append)
    path = tmp_path / "a.backup"
    assert path.stat().st_size == size
    assert path.stat().st_mode & 0o777 == 0o600
    assert told == sorted(told)
    assert told[-1] == 100
    manifest = unpack(path, WORDS, tmp_path / "out")
    assert manifest == peek(path, WORDS)
    assert (tmp_path / "out/blobs" / blob.hex()).read_bytes() == b"a picture"
    assert (tmp_path / "out/config.toml").read_text() == 'network = "local:here"\n'
    with open_book(tmp_path / "out/book.db") as book, book.unit() as unit:
        assert unit.setting("here") == b"before"
        assert unit.secret(b"t" * 32, "box") is None
        assert unit.prekeys() == []
    copied = (tmp_path / "out/book.db").read_bytes()
    assert not any(secret in copied for secret in SECRETS)
    with open_book(home / "book.db") as book, book.unit() as unit:
        assert unit.secret(b"t" * 32, "box") == SECRETS[1]


def test_it_is_made_while_the_book_is_written(home: Path, tmp_path: Path) -> None:
    with open_book(home / "book.db") as book:
        with book.unit() as unit:
            unit.set_setting("late", b"yes")
        FileBackups(home).write(wish(home), silent)
    unpack(tmp_path / "a.backup", WORDS, tmp_path / "out")
    with open_book(tmp_path / "out/book.db") as book, book.unit() as unit:
        assert unit.setting("late") == b"yes"


def test_a_file_that_is_no_backup_is_never_written_over(home: Path) -> None:
    wanted = wish(home)
    wanted.path.write_bytes(b"my diary")
    with pytest.raises(InputError, match="not a backup"):
        FileBackups(home).write(wanted, silent)
    assert wanted.path.read_bytes() == b"my diary"
    wanted.path.write_bytes(MAGIC + b"an older one")
    FileBackups(home).write(wanted, silent)
    assert peek(wanted.path, WORDS).network == "local:here"


def test_a_backup_that_fails_its_test_is_thrown_away(
    home: Path, tmp_path: Path
) -> None:
    with open_book(home / "book.db") as book, book.unit() as unit:
        unit.set_setting("fill", bytes(600_000))
    data = bytearray((home / "book.db").read_bytes())
    data[40:48] = b"\xff" * 8  # the schema's cookie and format
    (home / "book.db").write_bytes(data)
    with pytest.raises(OSError, match=r"backup|copied"):
        FileBackups(home).write(wish(home), silent)
    assert not list(tmp_path.glob("*.backup"))
    assert not list(tmp_path.glob(".new-*"))
    assert not list(home.glob(".new-*"))


HARMS: list[Callable[[bytes], bytes]] = [
    lambda data: data[:-1],
    lambda data: data[: len(data) // 2],
    lambda data: data[:70_000] + b"\0\0\0\0" + data[70_004:],
    lambda data: data + b"more",
    lambda _: b"",
]


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_harmed_is_refused(
    home: Path, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    FileBackups(home).write(wish(home), silent)
    path = tmp_path / "a.backup"
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(InputError):
        unpack(path, WORDS, tmp_path / "out")


def test_a_book_of_a_newer_version_is_refused_when_opened(
    home: Path, tmp_path: Path
) -> None:
    FileBackups(home).write(wish(home), silent)
    unpack(tmp_path / "a.backup", WORDS, tmp_path / "out")
    book = tmp_path / "out/book.db"
    data = book.read_bytes()
    newest = REVISIONS[-1].encode()
    assert newest in data
    book.write_bytes(data.replace(newest, b"0999"))
    with pytest.raises(StoreError, match="newer"):
        open_book(book, unclean=True)


def test_a_blob_that_no_longer_has_its_hash_is_left_out(
    home: Path, tmp_path: Path
) -> None:
    digest = hashlib.sha256(b"whole").digest()
    place = home / "blobs" / digest.hex()[:2] / digest.hex()
    place.parent.mkdir(parents=True)
    place.write_bytes(b"torn")
    FileBackups(home).write(wish(home, digest), silent)
    assert len(peek(tmp_path / "a.backup", WORDS).files) == 2


def test_the_mark_only_tells_what_was_written(tmp_path: Path) -> None:
    mark = FileMark(tmp_path)
    assert mark.read() == 0
    mark.write(41)
    assert FileMark(tmp_path).read() == 41
    (tmp_path / "mark").write_text("garbage")
    assert mark.read() == 0
