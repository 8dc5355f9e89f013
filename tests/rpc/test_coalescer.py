"""Events: ten a second of each topic, merged without loss, bounded per client."""

import pytest

from bazaar.rpc.coalescer import (
    EVENT_SECONDS,
    MAX_MERGED,
    MAX_QUEUED_EVENTS,
    RESYNC,
    Change,
    Coalescer,
    EventQueue,
)


def test_the_first_event_goes_at_once_and_the_next_waits() -> None:
    events = Coalescer()
    events.add("order", {"id": 1})
    assert events.wait(5.0) == 0.0
    assert events.take(5.0) == [Change("order", ({"id": 1},))]
    events.add("order", {"id": 2})
    assert events.take(5.0) == []
    assert events.wait(5.0) == pytest.approx(EVENT_SECONDS)
    assert events.take(5.0 + EVENT_SECONDS) == [Change("order", ({"id": 2},))]
    assert events.wait(5.0 + EVENT_SECONDS) is None


def test_different_data_are_merged_and_equal_ones_said_once() -> None:
    events = Coalescer()
    for number in (1, 2, 1, 2, 1):
        events.add("order", {"id": number})
    assert events.take(0.0) == [Change("order", ({"id": 1}, {"id": 2}))]


def test_topics_do_not_hold_each_other_back() -> None:
    events = Coalescer()
    events.add("order", {})
    events.take(0.0)
    events.add("order", {})
    events.add("peers", {})
    assert [change.topic for change in events.take(0.0)] == ["peers"]


def test_merged_data_at_the_limit_are_kept_and_one_more_says_read_all() -> None:
    events = Coalescer()
    for number in range(MAX_MERGED):
        events.add("order", {"id": number})
    assert len(events.take(0.0)[0].data) == MAX_MERGED
    for number in range(MAX_MERGED + 50):
        events.add("order", {"id": number})
    assert events.take(1.0) == [Change("order", ({},))]


def test_a_full_queue_passes_and_one_more_becomes_a_resync() -> None:
    queue = EventQueue()
    for number in range(MAX_QUEUED_EVENTS):
        queue.put(Change("order", ({"id": number},)), 7)
    first = queue.take()
    assert first is not None
    assert (first.seq, first.topic, first.at, first.data) == (1, "order", 7, {"id": 0})
    queue.put(Change("order", ({},)), 7)
    queue.put(Change("order", ({},)), 7)
    resync = queue.take()
    assert resync is not None
    assert (resync.seq, resync.topic, resync.data) == (
        MAX_QUEUED_EVENTS + 2,
        RESYNC,
        {},
    )
    assert queue.take() is None
