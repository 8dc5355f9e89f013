"""A hostile peer: a libp2p host of its own that writes whatever it likes on any protocol."""

import contextlib
from collections.abc import AsyncGenerator, Mapping
from typing import Final, NamedTuple

import trio
from libp2p.abc import INetStream
from libp2p.kad_dht.pb.kademlia_pb2 import Message
from libp2p.pubsub.pb import rpc_pb2
from libp2p.utils.varint import read_varint_prefixed_bytes_limited

from bazaar.app.ports import Handler
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.wire.networks import Network
from net._vendor import PeerStoreError
from net.exchange import frames, hello
from net.exchange.frames import ANSWER_BYTES, Frame, Stream
from net.peer_ids import peer_id
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES

LOOPBACK: Final = "/ip4/127.0.0.1/tcp/0"
EXCHANGE: Final = "/bazaar/exchange/1.0.0"
KAD: Final = "/bazaar/kad/1.0.0"
MESHSUB: Final = "/meshsub/1.1.0"
PATIENCE_SECONDS: Final = 15
GOSSIP_PREFIX: Final = b"libp2p-pubsub:"


class Hostile(NamedTuple):
    """A peer without manners, connected to one node."""

    number: int
    identity: Identity
    on: Network
    network: Libp2pNetwork
    target: bytes
    address: str

    async def greet(self) -> None:
        """Connect and say hello as an honest peer would; cancelling may leave it connected."""
        await self.network.connect(self.address)

    async def connect(self) -> None:
        """Connect without a word."""
        await self.network.host.dial(self.address, self.target)

    async def stream(self, protocol: str) -> INetStream:
        """A new stream; raises PeerUnreachableError once we are sent away."""
        return await self.network.host.open_stream(self.target, protocol)

    async def protocols(self) -> list[str]:
        """What the node says it speaks."""
        with trio.fail_after(PATIENCE_SECONDS):
            while True:
                with contextlib.suppress(PeerStoreError):
                    store = self.network.host.libp2p().get_peerstore()
                    found = store.get_protocols(peer_id(self.target))
                    if found:
                        return found
                await trio.sleep(0.01)

    async def throw(self, protocol: str, data: bytes) -> None:
        """Write ``data`` to a new stream and half-close; what comes back is not read."""
        stream = await self.stream(protocol)
        await stream.write(data)
        with contextlib.suppress(Exception):  # the node may have reset it by now
            await as_stream(stream).close_write()

    async def frame(self, frame_type: int, body: bytes) -> Frame:
        """One exchange by hand; raises EOFError or the library's error if it is cut off."""
        head = len(body).to_bytes(4, "big") + bytes([frame_type])
        return await self.answer(head + body)

    async def answer(self, data: bytes) -> Frame:
        """Whatever the node answers to ``data`` on the exchange protocol."""
        stream = await self.stream(EXCHANGE)
        with trio.fail_after(PATIENCE_SECONDS):
            await stream.write(data)
            await as_stream(stream).close_write()
            length, kind = await frames.read_head(stream, ANSWER_BYTES)
            body = await frames.read_body(stream, length)
            await stream.close()
        return Frame(kind, body)

    async def kad(self, asked: Message) -> Message:
        """One DHT question; raises the library's error if it is cut off."""
        stream = await self.stream(KAD)
        with trio.fail_after(PATIENCE_SECONDS):
            sent = asked.SerializeToString()
            await stream.write(varint(len(sent)) + sent)
            received = await read_varint_prefixed_bytes_limited(stream, 128 * 1024)
            await stream.close()
        answer = Message()
        answer.ParseFromString(received)
        return answer

    async def gossip(self, *messages: rpc_pb2.Message) -> None:
        """Send ``messages`` as one gossip packet."""
        packet = rpc_pb2.RPC(publish=messages).SerializeToString()
        await self.throw(MESHSUB, varint(len(packet)) + packet)

    def message(self, data: bytes, seqno: int) -> rpc_pb2.Message:
        """A gossip message that is rightly signed by this peer."""
        author = peer_id(self.identity.key).to_bytes()
        message = rpc_pb2.Message(
            from_id=author,
            data=data,
            seqno=seqno.to_bytes(8, "big"),
            topicIDs=["bazaar/heads/1"],
        )
        signed = GOSSIP_PREFIX + message.SerializeToString()
        message.signature = self.identity.signing_key.sign(signed).signature
        return message


@contextlib.asynccontextmanager
async def hostile(
    number: int, on: Network, address: str, serving: Mapping[RequestType, Handler]
) -> AsyncGenerator[Hostile]:
    """A running hostile peer that answers as ``serving`` says, not connected yet."""
    identity = Identity(number.to_bytes(32, "big"))
    seed = bytes(identity.signing_key)
    network = Libp2pNetwork(seed, on.id, [LOOPBACK], LOCAL_RULES)
    for frame_type, handler in serving.items():
        network.serve(frame_type, handler)
    network.host.notices._connected.clear()  # it greets nobody by itself
    async with trio.open_nursery() as nursery:
        await nursery.start(network.run)
        target = key_of(address.rpartition("/")[2])
        yield Hostile(number, identity, on, network, target, address)
        nursery.cancel_scope.cancel()


def as_stream(stream: INetStream) -> Stream:
    """The library's interface hides that its streams half-close."""
    return stream  # pyright: ignore[reportReturnType] - see the docstring


def hello_of(network: bytes) -> bytes:
    """A hello of some network."""
    return hello.own(network)


def varint(number: int) -> bytes:
    """``number`` as protobuf writes lengths."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])
