"""Forges an arbiter's ruling and puts it into a node: ``python -m bazaar.demo.forger < ORDER``.

Every public fact of the order is right, and so is the form; only the signer is wrong. It
prints what the node answered to both attempts.
"""

import socket
import struct
import sys
import time
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from nacl.signing import SigningKey

from bazaar.demo.forger.streams import Connection
from bazaar.domain.errors import ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import Put, PutAnswer
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.trading.messages import DisputeReason, Role, Ruling, Seen
from bazaar.domain.wire.envelope import Envelope, seal
from bazaar.domain.wire.networks import network

EXCHANGE: Final = "/bazaar/exchange/1.0.0"
HELLO, PUT, ANSWER, REFUSAL = 1, 7, 128, 255
HEAD: Final = ">IB"
HEAD_BYTES: Final = 5
WIRE_SECONDS: Final = 20.0

Hex = Annotated[str, Meta(min_length=64, max_length=64)]


class Known(msgspec.Struct, frozen=True):
    """The last message of a role, as everybody in the trade knows it."""

    role: int
    seq: int
    id: Hex


class Order(msgspec.Struct, frozen=True):
    """What the forger knows of a running order.

    Attributes:
        address: Where the victim's node listens.
        arbiter: Peer id of the arbiter whom the forger plays.
        last: The arbiter's own last message.
        seen: The last message of every other role.
        amount: Minor units of the order; the forger gives all of it to the buyer.
    """

    address: str
    network: str
    order: Hex
    arbiter: str
    last: Known
    seen: tuple[Known, ...]
    dispute: Hex
    amount: int


class Answers(msgspec.Struct, frozen=True):
    """The node's codes: to a ruling signed by a stranger, and to one in the arbiter's name."""

    as_stranger: int
    as_arbiter: int


def forge(order: Order) -> Answers:
    """Try both ways. Raises EOFError, OSError or ValueError."""
    me = SigningKey.generate()
    net = network(order.network).id
    honest = seal(_ruling(order), me, net).envelope
    parts = msgspec.msgpack.decode(honest, type=Envelope)
    named = msgspec.structs.replace(parts, author=key_of(order.arbiter))
    stolen = msgspec.msgpack.encode(named)
    with socket.create_connection(_place(order.address), WIRE_SECONDS) as wire:
        connection = Connection(wire, me)
        greeted, _ = _ask(connection, HELLO, msgspec.msgpack.encode([[1], net, 0]))
        if greeted != ANSWER + HELLO:
            raise ValueError("the node does not greet")
        return Answers(_put(connection, honest), _put(connection, stolen))


def _ruling(order: Order) -> Ruling:
    seen = tuple(Seen(k.role, k.seq, bytes.fromhex(k.id)) for k in order.seen)
    return Ruling(
        bytes.fromhex(order.order),
        Role.PRIMARY,
        order.last.seq + 1,
        bytes.fromhex(order.last.id),
        seen,
        int(time.time()),
        0,
        bytes.fromhex(order.dispute),
        DisputeReason.GOODS,
        0,
        order.amount,
        0,
        "I rule that everything goes back to the buyer.",
    )


def _put(connection: Connection, envelope: bytes) -> int:
    """The code for one envelope; OK only if the node acknowledged it."""
    answered, body = _ask(connection, PUT, encode(Put((envelope,))))
    if answered == REFUSAL:
        code, *_ = msgspec.msgpack.decode(body)
        return code
    answer = decode(PutAnswer, body)
    return ReplyCode.OK if answer.ack else answer.codes[0]


def _ask(connection: Connection, kind: int, body: bytes) -> tuple[int, bytes]:
    """Type and body of the frame that answers."""
    reply = connection.ask(EXCHANGE, struct.pack(HEAD, len(body), kind) + body)
    length, answered = struct.unpack(HEAD, reply[:HEAD_BYTES])
    if len(reply) != HEAD_BYTES + length:
        raise ValueError("the node cut its answer short")
    return answered, reply[HEAD_BYTES:]


def _place(address: str) -> tuple[str, int]:
    _, _, host, _, port, *_ = address.split("/")
    return host, int(port)


def main() -> int:
    """Read the order from standard input; print the node's answers as JSON."""
    order: Any = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.write(msgspec.json.encode(forge(order)).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
