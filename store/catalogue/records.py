"""Listing bodies and records of others, as the envelopes that they came in."""

import zlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, text

from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Envelope, Signed
from bazaar.domain.wire.kinds import Kind
from store.catalogue.entries import chunks, hide, rows_in, show

PUT_BODY: Final = text(
    "INSERT INTO body(lid, author, z, used) VALUES(:lid, :author, :z, :used) "
    "ON CONFLICT(lid) DO UPDATE SET used = :used"
)
PUT_RECORD: Final = text(
    "INSERT INTO record(kind, key, seq, issued, expires, envelope, seen) "
    "VALUES(:kind, :key, :seq, :issued, :expires, :envelope, :seen) "
    "ON CONFLICT(kind, key) DO UPDATE SET seq = :seq, issued = :issued, expires = :expires, "
    "envelope = :envelope, seen = :seen WHERE record.seq < :seq RETURNING seq"
)

_envelopes = msgspec.msgpack.Decoder(Envelope)


def keep_body(
    connection: Connection, listing: bytes, envelope: bytes, now: int
) -> list[int]:
    """Keep a verified listing and index its text; returns the numbers of what was re-indexed."""
    known = connection.scalar(
        text("SELECT 1 FROM body WHERE lid = :lid"), {"lid": listing}
    )
    shown = (
        "SELECT n.id FROM named n JOIN listing l ON l.id = n.id JOIN store s ON s.no = l.store "
        "WHERE n.lid = :lid AND s.shown"
    )
    again: list[int] = (
        [] if known else list(connection.scalars(text(shown), {"lid": listing}))
    )
    hide(connection, again)
    author = _envelopes.decode(envelope).author
    values = {
        "lid": listing,
        "author": author,
        "z": zlib.compress(envelope),
        "used": now,
    }
    connection.execute(PUT_BODY, values)
    show(connection, again)
    return again


def keep_new_bodies(
    connection: Connection, bodies: Sequence[tuple[bytes, bytes]], now: int
) -> list[int]:
    """``keep_body`` of those (id, envelope) that are not here yet."""
    held = text("SELECT 1 FROM body WHERE lid = :lid")
    return [
        number
        for listing, envelope in bodies
        if connection.scalar(held, {"lid": listing}) is None
        for number in keep_body(connection, listing, envelope, now)
    ]


def body(connection: Connection, listing: bytes) -> tuple[bytes, int] | None:
    """The kept envelope of a listing, and when it was last used."""
    kept = connection.exec_driver_sql(
        "SELECT z, used FROM body WHERE lid = ?", (listing,)
    ).first()
    return None if kept is None else (zlib.decompress(kept[0]), kept[1])


def touch_body(connection: Connection, listing: bytes, now: int) -> None:
    """Note that a listing was looked at."""
    connection.exec_driver_sql("UPDATE body SET used = ? WHERE lid = ?", (now, listing))


def keep_record(connection: Connection, record: Signed[Body], now: int) -> bool:
    """Keep a profile, contact or arbiter's offer; False if one as new is here."""
    fields: Any = record.body
    values = {
        "kind": int(kind_of(record.envelope)),
        "key": record.author,
        "seq": fields.seq,
        "issued": fields.issued,
        "expires": getattr(fields, "expires", None),
        "envelope": record.envelope,
        "seen": now,
    }
    return connection.execute(PUT_RECORD, values).first() is not None


def record(connection: Connection, kind: int, key: bytes) -> bytes | None:
    """The newest record of one kind and key, expired or not."""
    found = text("SELECT envelope FROM record WHERE kind = :kind AND key = :key")
    return connection.scalar(found, {"kind": kind, "key": key})


def records_of(
    connection: Connection, kind: int, keys: Sequence[bytes]
) -> dict[bytes, bytes]:
    """The newest record of one kind of those ``keys`` that have one."""
    found = f"SELECT key, envelope FROM record WHERE kind = {kind:d} AND key IN "  # noqa: S608 - a number
    return {
        row[0]: row[1]
        for chunk in chunks(keys)
        for row in rows_in(connection, found, chunk)
    }


def records(connection: Connection, kind: int, limit: int, now: int) -> list[bytes]:
    """Records of one kind that have not run out, the newest first."""
    found = text(
        "SELECT envelope FROM record WHERE kind = :kind AND coalesce(expires >= :now, 1) "
        "ORDER BY issued DESC, key LIMIT :limit"
    )
    values = {"kind": kind, "limit": limit, "now": now}
    return list(connection.scalars(found, values).all())


def kind_of(envelope: bytes) -> Kind:
    """Kind of a verified envelope."""
    return Kind(_envelopes.decode(envelope).kind)
