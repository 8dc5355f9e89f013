"""Being a relay: reservations for nodes that nobody can dial, and circuits to them.

What runs through a circuit is the Noise handshake and the traffic of its two ends; the
relay counts bytes and sees who speaks with whom, never what.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import trio
from libp2p.abc import INetStream

from bazaar.domain.errors import MalformedMessageError, PeerUnreachableError
from net.counters import Counters
from net.errors import NetworkDownError
from net.host import Host
from net.limits import (
    CIRCUIT_SECONDS,
    RELAY_CHUNK_BYTES,
    RELAY_CIRCUIT_BYTES,
    RELAY_CIRCUIT_SECONDS,
    RELAY_CIRCUITS_PER_RESERVATION,
    RELAY_FULL_SHARE,
    RELAY_RESERVATION_SECONDS,
    RELAY_RESERVATIONS,
)
from net.reach.circuit import answering, reset
from net.reach.relay_messages import (
    STOP_PROTOCOL,
    Hop,
    HopType,
    Limit,
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


class RelayLimits(NamedTuple):
    """What others may use of this node.

    Attributes:
        circuits: At once to one node that reserved.
        size: Bytes of one circuit, both ways together.
        seconds: Life of one circuit.
        reserved_seconds: Life of one reservation.
    """

    reservations: int = RELAY_RESERVATIONS
    circuits: int = RELAY_CIRCUITS_PER_RESERVATION
    size: int = RELAY_CIRCUIT_BYTES
    seconds: int = RELAY_CIRCUIT_SECONDS
    reserved_seconds: int = RELAY_RESERVATION_SECONDS


def scaled(share: int) -> RelayLimits:
    """The limits of a user who gives ``share`` per cent; lives stay as they are."""
    full = RelayLimits()
    return full._replace(
        reservations=max(1, full.reservations * share // RELAY_FULL_SHARE),
        circuits=max(1, full.circuits * share // RELAY_FULL_SHARE),
        size=max(RELAY_CHUNK_BYTES, full.size * share // RELAY_FULL_SHARE),
    )


class RelayServer:
    """Counts what it carries; holds nothing that outlives the process."""

    def __init__(
        self,
        host: Host,
        counters: Counters,
        tellable: Callable[[], list[str]],
        limits: RelayLimits,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._host = host
        self._counters = counters
        self._tellable = tellable
        self._limits = limits
        self._now = now
        self._reserved: dict[bytes, float] = {}
        self._circuits: Counter[bytes] = Counter()
        host.notices.on_disconnected(self._left)

    def reservations(self) -> int:
        """How many nodes hold one now."""
        self._forget_old()
        return len(self._reserved)

    def circuits(self) -> int:
        """How many circuits are open now."""
        return self._circuits.total()

    async def handle(self, stream: INetStream) -> None:
        """Serve one request; a circuit lasts as long as this. Cancelling ends it.

        Raises:
            MalformedMessageError: the peer's fault.
            trio.TooSlowError: the peer did not go on.
        """
        async with answering(stream):
            hop = hop_of(await read_message(stream))
            if is_relayed_stream(stream):
                await _answer(stream, Status.PERMISSION_DENIED)
            elif hop.type is HopType.RESERVE:
                await self._reserve(stream, sender(stream))
            elif hop.type is HopType.CONNECT and hop.peer is not None:
                await self._connect(stream, sender(stream), hop.peer)
            else:
                await _answer(stream, Status.UNEXPECTED_MESSAGE)
                await stream.close()
                raise MalformedMessageError("not a request to a relay")

    async def _reserve(self, stream: INetStream, peer: bytes) -> None:
        self._forget_old()
        if (
            peer not in self._reserved
            and len(self._reserved) >= self._limits.reservations
        ):
            self._counters.add("relay.reservations_full")
            await _answer(stream, Status.RESERVATION_REFUSED)
            return
        expires = int(self._now()) + self._limits.reserved_seconds
        self._reserved[peer] = expires
        own = tuple(self._tellable())
        limit = Limit(self._limits.seconds, self._limits.size)
        granted = Hop(HopType.STATUS, Status.OK, None, expires, own, limit)
        await write_message(stream, hop_bytes(granted))

    async def _connect(self, stream: INetStream, peer: bytes, target: bytes) -> None:
        self._forget_old()
        if target not in self._reserved or not is_direct(self._host, target):
            await _answer(stream, Status.NO_RESERVATION)
        elif self._circuits[target] >= self._limits.circuits:
            self._counters.add("relay.circuits_full")
            await _answer(stream, Status.RESOURCE_LIMIT_EXCEEDED)
        else:
            self._circuits[target] += 1
            try:
                await self._carry(stream, peer, target)
            finally:
                self._circuits[target] -= 1
                if not self._circuits[target]:
                    del self._circuits[target]

    async def _carry(self, stream: INetStream, peer: bytes, target: bytes) -> None:
        limit = Limit(self._limits.seconds, self._limits.size)
        try:
            with trio.fail_after(CIRCUIT_SECONDS):
                end = await self._invite(peer, target, limit)
        except (PeerUnreachableError, NetworkDownError, trio.TooSlowError):
            await _answer(stream, Status.CONNECTION_FAILED)
            return
        try:
            granted = Hop(HopType.STATUS, Status.OK, limit=limit)
            await write_message(stream, hop_bytes(granted))
            self._counters.add("relay.circuits")
            await self._pump_both(stream, end)
        finally:
            await reset(end)
            await reset(stream)

    async def _invite(self, peer: bytes, target: bytes, limit: Limit) -> INetStream:
        """A stream to the target, which agreed to hear ``peer``; raises PeerUnreachableError."""
        end = await self._host.open_stream(target, STOP_PROTOCOL)
        try:
            await write_message(end, stop_bytes(Stop(Status.NONE, peer, limit)))
            answer = stop_of(await read_message(end))
        except BaseException as error:
            await reset(end)
            if isinstance(error, Exception):
                raise PeerUnreachableError("the target did not answer") from error
            raise
        if answer.status is not Status.OK:
            await reset(end)
            raise PeerUnreachableError("the target does not want the circuit")
        return end

    async def _pump_both(self, one: INetStream, other: INetStream) -> None:
        left = [self._limits.size]
        with trio.move_on_after(self._limits.seconds):
            async with trio.open_nursery() as nursery:
                for source, sink in ((one, other), (other, one)):
                    nursery.start_soon(
                        self._pump, source, sink, left, nursery.cancel_scope
                    )

    async def _pump(
        self,
        source: INetStream,
        sink: INetStream,
        left: list[int],
        both: trio.CancelScope,
    ) -> None:
        """Carry until either end or the limit; then the other direction ends as well."""
        try:
            while left[0] > 0:
                data = await source.read(min(RELAY_CHUNK_BYTES, left[0]))
                if not data:
                    break
                left[0] -= len(data)
                self._counters.add("relay.bytes", len(data))
                await sink.write(data)
            else:
                self._counters.add("relay.data_limit")
        except Exception as error:  # noqa: BLE001 - the border: a stream that breaks ends its circuit only
            log.debug("a circuit ended", extra={"error": repr(error)})
        both.cancel()

    def _left(self, peer: bytes) -> None:
        self._reserved.pop(peer, None)

    def _forget_old(self) -> None:
        now = self._now()
        for peer in [key for key, at in self._reserved.items() if at <= now]:
            del self._reserved[peer]


async def _answer(stream: INetStream, status: Status) -> None:
    await write_message(stream, hop_bytes(Hop(HopType.STATUS, status)))
