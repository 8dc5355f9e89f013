"""Token buckets and the rates made of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.exchange.request_types import RequestType
from net.buckets import Bucket, Buckets
from net.exchange.frames import HEAD_BYTES
from net.exchange.rates import Rates
from net.limits import (
    BYTES_IN_BURST,
    REQUESTS_BURST,
    REQUESTS_PER_SECOND,
    STRANGER_REQUESTS_BURST,
)


def test_a_bucket_starts_full_and_fills_at_its_rate() -> None:
    bucket = Bucket(rate=2.0, burst=3.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait(0.0) == 0.5
    assert bucket.take(0.5)
    assert not bucket.take(0.6)


def test_more_than_the_burst_never_comes() -> None:
    bucket = Bucket(rate=1.0, burst=3.0)
    assert bucket.take(0.0, 3.0)
    assert bucket.wait(100.0, 3.1) == float("inf")


def test_booking_spreads_waiters() -> None:
    bucket = Bucket(rate=2.0, burst=1.0)
    assert [bucket.book(0.0) for _ in range(3)] == [0.0, 0.5, 1.0]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    bucket = Bucket(rate=1.0, burst=1.0)
    assert bucket.take(10.0)
    assert not bucket.take(5.0)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=100))
def test_no_order_of_taking_gets_more_than_burst_and_rate(times: list[float]) -> None:
    bucket = Bucket(rate=1.0, burst=5.0)
    taken = sum(bucket.take(now) for now in sorted(times))
    assert taken <= 5 + max(times)


def test_the_longest_unused_bucket_is_dropped() -> None:
    buckets = Buckets(rate=1.0, burst=1.0, most=2)
    assert buckets.take("a", 0.0)
    assert buckets.take("b", 0.0)
    assert not buckets.take("a", 0.0)
    assert buckets.take("c", 0.0)
    assert len(buckets) == 2
    assert buckets.take("b", 0.0)


def is_refused(
    rates: Rates, peer: bytes, head: tuple[int, int], *, stranger: bool
) -> bool:
    try:
        rates.check(peer, head, 0.0, is_stranger=stranger)
    except RefusedError:
        return True
    return False


def asked(
    rates: Rates, peer: bytes, times: int, length: int = 10, frame_type: int = 7
) -> int:
    """How many of ``times`` requests at time 0 are let through."""
    head = (length, frame_type)
    return sum(not is_refused(rates, peer, head, stranger=False) for _ in range(times))


def test_a_refusal_says_when_to_come_back() -> None:
    rates = Rates()
    with pytest.raises(RefusedError) as refused:
        rates.check(b"a", (int(BYTES_IN_BURST), 7), 0.0, is_stranger=False)
    assert refused.value.code is ReplyCode.RATE_LIMITED
    rates.check(b"a", (int(BYTES_IN_BURST) - HEAD_BYTES, 7), 0.0, is_stranger=False)
    with pytest.raises(RefusedError) as refused:
        rates.check(b"a", (2**20, 7), 0.0, is_stranger=False)
    assert refused.value.retry_after_seconds == 2


def test_requests_of_a_peer_at_the_limit_and_beyond() -> None:
    rates = Rates()
    assert asked(rates, b"a", int(REQUESTS_BURST) + 1) == int(REQUESTS_BURST)
    assert asked(rates, b"b", 1) == 1
    rates.check(b"a", (0, 7), 1 / REQUESTS_PER_SECOND, is_stranger=False)


def test_bytes_of_a_peer_at_the_limit_and_beyond() -> None:
    quarter = int(BYTES_IN_BURST) // 16 - HEAD_BYTES
    assert asked(Rates(), b"a", 17, quarter) == 16


def test_one_list_of_peers_in_five_minutes() -> None:
    assert asked(Rates(), b"a", 2, frame_type=RequestType.PEERS) == 1


def test_strangers_do_not_starve_the_parties_of_trades() -> None:
    rates = Rates()
    strangers = [
        number.to_bytes(2) for number in range(int(STRANGER_REQUESTS_BURST) + 1)
    ]
    refused = [is_refused(rates, peer, (10, 7), stranger=True) for peer in strangers]
    assert refused == [False] * (len(strangers) - 1) + [True]
    assert not is_refused(rates, b"party", (10, 7), stranger=False)
