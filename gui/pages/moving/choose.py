"""The first step of moving in: the file and what it does not say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.merchant import TemplateList, TemplatePut, TemplateView
from gui.pages.moving.presenter import MovingState
from gui.rpc.door import Door
from gui.texts import tr
from gui.widgets.boxes import Slot, Surface, column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field, line
from gui.widgets.text import ShortText, Text

WIDE_PX = 560
DEFAULT_UNIT = "EUR"
UNIT_CHARACTERS = 10
AMOUNT_CHARACTERS = 24
TO_CHARACTERS = 200
EVERYWHERE = "ZZ"


class Chooser(QWidget):
    """Asks for the file; ``chosen`` is called once there is one."""

    def __init__(
        self, door: Door, state: MovingState, chosen: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._door, self._state, self._chosen = door, state, chosen
        self.asks_shipping = False
        """There is no template yet: the simplest one is made here."""

        self.problem = Text("", "body", "error", wrap=True)
        self.problem.hide()
        self.unit = line(DEFAULT_UNIT, UNIT_CHARACTERS)
        self.unit.setText(DEFAULT_UNIT)
        self.template = Choice(tr("moving.template"), [])
        self.pictures = ShortText(tr("moving.pictures_beside"), "body", "muted")
        self.spare = ShortText(tr("moving.spare_none"), "body", "muted")
        picture = Button(tr("moving.spare_choose"), self._choose_spare)
        self.first = line(tr("moving.first_hint"), AMOUNT_CHARACTERS)
        self.to = line(tr("moving.to_hint"), TO_CHARACTERS)
        self._known = Field(tr("moving.template"), self.template)
        self._new = Slot(10)
        folder = Button(tr("moving.pictures_choose"), self._choose_folder)
        self.go = Button(tr("moving.choose_file"), self._choose_file, "main", "upload")
        card = Surface(
            column(
                Text(tr("moving.choose"), wrap=True), 4,
                Field(tr("moving.unit"), self.unit),
                self._known, self._new,
                Text(tr("moving.pictures"), "meta", "muted"),
                row(self.pictures, folder),
                Text(tr("moving.spare"), "meta", "muted"),
                row(self.spare, picture), 8,
                self.problem,
                row(self.go, None), gap=10,
            ),
            inside=20,
        )  # fmt: skip
        card.setMaximumWidth(WIDE_PX)
        self.setLayout(column(card, None))

    def read(self) -> None:
        """Ask for the templates there are."""
        self._door.call(TemplateList(), self._got, lambda _: None)
        problem = self._state.problem
        self.problem.setText(problem.words if problem else "")
        self.problem.setVisible(problem is not None)

    def _got(self, found: tuple[TemplateView, ...]) -> None:
        pairs = [("", tr("moving.template_none")), *((t.name, t.name) for t in found)]
        self.template.offer(pairs)
        self._known.setVisible(bool(found))
        if not found and not self.asks_shipping:
            self.asks_shipping = True
            to = Field(tr("moving.to"), self.to, tr("moving.to_note"))
            self._new.put(Field(tr("moving.first"), self.first), to)
        elif found and self.asks_shipping:
            self.asks_shipping = False
            self._new.put()

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("moving.choose_file"), "", tr("moving.kinds")
        )
        if path:
            self.take(path)

    def take(self, path: str) -> None:
        """Go on with a file."""
        self._state.unit = self.unit.text().strip().upper()
        self._state.template = self.template.value()
        first = self.first.text().strip().replace(",", ".")
        if not self.asks_shipping or not first:
            self._chosen(path)
            return
        name = tr("moving.template_made")
        call = TemplatePut(name=name, shipping=(self._way(first),))
        self._door.call(call, lambda _: self._go_on(name, path), self._complain)

    def _go_on(self, template: str, path: str) -> None:
        self._state.template = template
        self._chosen(path)

    def _way(self, first: str) -> dict[str, Any]:
        """Shipping as in a listing file."""
        bare = first.replace(".", "", 1).isdigit()
        price = f"{first} {self._state.unit}" if bare else first
        named = self.to.text().replace(";", ",").split(",")
        countries = [one.strip().upper() for one in named if one.strip()]
        return {
            "title": tr("moving.template_made"),
            "kind": "post",
            "countries": countries or [EVERYWHERE],
            "services": [{"name": tr("moving.template_made"), "first": price}],
        }

    def _complain(self, problem: Problem) -> None:
        self.problem.setText(problem.words)
        self.problem.show()

    def _choose_spare(self) -> None:
        kinds = tr("moving.image_kinds")
        path, _ = QFileDialog.getOpenFileName(
            self, tr("moving.spare_choose"), "", kinds
        )
        if path:
            self._state.spare = path
            self.spare.setText(Path(path).name)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("moving.pictures_choose"))
        if path:
            self._state.pictures = path
            self.pictures.setText(Path(path).name)
