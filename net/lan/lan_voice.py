"""What this node says on one local network: who is here, here am I, I go."""

import logging
import secrets
from functools import partial
from typing import Final

import trio

from net.buckets import Bucket
from net.lan.lan_links import MDNS_GROUP
from net.lan.lan_packets import announcement, question
from net.limits import (
    LAN_ANSWERS_BURST,
    LAN_ANSWERS_PER_SECOND,
    LAN_EARLY_ROUNDS_SECONDS,
    LAN_ROUND_SECONDS,
)

log = logging.getLogger(__name__)

NAME_BYTES: Final = 16


class Voice:
    """Speaks on a socket, under a name of no meaning."""

    def __init__(
        self, opened: trio.socket.SocketType, port: int, addresses: list[str]
    ) -> None:
        """Build it; ``addresses`` are this node's own, without any it stays silent."""
        self._opened = opened
        self._to = (MDNS_GROUP, port)
        name = secrets.token_hex(NAME_BYTES)
        self._announcement = partial(announcement, name, addresses)
        self._is_silent = not addresses
        self._answers = Bucket(LAN_ANSWERS_PER_SECOND, LAN_ANSWERS_BURST)

    async def run(self) -> None:
        """Ask and announce a few times, since some get lost, then announce; ends by cancellation.

        Raises:
            OSError: the link is gone.
        """
        for seconds in LAN_EARLY_ROUNDS_SECONDS:
            await self._send(question())
            await self._send(self._announcement())
            await trio.sleep(seconds)
        while True:
            await self._send(self._announcement())
            await trio.sleep(LAN_ROUND_SECONDS)

    async def answer(self) -> None:
        """Announce because somebody asked, at most once a second; raises as ``run``."""
        if self._answers.take(trio.current_time()):
            await self._send(self._announcement())

    async def take_leave(self) -> None:
        """Take the announcement back; an error is nobody's business any more."""
        try:
            await self._send(self._announcement(seconds=0))
        except OSError as error:
            log.info("no leave taken", extra={"error": repr(error)})

    async def _send(self, packet: bytes) -> None:
        if not self._is_silent:
            await self._opened.sendto(packet, self._to)
