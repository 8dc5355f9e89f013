"""Paints a listing as a compact row."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from bazaar.rpc.schema.listings import CardView
from gui.app.fonts import font, metrics
from gui.app.theme import colour
from gui.app.tokens import ROW_PX
from gui.delegates.pieces import (
    mirrored,
    paint_chips,
    paint_picture,
    paint_seller,
    paint_words,
    picture_of,
)
from gui.models.cards import CARD, Index
from gui.models.pictures import Pictures
from gui.texts.shown import money

PICTURE_PX = 200
PRICE_PX = 150
SELLER_PX = 250
INSET_PX = 6


class CardRowDelegate(QStyledItemDelegate):
    """Draws rows of ROW_PX: small picture, title, seller, chips, price at the right."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del index
        return QSize(option.rect.width(), ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        card: CardView | None = index.data(CARD)
        at = option.rect.adjusted(INSET_PX, 0, -INSET_PX, 0)
        painter.save()
        painter.fillRect(at, colour(ground(option.state)))
        painter.fillRect(QRect(at.left(), at.bottom(), at.width(), 1), colour("line"))
        if card is not None:
            self._paint_card(painter, at, card)
        painter.restore()

    def _paint_card(self, painter: QPainter, at: QRect, card: CardView) -> None:
        place = QRect(at.left() + 8, at.top() + 8, 64, 48)
        picture = mirrored(painter, at, place)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(picture), 4, 4)
        paint_picture(
            painter, picture, shape, picture_of(self._pictures, card, PICTURE_PX)
        )
        left = place.right() + 12
        wide = at.width() - left - PRICE_PX - 12
        title = mirrored(painter, at, QRect(left, at.top() + 9, wide, 22))
        paint_words(painter, title, card.title, "strong")
        seller = QRect(left, at.top() + 34, min(SELLER_PX, wide), 20)
        paint_seller(painter, mirrored(painter, at, seller), card)
        rest = QRect(seller.right() + 5, at.top() + 24, wide - seller.width(), 32)
        paint_chips(painter, mirrored(painter, at, rest), card)
        painter.setFont(font("price"))
        painter.setPen(colour("text"))
        price = QRect(at.right() - PRICE_PX - 12, at.top(), PRICE_PX, at.height())
        price = mirrored(painter, at, price)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        text = metrics("price").elidedText(
            money(card.price), Qt.TextElideMode.ElideLeft, PRICE_PX
        )
        painter.drawText(price, int(flags), text)


def ground(state: QStyle.StateFlag) -> str:
    """Return the ground of a row by its state."""
    if state & QStyle.StateFlag.State_HasFocus:
        return "accent_tint"
    return "raised" if state & QStyle.StateFlag.State_MouseOver else "card"
