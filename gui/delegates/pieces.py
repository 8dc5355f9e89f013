"""What cards and rows are painted from: pictures, words, the seller's line."""

import time
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyle

from bazaar.rpc.schema.listings import CardView
from gui.app.fonts import font, metrics
from gui.app.icons import pixmap
from gui.app.theme import colour, ink_now
from gui.models.pictures import Pictures, Wanted
from gui.models.stock import Stock, stock_of_card
from gui.texts import tr
from gui.texts.shown import ago
from gui.widgets.badges import CHIP_PX, paint_chip
from gui.widgets.person import paint_identicon, short_words

DOT_PX = 8
STAR_PX = 12
HUNDREDTHS = 100
HEART_PX = 30
HEART_ICON_PX = 18


def wanted(card: CardView, side: int) -> Wanted | None:
    """Return which picture a card shows."""
    return Wanted(card.thumbnail, card.seller, side) if card.thumbnail else None


def paint_picture(
    painter: QPainter, at: QRect, shape: QPainterPath, found: QPixmap | None
) -> None:
    """Paint a picture that fills ``at`` and is cut by ``shape``; grey without one."""
    painter.save()
    painter.setClipPath(shape)
    painter.fillRect(at, colour("raised"))
    if found is None:
        glyph = pixmap("image", ink_now("muted"), 28)
        painter.setOpacity(0.5)
        painter.drawPixmap(at.center().x() - 14, at.center().y() - 14, glyph)
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(at), found, cover(found, at))
    painter.restore()


def cover(found: QPixmap, at: QRect) -> QRectF:
    """Return the middle part of a picture that has the proportions of ``at``."""
    wide, high = found.width(), found.height()
    share = at.width() / max(at.height(), 1)
    cut_wide, cut_high = min(wide, high * share), min(high, wide / share)
    return QRectF((wide - cut_wide) / 2, (high - cut_high) / 2, cut_wide, cut_high)


def picture_of(pictures: Pictures, card: CardView, side: int) -> QPixmap | None:
    """Return the picture of a card, asking for it when it is not here."""
    if card.warning or (card.nsfw and not pictures.uncovered):
        return None  # covered, and not even asked for
    want = wanted(card, side)
    return pictures.get(want) if want else None


def paint_words(
    painter: QPainter, at: QRect, text: str, role: str, ink: str = "text"
) -> None:
    """Paint one line, cut with an ellipsis."""
    painter.setFont(font(role))
    painter.setPen(QColor(ink_now(ink)))
    short = metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, at.width())
    painter.drawText(
        at, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), short
    )


def paint_seller(painter: QPainter, at: QRect, card: CardView) -> None:
    """Paint picture, name and two words of the seller's key, and whether the shop is on."""
    side = at.height() - 2
    face = QRect(at.left(), at.top() + 1, side, side)
    paint_identicon(painter, QRectF(mirrored(painter, at, face)), card.seller)
    dot = QRect(at.right() - DOT_PX, at.center().y() - DOT_PX // 2 + 1, DOT_PX, DOT_PX)
    paint_dot(painter, mirrored(painter, at, dot), on=card.seller_online)
    left = at.left() + side + 6
    end = dot.left() - _paint_rating(painter, at, dot, card) - 6
    words = short_words(card.seller_fingerprint)
    room = end - left
    needed = metrics("meta").horizontalAdvance(words) + 8
    name = metrics("meta").elidedText(
        card.seller_name, Qt.TextElideMode.ElideRight, max(room - needed, room // 2)
    )
    words = f"{name}  {seen_words(card) or words}"
    place = QRect(left, at.top(), room, at.height())
    paint_words(painter, mirrored(painter, at, place), words, "meta", "muted")


def seen_words(card: CardView) -> str:
    """Return when a seller who is away was last seen, empty if he is here or nobody knows."""
    if card.seller_online or not card.seen:
        return ""
    return tr("seen.last", ago=ago(card.seen, int(time.time())))


def rating_words(card: CardView) -> str:
    """Return ``4.8 (31)``, or nothing without verified ratings."""
    return f"{card.rating / HUNDREDTHS:.1f} ({card.votes})" if card.votes else ""


def _paint_rating(painter: QPainter, at: QRect, dot: QRect, card: CardView) -> int:
    """Paint the seller's rating before ``dot``; returns the room that it took, px."""
    words = rating_words(card)
    if not words:
        return 0
    wide = metrics("meta").horizontalAdvance(words) + 2
    place = QRect(dot.left() - 6 - wide, at.top(), wide, at.height())
    star = QRect(
        place.left() - STAR_PX - 3, at.center().y() - STAR_PX // 2, STAR_PX, STAR_PX
    )
    glyph = pixmap(
        "star", ink_now("waiting"), STAR_PX, painter.device().devicePixelRatioF()
    )
    painter.drawPixmap(mirrored(painter, at, star).topLeft(), glyph)
    paint_words(painter, mirrored(painter, at, place), words, "meta")
    return wide + STAR_PX + 9


def mirrored(painter: QPainter, whole: QRect, at: QRect) -> QRect:
    """Return ``at`` on the other side of ``whole`` where one reads from right to left."""
    return QStyle.visualRect(painter.layoutDirection(), whole, at)


def paint_dot(painter: QPainter, at: QRect, *, on: bool) -> None:
    """Paint a full green dot for on, a grey ring for off."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = colour("ok" if on else "border")
    painter.setPen(ink)
    painter.setBrush(ink if on else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(at).adjusted(0.5, 0.5, -0.5, -0.5))


STOCK_CHIPS: Final = {
    Stock.GONE: ("card.sold_out", "error", "ban"),
    Stock.AWAY: ("card.paused", "waiting", "clock"),
    Stock.FEW: ("card.few", "waiting", "clock"),
}
KIND_CHIPS: Final = {
    "digital": ("card.digital", "accent", "file-down"),
    "service": ("card.service", "dispute", "wrench"),
}
HIDDEN_CHIP: Final = ("card.hidden", "muted", "lock")
WARNED_CHIP: Final = ("card.warned", "error", "flag")
MATURE_CHIP: Final = ("card.mature", "waiting", "shield")


def chips(card: CardView) -> list[tuple[str, str, str]]:
    """Return (words, role, icon) of what a buyer asks of a card."""
    asked = (
        STOCK_CHIPS.get(stock_of_card(card)),
        HIDDEN_CHIP if card.state == "hidden" else None,
        WARNED_CHIP if card.warning else None,
        MATURE_CHIP if card.nsfw else None,
        KIND_CHIPS.get(card.type),
    )
    return [(tr(key), role, icon) for key, role, icon in filter(None, asked)]


def paint_chips(painter: QPainter, at: QRect, card: CardView) -> None:
    """Paint the chips of a card side by side into the corner of ``at``."""
    left = at.left() + 8
    for words, role, icon_name in chips(card):
        wide = metrics("meta").horizontalAdvance(words) + 34
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = mirrored(painter, at, QRect(left, at.top() + 8, wide, CHIP_PX))
        paint_chip(painter, QRectF(place), words, role, icon_name)
        left += wide + 4


def heart_place(painted: QRect) -> QRect:
    """Return where the heart of a card stands in its picture ``painted``."""
    return QRect(painted.right() - HEART_PX - 7, painted.top() + 8, HEART_PX, HEART_PX)


def paint_heart(painter: QPainter, at: QRect, *, wished: bool) -> None:
    """Paint the heart on a round ground, red once it is wished for."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(colour("line"))
    painter.setBrush(colour("card"))
    painter.drawEllipse(QRectF(at).adjusted(0.5, 0.5, -0.5, -0.5))
    inset = (HEART_PX - HEART_ICON_PX) // 2
    glyph = pixmap(
        "heart-filled" if wished else "heart",
        ink_now("error" if wished else "muted"),
        HEART_ICON_PX,
        painter.device().devicePixelRatioF(),
    )
    painter.drawPixmap(at.left() + inset, at.top() + inset, glyph)
