"""The catalogue's tables, their version, and what is done when a file does not fit.

A file of another fold version is indexed anew from the kept cards; one of another
schema, or a damaged one, is put aside: its content is fetched again from peers.
"""

import logging
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from bazaar.domain.text.fold import FOLD_VERSION
from store.catalogue.entries import index_again
from store.engine import WRITER_PRAGMAS, sqlite_engine

SCHEMA_VERSION: Final = 5
BEFORE_REPUTATION: Final = 3
"""A file of this schema lacks ``REPUTATION``, which is added, and has the index of the next."""

BEFORE_WORDS_ALONE: Final = 4
"""A file of this schema has another index, which is made again from the kept cards."""

VERSION: Final = SCHEMA_VERSION * 1000 + FOLD_VERSION
SIDE_FILES: Final = ("", "-wal", "-shm")
DAMAGED_MARK: Final = ".damaged"

TABLES: Final = """
CREATE TABLE store(no INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, seq INT NOT NULL,
  issued INT NOT NULL, expires INT NOT NULL, pages INT NOT NULL, count INT NOT NULL,
  head BLOB NOT NULL, root BLOB NOT NULL, shown INT NOT NULL, seen INT NOT NULL, mean INT NOT NULL DEFAULT 0,
  votes INT NOT NULL DEFAULT 0, stars INT NOT NULL DEFAULT 0);
CREATE INDEX store_issued ON store(issued, key);
CREATE INDEX store_shown ON store(expires) WHERE shown;
CREATE INDEX store_root ON store(root);
CREATE TABLE head(key BLOB PRIMARY KEY, seq INT NOT NULL, issued INT NOT NULL,
  expires INT NOT NULL, count INT NOT NULL, id BLOB NOT NULL, root BLOB NOT NULL,
  envelope BLOB NOT NULL, dropped INT NOT NULL) WITHOUT ROWID;
CREATE INDEX head_issued ON head(issued);
CREATE INDEX head_id ON head(id);
CREATE INDEX head_expires ON head(expires);
CREATE TABLE listing(id INTEGER PRIMARY KEY, store INT NOT NULL REFERENCES store(no),
  unit INT NOT NULL, price INT NOT NULL, traits INT NOT NULL, first INT, second INT, third INT,
  countries BLOB);
CREATE INDEX listing_store ON listing(store);
CREATE TABLE card(id INTEGER PRIMARY KEY, card BLOB NOT NULL);
CREATE TABLE named(lid BLOB NOT NULL, id INT NOT NULL, PRIMARY KEY(lid, id)) WITHOUT ROWID;
CREATE TABLE mark(name TEXT PRIMARY KEY, value INT NOT NULL) WITHOUT ROWID;
CREATE TABLE unit(no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE category(no INTEGER PRIMARY KEY, folded TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  docs INT NOT NULL DEFAULT 0);
CREATE TABLE body(no INTEGER PRIMARY KEY, lid BLOB NOT NULL UNIQUE, author BLOB NOT NULL,
  z BLOB NOT NULL, used INT NOT NULL);
CREATE TABLE record(kind INT NOT NULL, key BLOB NOT NULL, seq INT NOT NULL, issued INT NOT NULL,
  expires INT, envelope BLOB NOT NULL, seen INT NOT NULL, PRIMARY KEY(kind, key)) WITHOUT ROWID;
CREATE TABLE rating(slot BLOB NOT NULL, author BLOB NOT NULL, line INT NOT NULL, seq INT NOT NULL,
  ratee BLOB NOT NULL, role INT NOT NULL, overall INT NOT NULL, at INT NOT NULL,
  envelope BLOB NOT NULL, PRIMARY KEY(slot, author, line)) WITHOUT ROWID;
CREATE INDEX rating_ratee ON rating(ratee, at)
"""
REPUTATION: Final = """
CREATE TABLE earlier(slot BLOB NOT NULL, author BLOB NOT NULL, line INT NOT NULL,
  ratee BLOB NOT NULL, envelope BLOB NOT NULL, PRIMARY KEY(slot, author, line)) WITHOUT ROWID;
CREATE INDEX earlier_ratee ON earlier(ratee);
CREATE TABLE reply(rating BLOB NOT NULL, seq INT NOT NULL, ratee BLOB NOT NULL,
  envelope BLOB NOT NULL, PRIMARY KEY(rating, seq)) WITHOUT ROWID;
CREATE INDEX reply_ratee ON reply(ratee);
CREATE TABLE voice(slot BLOB NOT NULL, author BLOB NOT NULL, line INT NOT NULL,
  ratee BLOB NOT NULL, role INT NOT NULL, overall INT NOT NULL, at INT NOT NULL,
  value INT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY(slot, author, line)) WITHOUT ROWID;
CREATE TABLE chain(key BLOB NOT NULL, chain INT NOT NULL, n INT NOT NULL,
  envelope BLOB NOT NULL, PRIMARY KEY(key, chain)) WITHOUT ROWID
"""
"""``earlier`` keeps what a correction took the place of, ``voice`` what a rating weighs by:
those under their author's own name alone. ``chain`` is the furthest SalesHead seen."""

INDEX: Final = """
CREATE TABLE term(t TEXT PRIMARY KEY, docs INT NOT NULL) WITHOUT ROWID;
CREATE INDEX term_common ON term(substr(t, 1, 2), docs) WHERE docs >= 50;
CREATE INDEX IF NOT EXISTS store_rated ON store(stars) WHERE stars > 0;
CREATE VIRTUAL TABLE fts USING fts5(doc, content='', contentless_delete=1, detail=none,
  tokenize=ascii);
INSERT INTO fts(fts, rank) VALUES('pgsz', 1000)
"""
"""``listing`` is narrow, since filters and counts read many of its rows; ``card`` is what a hit
shows, ``named`` finds it. ``traits`` packs what ``store.catalogue.rows`` says.

The index knows only which words a listing holds; where they stand, hidden words say. Lists so
short cost half as much to keep. Folding leaves spaces alone for the tokenizer to find. Small
pages let a rare word leap over more of a common one's list."""

log = logging.getLogger(__name__)


def prepare(path: Path) -> None:
    """Make ``path`` a catalogue of this version. Raises OSError."""
    if _mark(path).exists():
        set_aside(path)
    try:
        fits = _fit(path)
    except DatabaseError:
        fits = False
    if not fits:
        set_aside(path)
        _fit(path)


def mark_damaged(path: Path) -> None:
    """Have the next start put this catalogue aside."""
    _mark(path).touch(mode=0o600)


def set_aside(path: Path) -> None:
    """Rename the catalogue to ``catalogue.db.old``; an earlier one of that name goes."""
    log.warning("the catalogue is put aside and fetched again")
    for side in SIDE_FILES:
        file = path.with_name(path.name + side)
        if file.exists():
            file.replace(path.with_name(f"{path.name}.old{side}"))
    _mark(path).unlink(missing_ok=True)


def _mark(path: Path) -> Path:
    return path.with_name(path.name + DAMAGED_MARK)


def _fit(path: Path) -> bool:
    engine = sqlite_engine(path, WRITER_PRAGMAS).execution_options(write=True)
    with engine.connect() as connection, connection.begin():
        version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version == VERSION:
            return True
        if version == 0:
            _create(connection, TABLES + ";" + REPUTATION + ";" + INDEX)
        elif not _renewed(connection, *divmod(version, 1000)):
            return False
        connection.exec_driver_sql(f"PRAGMA user_version={VERSION}")
    return True


def _renewed(connection: Connection, schema: int, fold: int) -> bool:
    """Bring an older file up to this version where that loses nothing."""
    if schema not in {BEFORE_REPUTATION, BEFORE_WORDS_ALONE, SCHEMA_VERSION}:
        return False
    if schema == BEFORE_REPUTATION:
        _create(connection, REPUTATION)
    if schema != SCHEMA_VERSION or fold != FOLD_VERSION:
        _create(connection, "DROP TABLE fts; DROP TABLE term;" + INDEX)
        index_again(connection)
    return True


def _create(connection: Connection, statements: str) -> None:
    for statement in statements.split(";"):
        connection.exec_driver_sql(statement)
