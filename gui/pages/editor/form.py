"""The fields of a listing, in the order in which one thinks of them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from gui.models.pictures import Pictures, Wanted
from gui.pages.editor.photos import Photos
from gui.pages.editor.presenter import (
    CATEGORIES,
    CONDITIONS,
    SHORT_CHARACTERS,
    TITLE_CHARACTERS,
    TYPES,
    Draft,
)
from gui.pages.editor.seats import AcceptedSeats
from gui.texts import tr
from gui.texts.shown import category_words
from gui.widgets.boxes import Surface, column, row
from gui.widgets.choice import Choice
from gui.widgets.form import Field, area, line
from gui.widgets.text import Text


class ListingForm(QWidget):
    """Holds a draft; ``changed`` follows every key."""

    changed = Signal()

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._slug = ""
        self._build_choices()
        self._build_lines()
        self.photos = Photos(pictures)
        self.photos.changed.connect(self.changed)
        self.seats = AcceptedSeats()
        self.seats.changed.connect(self.changed)
        cards = (self._first(), self._second(), self._third(), self._fourth())
        self.setLayout(column(*cards, gap=16))

    def _build_choices(self) -> None:
        told = self.changed.emit
        self.type = Choice(
            tr("editor.type"), [(t, tr(f"kind.{t}")) for t in TYPES], self._typed
        )
        pairs = [(one, tr(f"condition.{one}")) for one in CONDITIONS]
        self.condition = Choice(tr("editor.condition"), pairs, told)
        self.condition.choose("good")
        pairs = [("", tr("editor.choose_category"))] + [
            (c, category_words(c)) for c in CATEGORIES
        ]
        self.category = Choice(tr("editor.category"), pairs, told)

    def _build_lines(self) -> None:
        self.title = line(tr("editor.title_hint"), TITLE_CHARACTERS)
        self.short = line(tr("editor.short_hint"), SHORT_CHARACTERS)
        self.description: QPlainTextEdit = area(tr("editor.description_hint"), 8)
        self.price = line("0.00", 14)
        self.unit = line("EUR", 12)
        self.unit.setText("EUR")
        self.stock = line(tr("editor.stock_hint"), 6)
        self.tags = line(tr("editor.tags_hint"), 200)
        self.processing = line(tr("editor.processing_hint"), 60)
        self.country = line("DE", 2)
        self.shipping = line("0.00", 14)
        self.shipping_to = line(tr("editor.to_hint"), 2)
        self.refunds = line(tr("editor.refunds_hint"), 160)
        for editor in self._lines().values():
            editor.textEdited.connect(self._told)
        self.description.textChanged.connect(self.changed)

    def _lines(self) -> dict[str, QLineEdit]:
        return {
            "title": self.title,
            "short": self.short,
            "price": self.price,
            "unit": self.unit,
            "stock": self.stock,
            "tags": self.tags,
            "processing": self.processing,
            "country": self.country,
            "shipping": self.shipping,
            "shipping_to": self.shipping_to,
            "refunds": self.refunds,
        }

    def _first(self) -> Surface:
        prices = row(gap=12)
        prices.addWidget(Field(tr("editor.price"), self.price), 2)
        prices.addWidget(Field(tr("editor.unit"), self.unit), 1)
        prices.addWidget(Field(tr("editor.stock"), self.stock), 2)
        kinds = row(gap=12)
        self.condition_field = Field(tr("editor.condition"), self.condition)
        for field in (
            Field(tr("editor.type"), self.type),
            Field(tr("editor.category"), self.category),
            self.condition_field,
        ):
            kinds.addWidget(field, 1)
        return Surface(
            column(
                Field(tr("editor.photos"), self.photos),
                Field(tr("editor.title"), self.title),
                Field(tr("editor.short"), self.short),
                prices,
                kinds,
                gap=12,
            )
        )

    def _second(self) -> Surface:
        return Surface(
            column(
                Text(tr("listing.description"), "heading"),
                Field(
                    tr("editor.description"),
                    self.description,
                    tr("editor.description_note"),
                ),
                Field(tr("editor.tags"), self.tags),
                gap=12,
            )
        )

    def _third(self) -> Surface:
        first = row(gap=12)
        first.addWidget(Field(tr("editor.shipping"), self.shipping), 1)
        first.addWidget(Field(tr("editor.to"), self.shipping_to), 1)
        first.addWidget(Field(tr("editor.from"), self.country), 1)
        second = row(gap=12)
        second.addWidget(Field(tr("editor.processing"), self.processing), 1)
        second.addWidget(Field(tr("editor.refunds"), self.refunds), 2)
        self.shipping_card = Surface(
            column(Text(tr("ship.title"), "heading"), first, second, gap=12)
        )
        return self.shipping_card

    def _fourth(self) -> Surface:
        heading = Text(tr("editor.seats"), "heading")
        note = Text(tr("editor.seats_note"), "meta", "muted", wrap=True)
        return Surface(column(heading, note, self.seats, gap=8))

    def _told(self) -> None:
        self.changed.emit()

    def _typed(self) -> None:
        goods = self.type.value() == "physical"
        self.shipping_card.setVisible(goods)
        self.condition_field.setVisible(goods)
        self.changed.emit()

    def draft(self) -> Draft:
        """Return what the form holds."""
        texts = {name: editor.text() for name, editor in self._lines().items()}
        return Draft(
            slug=self._slug,
            type=self.type.value(),
            description=self.description.toPlainText(),
            condition=self.condition.value(),
            category=self.category.value(),
            pictures=tuple(self.photos.paths),
            arbiters=self.seats.chosen(),
            **texts,
        )

    def fill(self, draft: Draft, published: dict[str, Wanted]) -> None:
        """Show a draft; ``published`` are its pictures that the node has already."""
        self._slug = draft.slug
        for name, editor in self._lines().items():
            editor.setText(str(getattr(draft, name)))
        self.description.setPlainText(draft.description)
        if draft.category and self.category.findData(draft.category) < 0:
            self.category.addItem(category_words(draft.category), draft.category)
        for choice, value in (
            (self.type, draft.type),
            (self.condition, draft.condition),
            (self.category, draft.category),
        ):
            choice.choose(value)
        self.seats.want(draft.arbiters)
        self.photos.set_paths(draft.pictures, published)
        self._typed()
