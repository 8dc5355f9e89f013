"""The picture that a person chose, or the one made from the key; and the one over a shop."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.app.tokens import RADIUS_PX
from gui.delegates.pieces import paint_picture
from gui.models.pictures import Pictures, Wanted
from gui.widgets.person import paint_identicon
from gui.widgets.picture_box import PictureBox

HEADER_SHARE = 4
"""A header is four times as wide as it is high; what is more is cut off evenly."""

MOST_HIGH_PX = 220


class Face(QWidget):
    """A person's own picture with the picture of the key in its corner."""

    def __init__(self, pictures: Pictures, side: int = 72) -> None:
        super().__init__()
        self._pictures, self._peer = pictures, ""
        self._wanted: Wanted | None = None
        self.setFixedSize(side, side)
        pictures.ready.connect(self._came)

    def show_person(self, peer_id: str, avatar: str | None) -> None:
        """Show a person; without a picture the key's stands alone."""
        self._peer = peer_id
        self._wanted = Wanted(avatar, peer_id, 200) if avatar else None
        self.update()

    def _came(self, wanted: Wanted | None) -> None:
        if wanted == self._wanted:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        found = self._pictures.get(self._wanted) if self._wanted else None
        if found is None:
            paint_identicon(painter, QRectF(self.rect()), self._peer)
            return
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), RADIUS_PX, RADIUS_PX)
        paint_picture(painter, self.rect(), shape, found)
        side = self.width() / 3
        corner = QRectF(self.width() - side, self.height() - side, side, side)
        painter.fillRect(corner, self.palette().base())
        paint_identicon(painter, corner, self._peer)


class Header(PictureBox):
    """The wide picture over a shop."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__(pictures)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(80)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width // HEADER_SHARE, MOST_HIGH_PX)
