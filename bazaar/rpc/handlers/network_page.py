"""network: how the node stands, for the page that explains it."""

from typing import Final

import trio

from bazaar.app.catalogue.room import quota_of
from bazaar.app.node import Node
from bazaar.app.ports import Connected, OwedRow, Traffic
from bazaar.domain.delivery.mail import MAX_HOST_BYTES
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.network import (
    NeighbourView,
    NetworkState,
    NetworkView,
    PublicationView,
    QueueView,
    StorageView,
    TrafficView,
)
from bazaar.rpc.views.limits import limits
from bazaar.rpc.views.own_addresses import own_addresses
from bazaar.rpc.views.people import People
from bazaar.rpc.views.problems import problems

MAX_QUEUES: Final = 100
OWN: Final = frozenset({"book", "goods", "pictures"})
"""What would be lost with the disk."""


class NetworkPageCalls:
    """Gathers what stands in the network, the book and on the disk."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            NetworkState: self.state,
        }

    async def state(self, _: NetworkState) -> NetworkView:
        """One moment of everything; reads the sizes on the disk in a thread."""
        context = self._node.context
        people = People(context)
        counters = context.exchange.counters()
        traffic = context.exchange.traffic()
        with context.book.unit() as unit:
            owed = unit.owed(MAX_QUEUES)
            quota = quota_of(unit)
        usage = await trio.to_thread.run_sync(context.usage)
        reach = context.exchange.reachability()
        return NetworkView(
            reachability=reach.state,
            reason=reach.reason,
            peers=tuple(
                [
                    await _neighbour(people, row, traffic)
                    for row in context.exchange.peers()
                ]
            ),
            traffic=TrafficView(
                since=traffic.since,
                came=traffic.came,
                went=traffic.went,
                came_rate=traffic.came_rate,
                went_rate=traffic.went_rate,
            ),
            synced=self._node.market.synced,
            published=self._published(),
            queue=tuple([await _queue(people, row) for row in owed]),
            storage=_storage(usage.sizes, quota),
            free=usage.free,
            known_peers=counters.get("peerbook.peers", 0),
            routes=context.directory.neighbours(),
            addresses=own_addresses(
                context.exchange.invitable(), context.exchange.tellable(), reach.relays
            ),
            limits=limits(counters),
            problems=await problems(self._node),
        )

    def _published(self) -> PublicationView | None:
        with self._node.context.book.unit() as unit:
            head = self._node.shop.head(unit)
        if head is None:
            return None
        _, have = self._node.shop.reach()
        return PublicationView(seq=head.body.seq, at=head.body.issued, have=have)


async def _neighbour(people: People, row: Connected, traffic: Traffic) -> NeighbourView:
    came, went = traffic.of.get(row.key, (0, 0))
    return NeighbourView(
        peer_id=row.peer_id,
        name=(await people.person(row.key)).name,
        address=row.address,
        direction=row.direction,
        relayed=row.relayed,
        since=int(row.since),
        came=came,
        went=went,
    )


async def _queue(people: People, row: OwedRow) -> QueueView:
    person = await people.person(row.recipient)
    return QueueView(
        peer_id=person.peer_id,
        name=person.name,
        messages=row.messages,
        mailed=row.mailed,
        first=row.first,
        next_try=row.due,
        tries=row.tries,
    )


def _storage(sizes: dict[str, int], catalogue: int) -> tuple[StorageView, ...]:
    quotas = {"catalogue": catalogue, "mail": MAX_HOST_BYTES}
    return tuple(
        StorageView(kind=kind, size=size, quota=quotas.get(kind), is_own=kind in OWN)
        for kind, size in sizes.items()
    )
