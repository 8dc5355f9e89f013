"""The file of one order's evidence: everything signed, nothing private (PROTOCOL.md 7.11).

It is "BZEVD1" and a newline, one canonical MessagePack array, the SHA-256 of both.
"""

import hashlib
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bazaar.domain.errors import BazaarError, MalformedMessageError
from bazaar.domain.trading.messages import (
    MAX_EVIDENCE,
    MAX_EVIDENCE_BYTES,
    MAX_LEGS,
    MAX_LINES,
)
from bazaar.domain.wire.bounds import Body, Id, Time
from bazaar.domain.wire.kinds import (
    KIB,
    MAX_ENVELOPE_BYTES,
    Kind,
    greatest_envelope_bytes,
)

MAGIC: Final = b"BZEVD1\n"
DIGEST_BYTES: Final = 32
MAX_MESSAGES: Final = 4 * 2 * 128
MAX_ACCOUNT_ENVELOPES: Final = 4 * MAX_LEGS * 2
MAX_FILES: Final = 2 * MAX_EVIDENCE
MAX_NETWORK_NAME: Final = 43
MAX_BUNDLE_BYTES: Final = 80 * 1024 * KIB

_Message = Annotated[
    bytes, Meta(min_length=1, max_length=greatest_envelope_bytes(Kind.OFFER))
]
_Object = Annotated[bytes, Meta(min_length=1, max_length=MAX_ENVELOPE_BYTES)]
_File = Annotated[bytes, Meta(min_length=1, max_length=MAX_EVIDENCE_BYTES)]


class Receipt(Body, frozen=True):
    """When the exporter's node committed a message: its word, signed by nobody."""

    message: Id
    received: Time


class Bundle(Body, frozen=True):
    """One order as its exporter holds it; envelopes are as they were received.

    Attributes:
        network: Name of the network.
        trade: Id of the Offer.
        messages: All of the trade.
        listings: Those that the Offer names.
        offers: Arbiters' terms that the Offer names.
        accounts: States that a Fund names, with both signatures.
        files: Evidence, each by its hash in an Evidence message.
    """

    network: Annotated[str, Meta(min_length=1, max_length=MAX_NETWORK_NAME)]
    trade: Id
    messages: Annotated[
        tuple[_Message, ...], Meta(min_length=1, max_length=MAX_MESSAGES)
    ]
    listings: Annotated[tuple[_Object, ...], Meta(max_length=MAX_LINES)]
    offers: Annotated[tuple[_Object, ...], Meta(max_length=2)]
    accounts: Annotated[tuple[_Message, ...], Meta(max_length=MAX_ACCOUNT_ENVELOPES)]
    files: Annotated[tuple[_File, ...], Meta(max_length=MAX_FILES)]
    receipts: Annotated[tuple[Receipt, ...], Meta(max_length=MAX_MESSAGES)]


class NoBundleError(BazaarError):
    """The file is none, or it is damaged; the words say what is wrong."""


def encode_bundle(bundle: Bundle) -> bytes:
    """The bytes of the file. Raises MalformedMessageError above a bound."""
    body = _encoder.encode(bundle)
    try:
        _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise MalformedMessageError(str(error)) from error
    start = MAGIC + body
    return start + hashlib.sha256(start).digest()


def decode_bundle(data: bytes) -> Bundle:
    """The bundle in a file of at most ``MAX_BUNDLE_BYTES``. Raises NoBundleError."""
    if len(data) > MAX_BUNDLE_BYTES:
        raise NoBundleError(f"the file has more than {MAX_BUNDLE_BYTES} bytes")
    if not data.startswith(MAGIC):
        raise NoBundleError("the file is no evidence bundle")
    start, digest = data[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
    if hashlib.sha256(start).digest() != digest:
        raise NoBundleError("the file is damaged or cut off")
    body = start[len(MAGIC) :]
    try:
        bundle = _decoder.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise NoBundleError("the bundle does not have its shape") from error
    if _encoder.encode(bundle) != body:
        raise NoBundleError("the bundle is not in its canonical form")
    return bundle


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Bundle)
