"""Using relays: reserve at one, connect through one, be connected to through one."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import trio
from libp2p.abc import INetStream

from bazaar.domain.errors import (
    MalformedMessageError,
    PeerError,
    PeerUnreachableError,
)
from net import _patches
from net.building import swarm_of
from net.counters import Counters
from net.errors import NetworkDownError
from net.host import Host
from net.limits import CIRCUIT_SECONDS
from net.peer_ids import peer_id
from net.reach.circuit import relayed, reset
from net.reach.relay_messages import (
    HOP_PROTOCOL,
    STOP_PROTOCOL,
    Hop,
    HopType,
    Status,
    Stop,
    hop_bytes,
    hop_of,
    stop_bytes,
    stop_of,
)
from net.reach.routes import is_direct, is_relayed_stream, sender
from net.varint_messages import read_message, write_message

log = logging.getLogger(__name__)


class Reservation(NamedTuple):
    """A relay's promise to pass connections on to us; times are wall seconds.

    Attributes:
        addresses: Where the relay says that it is reached.
    """

    relay: bytes
    made: float
    expires: float
    addresses: tuple[str, ...]

    def is_due(self, now: float) -> bool:
        """Whether half of its life is over."""
        return now >= self.made + (self.expires - self.made) / 2


class Circuits:
    """The client's side of relaying.

    Attributes:
        held: Reservations by the key of their relay.
        arrived: Runs beside each connection that came through a relay, until it ends.
    """

    def __init__(
        self,
        host: Host,
        counters: Counters,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._host = host
        self._counters = counters
        self._now = now
        self.held: dict[bytes, Reservation] = {}
        self.arrived: Callable[[bytes], Awaitable[None]] = _nothing
        host.handle(STOP_PROTOCOL, self.handle)

    async def reserve(self, relay: bytes) -> Reservation:
        """Reserve at a connected relay, or renew; cancelling may leave it made.

        Raises:
            PeerUnreachableError: it refused, did not answer, or answered nonsense.
            NetworkDownError: the host is being restarted.
        """
        answer = await self._asked(relay, Hop(HopType.RESERVE))
        now = self._now()
        if answer.expires <= now:
            raise PeerUnreachableError("the relay gave a reservation that is over")
        self.held[relay] = Reservation(relay, now, answer.expires, answer.addresses)
        self._counters.add("relay.reserved")
        return self.held[relay]

    async def dial(self, key: bytes, relay: bytes) -> None:
        """Connect to a peer through a relay that is directly connected.

        Cancelling gives the circuit back.

        Raises:
            PeerUnreachableError: the relay or the peer does not play along.
            NetworkDownError: the host is being restarted.
        """
        if not is_direct(self._host, relay):
            raise PeerUnreachableError("the relay is not connected")
        with trio.move_on_after(CIRCUIT_SECONDS):
            stream = await self._host.open_stream(relay, HOP_PROTOCOL)
            try:
                await self._spoken(stream, Hop(HopType.CONNECT, peer=key))
                raw = relayed(stream, relay, key, initiator=True)
                swarm = swarm_of(self._host.libp2p())
                await swarm.upgrade_outbound_raw_conn(raw, peer_id(key))
            except BaseException as error:
                await reset(stream)
                if isinstance(error, Exception):
                    raise PeerUnreachableError("no circuit to the peer") from error
                raise
            self._counters.add("relay.dialled")
            return
        raise PeerUnreachableError("no circuit to the peer in time")

    async def handle(self, stream: INetStream) -> None:
        """Take a connection that one of our relays passes on; lasts as long as it.

        Raises:
            MalformedMessageError: the relay's fault.
            trio.TooSlowError: the relay did not go on.
        """
        relay = sender(stream)
        try:
            stop = stop_of(await read_message(stream))
            if stop.peer is None:
                raise MalformedMessageError("not a request to be connected")
            if relay not in self.held or is_relayed_stream(stream):
                refusal = Stop(Status.PERMISSION_DENIED)
                await write_message(stream, stop_bytes(refusal))
                await stream.close()
                return
            await write_message(stream, stop_bytes(Stop(Status.OK)))
            await self._take(stream, relay, stop.peer)
        finally:
            await reset(stream)

    async def _take(self, stream: INetStream, relay: bytes, peer: bytes) -> None:
        raw = relayed(stream, relay, peer, initiator=False)
        swarm = swarm_of(self._host.libp2p())
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._beside, peer)
            await _patches.receive(swarm, raw, f"relay {relay.hex()}", peer_id(peer))
            nursery.cancel_scope.cancel()

    async def _beside(self, peer: bytes) -> None:
        try:
            await self.arrived(peer)
        except (PeerUnreachableError, PeerError, NetworkDownError) as error:
            log.info("a relayed connection stays so", extra={"error": repr(error)})

    async def _asked(self, relay: bytes, hop: Hop) -> Hop:
        stream = await self._host.open_stream(relay, HOP_PROTOCOL)
        try:
            return await self._spoken(stream, hop)
        finally:
            await reset(stream)

    async def _spoken(self, stream: INetStream, hop: Hop) -> Hop:
        try:
            await write_message(stream, hop_bytes(hop))
            answer = hop_of(await read_message(stream))
        except Exception as error:
            raise PeerUnreachableError("the relay does not answer") from error
        if answer.status is not Status.OK:
            raise PeerUnreachableError(f"the relay says {answer.status.name}")
        return answer


async def _nothing(peer: bytes) -> None:
    del peer
