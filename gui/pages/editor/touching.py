"""Turning and cropping one picture, and the words for who cannot see it."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QTransform,
)
from PySide6.QtWidgets import QDialog, QWidget

from bazaar.domain.wire.bounds import MAX_SHORT
from gui.app.theme import colour
from gui.pages.editor.draft import Touch
from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.form import Field, line
from gui.widgets.number_line import NumberLine
from gui.widgets.text import Text

WHOLE: Final = (0, 0, 1000, 1000)
SHOWN: Final = QSize(492, 369)
WIDE_PX: Final = 540
LEAST_PART: Final = 20
MOST_CUT_PERCENT: Final = 90
SHADE: Final = QColor(0, 0, 0, 150)
Crop = tuple[int, int, int, int]


class Cropper(QWidget):
    """Shows a picture and what of it stays; drag to draw another frame.

    Signals:
        cropped: The frame changed.
    """

    cropped = Signal()

    def __init__(self, picture: QPixmap, touch: Touch) -> None:
        super().__init__()
        self._picture = picture
        self.turn = touch.turn
        self.crop: Crop = touch.crop
        self._from: QPointF | None = None
        self.setFixedSize(SHOWN)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("touch.frame"))

    def rotate(self, degrees: int) -> None:
        """Turn clockwise; the whole picture stays then."""
        self.turn = (self.turn + degrees) % 360
        self.set_crop(WHOLE)

    def set_crop(self, crop: Crop) -> None:
        """Let this stay."""
        if crop != self.crop:
            self.crop = crop
            self.cropped.emit()
        self.update()

    def turned(self) -> QPixmap:
        """Return the picture as it is turned."""
        return self._picture.transformed(QTransform().rotate(self.turn))

    def frame(self) -> QRect:
        """Return where the picture is painted."""
        size = self.turned().size().scaled(SHOWN, Qt.AspectRatioMode.KeepAspectRatio)
        made = QRect(QPoint(0, 0), size)
        made.moveCenter(self.rect().center())
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), colour("raised"))
        frame = self.frame()
        painter.drawPixmap(frame, self.turned())
        left, top, right, bottom = (edge / 1000 for edge in self.crop)
        stays = QRectF(
            frame.left() + left * frame.width(),
            frame.top() + top * frame.height(),
            (right - left) * frame.width(),
            (bottom - top) * frame.height(),
        )
        if self.crop != WHOLE:
            painter.save()
            painter.setClipRegion(self.rect())
            outside = [
                QRectF(frame.left(), frame.top(), frame.width(), stays.top() - frame.top()),
                QRectF(frame.left(), stays.bottom(), frame.width(), frame.bottom() + 1 - stays.bottom()),
                QRectF(frame.left(), stays.top(), stays.left() - frame.left(), stays.height()),
                QRectF(stays.right(), stays.top(), frame.right() + 1 - stays.right(), stays.height()),
            ]  # fmt: skip
            for part in outside:
                painter.fillRect(part, SHADE)
            painter.restore()
        painter.setPen(colour("accent"))
        painter.drawRect(stays)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self.draw(self._from, event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._from = None

    def draw(self, one: QPointF, two: QPointF) -> None:
        """Let stay what lies between two points; too small a frame changes nothing."""
        frame = self.frame()

        def share(at: float, start: int, size: int) -> int:
            return round(1000 * min(max((at - start) / max(size, 1), 0), 1))

        across = sorted(share(p.x(), frame.left(), frame.width()) for p in (one, two))
        down = sorted(share(p.y(), frame.top(), frame.height()) for p in (one, two))
        if across[1] - across[0] >= LEAST_PART and down[1] - down[0] >= LEAST_PART:
            self.set_crop((across[0], down[0], across[1], down[1]))


class TouchDialog(QDialog):
    """One picture; ``touch`` is what the user wants when it is accepted.

    ``captioned`` says whether it has words of its own.
    """

    def __init__(
        self,
        parent: QWidget,
        picture: QPixmap,
        touch: Touch,
        *,
        captioned: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("touch.title"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.cropper = Cropper(picture, touch)
        self.cropper.cropped.connect(self._show_cuts)
        self.caption = line(tr("touch.caption_hint"), MAX_SHORT)
        self.caption.setText(touch.caption)
        names = ("left", "top", "right", "bottom")
        self.cuts = [
            NumberLine(tr(f"touch.{one}"), 0, MOST_CUT_PERCENT) for one in names
        ]
        for cut in self.cuts:
            cut.value_changed.connect(self._cut)
        self._showing = False
        caption = Field(tr("touch.caption"), self.caption, tr("touch.caption_note"))
        caption.setVisible(captioned)
        content = column(
            Text(tr("touch.title"), "title"),
            self.cropper,
            self._tools(),
            self._edges(names),
            caption,
            row(None, Button(tr("dialog.back"), self.reject), Button(tr("touch.keep"), self.accept, "main")),
            gap=12,
        )  # fmt: skip
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.setFixedWidth(WIDE_PX)
        self._show_cuts()

    def touch(self) -> Touch:
        """Return what shall be done to the picture."""
        return Touch(self.caption.text().strip(), self.cropper.turn, self.cropper.crop)

    def _tools(self) -> QWidget:
        made = QWidget()
        made.setLayout(
            row(
                IconButton("rotate-ccw", tr("touch.left_turn"), lambda: self.cropper.rotate(-90)),
                IconButton("rotate-cw", tr("touch.right_turn"), lambda: self.cropper.rotate(90)),
                Button(tr("touch.whole"), lambda: self.cropper.set_crop(WHOLE), "link"),
                None,
                Text(tr("touch.hint"), "meta", "muted"),
            )
        )  # fmt: skip
        return made

    def _edges(self, names: tuple[str, ...]) -> QWidget:
        made = QWidget()
        fields = row(gap=12)
        for name, cut in zip(names, self.cuts, strict=True):
            fields.addWidget(Field(tr(f"touch.{name}"), cut), 1)
        made.setLayout(fields)
        return made

    def _show_cuts(self) -> None:
        left, top, right, bottom = self.cropper.crop
        self._showing = True
        for cut, value in zip(
            self.cuts, (left, top, 1000 - right, 1000 - bottom), strict=True
        ):
            cut.set_value(round(value / 10))
        self._showing = False

    def _cut(self, _: int) -> None:
        if self._showing:
            return
        left, top, right, bottom = (cut.value() * 10 for cut in self.cuts)
        if left + right <= 1000 - LEAST_PART and top + bottom <= 1000 - LEAST_PART:
            self.cropper.set_crop((left, top, 1000 - right, 1000 - bottom))
