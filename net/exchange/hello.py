"""The first frame of a connection: versions, network and features.

A peer of another network, or without a version in common, is sent away.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bazaar.domain.errors import MalformedMessageError, RefusedError, ReplyCode

VERSIONS: Final = (1,)
MAX_VERSIONS: Final = 8

Version = Annotated[int, Meta(ge=1, le=255)]


class Hello(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a node says of itself.

    Attributes:
        versions: Protocol versions it speaks.
        network: Id of the network it is in.
        features: Bits of optional things it can do; none is defined yet.
    """

    versions: Annotated[
        tuple[Version, ...], Meta(min_length=1, max_length=MAX_VERSIONS)
    ]
    network: Annotated[bytes, Meta(min_length=32, max_length=32)]
    features: Annotated[int, Meta(ge=0, le=2**32 - 1)]


_decoder: Final = msgspec.msgpack.Decoder(Hello)


def own(network: bytes) -> bytes:
    """The hello of this node in ``network``, as bytes."""
    return msgspec.msgpack.encode(Hello(VERSIONS, network, 0))


def check(body: bytes, network: bytes) -> int:
    """The highest version both sides speak.

    Raises:
        MalformedMessageError: no hello, or not its canonical encoding.
        RefusedError: WRONG_NETWORK, or UNKNOWN_VERSION.
    """
    try:
        hello = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise MalformedMessageError("not a hello") from error
    if msgspec.msgpack.encode(hello) != body:
        raise MalformedMessageError("not the canonical encoding")
    if hello.network != network:
        raise RefusedError(ReplyCode.WRONG_NETWORK)
    common = set(hello.versions) & set(VERSIONS)
    if not common:
        raise RefusedError(ReplyCode.UNKNOWN_VERSION)
    return max(common)
