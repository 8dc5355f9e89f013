"""How goods leave: ways, each with countries and services, and what it costs in a country."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from bazaar.rpc.schema.shelf import DeliveryView
from gui.pages.editor.draft import ANYWHERE, Service, Way
from gui.texts import tr
from gui.texts.shown import money
from gui.widgets.boxes import box, clear, column, row, rule
from gui.widgets.button import Button, IconButton
from gui.widgets.choice import Choice
from gui.widgets.form import Field, line
from gui.widgets.rows import Column, Rows
from gui.widgets.text import Text

MOST_WAYS = 30
MOST_SERVICES = 10


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", tr("ways.service"), 3, tr("ways.service_hint")),
        Column("first", tr("ways.first"), 2, "0.00", 18),
        Column("additional", tr("ways.additional"), 2, tr("ways.same"), 18),
        Column("estimate", tr("ways.estimate"), 3, tr("ways.estimate_hint"), 70),
    )


class WayForm(QWidget):
    """One way: its name, whether it is posted, where it goes, its services."""

    changed = Signal()

    def __init__(self, way: Way, away: IconButton | None = None) -> None:
        super().__init__()
        kinds = [(one, tr(f"ways.{one}")) for one in ("post", "pickup")]
        self.kind = Choice(tr("ways.kind"), kinds, self._turned)
        self.title = line(tr("ways.title_hint"), 40)
        self.countries = line(tr("editor.to_hint"), 1200)
        for editor in (self.title, self.countries):
            editor.textEdited.connect(self._told)
        self.services = Rows(_columns(), tr("ways.add_service"), MOST_SERVICES)
        self.services.changed.connect(self.changed)
        first = row(gap=12)
        self.fields = {
            "title": Field(tr("ways.title"), self.title),
            "kind": Field(tr("ways.kind"), self.kind),
            "countries": Field(tr("ways.countries"), self.countries),
        }
        for field in self.fields.values():
            first.addWidget(field, 1)
        if away is not None:
            first.addWidget(away, 0, Qt.AlignmentFlag.AlignBottom)
        self.setLayout(column(first, self.services, gap=8))
        self.show_way(way)

    def show_way(self, way: Way) -> None:
        """Show a way."""
        self.title.setText(way.title)
        self.countries.setText("" if way.countries == ANYWHERE else way.countries)
        self.kind.choose(way.kind)
        self.services.set_rows(
            [
                {
                    "name": one.name,
                    "first": one.first,
                    "additional": "" if one.additional == one.first else one.additional,
                    "estimate": one.estimate,
                }
                for one in way.services
            ]
        )
        self._turned()

    def way(self) -> Way:
        """Return what is typed."""
        services = tuple(Service(**one) for one in self.services.rows())
        where = self.countries.text().strip() or ANYWHERE
        posted = self.kind.value() == "post"
        return Way(
            self.title.text(), self.kind.value(), where, services if posted else ()
        )

    def _turned(self) -> None:
        posted = self.kind.value() == "post"
        if posted and not self.services.rows():
            self.services.set_rows([{"name": Service().name}])
        self.services.setVisible(posted)
        self.changed.emit()

    def _told(self, _: str) -> None:
        self.changed.emit()


class Ways(QWidget):
    """All ways of a listing and a look at one country."""

    changed = Signal()
    looked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[WayForm] = []
        self._list = column(gap=12)
        self.add = Button(tr("ways.add"), self._add, "link", "plus")
        self.look = line("DE", 2)
        self.look.setFixedWidth(64)
        self.look.setText("DE")
        self.look.setAccessibleName(tr("ways.look"))
        self.look.textEdited.connect(self._looked)
        self._costs = QGridLayout()
        self._costs.setHorizontalSpacing(16)
        self._none = Text("", "meta", "muted", wrap=True)
        asked = row(Text(tr("ways.look"), "meta", "muted"), self.look, None)
        self.setLayout(
            column(
                self._list, row(self.add, None), rule(), asked,
                box(self._costs), self._none, gap=10,
            )
        )  # fmt: skip

    @property
    def price(self) -> QLineEdit:
        """The first price of the first way, the one that most listings have alone."""
        cell = self.forms[0].services.cell(0, "first")
        assert isinstance(cell, QLineEdit)  # noqa: S101 - the column is a line
        return cell

    def show_ways(self, ways: tuple[Way, ...]) -> None:
        """Show these ways."""
        clear(self._list)
        self.forms = []
        for number, way in enumerate(ways):
            form = WayForm(way, self._away(number) if len(ways) > 1 else None)
            form.changed.connect(self.changed)
            self.forms.append(form)
            if number:
                self._list.addWidget(rule())
            self._list.addWidget(form)
        self.add.setEnabled(len(ways) < MOST_WAYS)

    def ways(self) -> tuple[Way, ...]:
        """Return what is typed."""
        return tuple(form.way() for form in self.forms)

    def country(self) -> str:
        """Return the country that is looked at."""
        return self.look.text().strip().upper()

    def show_costs(self, deliveries: tuple[DeliveryView, ...], *, known: bool) -> None:
        """Show what one piece costs there; ``known`` is False while something is wrong."""
        clear(self._costs)
        heads = ("ship.how", "ways.goods", "ship.title", "ways.tax", "ways.total")
        for place, key in enumerate(heads if deliveries else ()):
            self._costs.addWidget(Text(tr(key), "meta", "muted"), 0, place)
        for number, one in enumerate(deliveries, 1):
            amounts = (one.goods, one.shipping, one.tax, one.total)
            self._costs.addWidget(Text(one.way.replace("/", ", ")), number, 0)
            for place, value in enumerate(amounts, 1):
                role = "strong" if place == len(amounts) else "body"
                self._costs.addWidget(Text(money(value), role), number, place)
        words = tr("ways.none", country=self.country()) if known else tr("ways.later")
        self._none.setText("" if deliveries else words)
        self._none.setVisible(not deliveries and len(self.country()) == len(ANYWHERE))

    def complain(self, path: str, words: str) -> None:
        """Show a complaint about ``[0].services[1].first`` at its place."""
        number, _, rest = path.removeprefix("[").partition("]")
        index = int(number) if number.isdigit() else 0
        form = self.forms[min(index, len(self.forms) - 1)]
        inner, _, key = rest.partition("].")
        if inner.startswith(".services["):
            form.services.complain(int(inner.removeprefix(".services[")), key, words)
        else:
            name = rest.strip(".").partition("[")[0]
            form.fields.get(name, form.fields["title"]).complain(words)

    def hush(self) -> None:
        """Take all complaints back."""
        for form in self.forms:
            form.services.complain(-1, "", "")
            for field in form.fields.values():
                field.complain("")

    def _away(self, number: int) -> IconButton:
        name = tr("ways.remove", n=number + 1)
        return IconButton("trash-2", name, lambda: self._remove(number))

    def _add(self) -> None:
        self.show_ways((*self.ways(), Way(title="")))
        self.forms[-1].title.setFocus()
        self.changed.emit()

    def _remove(self, number: int) -> None:
        ways = list(self.ways())
        del ways[number]
        self.show_ways(tuple(ways))
        self.changed.emit()

    def _looked(self, _: str) -> None:
        self.looked.emit()
