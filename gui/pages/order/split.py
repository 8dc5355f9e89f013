"""Dividing an amount: a slider between buyer and seller, for proposals and rulings."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QSlider, QWidget

from bazaar.rpc.schema.call import Call, MoneyView
from bazaar.rpc.schema.disputes import CaseRule
from bazaar.rpc.schema.moves import OrderPropose, OrderRefund
from bazaar.rpc.schema.orders import OrderView
from gui.pages.order.part_choice import PartChoice
from gui.texts import tr
from gui.texts.shown import like, moment, money, plain, span
from gui.widgets.boxes import column, row
from gui.widgets.form import Field, area
from gui.widgets.move_form import MoveForm
from gui.widgets.number_line import NumberLine
from gui.widgets.text import Text

STEPS = 100
SLIDER_PX = 28


class Split(QWidget):
    """Two figures and a slider that always make the whole."""

    changed = Signal()

    def __init__(self, whole: MoneyView, to_buyer: int) -> None:
        super().__init__()
        self.whole = whole
        self.buyer = NumberLine(tr("split.buyer"), 0, whole.minor, whole.scale)
        self.seller = NumberLine(tr("split.seller"), 0, whole.minor, whole.scale)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("split.slider"))
        self.slider.setRange(0, STEPS)
        self.slider.setFixedHeight(SLIDER_PX)
        figures = row(gap=16)
        figures.addWidget(Field(tr("split.buyer_in", unit=whole.unit), self.buyer), 1)
        figures.addWidget(Field(tr("split.seller_in", unit=whole.unit), self.seller), 1)
        ends = row(
            Text(tr("split.all_buyer"), "meta", "muted"),
            None,
            Text(tr("split.all_seller"), "meta", "muted"),
        )
        self.setLayout(column(figures, self.slider, ends))
        self.slider.valueChanged.connect(self._slid)
        self.buyer.value_changed.connect(self.set_buyer)
        self.seller.value_changed.connect(self._set_seller)
        self.set_buyer(to_buyer)

    def measure(self, whole: MoneyView, to_buyer: int) -> None:
        """Divide another amount of the same unit."""
        self.whole = whole
        for field in (self.buyer, self.seller):
            with QSignalBlocker(field):
                field.bound(whole.minor)
        self.set_buyer(to_buyer)

    def set_buyer(self, minor: int) -> None:
        """Give the buyer ``minor`` units and the seller the rest."""
        whole = self.whole.minor
        for field, value in ((self.buyer, minor), (self.seller, whole - minor)):
            if field.value() != value:
                with QSignalBlocker(field):
                    field.set_value(value)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round((whole - minor) * STEPS / max(whole, 1)))
        self.changed.emit()

    def _set_seller(self, minor: int) -> None:
        self.set_buyer(self.whole.minor - minor)

    def _slid(self, value: int) -> None:
        self.set_buyer(self.whole.minor * (STEPS - value) // STEPS)

    def amounts(self) -> tuple[MoneyView, MoneyView]:
        """Return what the buyer and the seller get."""
        return like(self.whole, self.buyer.value()), like(
            self.whole, self.seller.value()
        )


def amount_of(view: OrderView, index: int) -> MoneyView:
    """Return what a part is worth."""
    return next((part.amount for part in view.parts if part.index == index), view.total)


class ProposeForm(MoveForm):
    """Offer the other side a split; nobody else has to decide then."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        self.part = PartChoice(view, "propose", self._measure)
        whole = amount_of(view, self.part.number())
        self.split = Split(whole, whole.minor // 2)
        self.set_fields(
            Text(tr("form.propose_note"), "body", "muted", wrap=True),
            self.part,
            self.split,
        )

    def _measure(self) -> None:
        whole = amount_of(self.view, self.part.number())
        self.split.measure(whole, whole.minor // 2)

    def call(self) -> Call:
        buyer, seller = self.split.amounts()
        return OrderPropose(
            id=self.view.order_id,
            version=self.view.version,
            part=(self.part.number(),),
            buyer=plain(buyer),
            seller=plain(seller),
        )


class RefundForm(MoveForm):
    """Give back all, which ends the order, or a part, which the buyer must agree to."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        self.part = PartChoice(view, "refund", self._measure)
        whole = amount_of(view, self.part.number())
        self.amount = NumberLine(tr("form.refund"), 0, whole.minor, whole.scale)
        self.amount.set_value(whole.minor)
        label = tr("form.refund_in", unit=whole.unit)
        self.set_fields(self.part, Field(label, self.amount, tr("form.refund_note")))

    def _measure(self) -> None:
        whole = amount_of(self.view, self.part.number())
        self.amount.bound(whole.minor)
        self.amount.set_value(whole.minor)

    def call(self) -> Call:
        whole = amount_of(self.view, self.part.number())
        minor = self.amount.value()
        text = None if minor >= whole.minor else plain(like(whole, minor))
        return OrderRefund(
            id=self.view.order_id,
            version=self.view.version,
            part=(self.part.number(),),
            amount=text,
        )


class RuleForm(MoveForm):
    """The arbiter divides what is held; the fee comes out of both shares."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        self.part = PartChoice(view, "rule", self._measure)
        whole = amount_of(view, self.part.number())
        self.split = Split(whole, whole.minor)
        self.reason = area(tr("form.rule_hint"), 4)
        self.preview = Text("", "body", wrap=True)
        self.split.changed.connect(self._preview)
        self.set_fields(
            self.part,
            self.split,
            Field(tr("form.rule_reason"), self.reason, tr("form.rule_note")),
            self.preview,
        )
        self._preview()

    def _measure(self) -> None:
        whole = amount_of(self.view, self.part.number())
        self.split.measure(whole, whole.minor)

    def _preview(self) -> None:
        buyer, seller = self.split.amounts()
        fees = [
            seat for seat in self.view.seats if seat.role in {self.view.role, "primary"}
        ]
        words = tr("form.rule_preview", buyer=money(buyer), seller=money(seller))
        if fees:
            words += " " + tr(
                "form.rule_fee", fee=fees[0].fee, most=money(fees[0].most)
            )
        wait = (self.view.can_rule_from or 0) - self.view.now
        if wait > 0:
            at = moment(self.view.can_rule_from or 0)
            words += " " + tr("form.rule_wait", when=at, span=span(wait))
        self.preview.setText(words)

    def complaint(self) -> str:
        return "" if self.reason.toPlainText().strip() else tr("form.need_reason")

    def question(self) -> str:
        buyer, seller = self.split.amounts()
        return tr("ask.rule", buyer=money(buyer), seller=money(seller))

    def call(self) -> Call:
        buyer, seller = self.split.amounts()
        return CaseRule(
            id=self.view.order_id,
            version=self.view.version,
            part=self.part.number(),
            buyer=plain(buyer),
            seller=plain(seller),
            reason=self.reason.toPlainText().strip(),
        )
