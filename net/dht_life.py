"""The DHT in one life of the host: neighbours come in, the table is kept fresh, records expire."""

import secrets
from collections.abc import Callable

import trio
from libp2p.abc import IHost

from net.heads import Heads
from net.kad import Blame, Kad
from net.kad_client import KadClient
from net.kad_table import is_server
from net.limits import TABLE_REFRESH_SECONDS
from net.lookups import Lookups
from net.neighbours import Neighbours

RANDOM_KEY_BYTES = 32


class DhtLife:
    """What runs beside the lookups.

    Attributes:
        lookups: To be asked while it runs.
    """

    def __init__(self, host: IHost, heads: Heads, blame: Blame, *, serves: bool):
        self._host = host
        kad = Kad(host, heads, blame, is_server=serves)
        self.lookups = Lookups(host.get_id(), kad, KadClient(host, kad))

    async def run(
        self,
        neighbours: Neighbours,
        came_back: Callable[[], None],
        task_status: trio.TaskStatus[None],
    ) -> None:
        """Run; ``came_back`` is called when the first neighbours are known. Ends by cancellation."""

        async def on_first() -> None:
            await self._walk()
            self.lookups.settled.set()
            came_back()

        table = self.lookups.kad.routing_table
        async with trio.open_nursery() as nursery:
            table.start_periodic_refresh(nursery)
            nursery.start_soon(neighbours.run, self._host, table, on_first)
            nursery.start_soon(self._refresh)
            task_status.started()

    async def _refresh(self) -> None:
        while True:
            await trio.sleep(TABLE_REFRESH_SECONDS)
            for peer in self._host.get_connected_peers():
                if is_server(self._host, peer):
                    await self.lookups.kad.routing_table.add_peer(peer)
            await self._walk()
            self.lookups.kad.value_store.cleanup_expired()
            self.lookups.kad.provider_store.cleanup_expired()

    async def _walk(self) -> None:
        """Two walks meet enough nodes: the library's one for each bucket would cost a core."""
        await self.lookups.closest(self._host.get_id().to_bytes())
        await self.lookups.closest(secrets.token_bytes(RANDOM_KEY_BYTES))
