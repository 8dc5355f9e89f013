"""Paints a listing as a card: picture, title, price, seller."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from bazaar.rpc.schema.listings import CardView
from gui.app.fonts import font, metrics
from gui.app.theme import colour
from gui.app.tokens import RADIUS_PX
from gui.delegates.pieces import (
    heart_place,
    mirrored,
    paint_chips,
    paint_heart,
    paint_picture,
    paint_seller,
    paint_words,
    picture_of,
)
from gui.models.cards import CARD, Index
from gui.models.pictures import Pictures
from gui.texts import tr
from gui.texts.shown import money

GAP_PX = 12
INSIDE_PX = 12
PICTURE_PX = 400
TITLE_LINES = 2


def title_height() -> int:
    """Return the room of the two lines of a title, px."""
    return TITLE_LINES * round(metrics("body").height() * 1.1)


def card_height(width: int) -> int:
    """Return the height of a card's cell of ``width`` px, its gap included."""
    picture = (width - GAP_PX) * 3 // 4
    words = title_height() + metrics("price").height() + 20
    return picture + words + 2 * INSIDE_PX + 14 + GAP_PX


class CardDelegate(QStyledItemDelegate):
    """Draws cells of the width that the grid gives; see ``card_height``."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self.cell = QSize(240, card_height(240))
        self.hearts = False
        """Whether one can keep an eye on what is shown."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return self.cell

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        card: CardView | None = index.data(CARD)
        at = inner_of(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, at, option.state)
        if card is None:
            _paint_grey(painter, at)
        else:
            self._paint_card(painter, at, card)
            hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
            if self.hearts and (card.wished or hovered):
                place = mirrored(painter, at, heart_place(picture_at(at)))
                paint_heart(painter, place, wished=card.wished)
        painter.restore()

    def _paint_frame(
        self, painter: QPainter, at: QRect, state: QStyle.StateFlag
    ) -> None:
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        edge = "focus" if focused else "border" if hovered else "line"
        painter.setPen(QPen(colour(edge), 2 if focused else 1))
        painter.setBrush(colour("card"))
        painter.drawRoundedRect(
            QRectF(at).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX
        )

    def _paint_card(self, painter: QPainter, at: QRect, card: CardView) -> None:
        picture = picture_at(at)
        paint_picture(
            painter,
            picture,
            rounded_top(picture),
            picture_of(self._pictures, card, PICTURE_PX),
        )
        paint_chips(painter, picture, card)
        left, wide = at.left() + INSIDE_PX, at.width() - 2 * INSIDE_PX
        top = picture.bottom() + INSIDE_PX - 2
        paint_title(painter, QRect(left, top, wide, title_height()), card.title)
        top += title_height() + 8
        high = metrics("price").height()
        price = money(card.price)
        paint_words(painter, QRect(left, top, wide, high), price, "price")
        if card.free_shipping:
            used = metrics("price").horizontalAdvance(price) + 8
            free = QRect(left + used, top + 1, wide - used, high)
            line = QRect(left, top + 1, wide, high)
            free = mirrored(painter, line, free)
            paint_words(painter, free, tr("card.free_shipping"), "meta", "muted")
        paint_seller(painter, QRect(left, top + high + 6, wide, 20), card)


def inner_of(cell: QRect) -> QRect:
    """Return the card inside its cell."""
    half = GAP_PX // 2
    return cell.adjusted(half, half, -half, -half)


def picture_at(card: QRect) -> QRect:
    """Return the picture's place in a card."""
    return QRect(
        card.left() + 1, card.top() + 1, card.width() - 2, card.width() * 3 // 4
    )


def rounded_top(at: QRect) -> QPainterPath:
    """Return ``at`` with the upper corners rounded."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRoundedRect(QRectF(at), RADIUS_PX - 1, RADIUS_PX - 1)
    path.addRect(QRectF(at.adjusted(0, RADIUS_PX, 0, 0)))
    return path.simplified()


def paint_title(painter: QPainter, at: QRect, title: str) -> None:
    """Paint a title of two lines, the second one cut with an ellipsis."""
    layout = QTextLayout(title, font("body"))
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    painter.setPen(colour("text"))
    painter.setFont(font("body"))
    high = at.height() // TITLE_LINES
    for number in range(TITLE_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(at.width())
        text = title[line.textStart() : line.textStart() + line.textLength()]
        if number == TITLE_LINES - 1:
            text = title[line.textStart() :]
        place = QRect(at.left(), at.top() + number * high, at.width(), high)
        paint_words(painter, place, text.strip(), "body")
    layout.endLayout()


def _paint_grey(painter: QPainter, at: QRect) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("raised"))
    high = at.width() * 3 // 4
    painter.drawPath(
        rounded_top(QRect(at.left() + 1, at.top() + 1, at.width() - 2, high))
    )
    for number, share in enumerate((0.8, 0.4, 0.6)):
        top = at.top() + high + 16 + number * 26
        wide = (at.width() - 2 * INSIDE_PX) * share
        painter.drawRoundedRect(QRectF(at.left() + INSIDE_PX, top, wide, 12), 6, 6)
