"""The grid of cards, which can be compact rows as well."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QMenu, QStyle

from bazaar.rpc.schema.listings import CardView
from gui.app.tokens import CARD_PX
from gui.delegates.card import CardDelegate, card_height, inner_of, picture_at
from gui.delegates.card_row import CardRowDelegate
from gui.delegates.pieces import heart_place
from gui.models.cards import Cards, Index
from gui.models.pictures import Pictures
from gui.texts import tr

SKELETONS = 12
NEAR_END_PX = 800


class CardGrid(QListView):
    """Shows cards that fill the row.

    Signals:
        chosen: A ``CardView`` was opened.
        visited: The shop of a ``CardView`` is wanted; the menu offers it once
            ``offers_shops`` is set.
        hearted: Somebody wants to keep an eye on a ``CardView``, or no longer; offered once
            ``offer_hearts`` was called.
        near_end: The end of what is loaded comes into sight.
    """

    chosen = Signal(object)
    visited = Signal(object)
    hearted = Signal(object)
    near_end = Signal()

    def __init__(self, name: str, pictures: Pictures) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.cards = Cards(self)
        self.setModel(self.cards)
        self._cell_painter = CardDelegate(pictures)
        self._row_painter = CardRowDelegate(pictures)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.SinglePass)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(48)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.clicked.connect(self._choose)
        pictures.ready.connect(self._repaint)
        self.offers_shops = False
        self.set_rows(rows=False)

    def set_rows(self, *, rows: bool) -> None:
        """Switch between compact rows and the grid."""
        self.setItemDelegate(self._row_painter if rows else self._cell_painter)
        mode = QListView.ViewMode.ListMode if rows else QListView.ViewMode.IconMode
        self.setViewMode(mode)
        self.setMovement(QListView.Movement.Static)
        self.setWrapping(not rows)
        self._rows = rows
        self._fit()

    def load(self) -> None:
        """Show grey shapes."""
        self.cards.show_loading(SKELETONS)

    def resizeEvent(self, e: QResizeEvent) -> None:
        super().resizeEvent(e)
        self._fit()

    def _fit(self) -> None:
        if self._rows:
            self.setGridSize(QSize())
            return
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 2
        cell = room // max(1, room // CARD_PX)
        self._cell_painter.cell = QSize(cell, card_height(cell))
        self.setGridSize(self._cell_painter.cell)

    def _repaint(self) -> None:
        self.viewport().update()

    def _scrolled(self, value: int) -> None:
        if value > self.verticalScrollBar().maximum() - NEAR_END_PX:
            self.near_end.emit()

    def _choose(self, index: Index) -> None:
        card: CardView | None = self.cards.card(index)
        if card is not None:
            self.chosen.emit(card)

    def offer_hearts(self) -> None:
        """Let one keep an eye on what is shown."""
        self._cell_painter.hearts = True

    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        """The heart of a card is no press on the card."""
        index = self.indexAt(e.position().toPoint())
        card = self.cards.card(index)
        if card is not None and self._is_heart(index, e.position().toPoint()):
            self.hearted.emit(card)
            e.accept()
            return
        super().mouseReleaseEvent(e)

    def _is_heart(self, index: Index, at: QPoint) -> bool:
        if self._rows or not self._cell_painter.hearts:
            return False
        inner = inner_of(self.visualRect(index))
        place = heart_place(picture_at(inner))
        return QStyle.visualRect(self.layoutDirection(), inner, place).contains(at)

    def menu_of(self, card: CardView) -> QMenu:
        """Return what can be done with a card."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("card.open"), lambda: self.chosen.emit(card))
        if self._cell_painter.hearts:
            heart = tr("card.unwish" if card.wished else "card.wish")
            menu.addAction(heart, lambda: self.hearted.emit(card))
        if self.offers_shops:
            words = tr("card.visit", name=card.seller_name).replace("&", "&&")
            menu.addAction(words, lambda: self.visited.emit(card))
        return menu

    def contextMenuEvent(self, arg__1: QContextMenuEvent) -> None:
        card = self.cards.card(self.indexAt(arg__1.pos()))
        if card is not None:
            self.menu_of(card).popup(arg__1.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)
