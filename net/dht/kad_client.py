"""Questions to one DHT node; each has 3 s, and who lets two of them pass is left alone."""

import contextlib
from collections.abc import AsyncGenerator, Iterable, Iterator
from typing import NamedTuple

import trio
from libp2p.abc import IHost, INetStream
from libp2p.kad_dht.pb.kademlia_pb2 import Message, Record
from libp2p.kad_dht.utils import maybe_consume_signed_record
from libp2p.network.exceptions import SwarmException
from libp2p.records.record import make_signed_put_record
from libp2p.utils import encode_varint_prefixed
from libp2p.utils.varint import read_varint_prefixed_bytes_limited

from bazaar.domain.errors import MalformedMessageError, PeerUnreachableError
from net._patches import KAD_PROTOCOL, KAD_QUERY_SECONDS
from net._vendor import ID, Multiaddr, PeerInfo, env_to_send_in_RPC
from net.dht.kad import Kad
from net.limits import (
    ADDRESS_SECONDS,
    KAD_ANSWER_BYTES,
    MAX_ADDRESSES_PER_PEER,
    MAX_NEARER,
    REFUSAL_SECONDS,
)
from net.peer_ids import key_of, raw_key


class Provider(NamedTuple):
    """A key that has something, and where it said it can be reached."""

    key: bytes
    addresses: tuple[str, ...]


class KadClient:
    """Asks nodes one by one. Every question raises PeerUnreachableError without an answer.

    Cancelling resets the stream; a put may or may not have been stored.
    """

    def __init__(self, host: IHost, kad: Kad) -> None:
        self._host = host
        self._kad = kad
        kad.peer_routing.nearer = self.nearer

    async def nearer(self, peer: ID, key: bytes) -> list[ID]:
        """Whom ``peer`` knows nearest to ``key``; where they are is remembered."""
        asked = Message(type=Message.MessageType.FIND_NODE, key=key)
        answer = await self._ask(peer, asked)
        found: list[ID] = []
        for told in answer.closerPeers[:MAX_NEARER]:
            one = ID(told.id)
            if raw_key(one) is None or one == self._host.get_id():
                continue
            if maybe_consume_signed_record(told, self._host):
                await self._meet(one, told.addrs[:MAX_ADDRESSES_PER_PEER])
                found.append(one)
        return list(dict.fromkeys(found))

    async def value(self, peer: ID, key: bytes) -> bytes | None:
        """The record that ``peer`` holds under ``key``, unchecked; None if it holds none."""
        asked = Message(type=Message.MessageType.GET_VALUE, key=key)
        answer = await self._ask(peer, asked)
        return answer.record.value if answer.HasField("record") else None

    async def put(self, peer: ID, key: bytes, value: bytes) -> None:
        """Have ``peer`` keep ``value`` under ``key``; one that refuses gives no answer."""
        asked = Message(
            type=Message.MessageType.PUT_VALUE, key=key, record=self.record(key, value)
        )
        await self._ask(peer, asked)

    async def provide(self, peer: ID, key: bytes) -> None:
        """Tell ``peer`` that this node has ``key``; nobody says whether it was kept."""
        asked = Message(type=Message.MessageType.ADD_PROVIDER, key=key)
        record, _ = env_to_send_in_RPC(self._host)
        addresses = [address.to_bytes() for address in self._host.get_addrs()]
        asked.providerPeers.add(
            id=self._host.get_id().to_bytes(), addrs=addresses, signedRecord=record
        )
        async with self._asking(peer, asked):
            pass  # other implementations never answer this one

    async def providers(self, peer: ID, key: bytes) -> list[Provider]:
        """Who, as ``peer`` says, has ``key``; what is no Ed25519 key is left out."""
        asked = Message(type=Message.MessageType.GET_PROVIDERS, key=key)
        answer = await self._ask(peer, asked)
        found: list[Provider] = []
        for told in answer.providerPeers:
            with contextlib.suppress(MalformedMessageError):
                addresses = tuple(_texts(told.addrs))
                found.append(Provider(key_of(ID(told.id)), addresses))
        return found

    def record(self, key: bytes, value: bytes) -> Record:
        """``value`` as this node signs it for a replica."""
        return make_signed_put_record(key, value, self._host.get_private_key())

    async def _ask(self, peer: ID, asked: Message) -> Message:
        answer = Message()
        async with self._asking(peer, asked) as stream:
            received = await read_varint_prefixed_bytes_limited(
                stream, KAD_ANSWER_BYTES
            )
            answer.ParseFromString(received)
            if answer.type != asked.type or answer.key not in _keys(asked):
                raise MalformedMessageError("a DHT node answered something else")
            maybe_consume_signed_record(answer, self._host, peer)
        return answer

    async def _meet(self, one: ID, told: Iterable[bytes]) -> None:
        """Remember where ``one`` is said to be; it may become an entry."""
        addresses = [Multiaddr(text) for text in _texts(told)]
        if addresses:
            peerstore = self._host.get_peerstore()
            peerstore.add_addrs(one, addresses, ADDRESS_SECONDS)
            await self._kad.routing_table.add_peer(PeerInfo(one, addresses))

    @contextlib.asynccontextmanager
    async def _asking(self, peer: ID, asked: Message) -> AsyncGenerator[INetStream]:
        """A stream on which ``asked`` was sent; whatever goes wrong is no answer."""
        self._recall(peer)
        async with self._in_time(peer), _stream(self._host, peer) as stream:
            sent = asked.SerializeToString()
            await stream.write(encode_varint_prefixed(sent))
            yield stream

    @contextlib.asynccontextmanager
    async def _in_time(self, peer: ID) -> AsyncGenerator[None]:
        """Ask when it is ``peer``'s turn, for 3 s; count a silence, forgive at an answer.

        An entry that cannot even be connected to is none any longer.
        """
        await self._kad.turns.wait(peer)
        began = trio.current_time()
        try:
            with trio.fail_after(KAD_QUERY_SECONDS):
                yield
        except Exception as error:
            if isinstance(error, SwarmException) and not self._connections(peer):
                self._kad.routing_table.remove_peer(peer)
            self._note(peer, trio.current_time() - began)
            raise PeerUnreachableError("no answer from a DHT node") from error
        self._kad.silence.heard(peer)
        await self._kad.routing_table.heard(peer)

    def _recall(self, peer: ID) -> None:
        """Let the library dial an entry of which nothing was heard for long."""
        if not self._connections(peer):
            where = self._kad.routing_table.where(peer)
            self._host.get_peerstore().add_addrs(peer, where, ADDRESS_SECONDS)

    def _connections(self, peer: ID) -> int:
        return len(self._host.get_network().get_connections(peer))

    def _note(self, peer: ID, seconds: float) -> None:
        if seconds >= KAD_QUERY_SECONDS and self._kad.silence.silent(
            peer, trio.current_time()
        ):
            self._kad.routing_table.remove_peer(peer)


@contextlib.asynccontextmanager
async def _stream(host: IHost, peer: ID) -> AsyncGenerator[INetStream]:
    """A new DHT stream, closed at the end, or reset if anything went wrong."""
    stream = await host.new_stream(peer, [KAD_PROTOCOL])
    is_done = False
    try:
        yield stream
        await stream.close()
        is_done = True
    finally:
        if not is_done:
            with trio.move_on_after(REFUSAL_SECONDS, shield=True):
                await stream.reset()


def _keys(asked: Message) -> tuple[bytes, ...]:
    """What the answer may give as its key; to a question for nodes the library gives none."""
    is_walk = asked.type == Message.MessageType.FIND_NODE
    return (asked.key, b"") if is_walk else (asked.key,)


def _texts(addresses: Iterable[bytes]) -> Iterator[str]:
    for address in addresses:
        with contextlib.suppress(Exception):  # whatever the parser makes of garbage
            yield str(Multiaddr(address))
