"""Paints an order as a row: picture, title, with whom, state, whose turn, total."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from bazaar.rpc.schema.orders import OrderRow
from gui.app.fonts import font, metrics
from gui.app.theme import colour
from gui.delegates.card_row import ground
from gui.delegates.pieces import mirrored, paint_picture, paint_words
from gui.models.cards import Index
from gui.models.orders import ORDER
from gui.models.pictures import Pictures, Wanted
from gui.pages.orders.presenter import state_look, state_words, waiting_words
from gui.texts import tr
from gui.texts.shown import day, money, short_id
from gui.widgets.badges import CHIP_PX, paint_chip

HIGH_PX = 76
RIGHT_PX = 230
PICTURE_PX = 200


class OrderRowDelegate(QStyledItemDelegate):
    """Draws rows of HIGH_PX."""

    def __init__(self, pictures: Pictures, now: Callable[[], int]) -> None:
        super().__init__()
        self._pictures = pictures
        self._now = now

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del index
        return QSize(option.rect.width(), HIGH_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        order: OrderRow | None = index.data(ORDER)
        if order is None:
            return
        at = option.rect
        painter.save()
        painter.fillRect(at, colour(ground(option.state)))
        painter.fillRect(QRect(at.left(), at.bottom(), at.width(), 1), colour("line"))
        if order.your_turn:
            edge = QRect(at.left(), at.top() + 8, 3, at.height() - 17)
            painter.fillRect(mirrored(painter, at, edge), colour("accent"))
        self._paint_left(painter, at, order)
        self._paint_right(painter, at, order)
        painter.restore()

    def _paint_left(self, painter: QPainter, at: QRect, order: OrderRow) -> None:
        place = QRect(at.left() + 14, at.top() + 11, 72, 54)
        picture = mirrored(painter, at, place)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(picture), 4, 4)
        found = None
        if order.thumbnail:
            found = self._pictures.get(
                Wanted(order.thumbnail, order.thumbnail_peer, PICTURE_PX)
            )
        paint_picture(painter, picture, shape, found)
        left = place.right() + 14
        wide = at.right() - RIGHT_PX - 24 - left
        line = mirrored(painter, at, QRect(left, at.top() + 14, wide, 22))
        paint_words(painter, line, order.title, "strong")
        key = f"orders.with_{order.role}"
        words = tr(
            key,
            name=order.counterparty_name,
            id=short_id(order.order_id),
            day=day(order.created),
        )
        line = mirrored(painter, at, QRect(left, at.top() + 40, wide, 20))
        paint_words(painter, line, words, "meta", "muted")

    def _paint_right(self, painter: QPainter, at: QRect, order: OrderRow) -> None:
        role, icon_name = state_look(order.state)
        words = state_words(order.state)
        wide = metrics("meta").horizontalAdvance(words) + 34
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = at.right() - 16
        price = money(order.total)
        painter.setFont(font("price"))
        painter.setPen(colour("text"))
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = QRect(right - RIGHT_PX, at.top() + 12, RIGHT_PX, 24)
        painter.drawText(mirrored(painter, at, line), flags, price)
        left = right - metrics("price").horizontalAdvance(price) - 12 - wide
        line = mirrored(painter, at, QRect(left, at.top() + 12, wide, CHIP_PX))
        paint_chip(painter, QRectF(line), words, role, icon_name)
        painter.setFont(font("meta"))
        painter.setPen(colour("accent" if order.your_turn else "muted"))
        turn = QRect(right - RIGHT_PX - 60, at.top() + 40, RIGHT_PX + 60, 20)
        painter.drawText(
            mirrored(painter, at, turn), flags, waiting_words(order, self._now())
        )
