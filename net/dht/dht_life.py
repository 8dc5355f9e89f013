"""The DHT in one life of the host: neighbours come in, the table is kept fresh, records expire."""

import itertools
import secrets
from collections.abc import Callable

import trio
from libp2p.abc import IHost

from net._vendor import ID
from net.dht.kad import Blame, Kad
from net.dht.kad_client import KadClient
from net.dht.kad_table import is_server
from net.dht.lookups import Lookups
from net.dht.neighbours import Neighbours
from net.dht.walk_pace import WalkPace
from net.gossip.heads import Heads
from net.limits import STALE_ASKED, TABLE_CHECK_SECONDS

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
            await self._walk_home()
            await self._walk_away()
            self.lookups.settled.set()
            came_back()

        table = self.lookups.kad.routing_table
        async with trio.open_nursery() as nursery:
            nursery.start_soon(neighbours.run, self._host, table, on_first)
            nursery.start_soon(self._refresh)
            task_status.started()

    async def _refresh(self) -> None:
        """Walk as often as the table changes; between walks ask who was not heard of for long."""
        await self.lookups.settled.wait()
        pace = WalkPace(self._entries(), trio.current_time())
        walks = itertools.cycle((self._walk_away, self._walk_home))
        while True:
            await trio.sleep(TABLE_CHECK_SECONDS)
            await self._add_connected()
            await self._ask_stale()
            if pace.is_due(self._entries(), trio.current_time()):
                await next(walks)()
                pace.walked(self._entries(), trio.current_time())
            self.lookups.kad.value_store.cleanup_expired()
            self.lookups.kad.provider_store.cleanup_expired()

    def _entries(self) -> frozenset[ID]:
        return frozenset(self.lookups.kad.routing_table.get_peer_ids())

    async def _add_connected(self) -> None:
        for peer in self._host.get_connected_peers():
            if is_server(self._host, peer):
                await self.lookups.kad.routing_table.add_peer(peer)

    async def _ask_stale(self) -> None:
        """A question instead of a ping: who answers tells of others, who is gone leaves the table."""
        stale = self.lookups.kad.routing_table.stale()[:STALE_ASKED]
        key = secrets.token_bytes(RANDOM_KEY_BYTES)
        await self.lookups.ask(stale, key, self.lookups.client.nearer)

    async def _walk_home(self) -> None:
        """Meet those nearest to this node: others look for its records among them."""
        await self.lookups.closest(self._host.get_id().to_bytes())

    async def _walk_away(self) -> None:
        """Meet others anywhere: the library's walk for each bucket would cost a core."""
        await self.lookups.closest(secrets.token_bytes(RANDOM_KEY_BYTES))
