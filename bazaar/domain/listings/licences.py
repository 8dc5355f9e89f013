"""A list of licence codes, sold one by one and each of them once (S17)."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from bazaar.domain.errors import InputError
from bazaar.domain.text.text import clean

MAX_CODES: Final = 2_000
"""Codes of one list that wait to be sold."""

MAX_CODE_CHARACTERS: Final = 200
MAX_SOLD: Final = 20_000
"""Sold codes whose marks are remembered, the newest last."""

MARK_BYTES: Final = 16


class CodeList(msgspec.Struct, frozen=True, array_like=True):
    """The codes of one variant.

    Attributes:
        free: Not sold yet, in the order they are sold.
        sold: Marks of those sold; the codes themselves are kept with their orders.
        count: How many were sold, also those whose marks are forgotten.
        at: When codes were put in last, seconds.
    """

    free: tuple[str, ...] = ()
    sold: tuple[bytes, ...] = ()
    count: int = 0
    at: int = 0


class Added(NamedTuple):
    """A list with more codes in it.

    Attributes:
        added: How many are new.
        known: How many were in it already, or sold before.
    """

    codes: CodeList
    added: int
    known: int


def with_codes(
    codes: CodeList, lines: Iterable[str], now: int, *, replace: bool = False
) -> Added:
    """``codes`` with a code of each line that is not empty; with ``replace`` only these.

    Raises InputError naming the line of one that is too long, and above ``MAX_CODES``.
    """
    known: set[str] = set() if replace else set(codes.free)
    sold = set(codes.sold)
    new: dict[str, None] = {}
    doubles = 0
    for number, line in enumerate(lines, 1):
        code = clean(line).strip()
        if len(code) > MAX_CODE_CHARACTERS:
            words = f"line {number} has {len(code)} characters; at most {MAX_CODE_CHARACTERS}"
            raise InputError("codes", words)
        if code and (code in known or code in new or _mark(code) in sold):
            doubles += 1
        elif code:
            new[code] = None
    free = (*(() if replace else codes.free), *new)
    if len(free) > MAX_CODES:
        raise InputError("codes", f"a list holds at most {MAX_CODES:,} codes")
    made = msgspec.structs.replace(codes, free=free, at=now)
    return Added(made, len(new), doubles)


def taken(codes: CodeList, quantity: int) -> tuple[Sequence[str], CodeList] | None:
    """The next ``quantity`` codes and the list without them; None if there are too few."""
    if len(codes.free) < quantity:
        return None
    given = codes.free[:quantity]
    marks = (*codes.sold, *map(_mark, given))[-MAX_SOLD:]
    left = msgspec.structs.replace(
        codes, free=codes.free[quantity:], sold=marks, count=codes.count + quantity
    )
    return given, left


def _mark(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()[:MARK_BYTES]
