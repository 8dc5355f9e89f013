"""A refusal on the wire: code, seconds to wait, numbers; never words."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from bazaar.domain.errors import MalformedMessageError, RefusedError, ReplyCode

MAX_NUMBERS: Final = 16

Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Refusal(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Body of a frame of type 255."""

    code: Annotated[int, Meta(ge=0, le=255)]
    retry_after_seconds: Annotated[int, Meta(ge=0, le=2**32 - 1)]
    numbers: Annotated[tuple[Number, ...], Meta(max_length=MAX_NUMBERS)]


_decoder: Final = msgspec.msgpack.Decoder(Refusal)


def encode(error: RefusedError) -> bytes:
    """The bytes that tell a peer why it is refused."""
    return encode_code(
        error.code, error.retry_after_seconds, error.numbers[:MAX_NUMBERS]
    )


def encode_code(
    code: ReplyCode, retry_after_seconds: int = 0, numbers: tuple[int, ...] = ()
) -> bytes:
    """The same from its parts."""
    return msgspec.msgpack.encode(Refusal(code, retry_after_seconds, numbers))


def decode(body: bytes) -> RefusedError:
    """The refusal that a peer sent; a code that we do not know counts as BUSY.

    Raises:
        MalformedMessageError: not a refusal.
    """
    try:
        refusal = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise MalformedMessageError("not a refusal") from error
    known = (
        refusal.code in ReplyCode.__members__.values() and refusal.code != ReplyCode.OK
    )
    code = ReplyCode(refusal.code) if known else ReplyCode.BUSY
    return RefusedError(code, "", refusal.numbers, refusal.retry_after_seconds)
