"""The shape of a body: nesting and types of its items, found without decoding it. Pure."""

import re
from types import MappingProxyType
from typing import Final

from bazaar.domain.errors import MalformedMessageError
from net.limits import MAX_ITEM_STEPS, MAX_NESTING

_SCALARS: Final = re.compile(rb"[\x00-\x7f\xa0\xc0\xc2\xc3\xe0-\xff]+")
_SCALARS_AND_EMPTY_ARRAYS: Final = re.compile(
    rb"[\x00-\x7f\x90\xa0\xc0\xc2\xc3\xe0-\xff]+"
)
_FIXED_BYTES: Final = MappingProxyType(
    {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
)
_LENGTH_BYTES: Final = MappingProxyType(
    {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
)
_ARRAY_LENGTH_BYTES: Final = MappingProxyType({0xDC: 2, 0xDD: 4})


def check(body: bytes) -> None:
    """Check that ``body`` is one MessagePack array of the types the wire allows.

    Nothing is decoded, so a body of millions of nested or empty items costs no
    memory.

    Raises:
        MalformedMessageError: not one whole array; a map, float or extension type;
            nested deeper than ``MAX_NESTING``; more than ``MAX_ITEM_STEPS`` steps.
    """
    if not body or not (0x90 <= body[0] <= 0x9F or body[0] in _ARRAY_LENGTH_BYTES):  # noqa: PLR2004 - fixarray
        raise MalformedMessageError("the body is not an array")
    at, left = 0, [1]
    for _ in range(MAX_ITEM_STEPS):
        while left and left[-1] == 0:
            left.pop()
        if not left or at >= len(body):
            break
        at = _step(body, at, left)
    if left or at != len(body):
        raise MalformedMessageError("the body is cut, too long or too finely divided")


def _step(body: bytes, at: int, left: list[int]) -> int:
    """Pass over the item at ``at``, or a run of short ones; return where the next starts."""
    short = _SCALARS if len(left) > MAX_NESTING else _SCALARS_AND_EMPTY_ARRAYS
    run = short.match(body, at, min(len(body), at + left[-1]))
    if run is not None:
        left[-1] -= run.end() - at
        return run.end()
    left[-1] -= 1
    head = body[at]
    if 0x90 <= head <= 0x9F:  # noqa: PLR2004 - fixarray
        return _enter(left, head - 0x90, at + 1)
    if 0xA1 <= head <= 0xBF:  # noqa: PLR2004 - fixstr
        return at + 1 + head - 0xA0
    if head in _FIXED_BYTES:
        return at + 1 + _FIXED_BYTES[head]
    return _long(body, at, head, left)


def _long(body: bytes, at: int, head: int, left: list[int]) -> int:
    width = _LENGTH_BYTES.get(head) or _ARRAY_LENGTH_BYTES.get(head)
    if width is None:
        raise MalformedMessageError(f"item type {head:#x} is not allowed")
    start = at + 1 + width
    if start > len(body):
        raise MalformedMessageError("the body is cut")
    length = int.from_bytes(body[at + 1 : start])
    return start + length if head in _LENGTH_BYTES else _enter(left, length, start)


def _enter(left: list[int], count: int, start: int) -> int:
    if len(left) > MAX_NESTING:
        raise MalformedMessageError(f"nested deeper than {MAX_NESTING}")
    left.append(count)
    return start
