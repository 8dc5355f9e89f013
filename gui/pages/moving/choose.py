"""The first step of moving in: the file and what it does not say."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from bazaar.rpc.schema.merchant import TemplateList, TemplateView
from gui.pages.moving.presenter import MovingState
from gui.rpc.door import Door
from gui.texts import tr
from gui.widgets.boxes import Surface, column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field, line
from gui.widgets.text import ShortText, Text

WIDE_PX = 560
DEFAULT_UNIT = "EUR"
UNIT_CHARACTERS = 10


class Chooser(QWidget):
    """Asks for the file; ``chosen`` is called once there is one."""

    def __init__(
        self, door: Door, state: MovingState, chosen: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._door, self._state, self._chosen = door, state, chosen
        self.problem = Text("", "body", "error", wrap=True)
        self.problem.hide()
        self.unit = line(DEFAULT_UNIT, UNIT_CHARACTERS)
        self.unit.setText(DEFAULT_UNIT)
        self.template = Choice(tr("moving.template"), [])
        self.pictures = ShortText(tr("moving.pictures_beside"), "body", "muted")
        folder = Button(tr("moving.pictures_choose"), self._choose_folder)
        self.go = Button(tr("moving.choose_file"), self._choose_file, "main", "upload")
        card = Surface(
            column(
                Text(tr("moving.choose"), wrap=True), 4,
                Field(tr("moving.unit"), self.unit),
                Field(tr("moving.template"), self.template),
                Text(tr("moving.pictures"), "meta", "muted"),
                row(self.pictures, folder), 8,
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
        self._chosen(path)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("moving.pictures_choose"))
        if path:
            self._state.pictures = path
            self.pictures.setText(Path(path).name)
