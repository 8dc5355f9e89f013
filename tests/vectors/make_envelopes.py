"""Vectors of envelopes (PROTOCOL.md 18, item 3): signing, id, network and refused twins."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from bazaar.domain.wire.bodies import encode_body
from bazaar.domain.wire.envelope import seal, signed_bytes
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.networks import network
from tests.domain.samples import ARBITER, CONTACT, LAMP, SELLER, STORE_HEAD

NETWORKS: Final = ("main", "test", "local:demo", "local:demo/8640")


def envelopes() -> dict[str, Any]:
    """One contact record on each network, and its twins on the first."""
    return {
        "networks": {name: network(name).id.hex() for name in NETWORKS},
        "refused_networks": [
            "",
            "Main",
            "local:",
            "local:a/0",
            "local:a/8641",
            "local:A",
            "local:a/01",
        ],
        "envelopes": [_good(name) for name in NETWORKS] + list(_twins()),
    }


def _good(name: str) -> dict[str, Any]:
    net = network(name).id
    made = seal(CONTACT, SELLER.signing_key, net)
    body = encode_body(CONTACT)
    return {
        "why": "",
        "network": name,
        "signed_bytes": signed_bytes(Kind.CONTACT, body, net).hex(),
        "id": made.id.hex(),
        "envelope": made.envelope.hex(),
        "accept": True,
    }


def _twins() -> Iterator[dict[str, Any]]:
    good = seal(CONTACT, SELLER.signing_key, network("main").id).envelope
    for why, data in _twin_bytes(good):
        yield {"why": why, "network": "main", "envelope": data.hex(), "accept": False}
    yield {
        "why": "another network",
        "network": "test",
        "envelope": good.hex(),
        "accept": False,
    }


def _twin_bytes(good: bytes) -> Iterator[tuple[str, bytes]]:
    kind, version, author, body, signature = msgspec.msgpack.decode(good)
    yield "a byte too many", good + b"\0"
    yield "a byte too few", good[:-1]
    yield "empty", b""
    yield "a long array header", b"\xdc\x00\x05" + good[1:]
    yield "a long integer", good[:1] + b"\xcc" + good[1:]
    yield "six elements", b"\x96" + good[1:] + b"\xc0"
    yield "kind 10, a proof", _packed(10, version, author, body, signature)
    yield "kind 15, reserved", _packed(15, version, author, body, signature)
    yield "kind 44, reserved", _packed(44, version, author, body, signature)
    yield "version 2", _packed(kind, 2, author, body, signature)
    yield "version 0", _packed(kind, 0, author, body, signature)
    yield "another author", _packed(kind, version, ARBITER.key, body, signature)
    yield "another kind", _packed(1, version, author, body, signature)
    yield "a changed signature", _packed(kind, version, author, body, bytes(64))
    yield "a short signature", _packed(kind, version, author, body, signature[:-1])
    yield "an author of 31 bytes", _packed(kind, version, author[:-1], body, signature)
    yield "text for bytes", _packed(kind, version, author, "body", signature)
    yield "by another key than it says", _sealed(Kind.CONTACT, encode_body(CONTACT))
    yield "a body of another kind", _sealed(Kind.CONTACT, encode_body(STORE_HEAD))
    yield (
        "larger than its kind allows",
        _sealed(Kind.CONTACT, encode_body(LAMP) + bytes(1500)),
    )


def _packed(*elements: object) -> bytes:
    return msgspec.msgpack.encode(elements)


def _sealed(kind: Kind, body: bytes) -> bytes:
    """An envelope with a good signature of the arbiter over whatever ``body`` is."""
    signed = signed_bytes(kind, body, network("main").id)
    signature = ARBITER.signing_key.sign(signed).signature
    return _packed(int(kind), 1, ARBITER.key, body, signature)
