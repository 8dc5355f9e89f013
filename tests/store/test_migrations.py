"""The book's schema: made by revisions, never by accident, never over a newer one."""

import pkgutil
from contextlib import nullcontext
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from store.book.book import open_book
from store.book.room import Table
from store.book.unit import SqlUnit
from store.book.upgrade import REVISIONS, back_up, check, revision, upgrade
from store.engine import BOOK_PRAGMAS, open_handle, sqlite_engine
from store.errors import DamagedBookError, NewerDatabaseError
from store.migrations import versions
from store.migrations.run import downgrade_to, upgrade_to_head


def engine(path: Path) -> Engine:
    return sqlite_engine(path, BOOK_PRAGMAS).execution_options(write=True)


def tables(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    )
    own = (row for row in rows if not row.name.startswith(("sqlite_", "alembic_")))
    return {row.name: " ".join(row.sql.split()) for row in own}


def test_the_revisions_are_those_in_the_folder() -> None:
    names = [module.name for module in pkgutil.iter_modules(versions.__path__)]
    assert tuple(name[1:5] for name in sorted(names)) == REVISIONS


def test_a_fresh_book_has_exactly_the_tables_of_the_rooms(tmp_path: Path) -> None:
    assert SqlUnit.__mro__
    path = tmp_path / "book.db"
    upgrade(path)
    with engine(path).connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection), Table.metadata)
            == []
        )
        dialect = connection.dialect
        wanted = {
            table.name: " ".join(
                str(CreateTable(table).compile(dialect=dialect)).split()
            )
            for table in Table.metadata.sorted_tables
        }
        found = tables(connection)
    assert {
        name: sql.replace("( ", "(").replace(" )", ")") for name, sql in found.items()
    } == {
        name: sql.replace("( ", "(").replace(" )", ")") for name, sql in wanted.items()
    }


def test_opening_again_changes_nothing_and_copies_nothing(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    open_book(path).close()
    before = path.read_bytes()
    open_book(path).close()
    assert path.read_bytes() == before
    assert list(tmp_path.glob("*.before-*")) == []


def test_a_newer_book_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    open_book(path).close()
    with engine(path).connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = path.read_bytes()
    with pytest.raises(NewerDatabaseError, match="revision 9999"):
        open_book(path)
    assert path.read_bytes() == before


def test_up_down_and_up_again(tmp_path: Path) -> None:
    with engine(tmp_path / "book.db").connect() as connection:
        with connection.begin():
            upgrade_to_head(connection)
        with connection.begin():
            first = tables(connection)
            assert revision(connection) == REVISIONS[-1]
            downgrade_to(connection, "base")
            assert tables(connection) == {}
            upgrade_to_head(connection)
            assert tables(connection) == first


def test_an_error_half_way_leaves_the_old_schema(tmp_path: Path) -> None:
    def half_way(connection: Connection) -> None:
        upgrade_to_head(connection)
        raise LookupError

    with engine(tmp_path / "book.db").connect() as connection:
        with pytest.raises(LookupError), connection.begin():
            half_way(connection)
        assert revision(connection) is None
        assert tables(connection) == {}


def test_the_copy_before_a_migration_holds_everything(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    with open_book(path) as book:
        with book.unit() as unit:
            unit.set_setting("a", b"1")
        copy = back_up(path, "0001")
    assert copy.name == "book.db.before-0001"
    assert copy.stat().st_mode & 0o777 == 0o600
    with open_book(copy) as book, book.unit() as unit:
        assert unit.setting("a") == b"1"


def test_an_older_book_is_copied_first_and_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    with open_book(path) as book, book.unit() as unit:
        unit.set_setting("a", b"1")
    with engine(path).connect() as connection, connection.begin():
        downgrade_to(connection, "0001")
        assert "deposit" not in tables(connection)
    upgrade(path)
    assert (tmp_path / "book.db.before-0001").exists()
    with open_book(path) as book, book.unit() as unit:
        assert unit.setting("a") == b"1"
        assert unit.in_mailboxes() == 0


def test_what_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(DamagedBookError):
        open_book(path)
    with pytest.raises(DamagedBookError):
        check(path)


def test_a_damaged_page_is_found_after_an_unclean_end(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    open_book(path).close()
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)
    with pytest.raises(DamagedBookError, match="restore the last backup"):
        open_book(path, unclean=True)


def test_a_missing_book_is_sound(tmp_path: Path) -> None:
    check(tmp_path / "book.db")
    assert not (tmp_path / "book.db").exists()


def test_the_pragmas_are_set(tmp_path: Path) -> None:
    with engine(tmp_path / "book.db").connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    handle = open_handle(str(tmp_path / "book.db"))
    handle.close()


@pytest.mark.parametrize(
    ("revision", "place", "taken"),
    [("0003", 4, False), ("0004", 4, True), ("0004", 5, False)],
)
def test_a_book_takes_what_it_carries_as_a_hub(
    tmp_path: Path, revision: str, place: int, taken: bool
) -> None:
    with engine(tmp_path / "book.db").connect() as connection:
        with connection.begin():
            upgrade_to_head(connection)
            downgrade_to(connection, revision)
        insert = text(
            "INSERT INTO trade (id, role, buyer, seller, phase, created, updated, digest) "
            "VALUES (zeroblob(32), :place, zeroblob(32), randomblob(32), 'offered', 1, 1, zeroblob(32))"
        )
        expected = nullcontext() if taken else pytest.raises(IntegrityError)
        with expected, connection.begin():
            connection.execute(insert, {"place": place})
        with connection.begin():
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            downgrade_to(connection, "0003")
            assert connection.scalar(text("SELECT count(*) FROM trade")) == 0
