"""A listing: pictures and description at the left, what decides at the right."""

from typing import ClassVar, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.cart import CartAdd
from bazaar.rpc.schema.links import LinkMake
from bazaar.rpc.schema.listings import ListingView
from bazaar.rpc.schema.node import Event
from gui.app.tokens import DETAIL_PX
from gui.models.stock import Stock
from gui.pages.listing import parts
from gui.pages.listing.delivered import Delivered
from gui.pages.listing.presenter import (
    ListingState,
    price_of,
    score_words,
    shipping_words,
    stock_here,
    tiles,
)
from gui.pages.listing.seller import seller_card
from gui.pages.page import Page, Shell
from gui.pages.store.warning import Warner
from gui.pages.wishes.turning import turn
from gui.texts import tr
from gui.texts.shown import money, sentence
from gui.widgets.badges import Chip, Glyph, tile
from gui.widgets.boxes import (
    Banner,
    Slot,
    Surface,
    box,
    clear,
    column,
    row,
    scrolling,
)
from gui.widgets.button import Button
from gui.widgets.cover import cover
from gui.widgets.options import Options
from gui.widgets.picture_box import Viewer
from gui.widgets.safe_text import SafeText
from gui.widgets.share import Share
from gui.widgets.stage import Stage
from gui.widgets.text import Text

STOCK_TEXTS: Final = {
    Stock.GONE: "stock.none",
    Stock.AWAY: "stock.away",
    Stock.FEW: "stock.few",
}


class ListingPage(Page):
    """One listing whole."""

    topics: ClassVar[frozenset[str]] = frozenset({"catalogue", "wish", "list"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = ListingState(shell.door, self._show)
        self.viewer = Viewer(shell.pictures)
        self.description = SafeText()
        self.description.setAccessibleName(tr("listing.description"))
        self.options = Options(self._chosen)
        self.delivered = Delivered(shell.memory.country)
        self.delivered.wanted.connect(self._to_country)
        self._uncovered = ""
        self._warner = Warner(self, shell, self.refresh)
        self._priced: tuple[str, dict[str, str]] = ("", {})
        self._previewed = False
        self._banner = Slot()
        self._left: QVBoxLayout = column(gap=16)
        self._right: QVBoxLayout = column(gap=12)
        self._price = Text("", "figure")
        self._stock = Text("", "meta", "muted", wrap=True)
        side = box(column(box(self._right), None))
        side.setFixedWidth(DETAIL_PX)
        self._cover = Slot()
        main = column(
            self._banner, self.viewer, self._cover, box(self._left), None, gap=16
        )
        both = row(gap=24)
        both.addLayout(main, 1)
        both.addWidget(side)
        self.stage = Stage(scrolling(both, 1180))
        self.set_body(self.stage)

    def open(self, argument: str) -> None:
        if argument != self.state.id:
            self.stage.load()
        self.state.show(argument)

    def heard(self, event: Event) -> None:
        super().heard(event)
        if event.topic == "seen":
            self.state.ask_seen()

    def refresh(self) -> None:
        if not self._previewed:
            self.state.show(self.state.id)

    def preview(self, view: ListingView) -> None:
        """Show a listing that is not published; nothing of it can be acted on."""
        self._previewed = True
        self.state.view = view
        self._show()
        for button in (self.buy, self.lay_in):
            button.setEnabled(False)

    def chosen(self) -> dict[str, str]:
        """Return the chosen variant of each option."""
        return self.options.value()

    def _show(self) -> None:
        view = self.state.view
        if view is None:
            if self.state.problem is not None:
                self.stage.show_failed(self.state.problem.words, self.refresh)
            return
        self._show_cover(view)
        self._show_banner(view)
        self._show_left(view)
        self._show_right(view)
        if self._priced != (view.card.listing_id, self.chosen()):
            self._priced = (view.card.listing_id, self.chosen())
            self._ask_price()
        self.stage.show_content()

    def _show_cover(self, view: ListingView) -> None:
        """What is for adults or warned of is covered until it is asked for, once."""
        card = view.card
        is_mature = card.nsfw and not self.shell.pictures.uncovered
        covered = bool(is_mature or card.warning) and not view.own
        covered = covered and self._uncovered != self.state.id
        self.viewer.setVisible(not covered)
        if not covered:
            self._cover.put()
            self.viewer.show_images(view.images, card.seller)
        elif card.warning:
            subject, by = card.listing_id, card.warned_by
            self._cover.put(
                self._warner.covered(subject, card.warning, by, self._uncover)
            )
        else:
            show = Button(tr("listing.mature_show"), self._uncover, "plain", "eye")
            words = tr("listing.mature_words")
            self._cover.put(
                cover("shield", "waiting", tr("listing.mature"), words, [show])
            )

    def _uncover(self) -> None:
        self._uncovered = self.state.id
        self._show()

    def _show_banner(self, view: ListingView) -> None:
        if not view.newer:
            self._banner.put()
            return
        key = "listing.older_own" if view.own else "listing.newer"
        newest = Button(tr("listing.show_newer"), self._newest)
        line = row(Glyph("info", "waiting"), gap=10)
        line.addWidget(Text(tr(key), wrap=True), 1)
        line.addWidget(newest)
        self._banner.put(Banner(line, "waiting"))

    def _newest(self) -> None:
        if self.state.view is not None:
            self.shell.go("listing", self.state.view.newer)

    def _show_left(self, view: ListingView) -> None:
        self.description.setParent(self)
        clear(self._left)
        self.description = SafeText()
        self.description.setAccessibleName(tr("listing.description"))
        self.description.show_blocks(view.description)
        heading = Text(tr("listing.description"), "heading")
        self._left.addWidget(Surface(column(heading, self.description)))
        if view.shipping:
            self._left.addWidget(parts.shipping_table(view))
        if (more := parts.terms(view)) is not None:
            self._left.addWidget(more)
        if (
            older := parts.versions(self.state.versions, self._show_version)
        ) is not None:
            self._left.addWidget(older)
        ratings = self.state.ratings
        if ratings is not None:
            self._left.addWidget(parts.rating_list(ratings, score_words(ratings)))

    def _show_version(self, listing: str) -> None:
        self.shell.go("listing", listing)

    def _show_right(self, view: ListingView) -> None:
        self.options.setParent(self)
        self.delivered.setParent(self)
        self.delivered.hide()
        clear(self._right)
        self._price = Text("", "figure")
        self._stock = Text("", "meta", "muted", wrap=True)
        title = Text(view.card.title, "title", wrap=True)
        self._right.addWidget(title)
        if view.short:
            self._right.addWidget(Text(view.short, "body", "muted", wrap=True))
        money_lines = column(
            self._price, Text(shipping_words(view), "body", "muted"), gap=0
        )
        money_lines.addSpacing(4)
        money_lines.addWidget(
            Text(sentence(view.unit_note), "meta", "muted", wrap=True)
        )
        self._right.addLayout(money_lines)
        self.options.offer(view.options)
        self._right.addWidget(self.options)
        if not self._previewed:
            self._right.addWidget(self.delivered)
            self.delivered.show()
        self._right.addWidget(self._stock)
        self._right.addWidget(self._act(view))
        for one in tiles(view, self.state.seller):
            self._right.addWidget(tile(one.icon, one.heading, one.words))
        self._right.addWidget(seller_card(view, self.state, self.shell))
        self._price_changed()

    def _act(self, view: ListingView) -> QWidget:
        if view.own:
            edit = Button(tr("listing.edit"), self._edit, "main", "pencil")
            yours = Chip(tr("listing.yours"), "accent", "store")
            return box(row(edit, yours, None, self._share_button(view)))
        self.buy = Button(tr("listing.buy"), self._buy, "main", "shopping-bag")
        self.lay_in = Button(tr("cart.add"), self._lay_in, "plain", "shopping-cart")
        wished = view.card.wished
        heart = Button(
            tr("wish.remove" if wished else "wish.add"),
            self._wish,
            "link",
            "heart-filled" if wished else "heart",
        )
        report = Button(tr("report.do"), self._report, "link", "flag")
        both = row(gap=8)
        both.addWidget(self.buy, 1)
        both.addWidget(self.lay_in, 1)
        return box(
            column(both, row(heart, self._share_button(view), None, report), gap=4)
        )

    def _share_button(self, view: ListingView) -> Button:
        def share() -> None:
            call = LinkMake(
                kind="listing", peer=view.card.seller, item=view.card.listing_id
            )
            Share(self, self.shell.door, call).open()

        return Button(tr("share.do"), share, "link", "link")

    def _chosen(self) -> None:
        self._price_changed()
        self._ask_price()

    def _to_country(self, code: str) -> None:
        self.shell.choose_country(code)
        self._ask_price()

    def _ask_price(self) -> None:
        if self.delivered.code() and not self._previewed:
            self.state.ask_price(
                self.delivered.code(), self.chosen(), self.delivered.show_ways
            )

    def _price_changed(self) -> None:
        view = self.state.view
        if view is None:
            return
        chosen = self.chosen()
        self._price.setText(money(price_of(view, chosen)))
        stock = stock_here(view, chosen)
        key = STOCK_TEXTS.get(stock, "")
        self._stock.setText(tr(key) if key else "")
        self._stock.setVisible(bool(key))
        if not view.own:
            can_buy = not view.newer and stock in {Stock.ENOUGH, Stock.FEW}
            self.buy.setEnabled(can_buy)
            self.lay_in.setEnabled(can_buy)

    def _buy(self) -> None:
        pairs = "&".join(f"{name}={variant}" for name, variant in self.chosen().items())
        self.shell.go("checkout", f"{self.state.id}?{pairs}")

    def _lay_in(self) -> None:
        call = CartAdd(listing=self.state.id, options=self.chosen())

        def done(_: object) -> None:
            self.shell.note_act(
                tr("cart.added"), tr("cart.show"), lambda: self.shell.go("cart")
            )

        self.shell.door.call(call, done, self._complain)

    def _complain(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")

    def _wish(self) -> None:
        if self.state.view is not None:
            turn(self.shell, self.state.view.card, self.refresh)

    def _report(self) -> None:
        if self.state.view is not None:
            card = self.state.view.card
            self._warner.report(card.listing_id, card.title)

    def _edit(self) -> None:
        if self.state.view is not None:
            self.shell.go("editor", self.state.view.card.listing_id)
