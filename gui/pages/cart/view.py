"""The cart: what, of whom, where to, what it costs, and one press for all of it."""

from typing import ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from bazaar.rpc.schema.cart import CartView
from gui.app.tokens import DETAIL_PX
from gui.pages.cart.group import Acts, GroupCard
from gui.pages.cart.presenter import CartState
from gui.pages.cart.receipt import CartReceipt
from gui.pages.checkout.forms import AddressForm
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, box, clear, column, framed, row, scrolling
from gui.widgets.button import Button
from gui.widgets.stage import Stage
from gui.widgets.text import Text

FORM_PX: Final = 820
MARGIN_PX: Final = 24


class CartPage(Page):
    """Everything one wants to buy."""

    topics: ClassVar[frozenset[str]] = frozenset({"cart"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = CartState(shell.door, self._show)
        self._shown: CartView | None = None
        self._groups: QVBoxLayout = column(gap=16)
        self._cards: list[GroupCard] = []
        self.address = AddressForm(self._enter)
        self._where = Surface(
            column(
                Text(tr("checkout.address"), "heading"),
                Text(tr("cart.address_note"), "meta", "muted", wrap=True),
                self.address,
                gap=12,
            )
        )
        self.receipt = CartReceipt(self._place)
        self.stage = Stage(framed(self._body()))
        self.set_body(self.stage)

    def _body(self) -> QHBoxLayout:
        empty = Button(tr("cart.clear"), self._clear, "quiet", "trash-2")
        head = row(Text(tr("cart.title"), "title"), None, empty)
        left = scrolling(
            column(head, box(self._groups), self._where, None, gap=16), FORM_PX
        )
        left.setMaximumWidth(FORM_PX + 2 * MARGIN_PX)
        side = scrolling(column(self.receipt, None), DETAIL_PX, MARGIN_PX // 2)
        side.setFixedWidth(DETAIL_PX + MARGIN_PX)
        both = row(gap=0)
        both.addWidget(left, 100)
        both.addWidget(side)
        both.addStretch(1)
        return both

    def open(self, argument: str) -> None:
        del argument
        if self.state.view is None:
            self.stage.load()
        self.state.failed = {}
        self.state.read()

    def refresh(self) -> None:
        if not self.state.placing:
            self.state.read()

    def _show(self) -> None:
        state = self.state
        if state.placed:
            self._tell()
        if state.view is None:
            if state.problem is not None:
                self.stage.show_failed(state.problem.words, self.refresh)
            return
        if not state.view.lines:
            self._shown = state.view
            self.stage.show_empty(
                tr("cart.empty"), tr("store.browse"), lambda: self.shell.go("browse")
            )
            return
        if state.view != self._shown:
            self._shown = state.view
            self._show_groups(state.view)
        for card in self._cards:
            card.show_state()
        self._where.setVisible(state.posts())
        self.receipt.show_state(state)
        self.stage.show_content()

    def _show_groups(self, view: CartView) -> None:
        clear(self._groups)
        self._cards = []
        acts = Acts(
            self._open_listing,
            self._remove,
            self._wish,
            self._visit,
        )
        for group in view.groups:
            card = GroupCard(group, self.state, self.shell.pictures, acts)
            self._groups.addWidget(card)
            self._cards.append(card)

    def _open_listing(self, listing: str) -> None:
        self.shell.go("listing", listing)

    def _visit(self, seller: str) -> None:
        self.shell.go("store", seller)

    def _tell(self) -> None:
        """All went out: go to the orders; else stay and say what did not."""
        placed, failed = self.state.placed, self.state.failed
        self.shell.note(tr("cart.placed", n=len(placed)), "ok")
        if failed:
            return
        if len(placed) == 1:
            self.shell.go("order", placed[0].order_id)
        else:
            self.shell.go("orders")

    def _remove(self, key: str) -> None:
        if (back := self.state.remove(key)) is not None:
            self.shell.note_undo(tr("cart.removed"), back)

    def _wish(self, key: str) -> None:
        if (back := self.state.wish(key)) is not None:
            self.shell.note_undo(tr("cart.wished"), back)

    def _clear(self) -> None:
        keys = [
            line.key
            for group in (self.state.view.groups if self.state.view else ())
            for line in group.lines
        ]
        backs = [self.state.remove(key) for key in keys]

        def undo() -> None:
            for back in backs:
                if back is not None:
                    back()

        self.shell.note_undo(tr("cart.cleared"), undo)

    def _enter(self) -> None:
        self.state.enter(self.address.values())

    def _place(self) -> None:
        self._enter()
        missing = self.state.missing()
        self.address.complain(missing)
        if not missing:
            self.state.place()
