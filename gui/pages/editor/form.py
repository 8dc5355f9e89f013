"""The fields of a listing, in the order in which one thinks of them."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from bazaar.domain.wire import bounds
from bazaar.rpc.schema.shelf import FaultView
from gui.models.pictures import Pictures, Wanted
from gui.pages.editor import extras
from gui.pages.editor.choices import Choices
from gui.pages.editor.draft import Draft
from gui.pages.editor.photos import Photos
from gui.pages.editor.presenter import (
    CATEGORIES,
    CONDITIONS,
    SHORT_CHARACTERS,
    STATES,
    TITLE_CHARACTERS,
    TYPES,
)
from gui.pages.editor.seats import AcceptedSeats
from gui.pages.editor.shipping import Ways
from gui.texts import tr
from gui.texts.shown import category_words
from gui.widgets.boxes import Surface, column, row
from gui.widgets.choice import Choice
from gui.widgets.fold import Fold
from gui.widgets.form import Field, area, line
from gui.widgets.rows import Rows
from gui.widgets.text import Text
from gui.widgets.tick import Tick

FIELDS: Final = {
    "processing_time": "processing",
    "refund_policy": "refunds",
    "images": "pictures",
    "categories": "category",
    "ships_from.country": "country",
    "ships_from.postal_code": "postal",
    "deadlines.ship_days": "ship_days",
    "deadlines.inspect_days": "inspect_days",
}
"""Names of fields in a listing file that are called otherwise here."""

FOLDS: Final = {
    "options": "choices", "skus": "choices", "taxes": "taxes", "coupons": "coupons",
    "terms": "policies", "expires": "details", "language": "details", "grams": "details",
    "mature": "details", "ship_days": "policies", "inspect_days": "policies",
    "slug": "details",
}  # fmt: skip


class ListingForm(QWidget):
    """Holds a draft; ``changed`` follows every key, ``looked`` another country."""

    changed = Signal()
    looked = Signal()

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._slug = ""
        self._fields: dict[str, Field] = {}
        self._build_choices()
        self._build_lines()
        self._build_parts(pictures)
        cards = (
            self._first(),
            self._second(),
            self._third(),
            *self._build_folds(),
            self._fourth(),
        )
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
        pairs = [(one, tr(f"editor.state_{one}")) for one in STATES]
        self.state = Choice(tr("editor.state"), pairs, told)
        self.mature = Tick(tr("editor.mature"))
        self.mature.toggled.connect(self._told)

    def _build_lines(self) -> None:
        self.title = line(tr("editor.title_hint"), TITLE_CHARACTERS)
        self.short = line(tr("editor.short_hint"), SHORT_CHARACTERS)
        self.description: QPlainTextEdit = area(tr("editor.description_hint"), 8)
        self.terms: QPlainTextEdit = area(tr("editor.terms_hint"), 4)
        self.refunds: QPlainTextEdit = area(tr("editor.refunds_hint"), 2)
        self.price = line("0.00", 18)
        self.unit = line("EUR", bounds.MAX_UNIT)
        self.unit.setText("EUR")
        self.stock = line(tr("editor.stock_hint"), 10)
        self.tags = line(tr("editor.tags_hint"), 420)
        self.categories = line(tr("editor.categories_hint"), 380)
        self.processing = line(tr("editor.processing_hint"), bounds.MAX_SENTENCE)
        self.country = line("DE", 2)
        self.postal = line("", 20)
        self.grams = line(tr("editor.grams_hint"), 10)
        self.language = line("en", 12)
        self.expires = line(tr("editor.expires_hint"), 10)
        self.ship_days = line("7", 2)
        self.inspect_days = line("14", 2)
        for editor in self._lines().values():
            editor.textEdited.connect(self._told)
        for area_ in (self.description, self.terms, self.refunds):
            area_.textChanged.connect(self.changed)

    def _lines(self) -> dict[str, QLineEdit]:
        names = (
            "title", "short", "price", "unit", "stock", "tags", "categories",
            "processing", "country", "postal", "grams", "language", "expires",
            "ship_days", "inspect_days",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def _build_parts(self, pictures: Pictures) -> None:
        self.photos = Photos(pictures)
        self.photos.changed.connect(self._pictured)
        self.seats = AcceptedSeats()
        self.ways = Ways()
        self.ways.show_ways(Draft().ways)
        self.ways.looked.connect(self.looked)
        self.choices = Choices()
        self.choices.show_choices((), ())
        self.taxes, self.coupons = extras.tax_rows(), extras.coupon_rows()
        for part in (self.seats, self.ways, self.choices, self.taxes, self.coupons):
            part.changed.connect(self._told_of_parts)

    @property
    def shipping(self) -> QLineEdit:
        """The first price of the first way to ship."""
        return self.ways.price

    def _field(self, name: str, editor: QWidget, note: str = "") -> Field:
        made = self._fields[name] = Field(tr(f"editor.{name}"), editor, note)
        return made

    def _first(self) -> Surface:
        prices = row(gap=12)
        for name, wide in (("price", 2), ("unit", 1), ("stock", 2)):
            prices.addWidget(self._field(name, getattr(self, name)), wide)
        kinds = row(gap=12)
        for name in ("type", "category", "condition", "state"):
            kinds.addWidget(self._field(name, getattr(self, name)), 1)
        self.condition_field = self._fields["condition"]
        self._fields["pictures"] = Field(tr("editor.photos"), self.photos)
        return Surface(
            column(
                self._fields["pictures"],
                self._field("title", self.title),
                self._field("short", self.short),
                prices,
                kinds,
                gap=12,
            )
        )

    def _second(self) -> Surface:
        note = tr("editor.description_note")
        return Surface(
            column(
                Text(tr("listing.description"), "heading"),
                self._field("description", self.description, note),
                self._field("tags", self.tags),
                gap=12,
            )
        )

    def _third(self) -> Surface:
        place = row(gap=12)
        for name, wide in (("country", 1), ("postal", 1), ("processing", 2)):
            place.addWidget(self._field(name, getattr(self, name)), wide)
        self.shipping_card = Surface(
            column(Text(tr("ship.title"), "heading"), place, self.ways, gap=12)
        )
        return self.shipping_card

    def _build_folds(self) -> tuple[Fold, ...]:
        days = row(gap=12)
        for name in ("ship_days", "inspect_days"):
            days.addWidget(self._field(name, getattr(self, name)), 1)
        details = row(gap=12)
        for name in ("language", "grams", "expires"):
            details.addWidget(self._field(name, getattr(self, name)), 1)
        self.folds = {
            "choices": Fold(tr("choices.title"), column(self.choices)),
            "taxes": Fold(tr("taxes.title"), column(self.taxes)),
            "coupons": Fold(
                tr("coupons.title_all"),
                column(
                    self.coupons,
                    Text(tr("coupons.note"), "meta", "muted", wrap=True),
                ),
            ),
            "policies": Fold(
                tr("editor.policies"),
                column(
                    self._field("refunds", self.refunds),
                    self._field("terms", self.terms),
                    days,
                    gap=12,
                ),
            ),
            "details": Fold(
                tr("editor.details"),
                column(
                    self._field("categories", self.categories),
                    details,
                    self.mature,
                    gap=12,
                ),
            ),
        }
        return tuple(self.folds.values())

    def _fourth(self) -> Surface:
        heading = Text(tr("editor.seats"), "heading")
        note = Text(tr("editor.seats_note"), "meta", "muted", wrap=True)
        return Surface(column(heading, note, self.seats, gap=8))

    def _told(self, _: object) -> None:
        self.changed.emit()

    def _told_of_parts(self) -> None:
        self._tell_folds()
        self.changed.emit()

    def _pictured(self) -> None:
        self.choices.show_pictures(len(self.photos.paths))
        self.changed.emit()

    def _typed(self) -> None:
        goods = self.type.value() == "physical"
        self.shipping_card.setVisible(goods)
        self.condition_field.setVisible(goods)
        self.changed.emit()

    def _tell_folds(self) -> None:
        counts = {
            "choices": len(self.choices.options.rows()),
            "taxes": len(self.taxes.rows()),
            "coupons": len(self.coupons.rows()),
        }
        for name, count in counts.items():
            self.folds[name].tell(tr("editor.entries", n=count) if count else "")
        self.stock.setEnabled(not counts["choices"])

    # ------------------------------------------------------------- complaints

    def complain(self, faults: tuple[FaultView, ...]) -> tuple[FaultView, ...]:
        """Show each fault beside its field; returns those that have no place here."""
        self._hush()
        return tuple(one for one in faults if not self._place(one))

    def _hush(self) -> None:
        for field in self._fields.values():
            field.complain("")
        self.ways.hush()
        for rows in (self.taxes, self.coupons, self.choices.options, self.choices.skus):
            rows.complain(-1, "", "")

    def _place(self, fault: FaultView) -> bool:
        root = fault.field.partition("[")[0].partition(".")[0]
        name = FIELDS.get(fault.field, FIELDS.get(root, root))
        if fold := self.folds.get(FOLDS.get(name, "")):
            fold.open()
        tables: dict[str, Rows] = {
            "taxes": self.taxes,
            "coupons": self.coupons,
            "options": self.choices.options,
        }
        if name == "shipping":
            self.ways.complain(fault.field.removeprefix("shipping"), fault.words)
        elif name == "skus":
            self.choices.complain(fault.field.removeprefix("skus"), fault.words)
        elif name in tables:
            number, _, key = fault.field.partition("[")[2].partition("]")
            place = int(number) if number.isdigit() else -1
            cell = key.strip(".").partition("[")[0]
            tables[name].complain(place, cell, fault.words)
        elif name in self._fields:
            self._fields[name].complain(fault.words)
        else:
            return False
        return True

    # ------------------------------------------------------------- value

    def draft(self) -> Draft:
        """Return what the form holds."""
        texts = {name: editor.text() for name, editor in self._lines().items()}
        return Draft(
            slug=self._slug,
            type=self.type.value(),
            state=self.state.value(),
            description=self.description.toPlainText(),
            terms=self.terms.toPlainText(),
            refunds=self.refunds.toPlainText(),
            condition=self.condition.value(),
            category=self.category.value(),
            mature=self.mature.isChecked(),
            pictures=tuple(self.photos.paths),
            touches=dict(self.photos.touches),
            arbiters=self.seats.chosen(),
            ways=self.ways.ways(),
            options=self.choices.value(),
            skus=self.choices.combined(),
            taxes=extras.taxes_of(self.taxes),
            coupons=extras.coupons_of(self.coupons),
            **texts,
        )

    def fill(self, draft: Draft, published: dict[str, Wanted]) -> None:
        """Show a draft; ``published`` are its pictures that the node has already."""
        self._slug = draft.slug
        for name, editor in self._lines().items():
            editor.setText(str(getattr(draft, name)))
        self.description.setPlainText(draft.description)
        self.terms.setPlainText(draft.terms)
        self.refunds.setPlainText(draft.refunds)
        self.mature.setChecked(draft.mature)
        if draft.category and self.category.findData(draft.category) < 0:
            self.category.addItem(category_words(draft.category), draft.category)
        for choice, value in (
            (self.type, draft.type),
            (self.state, draft.state),
            (self.condition, draft.condition),
            (self.category, draft.category),
        ):
            choice.choose(value)
        self.seats.want(draft.arbiters)
        self.photos.set_paths(draft.pictures, published, draft.touches)
        self.choices.pictures = len(draft.pictures)
        self.choices.show_choices(draft.options, draft.skus)
        self.ways.show_ways(draft.ways)
        extras.show_taxes(self.taxes, draft.taxes)
        extras.show_coupons(self.coupons, draft.coupons)
        self._open_folds(draft)
        self._typed()

    def _open_folds(self, draft: Draft) -> None:
        self._tell_folds()
        for name, there in (
            ("choices", draft.options),
            ("taxes", draft.taxes),
            ("coupons", draft.coupons),
        ):
            if there:
                self.folds[name].open()
