"""Rightly signed heads whose sequence is a number that no head may have."""

import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec
from nacl.signing import SigningKey

from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.bodies import encode_body
from bazaar.domain.wire.envelope import VERSION, Envelope, signed_bytes
from bazaar.domain.wire.kinds import Kind

SEQUENCE_AT: Final = 2
"""Place of the sequence in the array: after the kind and the author."""

TOO_GREAT: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "2^32": b"\xcf" + struct.pack(">Q", 2**32),
        "2^64 - 1": b"\xcf" + struct.pack(">Q", 2**64 - 1),
        "2^64 as a float": b"\xcb" + struct.pack(">d", 2.0**64),
        "2^64 in nine bytes": b"\xc4\x09\x01" + bytes(8),
        "2^64 as an extension": b"\xc7\x09\x01\x01" + bytes(8),
    }
)
"""MessagePack has no integer above 2^64 - 1: who means 2^64 has to write it as something else."""


def numbered(head: StoreHead, number: bytes, key: SigningKey, network: bytes) -> bytes:
    """The envelope of ``head`` with the MessagePack ``number`` in place of its sequence."""
    fields = msgspec.msgpack.decode(encode_body(head), type=list[msgspec.Raw])
    fields[SEQUENCE_AT] = msgspec.Raw(number)
    body = msgspec.msgpack.encode(fields)
    signature = key.sign(signed_bytes(Kind.STORE_HEAD, body, network)).signature
    author = key.verify_key.encode()
    envelope = Envelope(Kind.STORE_HEAD, VERSION, author, body, signature)
    return msgspec.msgpack.encode(envelope)
