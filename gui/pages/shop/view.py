"""My shop: own listings as buyers see them, and the way to a new one."""

from typing import Any, ClassVar

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.listings import CardView, ListingList
from bazaar.rpc.schema.orders import OrderList, OrderRow
from gui.pages.page import Page, Shell
from gui.pages.shop.opening import Opening
from gui.texts import tr
from gui.widgets.boxes import column, framed, row
from gui.widgets.button import Button
from gui.widgets.card_grid import CardGrid
from gui.widgets.stage import Stage
from gui.widgets.text import Text


class ShopPage(Page):
    """The seller's first page."""

    topics: ClassVar[frozenset[str]] = frozenset({"catalogue", "order", "profile"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.grid = CardGrid(tr("shop.title"), shell.pictures)
        self.grid.chosen.connect(self._open_card)
        self.stage = Stage(self.grid)
        self.count = Text("", "meta", "muted")
        self.handle = Button(
            "", lambda: shell.go("orders", "seller"), "plain", "package"
        )
        self.handle.hide()
        new = Button(tr("shop.new"), lambda: shell.go("editor"), "main", "plus")
        manage = Button(tr("shop.manage"), lambda: shell.go("manage"), "plain", "list")
        come = Button(tr("shop.move_in"), lambda: shell.go("moving"), "plain", "upload")
        title = Text(tr("shop.title"), "title")
        self.opening = Opening(shell)
        buttons = (self.handle, manage, come, new)
        told = row(self.count, self.opening, None, gap=12)
        head = column(row(title, None, *buttons), told, gap=4)
        head.setContentsMargins(24, 20, 24, 8)
        body = column(self.stage)
        body.setContentsMargins(18, 0, 6, 0)
        self.set_body(framed(head), framed(body))
        self._shown = False

    def open(self, argument: str) -> None:
        del argument
        if not self._shown:
            self.grid.load()
            self.stage.show_content()
        self.refresh()

    def refresh(self) -> None:
        self.opening.read()
        self.shell.door.call(ListingList(), self._got, self._failed)
        self.shell.door.call(OrderList(role="seller"), self._got_orders, _ignore)

    def _got(self, cards: tuple[CardView, ...]) -> None:
        self._shown = True
        self.count.setText(tr("shop.count", n=len(cards)))
        if cards:
            self.grid.cards.show_cards(cards)
            self.stage.show_content()
        else:
            self.stage.show_empty(tr("shop.empty"), tr("shop.first"), self._new)

    def _got_orders(self, rows: tuple[OrderRow, ...]) -> None:
        mine = sum(row.your_turn for row in rows)
        self.handle.setText(tr("shop.handle", n=mine))
        self.handle.setVisible(bool(mine))

    def _failed(self, problem: Problem) -> None:
        if not self._shown:
            self.stage.show_failed(problem.words, self.refresh)

    def _new(self) -> None:
        self.shell.go("editor")

    def _open_card(self, card: CardView) -> None:
        self.shell.go("editor", card.listing_id)


def _ignore(_: Any) -> None:
    """Nothing to say: the listings are shown all the same."""
