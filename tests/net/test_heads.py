"""What the network believes of a head: its signature, its key, its dates, its size."""

import time

import pytest

from bazaar.domain.errors import MalformedMessageError
from net.dht.head_records import record_key
from net.gossip.heads import HeadFacts, Heads, UntimelyHeadError
from net.limits import HEAD_AHEAD_SECONDS, MAX_LOOKUP_KEY_BYTES, MAX_RECORD_BYTES
from tests.net.heads import DAY, check_head, head, signer

NOW = 1_800_000_000
KEY = signer(1).verify_key.encode()


def at(now: float) -> Heads:
    return Heads(check_head, lambda: now)


def test_a_head_counts_until_its_last_second() -> None:
    value = head(signer(1), issued=NOW, lasts=DAY)
    assert at(NOW + DAY).current(value) == HeadFacts(KEY, 1, NOW, NOW + DAY)
    with pytest.raises(UntimelyHeadError):
        at(NOW + DAY + 1).current(value)


def test_a_head_may_be_ten_minutes_ahead() -> None:
    value = head(signer(1), issued=NOW + HEAD_AHEAD_SECONDS)
    assert at(NOW).current(value).issued == NOW + HEAD_AHEAD_SECONDS
    with pytest.raises(UntimelyHeadError):
        at(NOW - 1).current(value)


def test_a_value_may_be_two_kib() -> None:
    asked: list[bytes] = []

    def check(value: bytes) -> HeadFacts:
        asked.append(value)
        return HeadFacts(KEY, 1, 0, 2**40)

    heads = Heads(check, time.time)
    heads.current(bytes(MAX_RECORD_BYTES))
    with pytest.raises(MalformedMessageError):
        heads.current(bytes(MAX_RECORD_BYTES + 1))
    heads.current(bytes(MAX_RECORD_BYTES))
    assert len(asked) == 1


def test_a_head_of_another_store_is_refused() -> None:
    heads, value = Heads(check_head), head(signer(1))
    assert heads.checked(KEY, value).author == KEY
    with pytest.raises(MalformedMessageError):
        heads.checked(signer(2).verify_key.encode(), value)


def test_the_newest_is_of_the_highest_seq_and_the_last_among_equals() -> None:
    heads = Heads(check_head)
    one, two, fork = (head(signer(1), seq, lasts=9) for seq in (1, 2, 2))
    assert heads.newest([two, one]) == 0
    assert heads.newest([two, one, fork]) == 2
    assert heads.newest([b"garbage", one, b"garbage"]) == 1


def test_the_key_of_a_record_is_short_enough_for_lookups() -> None:
    keys = [record_key(bytes([number]) * 32) for number in range(256)]
    assert {len(key) for key in keys} <= {46, 47}
    assert len(set(keys)) == 256
    assert all(len(key) <= MAX_LOOKUP_KEY_BYTES for key in keys)
