"""Vectors of the request ``slots`` (PROTOCOL.md 18, item 21): answers that fit a SalesHead or not.

The bytes of the answers are put together here, not by the code under test.
"""

from typing import Any, Final

import msgspec

from bazaar.domain.reputation.slot_history import SlotStatus
from tests.slot_lists import NET, OWNER, chain

OPEN, ABORTED, CLOSED, RATED = SlotStatus
FIVE: Final = chain(range(1, 6))
JUMPED: Final = chain((1, 2, 1002, 1003))
RATING: Final = b"r" * 32
Entry = list[Any]


def histories() -> dict[str, Any]:
    """Walks from number 1 to the end of a chain, one answer or more."""
    return {"network": NET.name, "owner": OWNER.key.hex(), "walks": [*_good(), *_bad()]}


def _entries(first: int = 0, *, jumped: bool = False) -> list[Entry]:
    """What an honest owner shows from a place on."""
    links = (JUMPED if jumped else FIVE).slots[first:]
    shown: list[Entry] = []
    for slot in links:
        follows = bool(shown) and shown[-1][0] + 1 == slot.body.number
        previous = None if follows else slot.body.previous
        shown.append([slot.body.number, slot.id, previous, int(CLOSED), []])
    return shown


def _with(place: int, field: int, value: Any) -> list[Entry]:
    entries = _entries()
    entries[place][field] = value
    return entries


def _walk(why: str, answers: list[list[Entry]], **found: Any) -> dict[str, Any]:
    jumped = bool(found.pop("jumped", False))
    head = (JUMPED if jumped else FIVE).head().envelope
    pack = msgspec.msgpack.encode
    return {
        "why": why,
        "answers": [pack([head, entries]).hex() for entries in answers],
        "accept": bool(found),
        **found,
    }


def _good() -> list[dict[str, Any]]:
    marked = _entries()
    for entry, status in zip(
        marked, (OPEN, ABORTED, CLOSED, RATED, RATED), strict=True
    ):
        entry[3] = int(status)
        entry[4] = [RATING] if status is RATED else []
    lost = [*_entries()[:2], *_entries(3)]
    sound = {"left_out": 0, "breaks": 0, "unproven": 0}
    return [
        _walk("one answer", [_entries()], slots=5, **sound),
        _walk(
            "three answers",
            [_entries()[:2], _entries(2)[:1], _entries(3)],
            slots=5,
            **sound,
        ),
        _walk("every status", [marked], slots=5, **sound),
        _walk(
            "1,000 numbers on after a restore",
            [_entries(jumped=True)],
            jumped=True,
            slots=4,
            left_out=999,
            breaks=1,
            unproven=0,
        ),
        _walk("a slot was lost", [lost], slots=4, left_out=1, breaks=1, unproven=2),
    ]


def _bad() -> list[dict[str, Any]]:
    other = b"x" * 32
    return [
        _walk("no entries", [[]]),
        _walk("it ends before its head", [_entries()[:4]]),
        _walk("then nothing comes", [_entries()[:4], []]),
        _walk("another id", [_with(4, 1, other)]),
        _walk("another id in the middle", [_with(2, 1, other)]),
        _walk("another head before the first", [_with(0, 2, other)]),
        _walk("no head before the first", [_with(0, 2, None)]),
        _walk("a head where none belongs", [_with(1, 2, FIVE.heads[0])]),
        _walk("a number twice", [_with(2, 0, 2)]),
        _walk("a number above the head's", [_with(4, 0, 6)]),
        _walk("a page that does not follow", [_entries()[:2], _with(2, 2, other)[2:]]),
        _walk("rated without a rating", [_with(2, 3, int(RATED))]),
        _walk("a rating of a slot that is not rated", [_with(2, 4, [RATING])]),
        _walk("status 0", [_with(2, 3, 0)]),
        _walk("status 5", [_with(2, 3, 5)]),
        _walk("a rating twice", [_with(2, 4, [RATING, RATING])]),
        _walk("65 ratings", [_with(2, 4, [bytes([n]) * 32 for n in range(65)])]),
    ]
