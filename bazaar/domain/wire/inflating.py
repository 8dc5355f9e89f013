"""Inflating what a stranger sent: never more than was agreed, and nothing behind the end."""

import zlib
from typing import Final

from bazaar.domain.errors import MalformedMessageError

STEP_BYTES: Final = 64 * 1024


def inflate(data: bytes, most: int) -> bytes:
    """The bytes in a zlib stream (RFC 1950), at most ``most``.

    Raises MalformedMessageError, also for a stream that is cut off or goes on.
    """
    machine, found = zlib.decompressobj(), bytearray()
    rest = data
    try:
        while not machine.eof and len(found) <= most:
            step = machine.decompress(rest, STEP_BYTES)
            rest = machine.unconsumed_tail
            found += step
            if not step and not rest:
                break
    except zlib.error as error:
        raise MalformedMessageError("it does not inflate") from error
    if len(found) > most:
        raise MalformedMessageError(f"it inflates to more than {most} bytes")
    if not machine.eof or machine.unused_data:
        raise MalformedMessageError("it ends too early or too late")
    return bytes(found)
