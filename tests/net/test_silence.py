"""Who lets two questions in a row run into the deadline is left alone for ten minutes."""

from net.dht.silence import Silence
from net.limits import EVICTION_SECONDS, TRACKED_PEERS


def test_two_silences_in_a_row_evict_for_ten_minutes() -> None:
    silence = Silence()
    assert not silence.silent("peer", 0)
    assert not silence.is_evicted("peer", 0)
    assert silence.silent("peer", 1)
    assert silence.is_evicted("peer", EVICTION_SECONDS)
    assert not silence.is_evicted("peer", 1 + EVICTION_SECONDS)


def test_an_answer_between_two_silences_forgives() -> None:
    silence = Silence()
    silence.silent("peer", 0)
    silence.heard("peer")
    assert not silence.silent("peer", 1)


def test_the_oldest_silence_is_forgotten_first() -> None:
    silence = Silence()
    for _ in range(2):
        silence.silent("first", 0)
    for number in range(TRACKED_PEERS - 1):
        silence.silent(number, 0)
    assert silence.is_evicted("first", 0)
    silence.silent("one more", 0)
    assert not silence.is_evicted("first", 0)
