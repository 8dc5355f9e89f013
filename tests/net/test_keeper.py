"""Promises to the DHT: kept at once, once more if it went badly, and every 12 hours."""

import pytest
import trio
from trio.testing import MockClock

from net.dht.head_lookups import Replicas
from net.dht.keeper import Keeper
from net.dht.upkeep import Kept, Upkeep
from net.limits import (
    FAILED_SECONDS,
    MAX_KEPT,
    RETRY_PUT_SECONDS,
    UPKEEP_CHECK_SECONDS,
    UPKEEP_PAUSE_SECONDS,
    UPKEEP_SECONDS,
)

HEAD = Kept(b"store", b"head")


class Dht:
    """Writes down what is done when; ``answers`` say how it went."""

    def __init__(self) -> None:
        self.began = trio.current_time()
        self.done: list[tuple[float, bytes]] = []
        self.answers: list[Replicas] = []
        self.is_due = True
        self.keeper = Keeper(self.do, lambda _: self.is_due)

    @property
    def times(self) -> list[float]:
        return [at for at, _ in self.done]

    async def do(self, kept: Kept) -> Replicas:
        await trio.lowlevel.checkpoint()
        self.done.append((trio.current_time() - self.began, kept.subject))
        return self.answers.pop(0) if self.answers else Replicas(5, 5)


@pytest.mark.parametrize(
    ("went", "times"),
    [
        (Replicas(20, 3), [0]),
        (Replicas(20, 2), [0, RETRY_PUT_SECONDS]),
        (Replicas(2, 2), [0]),
        (Replicas(2, 1), [0, RETRY_PUT_SECONDS]),
        (Replicas(0, 0), [0]),
    ],
)
async def test_a_put_is_retried_once_if_fewer_than_three_gave_it_back(
    autojump_clock: MockClock, went: Replicas, times: list[float]
) -> None:
    dht = Dht()
    dht.answers = [went]
    assert await dht.keeper.keep(HEAD) == (5 if len(times) > 1 else went.gave_back)
    assert dht.times == times


async def test_everything_is_done_again_every_twelve_hours(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    dht = Dht()
    nursery.start_soon(dht.keeper.run)
    await dht.keeper.keep(HEAD)
    await trio.sleep(2 * UPKEEP_SECONDS + 3 * UPKEEP_CHECK_SECONDS)
    assert len(dht.times) == 3
    for count, at in enumerate(dht.times):
        assert 0 <= at - count * UPKEEP_SECONDS < 2 * UPKEEP_CHECK_SECONDS


async def test_after_a_return_everything_is_done_again_one_a_second(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    dht = Dht()
    for subject in (b"1", b"2", b"3"):
        await dht.keeper.keep(Kept(subject, b"head"))
    nursery.start_soon(dht.keeper.run)
    await trio.sleep(100)
    dht.keeper.start_again()
    await trio.sleep(100)
    assert dht.times[3:] == [100 + count * UPKEEP_PAUSE_SECONDS for count in range(3)]


async def test_what_nobody_took_is_due_in_a_minute(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    dht = Dht()
    dht.answers = [Replicas(0, 0)]
    nursery.start_soon(dht.keeper.run)
    await dht.keeper.keep(HEAD)
    await trio.sleep(FAILED_SECONDS + UPKEEP_CHECK_SECONDS + 1)
    assert len(dht.times) == 2


async def test_an_expired_promise_is_dropped(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    dht = Dht()
    await dht.keeper.keep(HEAD)
    dht.is_due = False
    nursery.start_soon(dht.keeper.run)
    await trio.sleep(UPKEEP_SECONDS + 2 * UPKEEP_CHECK_SECONDS)
    assert len(dht.times) == 1
    assert len(dht.keeper) == 0


async def test_provides_are_one_a_second(autojump_clock: MockClock) -> None:
    dht = Dht()
    for subject in (b"1", b"2", b"3"):
        await dht.keeper.keep(Kept(subject, None))
    assert dht.times == [0, 1, 2]


def test_the_oldest_promise_makes_room() -> None:
    upkeep = Upkeep()
    for number in range(MAX_KEPT):
        upkeep.keep(Kept(b"%d" % number, b"head"), 0)
    assert upkeep.head(b"0") == b"head"
    upkeep.keep(Kept(b"one more", b"head"), 0)
    assert upkeep.head(b"0") is None
    assert len(upkeep) == MAX_KEPT
