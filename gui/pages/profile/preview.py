"""How others see a profile, while it is being written."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.profile import ProfileView
from gui.app.theme import colour
from gui.models.pictures import Pictures, Wanted
from gui.pages.profile.presenter import Filled
from gui.texts import tr
from gui.widgets.badges import Chip
from gui.widgets.boxes import Surface, clear, column, row
from gui.widgets.face import Face, Header
from gui.widgets.person import Person
from gui.widgets.text import Text

FACE_PX = 64
HEADER_PX = 110
SWATCH_PX = 22
SHOWN_ABOUT = 400


class Swatches(QWidget):
    """The colours of a shop; what is no colour is left out."""

    def __init__(self, words: str) -> None:
        super().__init__()
        found = [QColor(word.strip()) for word in words.split(",") if word.strip()]
        self._colours = [one for one in found if one.isValid()]
        self.setFixedSize(max(len(self._colours), 1) * (SWATCH_PX + 6), SWATCH_PX)
        self.setAccessibleName(tr("profile.colours"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour("border"))
        for number, one in enumerate(self._colours):
            painter.setBrush(one)
            at = QRectF(
                number * (SWATCH_PX + 6) + 0.5, 0.5, SWATCH_PX - 1, SWATCH_PX - 1
            )
            painter.drawRoundedRect(at, 5, 5)


class Preview(QWidget):
    """The head of the own shop as it would be."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._lines = column(gap=10)
        self.setLayout(column(Surface(self._lines, inside=16), None))

    def show_filled(self, profile: ProfileView, filled: Filled) -> None:
        """Show ``filled`` with the pictures of ``profile``."""
        clear(self._lines)
        if profile.header:
            header = Header(self._pictures)
            header.setFixedHeight(HEADER_PX)
            header.show_picture(Wanted(profile.header, profile.peer_id, 1200))
            header.setAccessibleName(tr("profile.header"))
            self._lines.addWidget(header)
        face = Face(self._pictures, FACE_PX)
        face.show_person(profile.peer_id, profile.avatar)
        who = Person(
            profile.peer_id,
            filled.name.strip(),
            profile.fingerprint,
            profile.colour,
            filled.location.strip(),
        )
        self._lines.addWidget(who.show_face(face))
        if filled.nsfw:
            self._lines.addLayout(
                row(Chip(tr("card.mature"), "waiting", "shield"), None)
            )
        for words, ink in (
            (filled.short, "text"),
            (filled.about[:SHOWN_ABOUT], "muted"),
            ("\n".join(f"{kind}: {value}" for kind, value in filled.contacts), "text"),
        ):
            if words.strip():
                self._lines.addWidget(Text(words.strip(), "body", ink, wrap=True))
        if filled.colours.strip():
            swatches = Swatches(filled.colours)
            self._lines.addWidget(swatches, 0, Qt.AlignmentFlag.AlignLeft)
