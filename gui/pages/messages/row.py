"""A conversation in the list: who, the last words, how many are new."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton

from bazaar.rpc.schema.chat import ConversationView
from gui.app.fonts import font, metrics
from gui.app.icons import pixmap
from gui.app.theme import colour, ink_now, theme
from gui.texts import tr
from gui.texts.shown import ago
from gui.widgets.person import paint_identicon

HIGH_PX: Final = 64
PICTURE_PX: Final = 36
BADGE_PX: Final = 18
EDGE_PX: Final = 12


class ConversationRow(QAbstractButton):
    """One row; chosen by mouse or keys."""

    def __init__(
        self, talk: ConversationView, now: int, choose: Callable[[], object]
    ) -> None:
        super().__init__()
        self._talk = talk
        self._when = ago(talk.at, now)
        self.setCheckable(True)
        self.setFixedHeight(HIGH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        key = "messages.row_unread" if talk.unread else "messages.row"
        count = {"n": talk.unread} if talk.unread else {}
        self.setAccessibleName(tr(key, title=talk.title, last=talk.last, **count))
        self.clicked.connect(lambda _checked=False: choose())

    def sizeHint(self) -> QSize:
        return QSize(240, HIGH_PX)

    def paintEvent(self, e: QPaintEvent) -> None:
        del e
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = self.rect().adjusted(4, 2, -4, -2)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("accent_tint" if self.isChecked() else "raised"))
            painter.drawRoundedRect(at, 8, 8)
        if self.hasFocus():
            painter.setPen(colour("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(at).adjusted(1, 1, -1, -1), 7, 7)
        self._paint_mark(painter)
        self._paint_words(painter)

    def _paint_mark(self, painter: QPainter) -> None:
        top = (self.height() - PICTURE_PX) // 2
        place = QRectF(EDGE_PX, top, PICTURE_PX, PICTURE_PX)
        if not self._talk.order_id:
            paint_identicon(painter, place, self._talk.peer_id)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("muted_tint"))
        painter.drawRoundedRect(place, 8, 8)
        ratio = self.devicePixelRatioF()
        drawn = pixmap("receipt", ink_now("muted"), 20, ratio)
        painter.drawPixmap(round(place.left()) + 8, round(place.top()) + 8, drawn)

    def _paint_words(self, painter: QPainter) -> None:
        left = EDGE_PX + PICTURE_PX + 10
        wide = self.width() - left - EDGE_PX
        when = metrics("meta").horizontalAdvance(self._when)
        self._write(
            painter,
            QRect(left, 10, wide - when - 8, 22),
            "strong",
            "text",
            self._talk.title,
        )
        painter.setFont(font("meta"))
        painter.setPen(QColor(ink_now("muted")))
        place = QRect(left + wide - when, 10, when, 22)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), self._when)
        room = BADGE_PX + 12 if self._talk.unread else 0
        ink = "text" if self._talk.unread else "muted"
        below = QRect(left, 32, wide - room, 20)
        self._write(painter, below, "meta", ink, self._talk.last)
        if self._talk.unread:
            self._paint_badge(painter, left + wide)

    def _paint_badge(self, painter: QPainter, right: int) -> None:
        words = str(min(self._talk.unread, 99))
        wide = max(metrics("meta").horizontalAdvance(words) + 10, BADGE_PX)
        at = QRect(right - wide, 33, wide, BADGE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(at, BADGE_PX / 2, BADGE_PX / 2)
        painter.setPen(QColor(theme().tokens.on_accent))
        painter.setFont(font("meta"))
        painter.drawText(at, int(Qt.AlignmentFlag.AlignCenter), words)

    def _write(
        self, painter: QPainter, at: QRect, role: str, ink: str, words: str
    ) -> None:
        painter.setFont(font(role))
        painter.setPen(QColor(ink_now(ink)))
        elided = metrics(role).elidedText(
            words, Qt.TextElideMode.ElideRight, at.width()
        )
        painter.drawText(at, int(Qt.AlignmentFlag.AlignVCenter), elided)
