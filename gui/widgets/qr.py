"""QR codes of our own node's making, as pictures."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

QR_PX = 168
EDGE_PX = 8


def qr_picture(svg: str, ratio: float, side: int = QR_PX) -> QPixmap:
    """Draw a code dark on white in every theme, ``side`` px wide."""
    made = QPixmap(round(side * ratio), round(side * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.white)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    painter = QPainter(made)
    inside = side - 2 * EDGE_PX
    renderer.render(painter, QRectF(EDGE_PX, EDGE_PX, inside, inside))
    painter.end()
    return made
