"""One seller's part of the cart: who it is, the lines, how they come, what it costs."""

from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from bazaar.rpc.schema.cart import CartGroupView, CartLineView
from bazaar.rpc.schema.placing import OrderPreview
from gui.models.pictures import Pictures, Wanted
from gui.pages.cart.presenter import CartState
from gui.pages.cart.presenter import Choice as Chosen
from gui.pages.checkout.forms import SeatForm
from gui.pages.checkout.paying import PayForm
from gui.texts import tr
from gui.texts.shown import money
from gui.widgets.badges import Chip
from gui.widgets.boxes import Surface, box, column, row, rule
from gui.widgets.button import IconButton
from gui.widgets.choice import Choice, Stepper
from gui.widgets.fold import Fold
from gui.widgets.form import Field, line
from gui.widgets.link_line import LinkLine
from gui.widgets.person import Person
from gui.widgets.picture_box import PictureBox
from gui.widgets.text import ShortText, Text
from gui.widgets.tick import Tick

MOST_PIECES: Final = 9_999
TYPING_MS: Final = 400
PICTURE_PX: Final = (80, 60)
MEMO_CHARACTERS: Final = 160
LOOKS: Final = {
    "price": ("waiting", "tag"),
    "version": ("muted", "info"),
    "unread": ("waiting", "wifi-off"),
    "gone": ("error", "ban"),
    "sold_out": ("error", "ban"),
    "paused": ("waiting", "sun"),
    "options": ("error", "ban"),
    "expired": ("error", "clock"),
}


class Acts(NamedTuple):
    """What a line leads to; each is given its key or its listing."""

    open: Callable[[str], object]
    remove: Callable[[str], object]
    wish: Callable[[str], object]
    visit: Callable[[str], object]


class GroupCard(Surface):
    """Shows one seller's part; what is chosen goes to the state."""

    def __init__(
        self, group: CartGroupView, state: CartState, pictures: Pictures, acts: Acts
    ) -> None:
        self._group, self._state = group, state
        self._pictures, self._acts = pictures, acts
        self._calm = QTimer()
        self._calm.setSingleShot(True)
        self._calm.setInterval(TYPING_MS)
        self._calm.timeout.connect(self._change)
        self._wanted: dict[str, int] = {}
        chosen = state.choices.get(group.seller, Chosen())
        self._coupon = line(tr("checkout.coupon_hint"), 20)
        self._coupon.setText(chosen.coupon)
        self._coupon.editingFinished.connect(self._choose)
        self._memo = line(tr("checkout.memo_hint"), MEMO_CHARACTERS)
        self._memo.setText(chosen.memo)
        self._memo.editingFinished.connect(self._choose)
        self._direct = Tick(tr("cart.direct"))
        self._direct.setChecked(chosen.direct)
        self._direct.toggled.connect(self._ticked)
        self._ways: dict[str, Choice] = {}
        self.primary = SeatForm("primary", self._choose)
        self.backup = SeatForm("backup", self._choose)
        self.pay = PayForm(self._choose)
        self._is_filled = False
        self._forms = Fold(tr("cart.more"), self._more())
        super().__init__(self._content(), inside=16)

    def _content(self) -> QVBoxLayout:
        lines = column(self._head(), gap=12)
        for one in self._group.lines:
            lines.addWidget(rule())
            lines.addLayout(self._line(one))
        if any(one.can_buy for one in self._group.lines):
            lines.addWidget(rule())
            fields = row(gap=16)
            if any(one.coupons for one in self._group.lines):
                fields.addWidget(Field(tr("checkout.coupon"), self._coupon), 1)
            fields.addWidget(Field(tr("checkout.memo"), self._memo), 2)
            lines.addLayout(fields)
            lines.addWidget(self._forms)
        return lines

    def _more(self) -> QVBoxLayout:
        """Who decides if there is trouble, and over whom it is paid."""
        both = row(gap=24)
        both.addWidget(self.primary, 1)
        both.addWidget(self.backup, 1)
        self._both = box(both)
        paid = Text(tr("checkout.paying"), "strong")
        decides = Text(tr("checkout.seats"), "strong")
        return column(decides, self._both, self._direct, paid, self.pay, gap=10)

    def show_state(self) -> None:
        """Offer the arbiters that the seller accepts, and the ways to pay."""
        seller = self._group.seller
        preview = self._state.preview(seller)
        chosen = self._state.choices.get(seller, Chosen())
        self._both.setVisible(not chosen.direct)
        if preview is None:
            return
        arbiters = tuple(
            one for one in self._state.arbiters if one.peer_id in preview.accepted
        )
        for form, picked in (
            (self.primary, chosen.arbiter),
            (self.backup, chosen.backup),
        ):
            form.offer(arbiters)
            form.pick(picked)
        for seat in preview.seats:
            form = self.backup if seat.role == "backup" else self.primary
            form.suggest(seat.peer_id)
        self._is_filled = True
        self.pay.offer(self._state.ways.of(seller), preview.hub)
        self.pay.choose(chosen.hub)
        self._forms.tell(self._said(preview))

    def _picked(self, before: Chosen) -> dict[str, str]:
        """What stands in the forms; until they were filled, what was chosen before."""
        if not self._is_filled:
            return {
                name: getattr(before, name) for name in ("arbiter", "backup", "hub")
            }
        return {
            "arbiter": self.primary.choice.value(),
            "backup": self.backup.choice.value(),
            "hub": self.pay.choice.value(),
        }

    def _said(self, preview: OrderPreview) -> str:
        """What stands in the fold, in a few words."""
        names = ", ".join(seat.name for seat in preview.seats)
        decides = tr("cart.seats", names=names) if names else tr("cart.no_seats")
        over = (
            tr("pay.over", name=preview.hub_name) if preview.hub else tr("pay.direct")
        )
        return f"{decides} · {over}"

    def _head(self) -> QHBoxLayout:
        group = self._group
        who = Person(group.seller, group.name, group.fingerprint, group.colour)
        head = row(gap=12)
        head.addWidget(who, 1)
        key, role, glyph = (
            ("seller.online", "ok", "circle-dot")
            if group.online
            else ("seller.offline", "muted", "circle")
        )
        head.addWidget(Chip(tr(key), role, glyph))
        visit = IconButton(
            "store", tr("listing.visit"), lambda: self._acts.visit(group.seller)
        )
        head.addWidget(visit)
        return head

    def _line(self, one: CartLineView) -> QHBoxLayout:
        picture = PictureBox(self._pictures)
        picture.setFixedSize(*PICTURE_PX)
        if one.thumbnail and not one.nsfw:
            picture.show_picture(Wanted(one.thumbnail, self._group.seller, 200))
        title = LinkLine(one.title, lambda: self._acts.open(one.listing_id))
        words = column(title, gap=4)
        if one.options:
            chosen = ", ".join(
                f"{name}: {value}" for name, value in one.options.items()
            )
            words.addWidget(ShortText(chosen, "meta", "muted"))
        if one.changes:
            words.addLayout(row(*map(self._change_chip(one), one.changes), None))
        if one.can_buy:
            words.addLayout(self._how(one))
        content = row(gap=14)
        content.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        content.addLayout(words, 1)
        right = column(self._amount(one), self._icons(one), None, gap=2)
        content.addLayout(right)
        return content

    def _how(self, one: CartLineView) -> QVBoxLayout:
        """How many, and which way."""
        stepper = Stepper(
            tr("cart.pieces", title=one.title), 1, MOST_PIECES, one.quantity
        )
        stepper.changed.connect(self._wanter(one.key))
        how = column(row(stepper, None), gap=6)
        if len(one.ways) > 1:
            how.addWidget(self._way(one))
        return how

    def _icons(self, one: CartLineView) -> QHBoxLayout:
        wish = IconButton(
            "heart", tr("cart.wish", title=one.title), lambda: self._acts.wish(one.key)
        )
        remove = IconButton(
            "trash-2",
            tr("cart.remove", title=one.title),
            lambda: self._acts.remove(one.key),
        )
        return row(None, wish, remove, gap=4)

    def _amount(self, one: CartLineView) -> QVBoxLayout:
        total = Text(money(one.total), "price" if one.can_buy else "body")
        lines = column(gap=0)
        lines.addWidget(total, 0, Qt.AlignmentFlag.AlignRight)
        if one.quantity > 1:
            each = Text(tr("cart.each", amount=money(one.price)), "meta", "muted")
            lines.addWidget(each, 0, Qt.AlignmentFlag.AlignRight)
        return lines

    def _change_chip(self, one: CartLineView) -> Callable[[str], QWidget]:
        def chip(change: str) -> QWidget:
            role, glyph = LOOKS.get(change, ("muted", "info"))
            return Chip(tr(f"cart.{change}", was=money(one.was)), role, glyph)

        return chip

    def _way(self, one: CartLineView) -> Choice:
        pairs = [(way, way.replace("/", ", ")) for way in one.ways]
        choice = Choice(tr("cart.way", title=one.title), pairs)
        choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        choice.setMinimumContentsLength(8)
        choice.choose(self._state.way(self._group.seller, one))
        choice.currentIndexChanged.connect(self._ticked)
        self._ways[one.key] = choice
        return choice

    def _wanter(self, key: str) -> Callable[[int], None]:
        """Wait until the number has settled."""

        def want(count: int) -> None:
            self._wanted[key] = count
            self._calm.start()

        return want

    def _change(self) -> None:
        wanted, self._wanted = self._wanted, {}
        for key, count in wanted.items():
            self._state.change(key, count)

    def _ticked(self, _: object) -> None:
        self._choose()

    def _choose(self) -> None:
        chosen = self._state.choices.get(self._group.seller, Chosen())
        self._state.choose(
            self._group.seller,
            replace(
                chosen,
                shipping={key: choice.value() for key, choice in self._ways.items()},
                coupon=self._coupon.text().strip().upper(),
                direct=self._direct.isChecked(),
                memo=self._memo.text().strip(),
                **self._picked(chosen),
            ),
        )
