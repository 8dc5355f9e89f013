"""An order: the act bar on top, its course at the left, amounts and people at the right."""

from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.disputes import OrderFile
from bazaar.rpc.schema.orders import EvidenceView, OrderView
from bazaar.rpc.schema.papers import OrderSlip, SlipView
from bazaar.rpc.schema.search import PictureView
from gui.app.tokens import DETAIL_PX
from gui.models.pictures import Wanted
from gui.pages.order import panels
from gui.pages.order.act_bar import ActBar
from gui.pages.order.course import steps
from gui.pages.order.evidence import Exhibit, copy_of, saved_name
from gui.pages.order.goods import GoodsCard
from gui.pages.order.parcels import parcels
from gui.pages.order.presenter import OrderState
from gui.pages.order.ratings import RatingsCard
from gui.pages.order.room import Room
from gui.pages.order.slip import SlipDialog
from gui.pages.orders.presenter import roles_words, state_look, state_words
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.texts.shown import money, short_id
from gui.widgets.badges import Chip
from gui.widgets.boxes import Banner, Slot, Surface, box, clear, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.picture_box import PictureBox
from gui.widgets.stage import Stage
from gui.widgets.text import Text
from gui.widgets.timeline import Timeline

TREASURER: Final = "treasurer"
"""Carries the order with credit and has no part in its talk."""


class OrderPage(Page):
    """One order, the same for buyer, seller and arbiter."""

    topics: ClassVar[frozenset[str]] = frozenset({"order", "chat"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = OrderState(shell.door, self._show)
        self.picture = PictureBox(shell.pictures)
        self.picture.setFixedSize(96, 72)
        self.title = Text("", "title", wrap=True)
        self.under = Text("", "meta", "muted", wrap=True)
        self.chip = Chip("")
        self.act_bar = ActBar(self.state.do)
        self.timeline = Timeline()
        self.goods = GoodsCard(shell.door, shell.note)
        self.ratings = RatingsCard(shell.door, shell.note)
        self._flags = Slot(8)
        self._case = Slot()
        self._messages = Slot()
        self.room = Room(shell)
        self._right: QVBoxLayout = column(gap=16)
        self._more = Button(tr("order.messages"), self._toggle, "plain", "file-text")
        self._slip = Button(tr("slip.print"), self._ask_slip, "plain", "package")
        self._open = False
        self.stage = Stage(scrolling(self._body(), 1180))
        self.set_body(self.stage)

    def _body(self) -> QVBoxLayout:
        words = row(self.title, self.chip, gap=12)
        words.setStretch(0, 1)
        head = row(self.picture, gap=16)
        head.addLayout(column(words, self.under, None, gap=4), 1)
        course = Surface(column(Text(tr("order.course"), "heading"), 4, self.timeline))
        more = column(row(self._more, self._slip, None), self._messages)
        left = column(
            self._case, self.goods, course, self.ratings, self.room, more, None, gap=16
        )
        side = box(column(box(self._right), None))
        side.setFixedWidth(DETAIL_PX)
        both = row(gap=24)
        both.addLayout(left, 1)
        both.addWidget(side)
        return column(head, self._flags, self.act_bar, both, None, gap=16)

    def open(self, argument: str) -> None:
        if argument != self.state.id:
            self.stage.load()
            self._open = False
            self.act_bar.close_form()
        self.state.show(argument)

    def refresh(self) -> None:
        self.state.show(self.state.id)

    def _show(self) -> None:
        state = self.state
        if state.said:
            self.shell.note(state.said, "ok")
            state.said = ""
        if state.view is None:
            if state.problem is not None:
                self.stage.show_failed(state.problem.words, self.refresh)
            return
        self._show_head(state.view)
        self._slip.setVisible(state.view.role == "seller")
        self.act_bar.show_order(state.view, state.complaint, busy=state.busy)
        self.timeline.show_steps(steps(state.view))
        self._show_sides(state.view)
        self.goods.show_order(state.view.order_id, state.view.role)
        self.ratings.show_order(state.view)
        self._show_messages(state.view)
        self.room.setVisible(state.view.role != TREASURER)
        if state.view.role != TREASURER:
            self.room.show_order(state.view)
        self.stage.show_content()

    def _show_head(self, view: OrderView) -> None:
        self.title.setText(view.title)
        key = (
            f"order.under_{view.role}"
            if view.role in {"buyer", "seller"}
            else "order.under_arbiter"
        )
        self.under.setText(
            tr(
                key,
                id=short_id(view.order_id),
                buyer=view.buyer_name,
                seller=view.seller_name,
                amount=money(view.total),
            )
        )
        role, glyph = state_look(view.state)
        self.chip.set_chip(state_words(view.state), role, glyph)
        self.chip.show()
        wanted = Wanted(view.thumbnail, view.seller, 200) if view.thumbnail else None
        self.picture.show_picture(wanted)
        banners = [_forked(words) for words in view.flagged]
        self._flags.put(*banners)

    def _show_sides(self, view: OrderView) -> None:
        clear(self._right)
        cards = (
            panels.amounts(view),
            parcels(view, self.state.do),
            panels.people(view, self.state.people),
            panels.address(view),
        )
        for card in cards:
            if card is not None:
                self._right.addWidget(card)
        case = panels.case(view, self._exhibit)
        self._case.put(*([case] if case is not None else []))

    def _show_messages(self, view: OrderView) -> None:
        count = len(view.messages)
        key = "order.messages_hide" if self._open else "order.messages_n"
        self._more.setText(tr(key, n=count))
        self._messages.put(
            *([Surface(column(panels.messages(view)))] if self._open else [])
        )

    def _toggle(self) -> None:
        self._open = not self._open
        if self.state.view is not None:
            self._show_messages(self.state.view)

    def _ask_slip(self) -> None:
        call = OrderSlip(id=self.state.id)
        self.shell.door.call(call, self._show_slip, self._not_saved)

    def _show_slip(self, slip: SlipView) -> None:
        SlipDialog(self, slip).open()

    def _exhibit(self, one: EvidenceView) -> Exhibit:
        return Exhibit(one, self.state.id, self.shell.pictures, self._save)

    def _save(self, one: EvidenceView) -> None:
        call = OrderFile(id=self.state.id, hash=one.hash)
        self.shell.door.call(
            call, lambda view: self._save_as(one, view), self._not_saved
        )

    def _save_as(self, one: EvidenceView, view: PictureView) -> None:
        if view.path is None:
            self.shell.note(view.problem or tr("case.not_here"), "error")
            return
        name = saved_name(one, picture=not view.problem)
        target, _ = QFileDialog.getSaveFileName(
            self, tr("case.save"), str(Path.home() / name)
        )
        if not target:
            return
        try:
            copy_of(view.path, target)
        except OSError as error:
            self.shell.note(tr("case.unsaved", why=error.strerror), "error")
        else:
            self.shell.note(tr("case.saved"), "ok")

    def _not_saved(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")


def _forked(role: str) -> Banner:
    words = tr("order.forked", who=roles_words(role))
    return Banner(column(Text(words, wrap=True)), "error")
