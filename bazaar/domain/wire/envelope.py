"""Signed envelopes: seal, verify, and the identity of what was signed (PROTOCOL.md 3.3)."""

import hashlib
import struct
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError as NaClBadSignatureError
from nacl.signing import SigningKey

from bazaar.domain.errors import BadSignatureError, MalformedMessageError, ReplyCode
from bazaar.domain.wire.bodies import BODIES, KIND_OF, decode_body, encode_body
from bazaar.domain.wire.bounds import U8, U16, Body, Id, SignatureBytes
from bazaar.domain.wire.kinds import MAX_ENVELOPE_BYTES, greatest_envelope_bytes
from bazaar.domain.wire.marks import is_key

DOMAIN: Final = b"bazaar/1\0"
VERSION: Final = 1

B = TypeVar("B", bound=Body)
B_co = TypeVar("B_co", bound=Body, covariant=True)


class UnknownVersionError(MalformedMessageError):
    """A kind or version that this node does not speak."""

    code = ReplyCode.UNKNOWN_VERSION


class TooLargeError(MalformedMessageError):
    """More bytes than the kind allows."""

    code = ReplyCode.TOO_LARGE


class Envelope(Body, frozen=True):
    """What travels and what is stored, byte for byte."""

    kind: U16
    version: U8
    author: Id
    body: bytes
    signature: SignatureBytes


class Signed(NamedTuple, Generic[B_co]):
    """A verified object with the bytes that it came in."""

    id: bytes
    author: bytes
    body: B_co
    envelope: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Envelope)


def signed_bytes(
    kind: int, body: bytes, network: bytes, version: int = VERSION
) -> bytes:
    """The bytes under the signature; their SHA-256 is the object's id."""
    return DOMAIN + network + struct.pack(">HB", kind, version) + body


def id_of(data: bytes, network: bytes) -> bytes:
    """Id of an envelope that was verified when it came; the signature is not checked again."""
    envelope = _decoder.decode(data)
    signed = signed_bytes(envelope.kind, envelope.body, network, envelope.version)
    return hashlib.sha256(signed).digest()


def kind_of(data: bytes) -> int:
    """Kind of an envelope that was verified when it came."""
    return _decoder.decode(data).kind


def author_of(data: bytes) -> bytes:
    """Author of an envelope that was verified when it came."""
    return _decoder.decode(data).author


def body_of(kind: type[B], data: bytes) -> B:
    """Body of an envelope that was verified when it came. Raises MalformedMessageError."""
    envelope = _decoder.decode(data)
    body = decode_body(envelope.kind, envelope.body)
    if not isinstance(body, kind):
        raise MalformedMessageError(f"expected {kind.__name__}")
    return body


def seal(body: B, key: SigningKey, network: bytes) -> Signed[B]:
    """Sign ``body`` for ``network`` (32 bytes) with ``key``.

    Raises MalformedMessageError if the body breaks one of its own bounds, so that
    nothing leaves that a receiver would refuse.
    """
    kind = KIND_OF[type(body)]
    encoded = encode_body(body)
    decode_body(kind, encoded)
    signed = signed_bytes(kind, encoded, network)
    author = key.verify_key.encode()
    envelope = Envelope(kind, VERSION, author, encoded, key.sign(signed).signature)
    data = _encoder.encode(envelope)
    if len(data) > greatest_envelope_bytes(kind):
        raise TooLargeError(f"{len(data)} bytes; limit {greatest_envelope_bytes(kind)}")
    return Signed(hashlib.sha256(signed).digest(), author, body, data)


def verify(data: bytes, network: bytes) -> Signed[Body]:
    """Check ``data`` in the order of PROTOCOL.md 3.4 and return what it says.

    Raises TooLargeError, UnknownVersionError, BadSignatureError or MalformedMessageError.
    """
    envelope = _opened(data)
    signed = signed_bytes(envelope.kind, envelope.body, network, envelope.version)
    _check_signature(envelope, signed)
    body = decode_body(envelope.kind, envelope.body)
    by: bytes | None = getattr(body, "by", None)
    if by is not None and by != envelope.author:
        raise MalformedMessageError("the body names another author")
    return Signed(hashlib.sha256(signed).digest(), envelope.author, body, data)


def verify_as(kind: type[B], data: bytes, network: bytes) -> Signed[B]:
    """Like ``verify``, for exactly one kind of body."""
    signed = verify(data, network)
    if not isinstance(signed.body, kind):
        raise MalformedMessageError(f"expected {kind.__name__}")
    return Signed(signed.id, signed.author, signed.body, signed.envelope)


def _opened(data: bytes) -> Envelope:
    if len(data) > MAX_ENVELOPE_BYTES:
        raise TooLargeError(f"{len(data)} bytes; limit {MAX_ENVELOPE_BYTES}")
    try:
        envelope = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error
    if _encoder.encode(envelope) != data:
        raise MalformedMessageError("not the canonical encoding")
    if envelope.version != VERSION or envelope.kind not in BODIES:
        raise UnknownVersionError(f"kind {envelope.kind} version {envelope.version}")
    if len(data) > greatest_envelope_bytes(envelope.kind):
        raise TooLargeError(
            f"{len(data)} bytes; limit {greatest_envelope_bytes(envelope.kind)}"
        )
    return envelope


def _check_signature(envelope: Envelope, signed: bytes) -> None:
    if not is_key(envelope.author):
        raise BadSignatureError("the author is not a valid key")
    try:
        crypto_sign_open(envelope.signature + signed, envelope.author)
    except NaClBadSignatureError as error:
        raise BadSignatureError(envelope.author.hex()) from error
