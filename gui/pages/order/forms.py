"""Forms of the moves that need more than a press; each makes one call or a complaint."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PySide6.QtWidgets import QFileDialog, QWidget

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.disputes import OrderDisclose, OrderDispute, OrderEvidence
from bazaar.rpc.schema.moves import OrderDeliver, OrderExtend, OrderShip
from bazaar.rpc.schema.orders import OrderView
from bazaar.rpc.schema.ratings import OrderRate
from gui.pages.order.part_choice import PartTicks
from gui.pages.order.split import ProposeForm, RefundForm, RuleForm
from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.choice import Choice, Stepper
from gui.widgets.form import Field, area, line
from gui.widgets.move_form import MoveForm
from gui.widgets.text import ShortText, Text

MOST_DAYS: Final = 30
MOST_FILES: Final = 10
MOST_GOODS: Final = 30
REASONS: Final = {
    "buyer": ("unshipped", "goods", "other"),
    "seller": ("silent", "other"),
}


def late_words(view: OrderView) -> str:
    """What the seller risks who ships now; "" when it counts as in time."""
    return tr("ask.ship_late", why=view.ship_risk) if view.ship_risk else ""


class ShipForm(MoveForm):
    """Sent: with a tracking number, a link or a code, which only the buyer can read."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        self.text = line(tr("form.ship_hint"), 160)
        self.parts = PartTicks(view, "ship")
        self.set_fields(
            self.parts, Field(tr("form.ship"), self.text, tr("form.ship_note"))
        )

    def complaint(self) -> str:
        return self.parts.complaint()

    def call(self) -> Call:
        return OrderShip(
            id=self.view.order_id,
            version=self.view.version,
            part=self.parts.numbers(),
            text=self.text.text(),
            late=bool(self.view.ship_risk),
        )

    def question(self) -> str:
        return late_words(self.view)


class Files(QWidget):
    """Files chosen from this computer."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self.paths: list[str] = []
        self._list = column(gap=4)
        choose = Button(tr("form.choose_files"), self._choose, "plain", "upload")
        self.setLayout(column(self._list, row(choose, None)))

    def add(self, paths: list[str]) -> None:
        """Add files, as many as fit."""
        for path in paths[: self._most - len(self.paths)]:
            self.paths.append(path)
            name = ShortText(Path(path).name)
            line_box = QWidget()
            away = IconButton(
                "x",
                tr("form.remove_file"),
                lambda p=path, b=line_box: self._remove(p, b),
            )
            line_box.setLayout(row(name, away))
            self._list.addWidget(line_box)

    def _choose(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, tr("form.choose_files"))
        self.add(paths)

    def _remove(self, path: str, line_box: QWidget) -> None:
        self.paths.remove(path)
        line_box.hide()
        line_box.deleteLater()


class DeliverForm(MoveForm):
    """A digital part, as a file that only the buyer can read."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        self.files = Files(MOST_GOODS)
        self.text = line(tr("form.deliver_hint"), 160)
        self.parts = PartTicks(view, "ship")
        self.set_fields(
            self.parts,
            Field(tr("form.file"), self.files),
            Field(tr("form.note"), self.text),
        )

    def complaint(self) -> str:
        if not self.files.paths:
            return tr("form.need_file")
        return self.parts.complaint()

    def call(self) -> Call:
        return OrderDeliver(
            id=self.view.order_id,
            version=self.view.version,
            part=self.parts.numbers(),
            file=self.files.paths[0],
            more=tuple(self.files.paths[1:]),
            text=self.text.text(),
            late=bool(self.view.ship_risk),
        )

    def question(self) -> str:
        return late_words(self.view)


class DisputeForm(MoveForm):
    """Ask the arbiters: what is wrong, in words and files."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        codes = REASONS.get(view.role, ("other",))
        self.reason = Choice(
            tr("form.reason"), [(code, tr(f"reason.{code}")) for code in codes]
        )
        self.text = area(tr("form.dispute_hint"), 4)
        self.files = Files(MOST_FILES)
        self.parts = PartTicks(view, "dispute")
        self.set_fields(
            Text(tr("form.dispute_note"), "body", "muted", wrap=True),
            self.parts,
            Field(tr("form.reason"), self.reason),
            Field(tr("form.what_happened"), self.text),
            Field(tr("form.evidence"), self.files, tr("form.evidence_note")),
        )

    def complaint(self) -> str:
        if (
            self.reason.value() in {"goods", "other"}
            and not self.text.toPlainText().strip()
        ):
            return tr("form.need_words")
        return self.parts.complaint()

    def call(self) -> Call:
        return OrderDispute(
            id=self.view.order_id,
            version=self.view.version,
            part=self.parts.numbers(),
            reason_code=self.reason.value(),
            reason=self.text.toPlainText().strip(),
            evidence=tuple(self.files.paths),
        )


class EvidenceForm(MoveForm):
    """More files and words to an open dispute."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        self.text = area(tr("form.statement_hint"), 3)
        self.files = Files(MOST_FILES)
        self.set_fields(
            Field(tr("form.statement"), self.text),
            Field(tr("form.evidence"), self.files, tr("form.evidence_note")),
        )

    def complaint(self) -> str:
        if not self.text.toPlainText().strip() and not self.files.paths:
            return tr("form.need_evidence")
        return ""

    def call(self) -> Call:
        return OrderEvidence(
            id=self.view.order_id,
            files=tuple(self.files.paths),
            statement=self.text.toPlainText().strip(),
        )


class RateForm(MoveForm):
    """Stars and a sentence about the other side."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        pairs = [(str(n), tr(f"stars.{n}")) for n in (5, 4, 3, 2, 1)]
        self.stars = Choice(tr("form.stars"), pairs)
        self.text = area(tr("form.rate_hint"), 3)
        self.set_fields(
            Field(tr("form.stars"), self.stars),
            Field(tr("form.rate_text"), self.text, tr("form.rate_note")),
        )

    def call(self) -> Call:
        stars, text = int(self.stars.value()), self.text.toPlainText().strip()
        return OrderRate(id=self.view.order_id, stars=stars, text=text)


class ExtendForm(MoveForm):
    """More days for the seller."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        self.days = Stepper(tr("form.days"), 1, MOST_DAYS, 3)
        self.set_fields(Field(tr("form.days"), self.days, tr("form.days_note")))

    def call(self) -> Call:
        days = self.days.value()
        return OrderExtend(id=self.view.order_id, version=self.view.version, days=days)


class DiscloseForm(MoveForm):
    """Let an arbiter read what is sealed; the contract's hash proves it."""

    def __init__(self, view: OrderView) -> None:
        super().__init__(view)
        things = [
            (name, tr(f"disclose.{name}"))
            for name, held in (("address", view.address), ("delivery", view.delivery))
            if held
        ]
        self.what = Choice(tr("form.disclose_what"), things)
        seats = [(name, tr(f"role.{name}")) for name in ("primary", "backup")]
        self.to = Choice(tr("form.disclose_to"), seats)
        self.set_fields(
            Text(tr("form.disclose_note"), "body", "muted", wrap=True),
            Field(tr("form.disclose_what"), self.what),
            Field(tr("form.disclose_to"), self.to),
        )

    def call(self) -> Call:
        return OrderDisclose(
            id=self.view.order_id, what=self.what.value(), to=self.to.value()
        )


FORMS: Final[Mapping[str, type[MoveForm]]] = MappingProxyType(
    {
        "ship": ShipForm,
        "deliver": DeliverForm,
        "refund": RefundForm,
        "propose": ProposeForm,
        "dispute": DisputeForm,
        "evidence": EvidenceForm,
        "rule": RuleForm,
        "rate": RateForm,
        "extend": ExtendForm,
        "disclose": DiscloseForm,
    }
)
