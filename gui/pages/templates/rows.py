"""Ways of shipping as rows to type in: one row for each service."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from gui.texts import tr
from gui.widgets.boxes import clear, column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.form import line
from gui.widgets.text import Text
from gui.widgets.tick import Tick

HEADS = ("way", "to", "service", "first", "additional", "estimate")
EVERYWHERE = "ZZ"
Ways = Sequence[dict[str, Any]]
Cells = dict[str, str]


class WayRows(QWidget):
    """Rows of title, countries, service, prices and time; rows of one way are joined."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._fields: list[dict[str, QLineEdit]] = []
        self._pickups: list[Tick] = []
        add = Button(tr("templates.add"), lambda: self._add({}), "link", "plus")
        self.setLayout(column(self._grid, row(add, None), gap=6))

    def show_ways(self, ways: Ways) -> None:
        """Show other ways; one empty row where there are none."""
        self._show(_cells_of(ways) or [{}])

    def ways(self) -> list[dict[str, Any]]:
        """Return the ways as a listing file says them; empty rows are left out."""
        found: dict[tuple[str, str, str], dict[str, Any]] = {}
        for cells in self._cells():
            if not any(cells[head] for head in HEADS):
                continue
            kind = "pickup" if cells["kind"] else "post"
            countries = cells["to"].upper().replace(",", " ").split() or [EVERYWHERE]
            key = (cells["way"], kind, " ".join(countries))
            new = {"title": cells["way"], "kind": kind, "countries": countries}
            way = found.setdefault(key, new)
            if kind == "post":
                way.setdefault("services", []).append(_service(cells))
        return list(found.values())

    def _show(self, rows: Sequence[Cells]) -> None:
        clear(self._grid)
        self._fields, self._pickups = [], []
        for number, head in enumerate(HEADS):
            self._grid.addWidget(
                Text(tr(f"templates.{head}"), "meta", "muted"), 0, number
            )
        self._grid.addWidget(
            Text(tr("templates.pickup"), "meta", "muted"), 0, len(HEADS)
        )
        for cells in rows:
            self._put(cells)

    def _put(self, cells: Cells) -> None:
        at = len(self._fields) + 1
        fields = {head: line() for head in HEADS}
        for number, (head, field) in enumerate(fields.items()):
            field.setText(cells.get(head, ""))
            field.setAccessibleName(tr(f"templates.{head}"))
            self._grid.addWidget(field, at, number)
        fields["to"].setPlaceholderText(tr("templates.to_hint"))
        fields["first"].setPlaceholderText("4.90 EUR")
        pickup = Tick("")
        pickup.setAccessibleName(tr("templates.pickup"))
        pickup.setChecked(bool(cells.get("kind")))
        remove = IconButton(
            "trash-2", tr("templates.remove_row"), self._remover(at - 1)
        )
        self._grid.addWidget(pickup, at, len(HEADS))
        self._grid.addWidget(remove, at, len(HEADS) + 1)
        self._fields.append(fields)
        self._pickups.append(pickup)

    def _cells(self) -> list[Cells]:
        both = zip(self._fields, self._pickups, strict=True)
        return [
            {head: field.text().strip() for head, field in fields.items()}
            | {"kind": "pickup" if pickup.isChecked() else ""}
            for fields, pickup in both
        ]

    def _add(self, cells: Cells) -> None:
        self._show([*self._cells(), cells])

    def _remover(self, number: int) -> Callable[[], None]:
        def remove() -> None:
            kept = [cells for i, cells in enumerate(self._cells()) if i != number]
            self._show(kept or [{}])

        return remove


def _service(cells: Cells) -> dict[str, str]:
    said = {
        "name": cells["service"] or cells["way"],
        "first": cells["first"],
        "additional": cells["additional"],
        "estimate": cells["estimate"],
    }
    return {name: words for name, words in said.items() if words}


def _cells_of(ways: Ways) -> list[Cells]:
    rows: list[Cells] = []
    for way in ways:
        countries = [code for code in way["countries"] if code != EVERYWHERE]
        lead = {"way": way["title"], "to": ", ".join(countries)}
        lead["kind"] = "pickup" if way["kind"] == "pickup" else ""
        services: list[dict[str, str]] = list(way.get("services") or [{}])
        rows.extend(
            lead
            | {"service": one.get("name", "")}
            | {head: one.get(head, "") for head in ("first", "additional", "estimate")}
            for one in services
        )
    return rows
