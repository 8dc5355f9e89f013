"""What a listing costs delivered to the buyer's country, taxes and shipping in."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.shelf import DeliveryView
from gui.texts import tr
from gui.texts.shown import money
from gui.widgets.boxes import clear, column, row
from gui.widgets.form import line
from gui.widgets.text import Text

CODE_CHARACTERS = 2
FIELD_PX = 64
SHOWN_WAYS = 3


class Delivered(QWidget):
    """Asks for a country and shows the totals there.

    Signals:
        wanted: Another country was typed.
    """

    wanted = Signal(str)

    def __init__(self, country: str) -> None:
        super().__init__()
        self.country = line("DE", CODE_CHARACTERS)
        self.country.setText(country or here())
        self.country.setFixedWidth(FIELD_PX)
        self.country.setAccessibleName(tr("listing.delivered"))
        self.country.textEdited.connect(self._typed)
        self._list = column(gap=2)
        asked = row(Text(tr("listing.delivered"), "body", "muted"), self.country, None)
        self.setLayout(column(asked, self._list, gap=6))

    def code(self) -> str:
        """Return the country, upper case; nothing while it is not whole."""
        code = self.country.text().strip().upper()
        return code if len(code) == CODE_CHARACTERS and code.isalpha() else ""

    def show_ways(self, ways: tuple[DeliveryView, ...]) -> None:
        """Show what each way costs, the cheapest first."""
        clear(self._list)
        if not ways:
            words = tr("listing.not_there", country=self.code())
            self._list.addWidget(Text(words, "body", "waiting", wrap=True))
        for place, one in enumerate(ways[:SHOWN_WAYS]):
            role = "strong" if place == 0 else "body"
            self._list.addWidget(Text(delivery_words(one), role, wrap=True))
        more = len(ways) - SHOWN_WAYS
        if more > 0:
            words = tr("listing.more_ways", n=more)
            self._list.addWidget(Text(words, "meta", "muted"))

    def _typed(self, _: str) -> None:
        if self.code():
            self.wanted.emit(self.code())


def here() -> str:
    """Return the country that the system is set to, nothing when it names none."""
    code = QLocale.territoryToCode(QLocale.system().territory())
    return code if len(code) == CODE_CHARACTERS and code.isalpha() else ""


def delivery_words(one: DeliveryView) -> str:
    """Return one way with its total, and its taxes where there are any."""
    way = one.way.replace("/", ", ")
    words = tr("listing.delivered_total", amount=money(one.total), way=way)
    if not way:
        words = tr("listing.pickup_total", amount=money(one.total))
    if one.tax.minor:
        words = f"{words} · {tr('listing.with_tax', amount=money(one.tax))}"
    return words
