"""A reputation to be carried elsewhere: one file, verifiable without a network (PROTOCOL.md 11.6)."""

import hashlib
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import Envelope
from bazaar.domain.exchange.reputation import SlotsAnswer
from bazaar.domain.wire.bounds import Body, Key, Time

MAGIC: Final = b"BZREP1\n"
VERSION: Final = 1
DIGEST_BYTES: Final = 32
MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_PAGES: Final = 1_000
MAX_RATINGS: Final = 20_000
MAX_NETWORK: Final = 48


class NoReputationError(MalformedMessageError):
    """The bytes are no such file, or not whole."""


class ReputationFile(Body, frozen=True):
    """What its owner shows of itself.

    Attributes:
        chains: Answers to the request ``slots`` as its owner would give them, each chain
            from its first number to its last.
        ratings, replies: Envelopes, the ratings with the slots and FundAcks they carry.
    """

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    network: Annotated[str, Meta(min_length=1, max_length=MAX_NETWORK)]
    owner: Key
    made: Time
    chains: Annotated[tuple[SlotsAnswer, ...], Meta(max_length=MAX_PAGES)]
    ratings: Annotated[tuple[Envelope, ...], Meta(max_length=MAX_RATINGS)]
    replies: Annotated[tuple[Envelope, ...], Meta(max_length=MAX_RATINGS)]


def encode_file(found: ReputationFile) -> bytes:
    """The bytes of the file, its hash at the end."""
    data = MAGIC + _encoder.encode(found)
    return data + hashlib.sha256(data).digest()


def decode_file(data: bytes) -> ReputationFile:
    """Open a file; its content is not verified yet. Raises NoReputationError in words."""
    if len(data) > MAX_FILE_BYTES:
        raise NoReputationError(f"{len(data)} bytes; limit {MAX_FILE_BYTES}")
    if not data.startswith(MAGIC):
        raise NoReputationError("this is no exported reputation")
    body, digest = data[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != digest:
        raise NoReputationError("the file is damaged or not whole")
    packed = body[len(MAGIC) :]
    try:
        found = _decoder.decode(packed)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise NoReputationError(str(error)) from error
    if _encoder.encode(found) != packed:
        raise NoReputationError("not the canonical encoding")
    return found


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(ReputationFile)
