"""Pictures: only what is one gets through, and nothing but its pixels."""

import hashlib
import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trio
from PIL import Image

from bazaar.domain.errors import MalformedMessageError
from store import picture_process
from store.picture_cache import evict
from store.picture_wire import MAX_BYTES
from store.pictures import MAX_OWN_BYTES, SIZES_PX, ChildPictures, open_pictures

IMPORTS = """
import sys
import store.picture_child
ours = sorted(name for name in sys.modules if name.split(".")[0] in {"bazaar", "net", "store", "gui"})
print(ours, "trio" in sys.modules, "nacl" in sys.modules, "sqlalchemy" in sys.modules)
"""
EXIF_ORIENTATION = 0x0112
EXIF_GPS = 0x8825
EXIF_MAKER = 0x010F


@pytest.fixture
async def pictures(tmp_path: Path) -> AsyncIterator[ChildPictures]:
    async with open_pictures(tmp_path / "cache") as pictures:
        yield pictures


def encoded(
    kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **how: object
) -> bytes:
    sink = io.BytesIO()
    Image.new(mode, size, (200, 30, 30, 90)[: len(mode)]).save(sink, kind, **how)
    return sink.getvalue()


def noisy(size: tuple[int, int]) -> bytes:
    sink = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(sink, "JPEG", quality=98)
    return sink.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises ``width`` x ``height`` and whose data is one row."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(min(width * 3 + 1, 10_000)))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def mode(path: str) -> int:
    return Path(path).stat().st_mode & 0o777


def content(path: str) -> bytes:
    return Path(path).read_bytes()


def child_of(pictures: ChildPictures) -> trio.Process | None:
    return pictures._children[0].process


def limits_of(process: trio.Process) -> dict[str, str]:
    limits = Path(f"/proc/{process.pid}/limits")
    if not limits.exists():
        pytest.skip("no /proc here")
    lines = limits.read_text().splitlines()
    return {line[:26].strip(): line[26:].split()[0] for line in lines}


def shown(path: str) -> Image.Image:
    with Image.open(path) as picture:
        picture.load()
    return picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_three_formats_come_in_and_jpeg_goes_out(
    pictures: ChildPictures, kind: str
) -> None:
    data = encoded(kind)
    cleaned = await pictures.clean(data)
    assert (cleaned.width, cleaned.height) == (60, 40)
    assert Image.open(io.BytesIO(cleaned.data)).format == "JPEG"
    digest = hashlib.sha256(data).digest()
    path = await pictures.thumbnail(digest, data, 200)
    assert shown(path).format == "JPEG"
    assert Path(path).name == f"{digest.hex()}-200.jpg"
    assert mode(path) == 0o600


async def test_a_picture_with_holes_stays_png(pictures: ChildPictures) -> None:
    cleaned = await pictures.clean(encoded("PNG", mode="RGBA"))
    assert Image.open(io.BytesIO(cleaned.data)).format == "PNG"


@pytest.mark.parametrize("size", SIZES_PX)
async def test_thumbnails_fit_their_size(pictures: ChildPictures, size: int) -> None:
    data = encoded("PNG", (3000, 1500))
    digest = hashlib.sha256(data).digest()
    assert pictures.cached(digest, size) is None
    path = await pictures.thumbnail(digest, data, size)
    assert shown(path).size == (size, size // 2)
    assert pictures.cached(digest, size) == path
    assert await pictures.thumbnail(digest, b"not looked at again", size) == path
    with pytest.raises(ValueError, match="201"):
        pictures.cached(digest, 201)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "neither JPEG, PNG nor WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither JPEG, PNG nor WebP"),
        (encoded("GIF"), "neither JPEG, PNG nor WebP"),
        (encoded("BMP"), "neither JPEG, PNG nor WebP"),
        (b"\xff\xd8\xff\xe0" + b"no picture" * 9, "not a whole JPEG"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "not a whole WEBP"),
        (noisy((300, 300))[:-5000], "damaged or cut off"),
        (encoded("PNG", (300, 300))[:-30], "cut off"),
        (png_of(60_000, 60_000), "pixels"),
        (png_of(4097, 10), "4097 x 10 pixels"),
        (png_of(10, 4097), "10 x 4097 pixels"),
        (png_of(4096, 3907), "pixels"),
        (png_of(2**31 - 1, 2**31 - 1), "pixels"),
    ],
)
async def test_what_is_no_picture_is_refused_in_words(
    pictures: ChildPictures, data: bytes, reason: str
) -> None:
    with pytest.raises(MalformedMessageError, match=reason):
        await pictures.clean(data)
    with pytest.raises(MalformedMessageError, match=reason):
        await pictures.thumbnail(hashlib.sha256(data).digest(), data, 200)
    assert (await pictures.clean(encoded("JPEG"))).width == 60


@pytest.mark.parametrize("size", [(4096, 3906), (10, 4096), (1, 1)])
async def test_pictures_at_the_limit_are_taken(
    pictures: ChildPictures, size: tuple[int, int]
) -> None:
    cleaned = await pictures.clean(encoded("PNG", size))
    assert (cleaned.width, cleaned.height) == size


async def test_own_pictures_leave_within_2_mib(pictures: ChildPictures) -> None:
    large = noisy((2600, 2600))
    assert len(large) > MAX_BYTES
    assert len((await pictures.clean(large)).data) <= MAX_BYTES


async def test_bytes_have_limits(pictures: ChildPictures) -> None:
    data = encoded("JPEG")
    at_limit = data + bytes(MAX_BYTES - len(data))
    await pictures.thumbnail(hashlib.sha256(at_limit).digest(), at_limit, 200)
    beyond = at_limit + b"\0"
    with pytest.raises(MalformedMessageError, match="limit 2097152"):
        await pictures.thumbnail(hashlib.sha256(beyond).digest(), beyond, 200)
    await pictures.clean(data + bytes(MAX_OWN_BYTES - len(data)))
    with pytest.raises(MalformedMessageError, match="limit 16777216"):
        await pictures.clean(data + bytes(MAX_OWN_BYTES - len(data) + 1))


async def test_other_bytes_than_named_are_refused(pictures: ChildPictures) -> None:
    with pytest.raises(MalformedMessageError, match="named"):
        await pictures.thumbnail(bytes(32), encoded("JPEG"), 200)


async def test_nothing_but_pixels_stays(pictures: ChildPictures) -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    exif[EXIF_MAKER] = "maker-of-cameras"
    exif.get_ifd(EXIF_GPS)[2] = (48.0, 12.0, 30.0)
    data = encoded("JPEG", exif=exif, comment=b"secret comment")
    assert b"maker-of-cameras" in data
    cleaned = await pictures.clean(data)
    assert (cleaned.width, cleaned.height) == (40, 60)
    path = await pictures.thumbnail(hashlib.sha256(data).digest(), data, 200)
    assert shown(path).size == (40, 60)
    for made in (cleaned.data, content(path)):
        assert b"maker-of-cameras" not in made
        assert b"secret" not in made
        assert dict(Image.open(io.BytesIO(made)).getexif()) == {}


async def test_only_the_first_frame_is_shown(pictures: ChildPictures) -> None:
    sink = io.BytesIO()
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    frames[0].save(sink, "WEBP", save_all=True, append_images=frames[1:])
    cleaned = await pictures.clean(sink.getvalue())
    red, _, blue = (
        Image.open(io.BytesIO(cleaned.data)).convert("RGB").resize((1, 1)).tobytes()
    )
    assert red > 200
    assert blue < 60


async def test_the_child_starts_when_needed_and_a_dead_one_is_replaced(
    pictures: ChildPictures,
) -> None:
    assert child_of(pictures) is None
    await pictures.clean(encoded("JPEG"))
    child = child_of(pictures)
    assert child is not None
    child.kill()
    await child.wait()
    with pytest.raises(MalformedMessageError, match="too much"):
        await pictures.clean(encoded("JPEG"))
    assert (await pictures.clean(encoded("JPEG"))).width == 60


async def test_a_child_retires_after_its_pictures(
    pictures: ChildPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_process, "PICTURES_PER_CHILD", 2)
    await pictures.clean(encoded("JPEG"))
    first = child_of(pictures)
    await pictures.clean(encoded("JPEG"))
    assert first is not None
    assert child_of(pictures) is None
    assert first.returncode is not None


async def test_two_pictures_are_decoded_at_once_and_a_third_waits(
    pictures: ChildPictures,
) -> None:
    made: list[int] = []

    async def clean(width: int) -> None:
        made.append((await pictures.clean(encoded("JPEG", (width, 40)))).width)

    async with trio.open_nursery() as nursery:
        for width in (61, 62, 63):
            nursery.start_soon(clean, width)
    assert sorted(made) == [61, 62, 63]
    first, second = (one.process for one in pictures._children)
    assert first is not None
    assert second is not None
    assert first.pid != second.pid


async def test_a_child_that_does_not_answer_is_ended(
    pictures: ChildPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_process, "BOOT", "import sys; sys.stdin.buffer.read()")
    monkeypatch.setattr(picture_process, "ANSWER_SECONDS", 0.05)
    with pytest.raises(MalformedMessageError, match="too much"):
        await pictures.clean(encoded("JPEG"))
    assert child_of(pictures) is None


async def test_a_child_that_lies_about_its_answer_is_ended(
    pictures: ChildPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    lie = "import sys; sys.stdout.buffer.write(b'\\xff' * 13); sys.stdout.flush()"
    monkeypatch.setattr(picture_process, "BOOT", lie)
    with pytest.raises(MalformedMessageError, match="too much"):
        await pictures.clean(encoded("JPEG"))


async def test_cancelling_ends_the_child_and_the_next_call_works(
    pictures: ChildPictures,
) -> None:
    with trio.move_on_after(0) as scope:
        await pictures.clean(encoded("JPEG"))
    assert scope.cancelled_caught
    assert child_of(pictures) is None
    assert (await pictures.clean(encoded("JPEG"))).width == 60


async def test_the_child_is_confined(pictures: ChildPictures) -> None:
    await pictures.clean(encoded("JPEG"))
    child = child_of(pictures)
    assert child is not None
    held = limits_of(child)
    assert held["Max address space"] == str(512 * 1024 * 1024)
    assert held["Max file size"] == "0"
    assert held["Max processes"] == "0"
    assert int(held["Max cpu time"]) <= 10


def test_the_child_knows_nothing_of_us() -> None:
    out = subprocess.run(
        [sys.executable, "-c", IMPORTS], check=True, capture_output=True, text=True
    )
    assert (
        out.stdout.split("]")[0]
        == "['store', 'store.picture_child', 'store.picture_wire'"
    )
    assert out.stdout.split("]")[1].split() == ["False", "False", "False"]


def test_the_least_recently_shown_go_first(tmp_path: Path) -> None:
    for number in range(4):
        folder = tmp_path / f"0{number}"
        folder.mkdir()
        path = folder / f"{number}-200.jpg"
        path.write_bytes(bytes(100))
        os.utime(path, (number, number))
    assert evict(tmp_path, 400) == 0
    assert evict(tmp_path, 399) == 1
    assert evict(tmp_path, 100) == 2
    assert [path.name for path in tmp_path.glob("*/*.jpg")] == ["3-200.jpg"]
