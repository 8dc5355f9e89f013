"""The forms of a checkout: address, and who decides if there is trouble."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QLocale, QSignalBlocker, Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from bazaar.rpc.schema.arbiters import ArbiterView
from gui.pages.checkout.presenter import ADDRESS_FIELDS
from gui.pages.checkout.ways import is_country
from gui.texts import tr
from gui.texts.shown import money
from gui.widgets.badges import Chip
from gui.widgets.boxes import box, clear, column, row
from gui.widgets.choice import Choice
from gui.widgets.form import Field, line
from gui.widgets.person import Person
from gui.widgets.text import Text

NO_LIMIT: Final = 2**53 - 1

PLACES: Final = {
    "name": (0, 0, 6),
    "street": (1, 0, 4),
    "street2": (1, 4, 2),
    "postal_code": (2, 0, 2),
    "city": (2, 2, 4),
    "region": (3, 0, 4),
    "country": (3, 4, 2),
    "phone": (4, 0, 3),
    "email": (4, 3, 3),
}


class AddressForm(QWidget):
    """Where the goods shall go."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._act = act
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        self._fields: dict[str, Field] = {}
        self._lines: dict[str, QLineEdit] = {}
        for name in ADDRESS_FIELDS:
            editor = line("", 2 if name == "country" else 100)
            editor.editingFinished.connect(act)
            if name == "country":
                editor.textEdited.connect(self._country)
            note = tr("address.country_note") if name == "country" else ""
            field = Field(tr(f"address.{name}"), editor, note)
            self._fields[name], self._lines[name] = field, editor
            at, left, wide = PLACES[name]
            grid.addWidget(field, at, left, 1, wide, Qt.AlignmentFlag.AlignTop)
        self.setLayout(grid)

    def _country(self, typed: str) -> None:
        """Say which country the two letters mean, and go on at once."""
        field, code = self._fields["country"], typed.strip().upper()
        if not is_country(code):
            field.explain(tr("address.country_note"))
            return
        field.explain(country_name(code) or tr("address.no_country"))
        self._act()

    def values(self) -> dict[str, str]:
        """Return what was entered."""
        made = {name: editor.text() for name, editor in self._lines.items()}
        return made | {"country": made["country"].strip().upper()}

    def line(self, name: str) -> QLineEdit:
        """Return the field of one part of the address."""
        return self._lines[name]

    def fill(self, values: dict[str, str]) -> None:
        """Enter known values."""
        for name, editor in self._lines.items():
            editor.setText(values.get(name, ""))

    def complain(self, missing: tuple[str, ...]) -> None:
        """Mark what is missing and go to the first of it."""
        for name, field in self._fields.items():
            field.complain(tr("address.needed") if name in missing else "")
        for name in ADDRESS_FIELDS:
            if name in missing:
                self._lines[name].setFocus()
                return


def country_name(code: str) -> str:
    """Return a country's name, "" for letters that mean none."""
    territory = QLocale.codeToTerritory(code)
    if territory == QLocale.Country.AnyCountry:
        return ""
    return QLocale.territoryToString(territory)


class SeatForm(QWidget):
    """The choice of an arbiter or his backup, with what one should know of him."""

    def __init__(self, role: str, act: Callable[[], object]) -> None:
        super().__init__()
        self._arbiters: tuple[ArbiterView, ...] = ()
        self._act = act
        self._suggested = ""
        self.choice = Choice(tr(f"seat.{role}"), [("", tr("seat.any"))], self._changed)
        self._card = column(gap=6)
        label = Text(tr(f"seat.{role}"), "meta", "muted")
        self.setLayout(column(label, self.choice, box(self._card), None, gap=6))

    def offer(self, arbiters: tuple[ArbiterView, ...]) -> None:
        """Offer these beside leaving it to the node."""
        if arbiters != self._arbiters:
            self._arbiters = arbiters
            named = [
                (one.peer_id, one.name or tr("person.nameless")) for one in arbiters
            ]
            self.choice.offer([("", tr("seat.any")), *named])
            self._show()

    def pick(self, peer: str) -> None:
        """Show a choice that was made before."""
        if peer != self.choice.value():
            with QSignalBlocker(self.choice):
                self.choice.choose(peer)
            self._show()

    def suggest(self, peer: str) -> None:
        """Show whom the node takes while the user leaves it to the node."""
        if peer != self._suggested:
            self._suggested = peer
            self._show()

    def _changed(self) -> None:
        self._show()
        self._act()

    def _show(self) -> None:
        clear(self._card)
        for one in self._arbiters:
            if one.peer_id == (self.choice.value() or self._suggested):
                self._card.addWidget(arbiter_card(one))


def arbiter_card(one: ArbiterView) -> QWidget:
    """Return fee, record and languages of an arbiter in words."""
    facts = [tr("seat.fee", fee=one.fee), tr("seat.cases", n=one.cases)]
    if one.languages:
        facts.append(", ".join(one.languages))
    if one.max and one.max[0].minor < NO_LIMIT:
        facts.append(tr("seat.max", amount=money(one.max[0])))
    who = Person(one.peer_id, one.name, one.fingerprint, one.colour, " · ".join(facts))
    on = (
        Chip(tr("seller.online"), "ok", "circle-dot")
        if one.online
        else Chip(tr("seat.away", n=one.answer_hours), "muted", "circle")
    )
    lines = column(who, row(on, None), gap=6)
    return box(lines)
