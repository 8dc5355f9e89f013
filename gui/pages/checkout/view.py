"""Checkout: what, where to, who decides in trouble, and the receipt beside it."""

from typing import Final

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from gui.app.tokens import DETAIL_PX
from gui.models.pictures import Wanted
from gui.pages.checkout.forms import AddressForm, SeatForm
from gui.pages.checkout.paying import PayForm
from gui.pages.checkout.presenter import (
    ACCEPT_DAYS,
    CheckoutState,
    Entered,
)
from gui.pages.checkout.receipt import Receipt
from gui.pages.checkout.ways import parcel_pairs, parcels_of, shipping_pairs
from gui.pages.listing.presenter import pieces_at_most, price_of
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.texts.pace import days_words
from gui.texts.shown import money, sentence
from gui.widgets.boxes import Surface, box, clear, column, framed, row, rule, scrolling
from gui.widgets.choice import Choice, Stepper
from gui.widgets.form import Field, area, line
from gui.widgets.options import Options
from gui.widgets.person import Person
from gui.widgets.picture_box import PictureBox
from gui.widgets.stage import Stage
from gui.widgets.text import Text
from gui.widgets.tick import Tick

MOST_PIECES: Final = 99
FORM_PX: Final = 800
MARGIN_PX: Final = 24
TYPING_MS: Final = 300
MEMO_CHARACTERS: Final = 160


class CheckoutPage(Page):
    """From a listing to a signed offer."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = CheckoutState(shell.door, self._show)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._enter)
        self._build_fields()
        self.stage = Stage(framed(self._body()))
        self.set_body(self.stage)
        self._argument = ""
        self._shown = ""

    def _body(self) -> QHBoxLayout:
        """The receipt stays in sight while the form beside it scrolls."""
        cards = (self._goods(), self._where(), self._seats(), self._paying())
        parts = (self._head(), *cards, None)
        self.area = scrolling(column(*parts, gap=16), FORM_PX)
        self.area.setMaximumWidth(FORM_PX + 2 * MARGIN_PX)
        side = scrolling(column(self.receipt, None), DETAIL_PX, MARGIN_PX // 2)
        side.setFixedWidth(DETAIL_PX + MARGIN_PX)
        both = row(gap=0)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(self.area, 100)
        both.addWidget(side)
        both.addStretch(1)
        return both

    def _build_fields(self) -> None:
        self.picture = PictureBox(self.shell.pictures)
        self.picture.setFixedSize(96, 72)
        self.title = Text("", "heading", wrap=True)
        self.price = Text("", "body", "muted")
        self.quantity = Stepper(tr("checkout.quantity"), 1, MOST_PIECES, 1)
        self.quantity.changed.connect(self._wait)
        self.shipping = Choice(tr("checkout.shipping"), [], self._enter)
        self.shipping_field = Field(tr("checkout.shipping"), self.shipping)
        self.parcels = Choice(tr("checkout.parcels"), parcel_pairs(1), self._enter)
        self.parcels_field = Field(
            tr("checkout.parcels"), self.parcels, tr("checkout.parcels_note")
        )
        self.coupon = line(tr("checkout.coupon_hint"), 20)
        self.coupon.editingFinished.connect(self._enter)
        self.coupon_field = Field(tr("checkout.coupon"), self.coupon)
        self.options = Options(self._enter)
        self.accept = Choice(tr("checkout.accept"), [], self._enter)
        self.address = AddressForm(self._enter)
        self.memo = area(tr("checkout.memo_hint"), 2)
        self.memo.textChanged.connect(self._wait)
        self.primary = SeatForm("primary", self._enter)
        self.backup = SeatForm("backup", self._enter)
        self.direct = Tick(tr("checkout.direct"))
        self.direct.toggled.connect(self._enter)
        self.pay = PayForm(self._enter)
        self.receipt = Receipt(self._place)

    def _wait(self) -> None:
        self._typing.start()

    def _head(self) -> Text:
        return Text(tr("checkout.title"), "title")

    def _goods(self) -> Surface:
        self._seller: QVBoxLayout = column()
        top = row(self.picture, gap=16)
        top.addLayout(column(self.title, self.price, None, gap=4), 1)
        fields = row(Field(tr("checkout.quantity"), self.quantity), gap=16)
        fields.addWidget(self.shipping_field, 1)
        fields.addWidget(self.coupon_field, 1)
        note = tr("checkout.accept_note")
        accept = Field(tr("checkout.accept"), self.accept, note)
        parts = (top, rule(), self.options, fields, self.parcels_field, accept)
        return Surface(column(*parts, rule(), box(self._seller), gap=12))

    def _where(self) -> Surface:
        note = Text(tr("checkout.address_note"), "meta", "muted", wrap=True)
        memo = Field(tr("checkout.memo"), self.memo)
        self.address_card = column(
            Text(tr("checkout.address"), "heading"), note, self.address, memo, gap=12
        )
        return Surface(self.address_card)

    def _seats(self) -> Surface:
        both = row(gap=24)
        both.addWidget(self.primary, 1)
        both.addWidget(self.backup, 1)
        note = Text(tr("checkout.seats_note"), "meta", "muted", wrap=True)
        self._both = box(both)
        parts = (Text(tr("checkout.seats"), "heading"), note, self._both, self.direct)
        return Surface(column(*parts, gap=12))

    def _paying(self) -> Surface:
        heading = Text(tr("checkout.paying"), "heading")
        return Surface(column(heading, self.pay, gap=12))

    def open(self, argument: str) -> None:
        if argument == self._argument and self.state.placed is None:
            return
        self._argument = argument
        listing, _, pairs = argument.partition("?")
        options = dict(pair.split("=", 1) for pair in pairs.split("&") if "=" in pair)
        self.stage.load()
        self.area.verticalScrollBar().setValue(0)
        self._shown = ""
        self._offer_times()
        self.quantity.box.set_value(1)
        self.coupon.clear()
        self.memo.clear()
        with QSignalBlocker(self.direct):
            self.direct.setChecked(False)
        self.pay.choose("")
        self.state.start(listing, options)

    def _offer_times(self) -> None:
        network = self.shell.status.network if self.shell.status else ""
        self.accept.offer([(str(n), days_words(n, network)) for n in ACCEPT_DAYS])

    def refresh(self) -> None:
        self.state.ask()

    def _enter(self) -> None:
        self.parcels.offer(parcel_pairs(self.quantity.value()))
        self.state.enter(
            Entered(
                quantity=self.quantity.value(),
                options=self.options.value(),
                parcels=parcels_of(self.parcels.value()),
                shipping=self.shipping.value(),
                address=self.address.values(),
                arbiter=self.primary.choice.value(),
                backup=self.backup.choice.value(),
                coupon=self.coupon.text().strip().upper(),
                memo=self.memo.toPlainText()[:MEMO_CHARACTERS],
                accept_days=int(self.accept.value()),
                direct=self.direct.isChecked(),
                hub=self.pay.choice.value(),
            )
        )

    def _show(self) -> None:
        state = self.state
        if state.placed is not None:
            self.shell.note(tr("checkout.placed"), "ok")
            self._argument = ""
            self.shell.go("order", state.placed.order_id)
            return
        if state.failed is not None:
            self.stage.show_failed(state.failed.words, self._again)
        elif state.view is not None:
            self._show_goods()
            self._show_seats()
            self._show_ways(state.view.card.seller)
            self._show_receipt()
            self.stage.show_content()

    def _show_receipt(self) -> None:
        state = self.state
        complaint = sentence(state.problem.words) if state.problem else ""
        waiting = tr("checkout.where") if state.lacks_country() else ""
        self.receipt.show_preview(state.preview, complaint, waiting)
        ready = state.preview is not None or bool(state.missing())
        self.receipt.button.setEnabled(ready and not state.placing)

    def _show_ways(self, seller: str) -> None:
        preview = self.state.preview
        ways = self.state.ways.of(seller)
        self.pay.offer(ways, preview.hub if preview else "")

    def _again(self) -> None:
        argument, self._argument = self._argument, ""
        self.open(argument)

    def _show_goods(self) -> None:
        view = self.state.view
        if view is None:
            return
        chosen = self.state.entered.options
        self.price.setText(money(price_of(view, chosen)))
        self.quantity.bound(pieces_at_most(view, chosen) or MOST_PIECES)
        several = self.quantity.value() > 1 and view.card.type == "physical"
        self.parcels_field.setVisible(several)
        if self._shown == view.card.listing_id:
            return
        self._shown = view.card.listing_id
        card = view.card
        self.title.setText(card.title)
        self.options.offer(view.options)
        self.options.choose(chosen)
        wanted = Wanted(card.thumbnail, card.seller, 200) if card.thumbnail else None
        self.picture.show_picture(wanted)
        pairs = shipping_pairs(view)
        self.shipping.offer(pairs)
        self.shipping_field.setVisible(bool(pairs))
        self.coupon_field.setVisible(bool(view.coupons))
        clear(self._seller)
        who = Person(
            card.seller, card.seller_name, card.seller_fingerprint, card.seller_colour
        )
        self._seller.addWidget(who)

    def _show_seats(self) -> None:
        accepted = self.state.accepted()
        self._both.setVisible(not self.state.entered.direct)
        for form in (self.primary, self.backup):
            form.offer(accepted)
        if self.state.preview is not None:
            for seat in self.state.preview.seats:
                form = self.backup if seat.role == "backup" else self.primary
                form.suggest(seat.peer_id)
        self.address.setVisible(self.state.posts())

    def _place(self) -> None:
        self._enter()
        missing = self.state.missing()
        self.address.complain(missing)
        if not missing:
            self.state.place()
