"""Who someone is: picture made from the key, name, words and colour of the key."""

import hashlib

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.app.theme import colour
from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.text import ShortText, Text

CELLS = 5
SHORT_WORDS = 2
SEPARATOR = "\N{NO-BREAK SPACE}· "


def short_words(words: tuple[str, ...]) -> str:
    """Return the first two words of a fingerprint, as cards show them."""
    return "·".join(words[:SHORT_WORDS])


def paint_identicon(painter: QPainter, at: QRectF, peer_id: str) -> None:
    """Paint the picture of a key: five by five cells, left and right alike."""
    digest = hashlib.sha256(peer_id.encode()).digest()
    ink = QColor.fromHsl(int.from_bytes(digest[:2]) % 360, 120, 125)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    ground = QColor(ink)
    ground.setAlpha(48)
    painter.setBrush(ground)
    painter.drawRoundedRect(at, at.width() / 5, at.width() / 5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setBrush(ink)
    side = max(int(at.width() * 0.72) // CELLS, 1)
    edge = (at.width() - side * CELLS) / 2
    for number in range(CELLS * 3):
        if digest[2 + number] % 2:
            column_number, row_number = divmod(number, CELLS)
            for x in {column_number, CELLS - 1 - column_number}:
                left = round(at.left() + edge + x * side)
                top = round(at.top() + edge + row_number * side)
                painter.drawRect(left, top, side, side)
    painter.restore()


class Identicon(QWidget):
    """The picture of a key."""

    def __init__(self, peer_id: str = "", side: int = 40) -> None:
        super().__init__()
        self._peer = peer_id
        self.setFixedSize(side, side)

    def set_peer(self, peer_id: str) -> None:
        """Show another key."""
        self._peer = peer_id
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_identicon(painter, QRectF(self.rect()), self._peer)


class KeyColour(QWidget):
    """A swatch of the colour that belongs to a key."""

    def __init__(self, shown: str, side: int = 12) -> None:
        super().__init__()
        self._shown = shown
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour("border"))
        painter.setBrush(QColor(self._shown))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3
        )


class Person(QWidget):
    """Identicon, name, the six words and the colour; for places where one decides."""

    def __init__(
        self,
        peer_id: str,
        name: str,
        words: tuple[str, ...],
        shown: str,
        note: str = "",
    ) -> None:
        super().__init__()
        head = ShortText(name or tr("person.nameless"), "strong")
        below = Text(SEPARATOR.join(words), "meta", "muted", wrap=True)
        lines = column(head, gap=2)
        if words:
            swatch = row(gap=6)
            swatch.addWidget(KeyColour(shown), 0, Qt.AlignmentFlag.AlignTop)
            swatch.addWidget(below, 1)
            lines.addLayout(swatch)
        if note:
            lines.addWidget(Text(note, "meta", "muted", wrap=True))
        self._content = row(gap=12)
        self._content.addWidget(Identicon(peer_id, 40), 0, Qt.AlignmentFlag.AlignTop)
        self._content.addLayout(lines, 1)
        self.setLayout(self._content)
        self.setAccessibleName(tr("person.name", name=name, words=" ".join(words)))

    def show_face(self, face: QWidget) -> "Person":
        """Show ``face`` instead of the picture of the key; returns itself."""
        item = self._content.takeAt(0)
        if item is not None and (before := item.widget()) is not None:
            before.setParent(None)
        self._content.insertWidget(0, face, 0, Qt.AlignmentFlag.AlignTop)
        return self
