"""The DHT of a simulated node: the library's walk and our lookups over modelled links."""

from typing import Final, NamedTuple, Protocol, cast

import trio
from libp2p.abc import IHost
from libp2p.kad_dht.common import BUCKET_SIZE, TTL
from libp2p.kad_dht.kad_dht import DHTMode
from libp2p.kad_dht.pb.kademlia_pb2 import Message, Record

from net._vendor import ID
from net.dht.head_records import HeadValidator
from net.dht.kad import Kad
from net.dht.kad_client import KadClient
from net.dht.kad_table import Routing, Table, Turns
from net.dht.lookups import Lookups
from net.dht.silence import Silence
from net.gossip.heads import Heads
from net.sim.costs import DHT_BYTES, DHT_CPU, DHT_ROUND_TRIPS, WALK_BYTES
from net.sim.links import Cost, Links
from net.sim.population import Population
from net.sim.tables import SimTable, Tables

QUESTION: Final = Cost(DHT_CPU, DHT_ROUND_TRIPS, DHT_BYTES)
WALK: Final = Cost(DHT_CPU, DHT_ROUND_TRIPS, WALK_BYTES)


class Servers(Protocol):
    """The other side of each question."""

    def nearest(self, asked: int, key: bytes) -> list[ID]:
        """The 20 nodes nearest to ``key`` that ``asked`` tells of."""
        ...

    def answer(self, asked: int, message: Message) -> Message:
        """What ``asked`` answers to anything else."""
        ...


class SimHost:
    """As much of a host as walks look at."""

    def __init__(self, me: ID) -> None:
        self._me = me

    def get_id(self) -> ID:
        """The own id."""
        return self._me

    def get_connected_peers(self) -> list[ID]:
        """Nobody: tables are full from the beginning."""
        return []

    def get_peerstore(self) -> "SimHost":
        """Stands for the peer store too."""
        return self

    def peer_ids(self) -> list[ID]:
        """Nobody."""
        return []


class Ways(NamedTuple):
    """What questions go through, and who is at the other end."""

    population: Population
    links: Links
    servers: Servers


class SimClient(KadClient):
    """Our questions to one node; the way there is modelled."""

    def __init__(self, host: SimHost, kad: "SimKad", ways: Ways) -> None:
        super().__init__(cast("IHost", host), cast("Kad", kad))
        self._me = host.get_id()
        self._number = ways.population.number
        self._ways = ways

    async def nearer(self, peer: ID, key: bytes) -> list[ID]:
        """Whom ``peer`` tells of as nearest to ``key``."""
        async with self._in_time(peer):
            me, asked = self._number(self._me), self._number(peer)
            return await self._ways.links.ask(
                me, asked, WALK, lambda: self._ways.servers.nearest(asked, key)
            )

    async def provide(self, peer: ID, key: bytes) -> None:
        """Tell ``peer`` that this node has ``key``."""
        asked = Message(type=Message.MessageType.ADD_PROVIDER, key=key)
        asked.providerPeers.add(id=self._me.to_bytes())
        await self._ask(peer, asked)

    def record(self, key: bytes, value: bytes) -> Record:
        """A record without the signature that only guards its sender's name."""
        return Record(key=key, value=value)

    async def _ask(self, peer: ID, asked: Message) -> Message:
        me, other = self._number(self._me), self._number(peer)
        async with self._in_time(peer):
            return await self._ways.links.ask(
                me, other, QUESTION, lambda: self._ways.servers.answer(other, asked)
            )


class SimKad:
    """One node's part in the DHT, with the face that lookups know."""

    mode = DHTMode.CLIENT

    def __init__(self, host: SimHost, table: SimTable) -> None:
        self.silence = Silence()
        self.turns = Turns()
        self.routing_table = table
        self.peer_routing = Routing(
            cast("IHost", host), cast("Table", table), self.silence
        )
        self.value_store = self.provider_store = Nothing()


class Nothing:
    """What a node that only asks holds for the DHT."""

    def get(self, key: bytes) -> None:
        """Nothing."""

    def get_providers(self, key: bytes) -> list[object]:
        """Nobody."""
        del key
        return []


class SimServers:
    """What all servers hold and answer, the hostile among them too."""

    def __init__(self, population: Population, tables: Tables, heads: Heads) -> None:
        self._population = population
        self._tables = tables
        self._validator = HeadValidator(heads, _nobody)
        self._values: dict[tuple[int, bytes], tuple[bytes, float]] = {}
        self._providers: dict[tuple[int, bytes], dict[bytes, float]] = {}
        self.accomplices: list[ID] = []

    def records(self) -> int:
        """How many values all of them hold."""
        return len(self._values)

    def nearest(self, asked: int, key: bytes) -> list[ID]:
        """Honest ones tell what their table says, hostile ones tell of each other."""
        if self._population.is_hostile[asked]:
            return self.accomplices[:BUCKET_SIZE]
        near = self._tables.nearest(asked, key, BUCKET_SIZE, 0.0)
        return [self._population.id(one) for one in near]

    def answer(self, asked: int, message: Message) -> Message:
        """Keep or give a value or a provider; hostile ones do neither and say nothing of it."""
        answer = Message(type=message.type, key=message.key)
        if not self._population.is_hostile[asked]:
            self._serve(asked, message, answer)
        return answer

    def _serve(self, asked: int, message: Message, answer: Message) -> None:
        where, now = (asked, message.key), trio.current_time()
        match message.type:
            case Message.MessageType.PUT_VALUE:
                self._put(where, message.record.value, now)
            case Message.MessageType.GET_VALUE:
                value = self._value(where, now)
                if value is not None:
                    answer.record.CopyFrom(Record(key=message.key, value=value))
            case Message.MessageType.ADD_PROVIDER:
                row = self._providers.setdefault(where, {})
                row[message.providerPeers[0].id] = now
            case _:
                for provider in self._providers.get(where, {}):
                    answer.providerPeers.add(id=provider)

    def _put(self, where: tuple[int, bytes], value: bytes, now: float) -> None:
        key = where[1].decode()
        self._validator.validate(key, value)
        held = self._value(where, now)
        values = [value] if held is None else [held, value]
        self._values[where] = values[self._validator.select(key, values)], now + TTL

    def _value(self, where: tuple[int, bytes], now: float) -> bytes | None:
        value, until = self._values.get(where, (None, 0.0))
        return value if until > now else None


def lookups_of(
    me: int, population: Population, table: SimTable, links: Links, servers: Servers
) -> Lookups:
    """The lookups that a node makes, on modelled links."""
    host = SimHost(population.id(me))
    kad = SimKad(host, table)
    client = SimClient(host, kad, Ways(population, links, servers))
    return Lookups(host.get_id(), cast("Kad", kad), client)


def _nobody(error: Exception) -> None:
    del error
