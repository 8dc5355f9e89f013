"""Every head that is known, whether its cards are here or not.

The table ``head`` holds the newest of each store; ``store`` the one whose cards are indexed.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from bazaar.app.ports import LeftOut
from bazaar.domain.stores.head_set import head_key
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.bounds import Id
from bazaar.domain.wire.envelope import Signed
from store.catalogue.entries import chunks, rows_in

PUT: Final = (
    "INSERT INTO head(key, seq, issued, expires, count, id, root, envelope, dropped) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT(key) DO UPDATE SET seq = excluded.seq, "
    "issued = excluded.issued, expires = excluded.expires, count = excluded.count, "
    "id = excluded.id, root = excluded.root, envelope = excluded.envelope, dropped = 0"
)
KNOWN: Final = "SELECT key, seq, issued, id FROM head WHERE key IN "
KEYS: Final = "SELECT issued, id FROM head"
NEWEST: Final = "SELECT envelope FROM head WHERE key = ?"
BY_ID: Final = "SELECT envelope FROM head WHERE id BETWEEN ? AND ? AND expires >= ?"
SINCE: Final = (
    "SELECT envelope FROM head WHERE issued >= ? AND expires >= ? "
    "ORDER BY issued DESC, key LIMIT ?"
)
LAGGING: Final = (
    "SELECT h.envelope FROM head h LEFT JOIN store s ON s.key = h.key "
    "WHERE h.expires >= ? AND NOT h.dropped AND coalesce(s.seq, -1) < h.seq "
    "ORDER BY h.issued DESC, h.key"
)
LEFT_OUT: Final = (
    "SELECT count(*), coalesce(sum(h.count), 0) FROM head h "
    "LEFT JOIN store s ON s.key = h.key WHERE h.expires >= ? AND s.key IS NULL AND h.count > 0"
)
UNDER: Final = "SELECT s.key FROM store s WHERE s.root = ?"
EXPIRED: Final = "SELECT key, issued, id FROM head WHERE expires < ? LIMIT ?"
FORGET: Final = "DELETE FROM head WHERE key = ?"
DROPPED: Final = "UPDATE head SET dropped = 1 WHERE key = ?"


class Moved(NamedTuple):
    """Keys of ``HeadSet`` that one head takes out and puts in."""

    old: bytes | None
    new: bytes


def put_heads(
    connection: Connection, heads: Sequence[Signed[StoreHead]]
) -> list[Moved | None]:
    """Remember heads of as many stores; None for each that is not newer."""
    keys = [head.author for head in heads]
    known: dict[bytes, Any] = {
        row[0]: row
        for chunk in chunks(keys)
        for row in rows_in(connection, KNOWN, chunk)
    }
    moved: list[Moved | None] = []
    rows: list[tuple[Any, ...]] = []
    for head in heads:
        before = known.get(head.author)
        if before is not None and before[1] >= head.body.seq:
            moved.append(None)
            continue
        old = None if before is None else head_key(before[2], before[3])
        moved.append(Moved(old, head_key(head.body.issued, head.id)))
        rows.append(_row(head))
    if rows:
        connection.exec_driver_sql(PUT, rows)
    return moved


def keys(connection: Connection) -> list[bytes]:
    """The keys of all known heads, in no order."""
    return [head_key(row[0], row[1]) for row in connection.exec_driver_sql(KEYS)]


def newest(connection: Connection, store: bytes) -> bytes | None:
    """The envelope of a store's newest known head."""
    return connection.exec_driver_sql(NEWEST, (store,)).scalar()


def by_short_ids(connection: Connection, ids: Sequence[bytes], now: int) -> list[bytes]:
    """Envelopes of the heads whose ids begin so, in the order asked."""
    found: list[bytes] = []
    for one in ids:
        most = one + b"\xff" * (32 - len(one))
        found += connection.exec_driver_sql(BY_ID, (one, most, now)).scalars()
    return found


def since(connection: Connection, issued: int, limit: int, now: int) -> list[bytes]:
    """Envelopes of heads issued then or later and not run out, newest first."""
    return list(connection.exec_driver_sql(SINCE, (issued, now, limit)).scalars())


def lagging(connection: Connection, now: int) -> list[bytes]:
    """Heads whose cards are not here, newest first; without those dropped to make room."""
    return list(connection.exec_driver_sql(LAGGING, (now,)).scalars())


def left_out(connection: Connection, now: int) -> LeftOut:
    """What the known heads offer of which nothing is here."""
    stores, listings = connection.exec_driver_sql(LEFT_OUT, (now,)).one()
    return LeftOut(stores, listings)


def store_under(connection: Connection, root: Id) -> bytes | None:
    """The store whose indexed cards are under ``root``."""
    return connection.exec_driver_sql(UNDER, (root,)).scalar()


def forget_expired(connection: Connection, now: int, most: int) -> list[bytes]:
    """Forget up to ``most`` heads that have run out; returns their keys in the set."""
    rows = connection.exec_driver_sql(EXPIRED, (now, most)).all()
    if rows:
        connection.exec_driver_sql(FORGET, [(row[0],) for row in rows])
    return [head_key(row[1], row[2]) for row in rows]


def mark_dropped(connection: Connection, store: bytes) -> None:
    """The cards of a store went to make room: its head alone does not bring them back."""
    connection.exec_driver_sql(DROPPED, (store,))


def _row(head: Signed[StoreHead]) -> tuple[Any, ...]:
    body = head.body
    begin = (head.author, body.seq, body.issued, body.expires, body.count)
    return *begin, head.id, body.root, head.envelope
