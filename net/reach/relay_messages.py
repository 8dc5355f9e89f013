"""The words of circuit relay v2, DCUtR and AutoNAT v1, as values; the bytes are the library's."""

import enum
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeVar, cast

from google.protobuf.message import DecodeError
from libp2p.host.autonat.pb import autonat_pb2
from libp2p.relay.circuit_v2.pb import circuit_pb2, dcutr_pb2

from bazaar.domain.errors import MalformedMessageError
from net._vendor import ID, Multiaddr
from net.peer_ids import key_of, peer_id

HOP_PROTOCOL: Final = "/libp2p/circuit/relay/0.2.0/hop"
STOP_PROTOCOL: Final = "/libp2p/circuit/relay/0.2.0/stop"
PUNCH_PROTOCOL: Final = "/libp2p/dcutr"
DIAL_BACK_PROTOCOL: Final = "/libp2p/autonat/1.0.0"

E = TypeVar("E", bound=enum.IntEnum)

_circuit = cast("Any", circuit_pb2)
_dcutr = cast("Any", dcutr_pb2)
_autonat = cast("Any", autonat_pb2)


class Status(enum.IntEnum):
    """What a relay, or the node behind it, answers."""

    NONE = 0
    OK = 100
    RESERVATION_REFUSED = 200
    RESOURCE_LIMIT_EXCEEDED = 201
    PERMISSION_DENIED = 202
    CONNECTION_FAILED = 203
    NO_RESERVATION = 204
    MALFORMED_MESSAGE = 400
    UNEXPECTED_MESSAGE = 401


class HopType(enum.IntEnum):
    """Messages between a node and its relay."""

    RESERVE = 0
    CONNECT = 1
    STATUS = 2


class Limit(NamedTuple):
    """Of one circuit; zero means none."""

    seconds: int
    size: int


class Hop(NamedTuple):
    """A message between a node and its relay.

    Attributes:
        peer: Key of whom to connect to; None in the others.
        expires: Wall second at which a reservation ends; 0 in the others.
        addresses: Where the relay says it can be reached.
    """

    type: HopType
    status: Status = Status.NONE
    peer: bytes | None = None
    expires: int = 0
    addresses: tuple[str, ...] = ()
    limit: Limit | None = None


class Stop(NamedTuple):
    """A message between a relay and the node that reserved; ``peer`` asks for a circuit."""

    status: Status
    peer: bytes | None = None
    limit: Limit | None = None


class Punch(NamedTuple):
    """A message of a hole punch: CONNECT with addresses, or SYNC."""

    is_sync: bool
    addresses: tuple[str, ...] = ()


class DialStatus(enum.IntEnum):
    """What a node that was asked to dial back says."""

    OK = 0
    DIAL_ERROR = 100
    DIAL_REFUSED = 101
    BAD_REQUEST = 200
    INTERNAL_ERROR = 300


def hop_bytes(hop: Hop) -> bytes:
    """Encode; the reservation carries no voucher, since nobody asks for one."""
    message = _circuit.HopMessage(type=int(hop.type))
    if hop.status:
        message.status = int(hop.status)
    if hop.peer is not None:
        message.peer.id = peer_id(hop.peer).to_bytes()
    if hop.expires:
        message.reservation.expire = hop.expires
        message.reservation.addrs.extend(_to_bytes(hop.addresses))
    if hop.limit is not None:
        message.limit.duration, message.limit.data = hop.limit
    return cast("bytes", message.SerializeToString())


def hop_of(data: bytes) -> Hop:
    """Decode; raises MalformedMessageError."""
    message = _parsed(_circuit.HopMessage(), data)
    return Hop(
        _member(HopType, message.type),
        _member(Status, message.status),
        _key(message.peer.id) if message.HasField("peer") else None,
        message.reservation.expire,
        _addresses(message.reservation.addrs),
        _limit(message),
    )


def stop_bytes(stop: Stop) -> bytes:
    """Encode."""
    if stop.peer is None:
        message = _circuit.StopMessage(type=1, status=int(stop.status))
    else:
        message = _circuit.StopMessage(type=0)
        message.peer.id = peer_id(stop.peer).to_bytes()
        if stop.limit is not None:
            message.limit.duration, message.limit.data = stop.limit
    return cast("bytes", message.SerializeToString())


def stop_of(data: bytes) -> Stop:
    """Decode; raises MalformedMessageError."""
    message = _parsed(_circuit.StopMessage(), data)
    peer = None if message.type else _key(message.peer.id)
    return Stop(_member(Status, message.status), peer, _limit(message))


def punch_bytes(punch: Punch) -> bytes:
    """Encode."""
    message = _dcutr.HolePunch(type=300 if punch.is_sync else 100)
    message.ObsAddrs.extend(_to_bytes(punch.addresses))
    return cast("bytes", message.SerializeToString())


def punch_of(data: bytes) -> Punch:
    """Decode; raises MalformedMessageError."""
    message = _parsed(_dcutr.HolePunch(), data)
    return Punch(message.type != 100, _addresses(message.ObsAddrs))  # noqa: PLR2004 - CONNECT


def dial_bytes(key: bytes, addresses: Sequence[str]) -> bytes:
    """Encode the wish to be dialled at ``addresses``."""
    message = _autonat.Message(type=0)
    message.dial.peer.id = peer_id(key).to_bytes()
    message.dial.peer.addrs.extend(_to_bytes(addresses))
    return cast("bytes", message.SerializeToString())


def dial_of(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Who wants to be dialled, and where; raises MalformedMessageError."""
    message = _parsed(_autonat.Message(), data)
    return _key(message.dial.peer.id), _addresses(message.dial.peer.addrs)


def dialled_bytes(status: DialStatus, address: str = "") -> bytes:
    """Encode what became of it."""
    message = _autonat.Message(type=1)
    message.dialResponse.status = int(status)
    if address:
        message.dialResponse.addr = Multiaddr(address).to_bytes()
    return cast("bytes", message.SerializeToString())


def dialled_of(data: bytes) -> tuple[DialStatus, str]:
    """What became of it, and the address that answered; raises MalformedMessageError."""
    message = _parsed(_autonat.Message(), data)
    found = _addresses([message.dialResponse.addr]) if message.dialResponse.addr else ()
    return _member(DialStatus, message.dialResponse.status), found[0] if found else ""


def _parsed(message: Any, data: bytes) -> Any:
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise MalformedMessageError("not a protobuf") from error
    return message


def _member(kind: type[E], value: int) -> E:
    try:
        return kind(value)
    except ValueError as error:
        raise MalformedMessageError(f"{value} is no {kind.__name__}") from error


def _key(spelt: bytes) -> bytes:
    try:
        return key_of(ID(spelt))
    except ValueError as error:
        raise MalformedMessageError("no peer id") from error


def _limit(message: Any) -> Limit | None:
    if not message.HasField("limit"):
        return None
    return Limit(message.limit.duration, message.limit.data)


def _to_bytes(addresses: Sequence[str]) -> list[bytes]:
    return [Multiaddr(address).to_bytes() for address in addresses]


def _addresses(spelt: Sequence[bytes]) -> tuple[str, ...]:
    """Those that are multiaddresses at all; a peer may know forms that we do not."""
    found: list[str] = []
    for one in spelt:
        try:
            found.append(str(Multiaddr(one)))
        except Exception:  # noqa: BLE001, S112 - the parser of addresses raises whatever it likes
            continue
    return tuple(found)
