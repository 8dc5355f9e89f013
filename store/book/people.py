"""Keys that this user deals with, who follows him, and proofs against keys that broke their word."""

import hashlib
from functools import cache

from sqlalchemy import (
    CheckConstraint,
    Dialect,
    Integer,
    Select,
    Text,
    TypeDecorator,
    delete,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from bazaar.app.ports import FollowerRow, PeerRow
from store.book.room import Room, Table


class Lines(TypeDecorator[tuple[str, ...]]):
    """A tuple of texts without newlines, one per line."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: tuple[str, ...] | None, dialect: Dialect
    ) -> str:
        return "\n".join(value or ())

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> tuple[str, ...]:
        return tuple(value.split("\n")) if value else ()


class PeerTable(Table):
    """One key with what the user made of it."""

    __tablename__ = "peer"
    __table_args__ = (CheckConstraint("length(key) = 32", "key"),)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    petname: Mapped[str | None]
    followed: Mapped[bool]
    blocked: Mapped[bool]
    contact: Mapped[bytes | None]
    addresses: Mapped[tuple[str, ...]] = mapped_column(Lines)
    seen: Mapped[int]


class FollowerTable(Table):
    """One key whose newest Follow names us, with that Follow."""

    __tablename__ = "follower"
    __table_args__ = (CheckConstraint("length(key) = 32", "key"),)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    seq: Mapped[int]
    envelope: Mapped[bytes]
    at: Mapped[int] = mapped_column(index=True)


class ProofTable(Table):
    """One proof of equivocation, by the SHA-256 of its bytes; kept for ever."""

    __tablename__ = "proof"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    proof: Mapped[bytes]
    subject: Mapped[bytes]
    classes: Mapped[int]
    signer: Mapped[bytes] = mapped_column(index=True)
    at: Mapped[int]


class PeopleRoom(Room):
    """Peers, followers and proofs."""

    def peer(self, key: bytes) -> PeerRow | None:
        return self._row(PeerRow, PeerTable, key=key)

    def peers(self) -> list[PeerRow]:
        """Last seen first."""
        return self._rows(
            PeerRow, PeerTable, order=(PeerTable.seen.desc(), PeerTable.key)
        )

    def put_peer(self, row: PeerRow) -> None:
        values = row._asdict()
        write = insert(PeerTable).values(**values)
        self._connection.execute(write.on_conflict_do_update(set_=values))

    def follower(self, key: bytes) -> FollowerRow | None:
        return self._row(FollowerRow, FollowerTable, key=key)

    def followers(self, limit: int, offset: int = 0) -> list[FollowerRow]:
        fields = [getattr(FollowerTable, name) for name in FollowerRow._fields]
        rows = select(*fields).order_by(FollowerTable.at.desc(), FollowerTable.key)
        found = self._connection.execute(rows.limit(limit).offset(offset))
        return [FollowerRow(*row) for row in found]

    def count_followers(self, since: int = 0) -> int:
        rows = select(func.count()).where(FollowerTable.at >= since)
        return self._connection.scalar(rows) or 0

    def put_follower(self, row: FollowerRow) -> None:
        values = row._asdict()
        write = insert(FollowerTable).values(**values)
        self._connection.execute(write.on_conflict_do_update(set_=values))

    def drop_follower(self, key: bytes) -> None:
        self._connection.execute(delete(FollowerTable).where(FollowerTable.key == key))

    def put_proof(
        self, proof: bytes, subject: bytes, classes: int, signer: bytes, now: int
    ) -> None:
        """Keep a proof; the same bytes again change nothing."""
        row = insert(ProofTable).values(id=hashlib.sha256(proof).digest(), proof=proof)
        row = row.values(subject=subject, classes=classes, signer=signer, at=now)
        self._connection.execute(row.on_conflict_do_nothing())

    def proof(self, proof: bytes) -> bytes | None:
        """The bytes of a proof by its id."""
        rows = select(ProofTable.proof).where(ProofTable.id == proof)
        return self._connection.scalar(rows)

    def proof_signers(self) -> set[bytes]:
        """Every key that a proof is held against."""
        return set(self._connection.scalars(select(ProofTable.signer).distinct()))

    def proof_ids(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Numbers are SQLite's own of the rows; nothing is ever deleted, so they only grow."""
        number = literal_column("rowid", Integer)
        rows = select(number, ProofTable.id).where(number > after)
        found = self._connection.execute(rows.order_by(number).limit(limit))
        return [(row[0], row[1]) for row in found]

    def newest_proof(self) -> int:
        """The greatest of these numbers; 0 when there is no proof."""
        return self._connection.scalar(_newest_proof()) or 0

    def proofs(self, signer: bytes | None = None) -> list[bytes]:
        """Oldest first; all when no signer is given."""
        rows = select(ProofTable.proof).order_by(ProofTable.at, ProofTable.id)
        if signer is not None:
            rows = rows.where(ProofTable.signer == signer)
        return list(self._connection.scalars(rows))


@cache
def _newest_proof() -> Select[int]:
    """Built once: it is asked after every message."""
    number = literal_column("rowid", Integer)
    return select(number).select_from(ProofTable).order_by(number.desc()).limit(1)
