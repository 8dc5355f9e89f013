"""Bytes that are nearly right: mutations of seeds, the same for the same number."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Final

MAX_BYTES: Final = 16_384
TURNS: Final = 6

ODD: Final = (
    b"",
    b"\x00",
    b"\xff",
    b"\x80",
    b"\x7f",
    b"\xff" * 10,
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",  # a varint of 10 bytes
    b"\xcf" + b"\xff" * 8,  # 2^64 - 1 in MessagePack
    b"\xcf\x80" + bytes(7),  # 2^63
    b"\xdd\xff\xff\xff\xff",  # an array of 2^32 - 1
    b"\xc6\xff\xff\xff\xff",  # bytes of 2^32 - 1
    b"\xdc\x27\x10",  # an array of 10,000
    b"\x91" * 64,
    b"\xdf\x00\x00\x00\x01",
    b"\xca\x7f\xc0\x00\x00",  # a float that is no number
    b"\xd4\x01\x00",
    b"\xc1",
    b"\xed\xa0\x80",  # half a surrogate pair
    b"\xf0\x9f\x92\xa9",
    "\u202e".encode(),
    "\u0000".encode(),
    b"-1",
    b"1e308",
    b"NaN",
    b"99999999999999999999",
    b"[" * 100,
    b'{"a":' * 50,
    b'"',
    b"\r\n",
    b"../../",
    b"//[",
    b"%00",
)
"""What decoders have stumbled over."""


def mutants(seeds: Sequence[bytes], number: int) -> Iterator[bytes]:
    """The seeds, then mutations of them without end; ``number`` chooses which."""
    yield from seeds
    chance = random.Random(number)
    while True:
        data = chance.choice(seeds)
        for _ in range(chance.randint(1, TURNS)):
            data = chance.choice(_CHANGES)(data, chance)[:MAX_BYTES]
        if chance.random() < 0.2:
            data = _spliced(data, chance.choice(seeds), chance)
        yield data


def _flipped(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _replaced(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    odd = chance.choice(ODD)
    return data[:at] + odd + data[at + len(odd) :]


def _inserted(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(ODD) + data[at:]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def _without(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randint(0, len(data)) for _ in range(2))
    return data[:start] + data[min(end, start + 16) :]


def _repeated(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randint(0, len(data)) for _ in range(2))
    part = data[start : min(end, start + 64)]
    return data[:start] + part * chance.randint(2, 40) + data[start:]


def _stepped(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    stepped = (data[at] + chance.choice((-1, 1))) % 256
    return data[:at] + bytes([stepped]) + data[at + 1 :]


def _spliced(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


_CHANGES: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    _flipped,
    _replaced,
    _inserted,
    _cut,
    _without,
    _repeated,
    _stepped,
)
