"""The bundled font and its few sizes."""

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics

FOLDER: Final = Path(__file__).parent.parent / "fonts"
FAMILY: Final = "Inter"
USUAL_POINTS: Final = 9.0

SIZES: Final = {
    "meta": (12, QFont.Weight.Normal),
    "body": (14, QFont.Weight.Normal),
    "strong": (14, QFont.Weight.DemiBold),
    "price": (16, QFont.Weight.Bold),
    "heading": (16, QFont.Weight.DemiBold),
    "title": (20, QFont.Weight.DemiBold),
    "figure": (28, QFont.Weight.Bold),
}


def load() -> None:
    """Make the bundled font known to Qt; needs a QGuiApplication."""
    for file in sorted(FOLDER.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))


@cache
def scale() -> float:
    """Return how much larger than usual the system writes, 1.0..2.0."""
    points = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSizeF()
    return min(max(points / USUAL_POINTS, 1.0), 2.0)


@cache
def font(role: str) -> QFont:
    """Return the font of a role, one of SIZES."""
    pixels, weight = SIZES[role]
    made = QFont(FAMILY)
    made.setPixelSize(round(pixels * scale()))
    made.setWeight(weight)
    if role in {"price", "figure"}:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def metrics(role: str) -> QFontMetrics:
    """Return the measures of a role's font."""
    return QFontMetrics(font(role))
