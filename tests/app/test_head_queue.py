"""Heads that wait: the newest of each store, and nobody who tells much displaces others."""

import pytest
import trio
from nacl.signing import SigningKey

from bazaar.app.catalogue.head_queue import MAX_HEADS, HeadQueue, Waiting
from bazaar.domain.stores.head import head_of
from bazaar.domain.wire.envelope import seal
from bazaar.domain.wire.networks import network

NET = network("local:queue").id
LOUD, QUIET = b"l" * 32, b"q" * 32


def waiting(
    store: int, seq: int = 1, teller: bytes | None = QUIET, issued: int = 1
) -> Waiting:
    key = SigningKey(store.to_bytes(32, "big"))
    head = head_of(key.verify_key.encode(), seq, issued, [], b"p" * 32)
    return Waiting(teller, seal(head, key, NET))


async def taken(queue: HeadQueue) -> list[Waiting]:
    return [await queue.take() for _ in range(len(queue))]


async def test_the_first_to_come_is_the_first_to_go() -> None:
    queue, rows = HeadQueue(), [waiting(store) for store in (3, 1, 2)]
    for row in rows:
        queue.put(row)
    assert await taken(queue) == rows


async def test_a_newer_head_replaces_the_older_ones_of_its_store() -> None:
    queue, other, newest = HeadQueue(), waiting(2), waiting(1, 7)
    for row in (waiting(1, 5), other, newest, waiting(1, 6), newest):
        queue.put(row)
    assert await taken(queue) == [other, newest]


async def test_two_heads_of_one_seq_both_wait_for_they_prove_something() -> None:
    queue, rows = HeadQueue(), [waiting(1, 5), waiting(1, 5, issued=2)]
    for row in rows:
        queue.put(row)
    assert await taken(queue) == rows


async def test_at_the_limit_all_wait_and_beyond_it_the_oldest_of_the_loudest_goes() -> (
    None
):
    queue = HeadQueue(4)
    quiet, first = waiting(1), waiting(2, teller=LOUD)
    others = [waiting(store, teller=LOUD) for store in (3, 4)]
    for row in (quiet, first, *others):
        queue.put(row)
    assert len(queue) == 4
    queue.put(waiting(5, teller=LOUD))
    queue.put(waiting(6))
    assert await taken(queue) == [
        quiet,
        others[1],
        waiting(5, teller=LOUD),
        waiting(6),
    ]
    assert MAX_HEADS == 1_000


async def test_a_full_queue_still_takes_the_newer_head_of_a_store_in_it() -> None:
    queue = HeadQueue(2)
    for row in (waiting(1), waiting(2), waiting(1, 2)):
        queue.put(row)
    assert await taken(queue) == [waiting(2), waiting(1, 2)]


async def test_what_is_remembered_waits_for_room_and_displaces_nothing(
    autojump_clock: trio.testing.MockClock,
) -> None:
    queue = HeadQueue(1)
    queue.put(waiting(1))
    with pytest.raises(trio.TooSlowError), trio.fail_after(60):
        await queue.put_with_room(waiting(2, teller=None))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(queue.put_with_room, waiting(2, teller=None))
        await trio.testing.wait_all_tasks_blocked()
        assert await queue.take() == waiting(1)
    assert await queue.take() == waiting(2, teller=None)


async def test_who_takes_waits_for_a_head() -> None:
    queue, came = HeadQueue(), list[Waiting]()

    async def take() -> None:
        came.append(await queue.take())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(take)
        await trio.testing.wait_all_tasks_blocked()
        queue.put(waiting(1))
    assert came == [waiting(1)]
