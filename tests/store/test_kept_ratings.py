"""Ratings, replies and chains in the catalogue: nothing newer is lost, nothing older shown first."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection

from bazaar.domain.reputation.rating import Rating, RatingReply
from bazaar.domain.reputation.rating_rules import check_rating
from bazaar.domain.reputation.slots import SalesHead
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.kinds import Kind
from store.catalogue import schema
from store.catalogue.reputation import (
    chains,
    keep_chain,
    keep_rating,
    keep_reply,
    ratings,
    replies,
)
from store.catalogue.schema import prepare
from store.engine import WRITER_PRAGMAS, open_handle, sqlite_engine
from tests.domain.samples import BUYER, NET, NOW, SELLER, signed
from tests.domain.test_rating_rules import NAMED

RATED = check_rating(NAMED, NET.id)


def rating(seq: int) -> Signed[Rating]:
    changed = msgspec.structs.replace(NAMED.body, seq=seq)
    return seal(changed, BUYER.signing_key, NET.id)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    path = tmp_path / "catalogue.db"
    prepare(path)
    engine = sqlite_engine(path, WRITER_PRAGMAS).execution_options(write=True)
    with engine.connect() as connection, connection.begin():
        yield connection


def test_a_rating_is_replaced_by_its_correction_only(connection: Connection) -> None:
    first, second = rating(0), rating(1)
    assert keep_rating(connection, first, RATED)
    assert not keep_rating(connection, first, RATED)
    assert ratings(connection, SELLER.key) == [first.envelope]
    assert keep_rating(connection, second, RATED)
    assert not keep_rating(connection, first, RATED)
    assert ratings(connection, SELLER.key) == [second.envelope, first.envelope]
    other = RATED._replace(slot=RATED.slot._replace(id=b"other"))
    assert keep_rating(connection, first, other)
    assert len(ratings(connection, SELLER.key)) == 3
    assert ratings(connection, BUYER.key) == []


def test_a_correction_that_came_first_stays_in_front(connection: Connection) -> None:
    first, second = rating(0), rating(1)
    assert keep_rating(connection, second, RATED)
    assert not keep_rating(connection, first, RATED)
    assert ratings(connection, SELLER.key) == [second.envelope, first.envelope]


def test_replies_are_kept_by_place(connection: Connection) -> None:
    one, other = (
        signed(RatingReply(SELLER.key, seq, NAMED.id, "Thank you.", NOW))
        for seq in (0, 1)
    )
    for reply in (other, one, one):
        keep_reply(connection, reply)
    assert replies(connection, SELLER.key) == [one.envelope, other.envelope]
    assert replies(connection, BUYER.key) == []


def test_the_furthest_head_of_each_chain_stays(connection: Connection) -> None:
    def head(chain: Kind, n: int, at: int = NOW) -> Signed[SalesHead]:
        return signed(SalesHead(SELLER.key, int(chain), n, b"h" * 32, at))

    far, near = head(Kind.SALE_SLOT, 7), head(Kind.SALE_SLOT, 6, NOW + 1)
    buys = head(Kind.BUY_SLOT, 1)
    for one in (far, near, buys, head(Kind.SALE_SLOT, 7, NOW + 2)):
        keep_chain(connection, one)
    assert chains(connection, SELLER.key) == [far.envelope, buys.envelope]


def test_a_catalogue_without_these_tables_keeps_its_goods(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    prepare(path)
    handle = open_handle(str(path))
    for table in ("earlier", "reply", "voice", "chain"):
        handle.execute(f"DROP TABLE {table}")
    handle.execute("INSERT INTO mark VALUES('kept', 1)")
    older = schema.BEFORE_REPUTATION * 1000 + schema.VERSION % 1000
    handle.execute(f"PRAGMA user_version={older}")
    handle.close()
    prepare(path)
    handle = open_handle(str(path))
    assert handle.execute("SELECT value FROM mark WHERE name = 'kept'").fetchall()
    assert handle.execute("SELECT count(*) FROM chain").fetchone() == (0,)
    handle.close()
