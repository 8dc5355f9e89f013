"""Wishes: what one keeps an eye on, with what became of it."""

from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.people import WishAdd, WishList, WishRemove, WishView
from gui.models.pictures import Wanted
from gui.models.stock import Stock, stock_of
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.texts.shown import day, money
from gui.widgets.badges import Chip
from gui.widgets.boxes import Surface, box, clear, column, row, rule, scrolling
from gui.widgets.button import IconButton
from gui.widgets.link_line import LinkLine
from gui.widgets.picture_box import PictureBox
from gui.widgets.stage import Stage
from gui.widgets.text import ShortText, Text

WEEK_SECONDS = 7 * 86_400


class WishesPage(Page):
    """The list; nobody else sees it."""

    topics: ClassVar[frozenset[str]] = frozenset({"wish", "catalogue"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.found: tuple[WishView, ...] | None = None
        self._rows: QVBoxLayout = column(gap=12)
        note = Text(tr("wish.note"), "body", "muted", wrap=True)
        head = column(Text(tr("wish.title"), "title"), note, gap=4)
        content = column(head, Surface(self._rows), None, gap=16)
        self.stage = Stage(scrolling(content, 860))
        self.set_body(self.stage)

    def open(self, argument: str) -> None:
        del argument
        if self.found is None:
            self.stage.load()
        self.refresh()

    def refresh(self) -> None:
        self.shell.door.call(WishList(), self._got, self._failed)

    def _got(self, found: tuple[WishView, ...]) -> None:
        if found == self.found:
            return
        self.found = found
        if not found:
            self.stage.show_empty(
                tr("wish.empty"), tr("store.browse"), lambda: self.shell.go("browse")
            )
            return
        clear(self._rows)
        for number, one in enumerate(found):
            if number:
                self._rows.addWidget(rule())
            self._rows.addWidget(box(self._row(one)))
        self.stage.show_content()

    def _failed(self, problem: Problem) -> None:
        if self.found is None:
            self.stage.show_failed(problem.words, self.refresh)

    def _row(self, one: WishView) -> QHBoxLayout:
        picture = PictureBox(self.shell.pictures)
        picture.setFixedSize(80, 60)
        card = one.card
        if card is not None and card.thumbnail and not card.nsfw and not card.warning:
            picture.show_picture(Wanted(card.thumbnail, one.seller, 200))
        title = LinkLine(one.title, lambda: self.shell.go("listing", one.listing_id))
        title.setEnabled(not one.gone)
        of = ShortText(tr("wish.of", name=one.seller_name), "meta", "muted")
        words = column(title, of, gap=2)
        content = row(picture, gap=14)
        content.addLayout(words, 1)
        for chip in self._chips(one):
            content.addWidget(chip)
        price = Text(money(one.price), "price")
        content.addWidget(price)
        content.addWidget(
            IconButton("trash-2", tr("wish.remove"), lambda: self._remove(one))
        )
        return content

    def _chips(self, one: WishView) -> list[Chip]:
        if one.gone:
            return [Chip(tr("wish.gone"), "error", "ban")]
        made: list[Chip] = []
        if one.price != one.was:
            cheaper = one.price.minor < one.was.minor
            role = "ok" if cheaper else "waiting"
            made.append(Chip(tr("wish.was", was=money(one.was)), role, "tag"))
        state = stock_of(one.state)
        if state is Stock.GONE:
            made.append(Chip(tr("card.sold_out"), "error", "ban"))
        elif state is Stock.AWAY:
            made.append(Chip(tr("card.paused"), "waiting", "clock"))
        if one.expires and one.expires - self.shell.now() < WEEK_SECONDS:
            words = tr("wish.ends", when=day(one.expires))
            made.append(Chip(words, "waiting", "clock"))
        return made

    def _remove(self, one: WishView) -> None:
        def undo() -> None:
            call = WishAdd(listing=one.listing_id)
            self.shell.door.call(call, lambda _: self.refresh(), self._complain)

        def done(_: object) -> None:
            self.shell.note_undo(tr("wish.removed"), undo)
            self.refresh()

        call = WishRemove(listing=one.listing_id)
        self.shell.door.call(call, done, self._complain)

    def _complain(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")
