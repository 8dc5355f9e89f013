"""Pictures made to deceive: what is more or other than it seems, and what its owner cuts off."""

import hashlib
import io
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bazaar.app.ports import Edit
from bazaar.domain.errors import MalformedMessageError
from store.picture_cache import evict
from store.picture_child import CPU_SECONDS, LIFE_CPU_SECONDS, MEMORY_BYTES
from store.picture_wire import MAX_BYTES
from store.pictures import CACHE_BYTES, ChildPictures, open_pictures
from tests.store.test_pictures import encoded, limits_of, png_of

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
HTML = b"<html><script>alert(1)</script></html>"
RED, BLUE, GREEN, WHITE = (200, 0, 0), (0, 0, 200), (0, 200, 0), (255, 255, 255)


@pytest.fixture
async def pictures(tmp_path: Path) -> AsyncIterator[ChildPictures]:
    async with open_pictures(tmp_path / "cache") as pictures:
        yield pictures


def quarters() -> bytes:
    """Red, blue / green, white, each 40 x 20 px."""
    picture = Image.new("RGB", (80, 40))
    corners = ((0, 0), (40, 0), (0, 20), (40, 20))
    for at, colour in zip(corners, (RED, BLUE, GREEN, WHITE), strict=True):
        picture.paste(colour, (*at, at[0] + 40, at[1] + 20))
    sink = io.BytesIO()
    picture.save(sink, "PNG")
    return sink.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def near(picture: Image.Image, at: tuple[int, int], colour: tuple[int, ...]) -> bool:
    found = picture.getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(one - two) < 40 for one, two in zip(found, colour, strict=True))


@pytest.mark.parametrize(
    "tail", [SVG, HTML, b"PK\x03\x04" + bytes(200), encoded("GIF")]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_of_a_polyglot_only_the_pixels_stay(
    pictures: ChildPictures, kind: str, tail: bytes
) -> None:
    cleaned = await pictures.clean(encoded(kind) + tail)
    assert tail[:20] not in cleaned.data
    assert opened(cleaned.data).size == (60, 40)


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b"\xef\xbb\xbf" + SVG,
        b"SIMPLE  =                    T",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"DDS |" + bytes(200),
        HTML,
        b"\x89PNG\r\n\x1a\n" + SVG,
        b"\xff\xd8\xff" + HTML,
    ],
)
async def test_what_only_has_the_name_of_a_picture_is_refused(
    pictures: ChildPictures, data: bytes
) -> None:
    with pytest.raises(MalformedMessageError, match=r"neither|not a whole"):
        await pictures.clean(data)


async def test_a_bomb_of_40_kb_is_refused_from_its_header(
    pictures: ChildPictures,
) -> None:
    bomb = png_of(60_000, 60_000) + bytes(40_000)
    with pytest.raises(MalformedMessageError, match="pixels"):
        await pictures.clean(bomb)
    assert (await pictures.clean(encoded("JPEG"))).width == 60


async def test_a_text_chunk_that_unpacks_to_much_is_refused_or_left_out(
    pictures: ChildPictures,
) -> None:
    whole = encoded("PNG")
    packed = zlib.compress(bytes(80 * 1024 * 1024), 9)
    content = b"zTXt" + b"note\0\0" + packed
    chunk = len(content[4:]).to_bytes(4, "big") + content
    chunk += zlib.crc32(content).to_bytes(4, "big")
    bomb = whole[:33] + chunk + whole[33:]
    try:
        cleaned = await pictures.clean(bomb)
    except MalformedMessageError:
        pass
    else:
        assert b"zTXt" not in cleaned.data
    assert (await pictures.clean(encoded("JPEG"))).width == 60


@pytest.mark.parametrize("mode", ["CMYK", "L"])
async def test_other_colours_come_out_as_plain_ones(
    pictures: ChildPictures, mode: str
) -> None:
    cleaned = await pictures.clean(encoded("JPEG", mode=mode))
    assert Image.open(io.BytesIO(cleaned.data)).mode == "RGB"


async def test_profiles_and_texts_do_not_stay(pictures: ChildPictures) -> None:
    data = encoded("JPEG", icc_profile=b"secret profile" * 20)
    cleaned = Image.open(io.BytesIO((await pictures.clean(data)).data))
    assert "icc_profile" not in cleaned.info
    assert not dict(cleaned.getexif())


async def test_an_animated_png_shows_its_first_frame(pictures: ChildPictures) -> None:
    sink = io.BytesIO()
    frames = [Image.new("RGB", (30, 30), colour) for colour in (RED, BLUE)]
    frames[0].save(sink, "PNG", save_all=True, append_images=frames[1:])
    cleaned = await pictures.clean(sink.getvalue())
    assert near(opened(cleaned.data), (15, 15), RED)


async def test_two_mib_and_one_byte_of_another_are_refused(
    pictures: ChildPictures,
) -> None:
    data = encoded("JPEG")
    data += bytes(MAX_BYTES + 1 - len(data))
    with pytest.raises(MalformedMessageError, match="2097153 bytes"):
        await pictures.thumbnail(hashlib.sha256(data).digest(), data, 400)


@pytest.mark.parametrize(
    ("turn", "size", "first"),
    [
        (0, (80, 40), RED),
        (90, (40, 80), GREEN),
        (180, (80, 40), WHITE),
        (270, (40, 80), BLUE),
    ],
)
async def test_a_picture_is_turned_clockwise(
    pictures: ChildPictures, turn: int, size: tuple[int, int], first: tuple[int, ...]
) -> None:
    turned = opened((await pictures.clean(quarters(), Edit(turn))).data)
    assert turned.size == size
    assert near(turned, (5, 5), first)


async def test_what_is_cut_off_is_gone(pictures: ChildPictures) -> None:
    edit = Edit(0, (500, 0, 1000, 500))
    cut = opened((await pictures.clean(quarters(), edit)).data)
    assert cut.size == (40, 20)
    assert near(cut, (20, 10), BLUE)
    turned = Edit(90, (0, 0, 500, 500))
    cut = opened((await pictures.clean(quarters(), turned)).data)
    assert cut.size == (20, 40)
    assert near(cut, (10, 20), GREEN)


@pytest.mark.parametrize("crop", [(999, 999, 1000, 1000), (1000, 1000, 0, 0)])
async def test_the_least_that_stays_is_a_pixel(
    pictures: ChildPictures, crop: tuple[int, int, int, int]
) -> None:
    cleaned = await pictures.clean(encoded("PNG", (1, 1)), Edit(0, crop))
    assert (cleaned.width, cleaned.height) == (1, 1)


async def test_the_child_is_limited_in_memory_time_and_files(
    pictures: ChildPictures,
) -> None:
    await pictures.clean(encoded("JPEG"))
    child = pictures._children[0].process
    assert child is not None
    held = limits_of(child)
    assert held["Max address space"] == str(MEMORY_BYTES) == str(512 * 1024 * 1024)
    assert held["Max core file size"] == "0"
    assert held["Max open files"] == "16"
    assert int(held["Max cpu time"]) <= CPU_SECONDS + 5 < LIFE_CPU_SECONDS


def test_the_quota_is_a_gibibyte_and_kept_at_its_edge(tmp_path: Path) -> None:
    assert CACHE_BYTES == 2**30
    (tmp_path / "aa").mkdir()
    (tmp_path / "aa" / "x-200.jpg").write_bytes(bytes(1000))
    assert evict(tmp_path, 1000) == 0
    assert evict(tmp_path, 999) == 1
