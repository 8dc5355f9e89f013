"""A picture of a listing, and the viewer with its thumbnails."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from bazaar.rpc.schema.listings import ImageView
from gui.app.theme import colour
from gui.app.tokens import RADIUS_PX
from gui.delegates.pieces import paint_picture
from gui.models.pictures import Pictures, Wanted
from gui.texts import tr
from gui.widgets.boxes import clear, column, row
from gui.widgets.text import Text

LARGE_PX = 1200
SMALL_PX = 200
MOST_CUT = 1.2
THUMB = QSize(76, 57)


class PictureBox(QWidget):
    """One picture in a frame; ``whole`` shows all of it, else it fills the frame."""

    def __init__(self, pictures: Pictures, *, whole: bool = False) -> None:
        super().__init__()
        self._pictures = pictures
        self._whole = whole
        self._wanted: Wanted | None = None
        pictures.ready.connect(self._came)

    def show_picture(self, wanted: Wanted | None) -> None:
        """Show a picture; None shows an empty frame."""
        self._wanted = wanted
        self.update()

    def _came(self, wanted: Wanted) -> None:
        if wanted == self._wanted:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), RADIUS_PX, RADIUS_PX)
        found = self._pictures.get(self._wanted) if self._wanted else None
        if found is not None and self._whole and not _near(found, self.rect()):
            painter.fillPath(shape, colour("raised"))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setClipPath(shape)
            painter.drawPixmap(_inside(found, self.rect()), found)
        else:
            paint_picture(painter, self.rect(), shape, found)


def _near(found: QPixmap, at: QRect) -> bool:
    """Whether a picture fills ``at`` with little cut off."""
    share = found.width() * at.height() / max(found.height() * at.width(), 1)
    return 1 / MOST_CUT < share < MOST_CUT


def _inside(found: QPixmap, at: QRect) -> QRect:
    size = found.size().scaled(at.size(), Qt.AspectRatioMode.KeepAspectRatio)
    made = QRect(0, 0, size.width(), size.height())
    made.moveCenter(at.center())
    return made


class Large(PictureBox):
    """The large picture, always four to three."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__(pictures, whole=True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(280, 210)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width * 3 // 4, 480)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)


class Thumb(QAbstractButton):
    """A small picture to press."""

    def __init__(self, pictures: Pictures, wanted: Wanted, name: str) -> None:
        super().__init__()
        self._pictures, self._wanted = pictures, wanted
        self.setCheckable(True)
        self.setFixedSize(THUMB)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        pictures.ready.connect(self._came)

    def _came(self, wanted: Wanted) -> None:
        if wanted == self._wanted:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        inner = self.rect().adjusted(3, 3, -3, -3)
        shape.addRoundedRect(QRectF(inner), 5, 5)
        paint_picture(painter, inner, shape, self._pictures.get(self._wanted))
        if self.isChecked() or self.hasFocus():
            painter.setPen(colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)


class Viewer(QWidget):
    """The pictures of a listing: one large, the others small below."""

    shown = Signal(int)

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._images: tuple[ImageView, ...] = ()
        self._peer = ""
        self.large = Large(pictures)
        self.caption = Text("", "meta", "muted", wrap=True)
        self._thumbs: QHBoxLayout = row(gap=4)
        self.setLayout(column(self.large, self._thumbs, self.caption))

    def show_images(self, images: tuple[ImageView, ...], peer: str) -> None:
        """Show these, the first one large."""
        if (images, peer) == (self._images, self._peer):
            return
        self._images, self._peer = images, peer
        clear(self._thumbs)
        for number, image in enumerate(images if len(images) > 1 else ()):
            wanted = Wanted(image.id, peer, SMALL_PX)
            name = tr("viewer.picture", number=number + 1, count=len(images))
            thumb = Thumb(self._pictures, wanted, name)
            thumb.clicked.connect(
                lambda _=False, number=number: self.show_number(number)
            )
            self._thumbs.addWidget(thumb)
        self._thumbs.addStretch(1)
        self.show_number(0)

    def show_number(self, number: int) -> None:
        """Show picture ``number`` large; without pictures an empty frame."""
        image = self._images[number] if number < len(self._images) else None
        wanted = Wanted(image.id, self._peer, LARGE_PX) if image else None
        self.large.show_picture(wanted)
        caption = image.caption if image else ""
        self.large.setAccessibleName(caption or tr("viewer.large"))
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))
        for place in range(self._thumbs.count()):
            item = self._thumbs.itemAt(place)
            if item and isinstance(thumb := item.widget(), Thumb):
                thumb.setChecked(place == number)
        self.shown.emit(number)
