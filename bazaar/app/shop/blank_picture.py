"""A picture of one colour for goods that are published without any: the wire wants one (PROTOCOL.md 6.3)."""

import struct
import zlib
from collections.abc import Mapping
from typing import Any, Final

from bazaar.app.context import Context
from bazaar.domain.errors import InputError
from bazaar.domain.keys.fingerprint import fingerprint
from bazaar.domain.listings.listing_file import form_slug, read_form
from bazaar.domain.wire.kinds import Kind

WIDTH: Final = 800
HEIGHT: Final = 600
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
GOODS: Final = frozenset({"physical", "digital"})


def pictured(context: Context, file: Mapping[str, Any]) -> dict[str, Any]:
    """A listing file as given, or with a blank picture in its seller's colour if it has none.

    Only for new goods: a next version without its pictures is a mistake, and refused as such.
    """
    if file.get("type") not in GOODS or file.get("images"):
        return dict(file)
    try:
        slug = form_slug(read_form(dict(file)))
    except InputError:
        return dict(file)  # publishing says in full what is wrong
    with context.book.unit() as unit:
        if unit.record(Kind.LISTING, slug) is not None:
            return dict(file)
    digest = context.blobs.put(blank(fingerprint(context.me).hex_colour))
    return {**file, "images": [digest.hex()]}


def blank(colour: str) -> bytes:
    """A PNG of one colour, written ``#rrggbb``."""
    row = b"\x00" + bytes.fromhex(colour.removeprefix("#")) * WIDTH
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(row * HEIGHT)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check
