"""DCUtR: both ends of a relayed connection dial each other at the same moment.

Each dials from the port it listens on, so that its router lets the other's packets in
as answers. Our own, because the library's dials whatever address it is told.
"""

import logging
from collections.abc import Callable
from functools import partial

import trio
from libp2p.abc import INetStream

from bazaar.domain.errors import MalformedMessageError, PeerUnreachableError
from net._vendor import Multiaddr
from net.building import swarm_of
from net.counters import Counters
from net.dialling.addresses import Source, kept, parse
from net.host import Host
from net.limits import (
    MAX_PUNCH_ADDRESSES,
    PUNCH_AFTER_SECONDS,
    PUNCH_DIAL_SECONDS,
    PUNCH_SYNC_SECONDS,
    PUNCH_TRIES,
    RELAY_GRACE_SECONDS,
)
from net.peer_ids import peer_id
from net.reach.circuit import reset
from net.reach.relay_messages import (
    PUNCH_PROTOCOL,
    Punch,
    punch_bytes,
    punch_of,
)
from net.reach.routes import (
    is_direct,
    is_relayed,
    is_relayed_stream,
    observed_hosts,
    open_connections,
    sender,
)
from net.rules import NetworkRules
from net.varint_messages import read_message, write_message

log = logging.getLogger(__name__)


class Puncher:
    """Upgrades relayed connections; the side that was called begins."""

    def __init__(
        self,
        host: Host,
        rules: NetworkRules,
        counters: Counters,
        tellable: Callable[[], list[str]],
    ) -> None:
        self._host = host
        self._rules = rules
        self._counters = counters
        self._tellable = tellable

    async def upgrade(self, peer: bytes) -> None:
        """After 5 s try three times; once direct, the relay is left after a grace of 60 s.

        Cancelling leaves the relayed connection as it is.

        Raises:
            PeerUnreachableError: the peer does not speak this.
            NetworkDownError: the host is being restarted.
        """
        await trio.sleep(PUNCH_AFTER_SECONDS)
        for _ in range(PUNCH_TRIES):
            if is_direct(self._host, peer):
                break
            self._counters.add("punch.tries")
            await self._begin(peer)
        if not is_direct(self._host, peer):
            self._counters.add("punch.failures")
            return
        self._counters.add("punch.upgraded")
        await trio.sleep(RELAY_GRACE_SECONDS)
        await self._leave_relay(peer)

    async def handle(self, stream: INetStream) -> None:
        """Take part in a punch that the peer begins; cancelling ends the dial.

        Raises:
            MalformedMessageError: the peer's fault.
            trio.TooSlowError: the peer did not go on.
        """
        peer = sender(stream)
        try:
            if not is_relayed_stream(stream) and is_direct(self._host, peer):
                return
            theirs = punch_of(await read_message(stream))
            await write_message(stream, punch_bytes(self._own()))
            if theirs.is_sync or not punch_of(await read_message(stream)).is_sync:
                raise MalformedMessageError("a hole punch out of order")
        finally:
            await reset(stream)
        await self._dial_all(peer, theirs.addresses, as_client=True)

    async def _begin(self, peer: bytes) -> None:
        stream = await self._host.open_stream(peer, PUNCH_PROTOCOL)
        try:
            began = trio.current_time()
            await write_message(stream, punch_bytes(self._own()))
            theirs = punch_of(await read_message(stream))
            half = min((trio.current_time() - began) / 2, PUNCH_SYNC_SECONDS)
            await write_message(stream, punch_bytes(Punch(is_sync=True)))
            await stream.close()
        except Exception as error:
            await reset(stream)
            raise PeerUnreachableError("the peer does not punch") from error
        await trio.sleep(half)
        await self._dial_all(peer, theirs.addresses, as_client=False)

    def _own(self) -> Punch:
        """Where we will come from: the address that others see, the port that we listen on."""
        ports = {parse(text).kind: parse(text).port for text in self._listening()}
        seen = [
            f"/{kind}/{one}/tcp/{ports[kind]}"
            for one in observed_hosts(self._host)
            if (kind := "ip6" if ":" in one else "ip4") in ports
        ]
        told = [text.split("/p2p/")[0] for text in self._tellable()]
        return Punch(False, tuple(dict.fromkeys(seen + told))[:MAX_PUNCH_ADDRESSES])  # noqa: FBT003 - is_sync

    def _listening(self) -> list[str]:
        return self._host.addresses()

    async def _dial_all(
        self, peer: bytes, told: tuple[str, ...], *, as_client: bool
    ) -> None:
        """Dial what the rules allow, all at once, until one connection stands."""
        targets = [
            text
            for text in kept(told, Source.PEER, self._rules, peer)
            if parse(text).relay is None and not text.startswith("/dns")
        ][:MAX_PUNCH_ADDRESSES]
        with trio.move_on_after(PUNCH_DIAL_SECONDS):
            async with trio.open_nursery() as nursery:
                for target in targets:
                    dial = partial(self._dial, peer, target, as_client=as_client)
                    nursery.start_soon(dial, nursery.cancel_scope)

    async def _dial(
        self, peer: bytes, target: str, others: trio.CancelScope, *, as_client: bool
    ) -> None:
        swarm = swarm_of(self._host.libp2p())
        dial = swarm.dial_addr if as_client else swarm.dial_addr_as_responder
        address = parse(target)
        where = Multiaddr(f"/{address.kind}/{address.host}/tcp/{address.port}")
        try:
            await dial(where, peer_id(peer), self._source(address.kind))
        except Exception as error:  # noqa: BLE001 - whatever the library raises, there is no hole
            log.debug("no hole was punched", extra={"error": repr(error)})
            return
        others.cancel()

    def _source(self, kind: str) -> tuple[str, int] | None:
        for text in self._listening():
            own = parse(text)
            if own.kind == kind:
                return own.host, own.port
        return None

    async def _leave_relay(self, peer: bytes) -> None:
        if not is_direct(self._host, peer):
            return
        for conn in open_connections(self._host, peer):
            if is_relayed(conn):
                await conn.close()
