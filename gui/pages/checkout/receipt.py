"""The right side of a checkout: receipt, deadlines, what if nobody acts, the button."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.placing import OrderPreview
from gui.app.theme import colour
from gui.texts import tr
from gui.texts.shown import moment, money, number, sentence, without_total
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, Surface, box, clear, column, row, rule
from gui.widgets.button import Button
from gui.widgets.text import ShortText, Text

SHOWN_DEADLINES: Final = ("t0", "t1", "t2", "t5")
SHAPES: Final = ((0.6, 0.14), (0.45, 0.12), (0.3, 0.22))
"""Shares of the width at the left and at the right, one pair a line."""

SHAPE_PX: Final = 24


class Shapes(QWidget):
    """Grey shapes where the amounts will stand."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(len(SHAPES) * SHAPE_PX)
        self.setAccessibleName(tr("checkout.computing"))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("line"))
        for place, (left, right) in enumerate(SHAPES):
            top = place * SHAPE_PX + 6
            wide = self.width()
            painter.drawRoundedRect(QRectF(0, top, wide * left, 10), 5, 5)
            painter.drawRoundedRect(
                QRectF(wide * (1 - right), top, wide * right, 10), 5, 5
            )


class Receipt(QWidget):
    """Shows a preview and holds the button that signs."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._lines = column(gap=8)
        self.button = Button(tr("checkout.place"), act, "main", "lock")
        self.complaint = Text("", "body", "error", wrap=True)
        self._after = column(gap=8)
        card = Surface(column(box(self._lines), self.complaint, self.button))
        self.setLayout(column(card, box(self._after), None, gap=12))
        self.setMinimumWidth(300)

    def show_preview(
        self, preview: OrderPreview | None, complaint: str, waiting: str
    ) -> None:
        """Show the receipt; without one, ``waiting`` says what it waits for."""
        clear(self._lines)
        clear(self._after)
        self._lines.addWidget(Text(tr("checkout.receipt"), "heading"))
        self.complaint.setText(complaint)
        self.complaint.setVisible(bool(complaint))
        if preview is None:
            self.button.setText(
                tr("checkout.continue" if waiting else "checkout.place")
            )
            words = waiting or ("" if complaint else tr("checkout.computing"))
            if words:
                self._lines.addWidget(Text(words, "body", "muted", wrap=True))
            self._lines.addWidget(Shapes())
            return
        self._show_amounts(preview)
        self._show_after(preview)

    def _show_amounts(self, preview: OrderPreview) -> None:
        for entry in without_total(preview.receipt, preview.total):
            amount = Text(number(entry.amount))
            self._lines.addLayout(
                row(ShortText(sentence(entry.label), "body", "muted"), amount)
            )
        self._lines.addWidget(rule())
        total = Text(money(preview.total), "price")
        self._lines.addLayout(row(Text(tr("checkout.total"), "strong"), None, total))
        self._lines.addWidget(
            Text(sentence(preview.unit_note), "meta", "muted", wrap=True)
        )
        if preview.hub:
            name = preview.hub_name or tr("person.nameless")
            words = Text(tr("checkout.hub", name=name), "body", wrap=True)
            line = row(Glyph("handshake", "accent"), words)
            line.setStretch(1, 1)
            self._lines.addWidget(Banner(line, "accent"))
        if preview.credit_free is not None:
            key = "checkout.free_hub" if preview.hub else "checkout.free"
            amount = money(preview.credit_free)
            free = tr(key, amount=amount, name=preview.hub_name)
            self._lines.addWidget(Text(free, "meta", "muted", wrap=True))
        self.button.setText(tr("checkout.place_for", amount=money(preview.total)))
        for warning in preview.warnings:
            words = Text(warning, "body", wrap=True)
            line = row(Glyph("triangle-alert", "waiting"), words)
            line.setStretch(1, 1)
            self._lines.addWidget(Banner(line, "waiting"))

    def _show_after(self, preview: OrderPreview) -> None:
        lines = column(Text(tr("checkout.after"), "heading"), gap=8)
        for name in SHOWN_DEADLINES:
            if at := preview.deadlines.get(name) or preview.deadlines.get(name.upper()):
                words = Text(tr(f"deadline.{name}"), "body", wrap=True)
                when = Text(moment(at), "meta", "muted")
                lines.addLayout(column(when, words, gap=0))
        self._after.addWidget(Surface(lines))
