"""Pictures: only our node's JPEG files, in bounds, the longest unused ones go first."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from gui.models.pictures import Cache, Pictures, Wanted, decode, weight
from gui.pages.editor.photos import own_picture
from gui.rpc.link import Link
from tests.gui.goods import cards

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def jpeg(path: Path, size: tuple[int, int] = (800, 600)) -> str:
    Image.new("RGB", size, "teal").save(path, "JPEG")
    return str(path)


def test_a_jpeg_is_read_at_the_wanted_size(qapp: object, tmp_path: Path) -> None:
    image = decode(jpeg(tmp_path / "a.jpg"), 200)
    assert (image.width(), image.height()) == (200, 150)


def test_a_small_jpeg_is_not_enlarged(qapp: object, tmp_path: Path) -> None:
    assert decode(jpeg(tmp_path / "a.jpg", (40, 30)), 200).width() == 40


@pytest.mark.qt_log_ignore("Not a JPEG file", extend=True)
@pytest.mark.parametrize(
    "content",
    [SVG, b"", b"\x00" * 100, b"GIF89a" + b"\x00" * 50],
    ids=["svg", "empty", "zeros", "gif"],
)
def test_what_is_no_jpeg_is_no_picture(
    qapp: object, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "evil.jpg"
    path.write_bytes(content)
    assert decode(str(path), 200).isNull()


def test_a_file_that_is_not_there_is_no_picture(qapp: object, tmp_path: Path) -> None:
    assert own_picture(str(tmp_path / "gone.png"), QPixmap(9, 9).size()).isNull()


def test_the_cache_keeps_to_its_bytes(qapp: object) -> None:
    one = QPixmap(10, 10)
    cache = Cache(limit=2 * weight(one))
    wanted = [Wanted(str(number), "", 10) for number in range(3)]
    for want in wanted[:2]:
        cache.keep(want, one)
    assert cache.get(wanted[0]) is not None
    cache.keep(wanted[2], one)
    assert cache.get(wanted[1]) is None
    assert cache.get(wanted[0]) is not None


def test_a_picture_is_asked_for_once_and_then_there(link: Link, qtbot: QtBot) -> None:
    pictures = Pictures(link)
    card = cards()[0]
    assert card.thumbnail is not None
    wanted = Wanted(card.thumbnail, card.seller, 400)
    with qtbot.waitSignal(pictures.ready):
        assert pictures.get(wanted) is None
        assert pictures.get(wanted) is None
    found = pictures.get(wanted)
    assert found is not None
    assert found.width() == 400
    pictures.settle()


def test_a_picture_that_cannot_be_had_is_not_asked_for_again_at_once(
    link: Link, qtbot: QtBot
) -> None:
    pictures = Pictures(link)
    wanted = Wanted("nobody-has-it", "", 400)
    assert pictures.get(wanted) is None
    qtbot.waitUntil(lambda: not pictures.busy)
    assert pictures.get(wanted) is None
    assert not pictures.busy
