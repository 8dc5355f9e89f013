"""Vectors of exported reputations (PROTOCOL.md 18, item 22): what a file proves, and false ones.

The bytes of the files are put together here, not by the code under test.
"""

import hashlib
from typing import Any, Final

import msgspec

from bazaar.domain.reputation.rating import RatingReply
from bazaar.domain.reputation.rating_rules import Occasion, Opinion, rate
from bazaar.domain.trading.messages import FundAck, Role
from bazaar.domain.wire.envelope import seal
from tests.slot_lists import END, NET, OWNER, RATER, chain

MAGIC: Final = b"BZREP1\n"
CHAIN: Final = chain(range(1, 4))
SLOT: Final = CHAIN.slots[0]
ACK: Final = seal(
    FundAck(b"t" * 32, 1, 1, b"p" * 32, (), END, b"c" * 32, (SLOT.id, b"2" * 32)),
    OWNER.signing_key,
    NET.id,
)
OCCASION: Final = Occasion(Role.SELLER, SLOT.envelope, ACK.envelope)
RATING: Final = rate(Opinion(4, END, "Arrived."), OCCASION, RATER, RATER, NET.id)
REPLY: Final = seal(
    RatingReply(OWNER.key, 0, RATING.id, "Thank you.", END), OWNER.signing_key, NET.id
)
FALSE_REPLY: Final = seal(
    RatingReply(OWNER.key, 0, b"r" * 32, "Thank you.", END), OWNER.signing_key, NET.id
)


def reputations() -> list[dict[str, Any]]:
    """Files that are valid, that open but do not hold, and that do not open."""
    return [*_valid(), *_false(), *_closed()]


def _entries(*, rated: bool = True) -> list[list[Any]]:
    shown: list[list[Any]] = []
    for place, slot in enumerate(CHAIN.slots):
        previous = slot.body.previous if place == 0 else None
        is_rated = rated and place == 0
        status, ids = (4, [RATING.id]) if is_rated else (3, [])
        shown.append([slot.body.number, slot.id, previous, status, ids])
    return shown


def _body(**changes: Any) -> list[Any]:
    fields = {
        "version": 1,
        "network": NET.name,
        "owner": OWNER.key,
        "made": END,
        "chains": [[CHAIN.head().envelope, _entries()]],
        "ratings": [RATING.envelope],
        "replies": [REPLY.envelope],
    } | changes
    return list(fields.values())


def _file(body: list[Any]) -> bytes:
    data = MAGIC + msgspec.msgpack.encode(body)
    return data + hashlib.sha256(data).digest()


def _row(why: str, data: bytes, problems: int | None) -> dict[str, Any]:
    """``problems``: how many things do not verify; None if the file does not open."""
    return {
        "why": why,
        "file": data.hex(),
        "accept": problems == 0,
        "problems": problems,
    }


def _valid() -> list[dict[str, Any]]:
    nothing = _body(chains=[], ratings=[], replies=[])
    pages = [[CHAIN.head().envelope, _entries()[:1]]]
    rest = _entries()[1:]
    rest[0][2] = CHAIN.heads[0]
    pages.append([CHAIN.head().envelope, rest])
    return [
        _row("three sales, one rated and answered", _file(_body()), 0),
        _row("nothing yet", _file(nothing), 0),
        _row("a chain in two pages", _file(_body(chains=pages)), 0),
    ]


def _false() -> list[dict[str, Any]]:
    short = [[CHAIN.head().envelope, _entries()[:2]]]
    wrong = _entries()
    wrong[1][1] = b"x" * 32
    marked = _entries(rated=False)
    marked[0][3] = 2
    head = CHAIN.head().envelope
    twice = [[head, _entries()], [CHAIN.head(END + 1).envelope, _entries()]]
    return [
        _row("a chain cut short", _file(_body(chains=short)), 1),
        _row("a slot exchanged", _file(_body(chains=[[head, wrong]])), 1),
        _row(
            "a rated sale marked as called off",
            _file(_body(chains=[[head, marked]])),
            1,
        ),
        _row("a chain twice", _file(_body(chains=twice)), 1),
        _row("no SalesHead", _file(_body(chains=[[None, _entries()]])), 1),
        _row(
            "a rating that is none", _file(_body(ratings=[ACK.envelope], replies=[])), 1
        ),
        _row(
            "a reply to no rating here", _file(_body(replies=[FALSE_REPLY.envelope])), 1
        ),
        _row("of another network", _file(_body(network="local:other")), 3),
    ]


def _closed() -> list[dict[str, Any]]:
    good = _file(_body())
    broken = bytearray(good)
    broken[60] ^= 1
    long = MAGIC + b"\xdc\x00\x07" + good[len(MAGIC) + 1 : -32]
    return [
        _row("another magic", b"BZREP2\n" + good[7:], None),
        _row("a changed byte", bytes(broken), None),
        _row("a missing end", good[:-1], None),
        _row("a byte too many", good + b"\0", None),
        _row("not canonical", long + hashlib.sha256(long).digest(), None),
        _row("version 2", _file(_body(version=2)), None),
        _row("nothing", b"", None),
    ]
