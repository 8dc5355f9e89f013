"""Proof of work: the published formula, the difficulty, the hour."""

import hashlib
from itertools import count

import pytest

from bazaar.domain.delivery.work import (
    GREATEST_BITS,
    HOUR_SECONDS,
    LEAST_BITS,
    Work,
    bits_wanted,
)

WORK = Work(b"h" * 32, b"r" * 32, 500_000, b"b" * 32)


def test_the_hash_is_that_of_the_protocol() -> None:
    data = b"bazaar/1 pow\0" + b"h" * 32 + b"r" * 32 + (500_000).to_bytes(4, "big")
    data += b"b" * 32 + (7).to_bytes(8, "big")
    digest = hashlib.sha256(data).digest()
    zeros = len(bin(int.from_bytes(digest, "big") | 1 << 256)[3:].split("1")[0])
    assert WORK.zeros(7) == zeros


@pytest.mark.parametrize("bits", [0, 1, 8, 12])
def test_what_was_found_proves_it(bits: int) -> None:
    nonce = WORK.find(bits, count())
    assert nonce is not None
    assert WORK.zeros(nonce) >= bits
    assert all(WORK.zeros(lower) < bits for lower in range(nonce))
    assert WORK.find(bits, range(nonce)) is None


def test_work_serves_one_blob_one_recipient_one_host_one_hour() -> None:
    nonce = WORK.find(16, count())
    assert nonce is not None
    others = [
        WORK._replace(host=b"i" * 32),
        WORK._replace(recipient=b"s" * 32),
        WORK._replace(hour=500_001),
        WORK._replace(blob=b"c" * 32),
    ]
    assert all(other.zeros(nonce) < 16 for other in others)


@pytest.mark.parametrize(
    ("ahead", "is_recent"), [(-1, False), (0, True), (1, True), (2, False)]
)
def test_the_hour_is_this_one_or_the_last(ahead: int, is_recent: bool) -> None:
    start = (WORK.hour + ahead) * HOUR_SECONDS
    assert WORK.is_recent(start) is is_recent
    assert WORK.is_recent(start + HOUR_SECONDS - 1) is is_recent


def test_the_difficulty_rises_with_what_is_used() -> None:
    assert [bits_wanted(used, 1000) for used in (0, 199, 200, 400, 600, 800, 1000)] == [
        LEAST_BITS,
        18,
        19,
        20,
        21,
        22,
        GREATEST_BITS,
    ]
