"""What the verified ratings here say of a store, and its place in the index by them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from bazaar.domain.trading.messages import Role
from store.catalogue.entries import chunks, hide, rows_in, show

HUNDREDTHS: Final = 100
HALVES: Final = 2
RATED: Final = "SELECT ratee, sum(overall), count(*) FROM rating WHERE ratee IN "
BY_SALES: Final = f" AND role = {Role.SELLER:d} GROUP BY ratee"
NOTE: Final = "UPDATE store SET mean = ?, votes = ?, stars = ? WHERE no = ?"


class Standing(NamedTuple):
    """The mean in hundredths of a star, over how many ratings, and its step of half stars."""

    mean: int
    votes: int
    stars: int


UNRATED: Final = Standing(0, 0, 0)


def standings(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, Standing]:
    """What is known of those ``keys`` that have ratings."""
    return {
        ratee: Standing(total * HUNDREDTHS // votes, votes, total * HALVES // votes)
        for chunk in chunks(keys)
        for ratee, total, votes in rows_in(connection, RATED, chunk, BY_SALES)
    }


def weigh(connection: Connection, key: bytes) -> int:
    """Bring the rating of a store up to date; returns how many documents were re-indexed.

    Sales alone count. The index holds half stars rounded down, so few ratings move listings.
    """
    found = connection.exec_driver_sql(
        "SELECT no, stars, shown FROM store WHERE key = ?", (key,)
    ).first()
    if found is None:
        return 0
    no, stars, shown = found
    now = standings(connection, [key]).get(key, UNRATED)
    ids = _ids(connection, no) if shown and now.stars != stars else []
    hide(connection, ids)
    connection.exec_driver_sql(NOTE, (*now, no))
    show(connection, ids)
    return len(ids)


def _ids(connection: Connection, no: int) -> list[int]:
    ids = "SELECT id FROM listing WHERE store = ? ORDER BY id"
    return list(connection.exec_driver_sql(ids, (no,)).scalars())
