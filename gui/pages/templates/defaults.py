"""What new listings start with: texts, days, where they are sent from. Taxes stay as they are."""

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.merchant import DefaultsSet, DefaultsShow, DefaultsView
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import Surface, column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field, area, line
from gui.widgets.regions import language_pairs, region_pairs
from gui.widgets.text import Text

DAYS = {"ship_days": "7", "inspect_days": "14"}
POSTAL_CHARACTERS = 20
SENTENCE_CHARACTERS = 70
DAY_CHARACTERS = 2


class DefaultsCard(QWidget):
    """Read and kept as a whole; the template is chosen beside its ways."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self.defaults: dict[str, Any] = {}
        self._shown, self._clean = False, dict[str, Any]()
        self.language = Choice(tr("browse.language"), language_pairs()[1:])
        self.country = Choice(
            tr("defaults.country"), region_pairs(tr("defaults.nowhere"))
        )
        self.postal = line("10115", POSTAL_CHARACTERS)
        self.processing = line(tr("defaults.processing_hint"), SENTENCE_CHARACTERS)
        self.days = {name: line(days, DAY_CHARACTERS) for name, days in DAYS.items()}
        self.terms, self.refunds = area(lines=4), area(lines=4)
        self.problem = Text("", "body", "error", wrap=True)
        self.problem.hide()
        save = Button(tr("defaults.save"), self._save, "main")
        content = column(
            Text(tr("defaults.title"), "heading"),
            Text(tr("defaults.about"), "body", "muted", wrap=True),
            _line(
                Field(tr("browse.language"), self.language),
                Field(tr("defaults.country"), self.country),
                Field(tr("defaults.postal"), self.postal),
            ),
            _line(
                Field(tr("defaults.processing"), self.processing),
                Field(tr("defaults.ship_days"), self.days["ship_days"]),
                Field(tr("defaults.inspect_days"), self.days["inspect_days"]),
            ),
            Field(tr("defaults.terms"), self.terms),
            Field(tr("defaults.refunds"), self.refunds),
            self.problem, row(save, None), gap=12,
        )  # fmt: skip
        card = column(Surface(content, inside=20))
        self.setLayout(card)

    def read(self) -> None:
        """Ask the node for them."""
        self._shell.door.call(DefaultsShow(), self.know, self._refused)

    def know(self, view: DefaultsView) -> None:
        """Take what the node keeps now; what is being typed here stays."""
        if self._shown and self.typed() != self._clean:
            self.defaults = view.defaults
        else:
            self._got(view)

    def _got(self, view: DefaultsView) -> None:
        said = self.defaults = view.defaults
        place: dict[str, str] = said.get("ships_from") or {}
        days: dict[str, int] = said.get("deadlines") or {}
        self.language.choose(said.get("language", "en"))
        self.country.choose(place.get("country", ""))
        texts: dict[QLineEdit, Any] = {
            self.postal: place.get("postal_code", ""),
            self.processing: said.get("processing_time", ""),
            **{self.days[name]: days.get(name, usual) for name, usual in DAYS.items()},
        }
        for field, words in texts.items():
            field.setText(str(words))
        self.terms.setPlainText(said.get("terms", ""))
        self.refunds.setPlainText(said.get("refund_policy", ""))
        self.problem.hide()
        self._shown, self._clean = True, self.typed()

    def typed(self) -> dict[str, Any]:
        """Return the defaults as they stand here, beside what is chosen elsewhere."""
        country = self.country.value()
        place = {"country": country, "postal_code": self.postal.text().strip()}
        return self.defaults | {
            "language": self.language.value(),
            "ships_from": place if country else None,
            "processing_time": self.processing.text().strip(),
            "terms": self.terms.toPlainText().strip(),
            "refund_policy": self.refunds.toPlainText().strip(),
            "deadlines": {
                name: int(typed) if (typed := field.text().strip()).isdecimal() else 0
                for name, field in self.days.items()
            },
        }

    def _save(self) -> None:
        call = DefaultsSet(defaults=self.typed())
        self._shell.door.call(call, self._saved, self._refused)

    def _saved(self, view: DefaultsView) -> None:
        self._got(view)
        self._shell.note(tr("defaults.saved"), "ok")

    def _refused(self, problem: Problem) -> None:
        self.problem.setText(problem.words)
        self.problem.show()


def _line(*fields: Field) -> QWidget:
    held = QWidget()
    line = row(gap=12)
    for field in fields:
        line.addWidget(field, 1)
    line.setContentsMargins(0, 0, 0, 0)
    held.setLayout(line)
    return held
