"""New connections become entries of the routing table as soon as they say that they serve (C12)."""

import contextlib
from collections.abc import Awaitable, Callable

import trio
from libp2p.abc import IHost

from bazaar.domain.errors import MalformedMessageError
from net.dht.kad_table import Table, is_identified, is_server
from net.host import Host
from net.limits import IDENTIFY_CHECK_SECONDS, IDENTIFY_SECONDS, TRACKED_PEERS
from net.peer_ids import key_of, peer_id


class Neighbours:
    """Waits for each new peer to be identified; outlives the lives of the host."""

    def __init__(self, host: Host) -> None:
        self._send, self._new = trio.open_memory_channel[bytes](TRACKED_PEERS)
        host.notices.on_connected(self._connected)

    async def run(
        self, host: IHost, table: Table, on_first: Callable[[], Awaitable[None]]
    ) -> None:
        """Fill ``table``; ``on_first`` runs when its first entry is there.

        Ends by cancellation; who connects meanwhile is seen to in the next life.
        """
        for peer in host.get_connected_peers():
            with contextlib.suppress(MalformedMessageError):
                self._connected(key_of(peer))
        is_alone = True
        async with trio.open_nursery() as nursery:
            added, to_add = trio.open_memory_channel[None](0)
            nursery.start_soon(self._add_all, host, table, added)
            async for _ in to_add:
                if is_alone:
                    is_alone = False
                    nursery.start_soon(on_first)

    async def _add_all(
        self, host: IHost, table: Table, added: trio.MemorySendChannel[None]
    ) -> None:
        async with trio.open_nursery() as nursery:
            async for key in self._new:
                nursery.start_soon(_add, host, table, key, added)

    def _connected(self, key: bytes) -> None:
        with contextlib.suppress(trio.WouldBlock):
            self._send.send_nowait(key)


async def _add(
    host: IHost, table: Table, key: bytes, added: trio.MemorySendChannel[None]
) -> None:
    peer = peer_id(key)
    with trio.move_on_after(IDENTIFY_SECONDS):
        while not is_identified(host, peer):  # noqa: ASYNC110 - the library tells nobody
            await trio.sleep(IDENTIFY_CHECK_SECONDS)
    if is_server(host, peer) and await table.add_peer(peer):
        await added.send(None)
