"""Icons of one set, tinted to the ink they stand beside."""

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FOLDER: Final = Path(__file__).parent.parent / "icons"
CURRENT: Final = b"currentColor"


@cache
def pixmap(name: str, colour: str, side: int, ratio: float = 1.0) -> QPixmap:
    """Return icon ``name`` in ``colour`` (#RRGGBB), ``side`` px; KeyError-free: must exist."""
    drawing = (FOLDER / f"{name}.svg").read_bytes().replace(CURRENT, colour.encode())
    made = QPixmap(QSize(side, side) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return made


OWN: Final = "p2p-bazaar"
OWN_SIDES: Final = (16, 24, 32, 48, 64, 128, 256)


def own_icon() -> QIcon:
    """Return the icon of the app itself, for bars and switchers of windows."""
    made = QIcon()
    for side in OWN_SIDES:
        made.addPixmap(pixmap(OWN, "", side))
    return made


def icon(name: str, colour: str, side: int = 20) -> QIcon:
    """Return an icon of one colour, sharp on screens of single and double density."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, colour, side, ratio))
    return made
