"""Meets the nodes of the local network: announces this one by mDNS and dials the others.

Off unless the user switched it on, since it tells everybody near that this machine
is here. What is heard is a hint: the dial rules, the handshake and the hello judge it.
"""

import logging

import trio
from libp2p.abc import IHost

from bazaar.domain.errors import BazaarError, RefusedError
from net.buckets import Bucket
from net.dialling.addresses import parse
from net.lan.lan_found import Found, FoundPeers
from net.lan.lan_links import Link, Links, open_socket
from net.lan.lan_packets import read
from net.lan.lan_voice import Voice
from net.limits import (
    LAN_LEAVE_SECONDS,
    LAN_PACKET_BYTES,
    LAN_PACKETS_BURST,
    LAN_PACKETS_PER_SECOND,
    LAN_ROUND_SECONDS,
    MDNS_PORT,
)
from net.peer_ids import peer_text
from net.peers import Libp2pNetwork

log = logging.getLogger(__name__)


class LocalNetwork:
    """Announces and finds in each life of the host; lives and dies with the network."""

    def __init__(
        self, network: Libp2pNetwork, links: Links, port: int = MDNS_PORT
    ) -> None:
        """Attach to ``network``, which must not be running yet.

        Args:
            network: Dials and greets those that are found.
            links: Says which local networks there are now.
            port: Where all speak mDNS; another one only among those told of it.
        """
        self._network = network
        self._links = links
        self._port = port
        self._found = FoundPeers(network.host.key)
        self._changed = trio.Event()
        self._speaking: dict[Link, trio.CancelScope] = {}
        network.attach(self._live)

    def __len__(self) -> int:
        return len(self._found)

    async def _live(self, host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        """Run for one life of ``host``; ends by cancellation, after taking leave."""
        del host
        self._speaking.clear()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._meet_all)
            task_status.started()
            while True:
                self._follow(self._links(), nursery)
                await trio.sleep(LAN_ROUND_SECONDS)

    # ------------------------------------------------------------- meeting

    async def _meet_all(self) -> None:
        while True:
            row = self._found.next(trio.current_time())
            if row is not None:
                await self._meet(row)
                continue
            with trio.move_on_after(self._found.wait_seconds(trio.current_time())):
                await self._changed.wait()
            self._changed = trio.Event()

    async def _meet(self, row: Found) -> None:
        try:
            is_met = await self._network.meet(row.key, row.address)
        except BazaarError as error:
            log.info("nobody met on the local network", extra={"error": repr(error)})
            is_stranger = isinstance(error, RefusedError)
            self._found.failed(row, trio.current_time(), is_stranger=is_stranger)
            return
        if is_met:
            self._found.met(row)
        else:
            self._found.later(row, trio.current_time())

    # ------------------------------------------------------------ speaking

    def _follow(self, links: list[Link], nursery: trio.Nursery) -> None:
        """Speak on every link there is, and no longer on one that went away."""
        for link in self._speaking.keys() - set(links):
            self._speaking.pop(link).cancel()
        for link in links:
            if link not in self._speaking:
                scope = self._speaking[link] = trio.CancelScope()
                nursery.start_soon(self._speak, link, scope)

    async def _speak(self, link: Link, scope: trio.CancelScope) -> None:
        try:
            with scope, open_socket(link, self._port) as opened:
                await opened.bind(("", self._port))
                await self._converse(link, opened)
        except* OSError as error:
            log.warning("no mDNS on a local network", extra={"error": repr(error)})
        finally:
            if self._speaking.get(link) is scope:
                del self._speaking[link]  # the next round tries again

    async def _converse(self, link: Link, opened: trio.socket.SocketType) -> None:
        voice = Voice(opened, self._port, self._addresses(link))
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(voice.run)
                await self._listen(link, opened, voice)
        finally:
            with trio.move_on_after(LAN_LEAVE_SECONDS, shield=True):
                await voice.take_leave()

    async def _listen(
        self, link: Link, opened: trio.socket.SocketType, voice: Voice
    ) -> None:
        """Hear so much a second; of a flood the system drops the rest."""
        pace = Bucket(LAN_PACKETS_PER_SECOND, LAN_PACKETS_BURST)
        while True:
            data, sender = await opened.recvfrom(LAN_PACKET_BYTES)
            await trio.sleep(pace.book(trio.current_time()))
            if sender[1] != self._port or not link.reaches(sender[0]):
                continue
            heard = read(data)
            if heard.asks:
                await voice.answer()
            if heard.announced:
                self._found.heard(sender[0], heard.announced, trio.current_time())
                self._changed.set()

    def _addresses(self, link: Link) -> list[str]:
        """Where this node listens on ``link``."""
        listening = map(parse, self._network.addresses())
        ports = {a.port for a in listening if a.host in {"0.0.0.0", link.host}}  # noqa: S104 - compared, not bound
        end = f"p2p/{peer_text(self._network.host.key)}"
        return [f"/ip4/{link.host}/tcp/{port}/{end}" for port in sorted(ports)]
