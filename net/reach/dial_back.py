"""AutoNAT v1: dial others back when they ask, and ask others to dial us.

The library's own service calls ``connect``, which finds the requester connected and
says OK without a dial; it would also dial any port of the requester's machine. Here
a dial-back is a new socket and a handshake that proves the key, and no connection.
"""

import contextlib
import logging
from typing import NamedTuple

import trio
from libp2p.abc import INetStream

from bazaar.domain.errors import MalformedMessageError, PeerUnreachableError
from net._vendor import Multiaddr
from net.buckets import Bucket, Buckets
from net.building import swarm_of
from net.counters import Counters
from net.dialling.addresses import Source, is_dialable, parse
from net.host import Host
from net.limits import (
    DIAL_BACK_SECONDS,
    DIAL_BACKS_BURST,
    DIAL_BACKS_OF_ALL_BURST,
    DIAL_BACKS_OF_ALL_PER_SECOND,
    DIAL_BACKS_PER_SECOND,
    MAX_DIAL_BACK_ADDRESSES,
    REACH_ANSWER_SECONDS,
    TRACKED_PEERS,
)
from net.peer_ids import peer_id
from net.reach.circuit import answering, reset
from net.reach.relay_messages import (
    DIAL_BACK_PROTOCOL,
    DialStatus,
    dial_bytes,
    dial_of,
    dialled_bytes,
    dialled_of,
)
from net.reach.routes import is_relayed_stream, sender
from net.rules import NetworkRules
from net.varint_messages import read_message, write_message

log = logging.getLogger(__name__)


class Verdict(NamedTuple):
    """What one peer says; ``address`` answered, empty if none did."""

    address: str


class DialBack:
    """Serves dial-backs; dials only the address that the requester itself comes from."""

    def __init__(self, host: Host, rules: NetworkRules, counters: Counters) -> None:
        self._host = host
        self._rules = rules
        self._counters = counters
        self._of_peer = Buckets(DIAL_BACKS_PER_SECOND, DIAL_BACKS_BURST, TRACKED_PEERS)
        self._of_all = Bucket(DIAL_BACKS_OF_ALL_PER_SECOND, DIAL_BACKS_OF_ALL_BURST)

    async def handle(self, stream: INetStream) -> None:
        """Serve one request; cancelling leaves no socket open.

        Raises:
            MalformedMessageError: the peer's fault.
            trio.TooSlowError: the peer did not go on.
        """
        async with answering(stream):
            key, addresses = dial_of(await read_message(stream))
            peer = sender(stream)
            if key != peer:
                await write_message(stream, dialled_bytes(DialStatus.BAD_REQUEST))
                await stream.close()
                raise MalformedMessageError("a dial-back for somebody else")
            allowed = () if is_relayed_stream(stream) else self._kept(stream, addresses)
            answer = await self._dialled(peer, allowed)
            await write_message(stream, answer)

    def _kept(self, stream: INetStream, addresses: tuple[str, ...]) -> tuple[str, ...]:
        """Those on the machine that asks, and that the dial rules allow."""
        remote = stream.get_remote_address()
        if remote is None:
            return ()
        good: list[str] = []
        for text in addresses:
            with contextlib.suppress(MalformedMessageError):
                address = parse(text)
                if (
                    address.relay is None
                    and address.host == remote[0]
                    and is_dialable(text, Source.PEER, self._rules)
                ):
                    good.append(f"/{address.kind}/{address.host}/tcp/{address.port}")
        return tuple(dict.fromkeys(good))[:MAX_DIAL_BACK_ADDRESSES]

    async def _dialled(self, peer: bytes, addresses: tuple[str, ...]) -> bytes:
        now = trio.current_time()
        if not addresses:
            self._counters.add("dialback.forbidden")
            return dialled_bytes(DialStatus.DIAL_REFUSED)
        if not (self._of_peer.take(peer, now) and self._of_all.take(now)):
            self._counters.add("dialback.rate_limited")
            return dialled_bytes(DialStatus.DIAL_REFUSED)
        self._counters.add("dialback.tries")
        for address in addresses:
            with trio.move_on_after(DIAL_BACK_SECONDS):
                if await knock(self._host, address, peer):
                    return dialled_bytes(DialStatus.OK, address)
        return dialled_bytes(DialStatus.DIAL_ERROR)


async def knock(host: Host, address: str, key: bytes) -> bool:
    """Whether a new socket to ``address`` reaches the holder of ``key``; it is closed at once.

    Cancelling closes it as well.
    """
    swarm = swarm_of(host.libp2p())
    where = Multiaddr(address)
    raw = None
    try:
        transport = swarm.transport_manager.transport_for_dialing(where)
        if transport is None:
            return False
        raw = await transport.dial(where)
        await swarm.upgrader.upgrade_security(raw, True, peer_id(key))  # noqa: FBT003 - the library's word: as initiator
    except Exception as error:  # noqa: BLE001 - whatever the library raises, nobody is there
        log.debug("nobody answered a dial-back", extra={"error": repr(error)})
        return False
    else:
        return True
    finally:
        if raw is not None:
            with trio.CancelScope(shield=True), contextlib.suppress(Exception):
                await raw.close()


async def ask(host: Host, server: bytes, addresses: list[str]) -> Verdict | None:
    """Ask a connected peer to dial us; None if it cannot or will not say.

    Cancelling resets the stream.

    Raises:
        PeerUnreachableError: no stream could be opened.
        NetworkDownError: the host is being restarted.
    """
    stream = await host.open_stream(server, DIAL_BACK_PROTOCOL)
    try:
        with trio.fail_after(REACH_ANSWER_SECONDS):
            await write_message(stream, dial_bytes(host.key, addresses))
            status, address = dialled_of(await read_answer(stream))
    except Exception as error:
        raise PeerUnreachableError("no word of a dial-back") from error
    finally:
        await reset(stream)
    match status:
        case DialStatus.OK if address:
            return Verdict(address)
        case DialStatus.DIAL_ERROR:
            return Verdict("")
        case _:
            return None


async def read_answer(stream: INetStream) -> bytes:
    """The answer, which takes as long as the other side's dials."""
    first = await stream.read(1)
    return await read_message(_Resumed(stream, first))


class _Resumed:
    """A stream of which one byte was read already."""

    def __init__(self, stream: INetStream, read: bytes) -> None:
        self._stream = stream
        self._read = read

    async def read(self, n: int | None = None) -> bytes:
        data, self._read = self._read, b""
        return data or await self._stream.read(n)

    async def write(self, data: bytes) -> None:
        await self._stream.write(data)
