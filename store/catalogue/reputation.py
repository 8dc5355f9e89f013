"""Ratings, the replies to them, and how far chains of slots go, as the envelopes they came in."""

from typing import Final

from sqlalchemy import Connection, text

from bazaar.domain.reputation.rating import Rating, RatingReply
from bazaar.domain.reputation.rating_rules import Rated
from bazaar.domain.reputation.reputation import Voice
from bazaar.domain.reputation.slots import SalesHead
from bazaar.domain.wire.envelope import Signed

NEWEST_OF: Final = text(
    "SELECT seq, envelope FROM rating "
    "WHERE slot = :slot AND author = :author AND line = :line"
)
PUT_RATING: Final = text(
    "INSERT OR REPLACE INTO rating"
    "(slot, author, line, seq, ratee, role, overall, at, envelope) "
    "VALUES(:slot, :author, :line, :seq, :ratee, :role, :overall, :at, :envelope)"
)
PUT_EARLIER: Final = text(
    "INSERT OR IGNORE INTO earlier(slot, author, line, ratee, envelope) "
    "VALUES(:slot, :author, :line, :ratee, :envelope)"
)
PUT_VOICE: Final = text(
    "INSERT OR REPLACE INTO voice"
    "(slot, author, line, ratee, role, overall, at, value, unit) "
    "VALUES(:slot, :author, :line, :ratee, :role, :overall, :at, :value, :unit)"
)
RATINGS: Final = text(
    "SELECT envelope FROM rating WHERE ratee = :ratee ORDER BY at DESC, slot, line"
)
EARLIER: Final = text(
    "SELECT envelope FROM earlier WHERE ratee = :ratee ORDER BY slot, author, line"
)
REPLIES: Final = text(
    "SELECT envelope FROM reply WHERE ratee = :ratee ORDER BY rating, seq"
)
PUT_REPLY: Final = text(
    "INSERT OR IGNORE INTO reply(rating, seq, ratee, envelope) "
    "VALUES(:rating, :seq, :ratee, :envelope)"
)
CHAINS: Final = text("SELECT envelope FROM chain WHERE key = :key ORDER BY chain")
PUT_CHAIN: Final = text(
    "INSERT INTO chain(key, chain, n, envelope) VALUES(:key, :chain, :n, :envelope) "
    "ON CONFLICT(key, chain) DO UPDATE SET n = :n, envelope = :envelope WHERE chain.n < :n"
)
VOICES: Final = text(
    "SELECT author, ratee, slot, role, overall, at, value, unit FROM voice "
    "ORDER BY slot, author, line"
)


def keep_rating(connection: Connection, rating: Signed[Rating], rated: Rated) -> bool:
    """Keep a verified rating; False if its series (slot, key, line) has one as new.

    What a correction took the place of stays readable.
    """
    body = rating.body
    values = {"slot": rated.slot.id, "author": rating.author, "line": body.line}
    held = connection.execute(NEWEST_OF, values).first()
    values |= {"ratee": body.ratee, "envelope": rating.envelope, "seq": body.seq}
    if held is not None and held.seq >= body.seq:
        if held.seq > body.seq:
            connection.execute(PUT_EARLIER, values)
        return False
    if held is not None:
        connection.execute(PUT_EARLIER, values | {"envelope": held.envelope})
    values |= {"role": body.ratee_role, "overall": body.overall, "at": body.at}
    connection.execute(PUT_RATING, values)
    if not rated.anonymous:
        slot = rated.slot.body
        values |= {"value": slot.value_class, "unit": slot.unit}
        connection.execute(PUT_VOICE, values)
    return True


def ratings(connection: Connection, ratee: bytes) -> list[bytes]:
    """Ratings of one key, the newest first, then what corrections took the place of."""
    found = connection.scalars(RATINGS, {"ratee": ratee}).all()
    return [*found, *connection.scalars(EARLIER, {"ratee": ratee}).all()]


def keep_reply(connection: Connection, reply: Signed[RatingReply]) -> None:
    """Keep a verified reply."""
    body = reply.body
    values = {"rating": body.rating, "seq": body.seq, "ratee": reply.author}
    connection.execute(PUT_REPLY, values | {"envelope": reply.envelope})


def replies(connection: Connection, ratee: bytes) -> list[bytes]:
    """Replies of one key."""
    return list(connection.scalars(REPLIES, {"ratee": ratee}).all())


def keep_chain(connection: Connection, head: Signed[SalesHead]) -> None:
    """Keep a verified SalesHead if it goes further than the one held."""
    body = head.body
    values = {"key": head.author, "chain": body.chain, "n": body.n}
    connection.execute(PUT_CHAIN, values | {"envelope": head.envelope})


def chains(connection: Connection, key: bytes) -> list[bytes]:
    """The furthest SalesHead of each chain of one key."""
    return list(connection.scalars(CHAINS, {"key": key}).all())


def voices(connection: Connection) -> list[Voice]:
    """All that weighs, in one order whatever came first."""
    return [Voice(*row) for row in connection.execute(VOICES)]
