"""Own heads on their way out: at once after a pause, else the newest at the end of 10 s."""

from collections.abc import Awaitable, Callable

import trio

from net.limits import PUBLISH_SECONDS


class Announcer:
    """Holds the newest head that was not sent yet; it outlives the lives of the host."""

    def __init__(self) -> None:
        self._waiting: bytes | None = None
        self._next_at = float("-inf")
        self._given = trio.Event()

    def give(self, head: bytes) -> None:
        """Have ``head`` sent in place of one that still waits."""
        self._waiting = head
        self._given.set()

    async def run(
        self,
        is_heard: Callable[[], Awaitable[None]],
        send: Callable[[bytes], Awaitable[None]],
    ) -> None:
        """Send what is given; ends by cancellation, which keeps what was not sent.

        Args:
            is_heard: Returns as soon as anybody would hear it.
            send: Sends one head.
        """
        while True:
            await self._given.wait()
            await is_heard()
            await trio.sleep_until(max(self._next_at, trio.current_time()))
            head, self._waiting = self._waiting, None
            self._given = trio.Event()
            if head is not None:
                self._next_at = trio.current_time() + PUBLISH_SECONDS
                await send(head)
