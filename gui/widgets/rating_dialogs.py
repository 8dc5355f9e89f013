"""Asks for a rating, its correction, or the answer to one."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from bazaar.rpc.schema.ratings import OrderRate, OrderReply, RatingView
from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field, area
from gui.widgets.rating_card import ASPECTS
from gui.widgets.text import Text
from gui.widgets.tick import Tick

WIDE_PX: Final = 520
MOST_TEXT: Final = 3_000
MOST_REPLY: Final = 1_000
OF_A_SEAT: Final = ("service",)
BEST_FIRST: Final = (5, 4, 3, 2, 1)


class _Asking(QDialog):
    """Title, a sentence, fields and two buttons; Esc goes back."""

    def __init__(self, parent: QWidget, title: str, words: str, act: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.complaint = Text("", "body", "error", wrap=True)
        self.complaint.hide()
        self.fields = column(gap=12)
        self.go = Button(act, self._try, "main")
        back = Button(tr("dialog.back"), self.reject)
        content = column(
            Text(title, "title", wrap=True),
            Text(words, "body", "muted", wrap=True),
            self.fields,
            self.complaint,
            8,
            row(None, back, self.go),
            gap=12,
        )
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.setFixedWidth(WIDE_PX)

    def problem(self) -> str:
        """Return what is missing, "" if nothing is."""
        return ""

    def _try(self) -> None:
        words = self.problem()
        self.complaint.setText(words)
        self.complaint.setVisible(bool(words))
        if not words:
            self.accept()


class RateDialog(_Asking):
    """A rating of ``whom`` in an order, or the correction of ``before``."""

    def __init__(
        self,
        parent: QWidget,
        order: str,
        whom: str,
        before: RatingView | None = None,
        *,
        may_hide: bool = False,
    ) -> None:
        fixed = before is not None
        title = tr("rating.dialog_correct" if fixed else f"rating.dialog_{whom}")
        words = tr("rating.dialog_correct_words" if fixed else "rating.dialog_words")
        super().__init__(parent, title, words, tr("rating.publish"))
        self._order, self._whom, self._before = order, whom, before
        pairs = [(str(n), tr(f"stars.{n}")) for n in BEST_FIRST]
        self.stars = Choice(tr("form.stars"), pairs)
        self.text = area(tr("form.rate_hint"), 4)
        asked = ASPECTS if whom == "other" else OF_A_SEAT
        self.aspects = {name: self._aspect(name) for name in asked}
        self.hidden = Tick(tr("rating.anonymous"))
        self.fields.addWidget(Field(tr("form.stars"), self.stars))
        self.fields.addWidget(Field(tr("form.rate_text"), self.text))
        self.fields.addWidget(Text(tr("rating.aspects"), "meta", "muted"))
        self.fields.addLayout(self._grid())
        if may_hide and before is None:
            self.fields.addWidget(self.hidden)
            note = Text(tr("rating.anonymous_note"), "meta", "muted", wrap=True)
            self.fields.addWidget(note)
        if before is not None:
            self._fill(before)
        self.stars.setFocus()

    def _aspect(self, name: str) -> Choice:
        given = [(str(n), str(n)) for n in BEST_FIRST]
        words = tr(f"rating.aspect_{name}")
        return Choice(words, [("", tr("rating.not_given")), *given])

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for place, (name, choice) in enumerate(self.aspects.items()):
            field = Field(tr(f"rating.aspect_{name}"), choice)
            grid.addWidget(field, place // 2, place % 2)
        return grid

    def _fill(self, before: RatingView) -> None:
        self.stars.choose(str(before.stars))
        self.text.setPlainText(before.text)
        for name, given in before.aspects.items():
            if name in self.aspects:
                self.aspects[name].choose(str(given))
        self.hidden.setChecked(before.anonymous)

    def problem(self) -> str:
        return _length_words(self.text.toPlainText().strip(), MOST_TEXT)

    def call(self) -> OrderRate:
        """Return the rating as the user gave it."""
        given = {name: choice.value() for name, choice in self.aspects.items()}
        return OrderRate(
            id=self._order,
            stars=int(self.stars.value()),
            text=self.text.toPlainText().strip(),
            whom=self._whom,
            line=self._before.line if self._before else 0,
            aspects={name: int(value) for name, value in given.items() if value},
            tags=self._before.tags if self._before else (),
            anonymous=self.hidden.isChecked(),
            correct=self._before is not None,
        )


class ReplyDialog(_Asking):
    """The answer to one rating."""

    def __init__(self, parent: QWidget, one: RatingView) -> None:
        words = tr("rating.dialog_reply_words")
        act = tr("rating.publish_reply")
        super().__init__(parent, tr("rating.dialog_reply"), words, act)
        self._rating = one.rating_id
        self.text = area(tr("rating.reply_hint"), 4)
        if one.reply is not None:
            self.text.setPlainText(one.reply.text)
        self.fields.addWidget(
            Text(one.text or tr("ratings.stars", n=one.stars), wrap=True)
        )
        self.fields.addWidget(self.text)
        self.text.setAccessibleName(tr("rating.dialog_reply"))
        self.text.setFocus()

    def problem(self) -> str:
        text = self.text.toPlainText().strip()
        return _length_words(text, MOST_REPLY) if text else tr("rating.reply_empty")

    def call(self) -> OrderReply:
        """Return the answer as the user wrote it."""
        return OrderReply(rating=self._rating, text=self.text.toPlainText().strip())


def _length_words(text: str, most: int) -> str:
    if len(text) <= most:
        return ""
    return tr("rating.too_long", most=f"{most:,}", n=len(text))
