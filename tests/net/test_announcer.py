"""Own heads are sent at once after a pause, else the newest at the end of 10 s."""

import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from net.gossip.announcer import Announcer
from net.limits import PUBLISH_SECONDS


class Air:
    """Writes down when what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, bytes]] = []
        self.open = trio.Event()
        self.began = trio.current_time()

    async def is_heard(self) -> None:
        await self.open.wait()

    async def send(self, head: bytes) -> None:
        self.sent.append((trio.current_time() - self.began, head))
        await trio.lowlevel.checkpoint()


async def test_a_burst_is_sent_as_its_first_and_its_newest(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    air, announcer = Air(), Announcer()
    air.open.set()
    nursery.start_soon(announcer.run, air.is_heard, air.send)
    announcer.give(b"1")
    await wait_all_tasks_blocked()
    for head in (b"2", b"3", b"4"):
        announcer.give(head)
        await trio.sleep(1)
    await trio.sleep(PUBLISH_SECONDS)
    assert air.sent == [(0, b"1"), (PUBLISH_SECONDS, b"4")]
    await trio.sleep(PUBLISH_SECONDS)
    announcer.give(b"5")
    await wait_all_tasks_blocked()
    assert air.sent[2:] == [(3 + 2 * PUBLISH_SECONDS, b"5")]


async def test_what_nobody_hears_waits_over_the_life_of_a_host(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    air, announcer = Air(), Announcer()
    with trio.move_on_after(60):
        announcer.give(b"1")
        await announcer.run(air.is_heard, air.send)
    nursery.start_soon(announcer.run, air.is_heard, air.send)
    announcer.give(b"2")
    air.open.set()
    await wait_all_tasks_blocked()
    assert air.sent == [(60, b"2")]
