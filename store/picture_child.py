"""The process that decodes foreign pictures; it can do nothing else and may die at any time.

It imports only Pillow and the standard library, reads requests from standard input and
answers on standard output (see ``picture_wire``), one after the other.
"""

import ctypes
import io
import resource
import struct
import sys
import warnings
from collections.abc import Sequence
from typing import BinaryIO, Final, NamedTuple

from PIL import Image, ImageFile, ImageOps

from store.picture_wire import CLEAN, MAX_BYTES, REPLY, REQUEST

MAX_SIDE_PX: Final = 4096
MAX_PX: Final = 16_000_000
MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 3
LIFE_CPU_SECONDS: Final = 120
OPEN_FILES: Final = 16

CLEAN_QUALITIES: Final = (85, 75, 60)
THUMBNAIL_QUALITY: Final = 82
SHRINK: Final = 0.75
CLONE_NEWUSER_AND_NET: Final = 0x10000000 | 0x40000000
OPAQUE: Final = 255
WHOLE: Final = (0, 0, 1000, 1000)
TURNS: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Pillow turns the other way round."""

MAGIC: Final = (
    ("JPEG", b"\xff\xd8\xff", 0),
    ("PNG", b"\x89PNG\r\n\x1a\n", 0),
    ("WEBP", b"WEBP", 8),
)


class RefusedPictureError(Exception):
    """The bytes are no picture that we take; says why in words."""


class Made(NamedTuple):
    """An encoded picture."""

    data: bytes
    width: int
    height: int


class Order(NamedTuple):
    """What is to be made of a picture; see ``picture_wire``."""

    order: int
    size: int
    turn: int
    crop: tuple[int, ...]


def main() -> None:
    """Serve until standard input ends."""
    confine()
    ready()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (head := source.read(REQUEST.size)) and len(head) == REQUEST.size:
        order, size, turn, *crop, length = REQUEST.unpack(head)
        data = source.read(length)
        allow_cpu()
        _reply(sink, Order(order, size, turn, tuple(crop)), data)


def confine() -> None:
    """Give up memory, files, children and, where the system lets us, the network."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (LIFE_CPU_SECONDS, LIFE_CPU_SECONDS))
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare is not None:
        unshare(
            CLONE_NEWUSER_AND_NET
        )  # refused in some containers; the other limits stand
    Image.init()
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def ready() -> None:
    """Make Pillow refuse what is too large instead of warning, and what is cut off."""
    Image.MAX_IMAGE_PIXELS = MAX_PX
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def allow_cpu() -> None:
    """Three more seconds of CPU time for the next picture; then the system ends us."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    resource.setrlimit(
        resource.RLIMIT_CPU, (min(seconds, LIFE_CPU_SECONDS), LIFE_CPU_SECONDS)
    )


def opened(data: bytes) -> Image.Image:
    """The picture, its header read and within the limits, nothing decoded yet.

    Raises RefusedPictureError.
    """
    kinds = [name for name, magic, at in MAGIC if data[at : at + len(magic)] == magic]
    if not kinds:
        raise RefusedPictureError("it is neither JPEG, PNG nor WebP")
    try:
        picture = Image.open(io.BytesIO(data), formats=kinds)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RefusedPictureError(_too_large("more", "more")) from error
    except (OSError, ValueError, SyntaxError, struct.error) as error:
        raise RefusedPictureError(f"it is not a whole {kinds[0]} picture") from error
    width, height = picture.size
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PX:
        raise RefusedPictureError(_too_large(str(width), str(height)))
    return picture


def clean(data: bytes, turn: int = 0, crop: Sequence[int] = WHOLE) -> Made:
    """The picture without metadata, upright, at most 2 MiB: PNG if it has holes, else JPEG.

    ``turn`` and ``crop`` are as in ``picture_wire``; what is cut off is not in the result.
    """
    picture = _edited(ImageOps.exif_transpose(_decoded(opened(data))), turn, crop)
    if _has_holes(picture):
        made = _encoded(picture.convert("RGBA"), "PNG", 0)
        if len(made.data) <= MAX_BYTES:
            return made
    plain = _flat(picture)
    while True:
        for quality in CLEAN_QUALITIES:
            made = _encoded(plain, "JPEG", quality)
            if len(made.data) <= MAX_BYTES:
                return made
        plain = plain.resize((int(plain.width * SHRINK), int(plain.height * SHRINK)))


def thumbnail(data: bytes, size: int) -> Made:
    """A JPEG whose longer side is at most ``size`` px; small pictures are not enlarged."""
    picture = opened(data)
    picture.draft("RGB", (2 * size, 2 * size))
    picture = _decoded(picture)
    picture.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _encoded(_flat(ImageOps.exif_transpose(picture)), "JPEG", THUMBNAIL_QUALITY)


def _edited(picture: Image.Image, turn: int, crop: Sequence[int]) -> Image.Image:
    if turn in TURNS:
        picture = picture.transpose(TURNS[turn])
    if tuple(crop) == WHOLE:
        return picture
    width, height = picture.size
    left, top = (min(crop[0], 999) * width // 1000, min(crop[1], 999) * height // 1000)
    right = max(left + 1, min(width, -(-crop[2] * width // 1000)))
    lower = max(top + 1, min(height, -(-crop[3] * height // 1000)))
    return picture.crop((left, top, right, lower))


def _reply(sink: BinaryIO, order: Order, data: bytes) -> None:
    try:
        if order.order == CLEAN:
            made = clean(data, order.turn, order.crop)
        else:
            made = thumbnail(data, order.size)
        sink.write(REPLY.pack(1, made.width, made.height, len(made.data)) + made.data)
    except RefusedPictureError as error:
        _refuse(sink, str(error))
    except MemoryError:
        _refuse(sink, "it needs too much memory")
    sink.flush()


def _refuse(sink: BinaryIO, words: str) -> None:
    reason = words.encode()
    sink.write(REPLY.pack(0, 0, 0, len(reason)) + reason)


def _decoded(picture: Image.Image) -> Image.Image:
    try:
        picture.load()
    except (OSError, ValueError, SyntaxError, IndexError, struct.error) as error:
        raise RefusedPictureError("it is damaged or cut off") from error
    return picture


def _has_holes(picture: Image.Image) -> bool:
    if not picture.has_transparency_data:
        return False
    least = picture.convert("RGBA").getchannel("A").getextrema()[0]
    return least != OPAQUE


def _flat(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    holes = picture.convert("RGBA")
    paper = Image.new("RGBA", holes.size, "white")
    return Image.alpha_composite(paper, holes).convert("RGB")


def _encoded(picture: Image.Image, kind: str, quality: int) -> Made:
    """Only pixels are copied: no text, no profile, no position."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    sink = io.BytesIO()
    bare.save(sink, kind, optimize=True, quality=quality)
    return Made(sink.getvalue(), bare.width, bare.height)


def _too_large(width: str, height: str) -> str:
    return (
        f"it has {width} x {height} pixels; at most {MAX_SIDE_PX} a side and 16 million"
    )
