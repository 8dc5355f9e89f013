"""Options and the grid of their combinations: surcharge, pieces and number of each."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.pages.editor.combinations import MOST, combinations, words
from gui.pages.editor.draft import Option, Sku
from gui.texts import tr
from gui.widgets.boxes import Slot, column
from gui.widgets.rows import YES, Column, Line, Rows
from gui.widgets.text import Text

MOST_OPTIONS = 30
NO_PICTURE = ""


class Choices(QWidget):
    """Options of a listing; its combinations follow them."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pictures = 0
        self._drawn = ""
        self._skus: tuple[Sku, ...] = ()
        self._known: dict[frozenset[tuple[str, str]], Sku] = {}
        """Combinations of before: a variant that is typed anew brings back its line."""
        self._pictures_of: dict[str, dict[str, int]] = {}
        self.options = Rows(
            (
                Column("name", tr("choices.name"), 2, tr("choices.name_hint")),
                Column("variants", tr("choices.variants"), 5, tr("choices.hint"), 1300),
                Column("description", tr("choices.about"), 3, "", 70),
            ),
            tr("choices.add"),
            MOST_OPTIONS,
        )
        self.options.changed.connect(self._options_changed)
        self._grid = Slot()
        self.skus = Rows(())
        self.variants = Rows(())
        self.note = Text("", "meta", "muted", wrap=True)
        self.setLayout(column(self.options, self.note, self._grid, gap=8))

    def show_choices(self, options: tuple[Option, ...], skus: tuple[Sku, ...]) -> None:
        """Show these; ``skus`` are all their combinations."""
        self._pictures_of = {one.name: one.pictures for one in options}
        self.options.set_rows(
            [
                {
                    "name": one.name,
                    "variants": one.variants,
                    "description": one.description,
                }
                for one in options
            ]
        )
        self._skus = skus
        self._known = {frozenset(one.choice): one for one in skus}
        self._drawn = ""
        self._draw()

    def show_pictures(self, count: int) -> None:
        """There are ``count`` pictures to choose from now."""
        if count != self.pictures:
            self._keep()
            self.pictures = count
            self._drawn = ""
            self._draw()

    def value(self) -> tuple[Option, ...]:
        """Return the options as typed."""
        chosen: dict[str, dict[str, int]] = {}
        for one in self.variants.rows():
            if one["picture"]:
                place = chosen.setdefault(one["option"], {})
                place[one["variant"]] = int(one["picture"])
        return tuple(
            Option(
                one["name"],
                one["variants"],
                one["description"],
                chosen.get(one["name"].strip(), {}),
            )
            for one in self.options.rows()
        )

    def combined(self) -> tuple[Sku, ...]:
        """Return all combinations with what is typed for them."""
        self._keep()
        return self._skus

    def complain(self, path: str, words_: str) -> None:
        """Show a complaint about ``[3].surcharge`` of the combinations."""
        number, _, key = path.removeprefix("[").partition("].")
        sold = [place for place, one in enumerate(self.combined()) if one.sold]
        index = int(number) if number.isdigit() else -1
        place = sold[index] if 0 <= index < len(sold) else -1
        self.skus.complain(place, key, words_)

    def _options_changed(self) -> None:
        self._keep()
        self._draw()
        self.changed.emit()

    def _keep(self) -> None:
        lines = self.skus.rows()
        if len(lines) == len(self._skus):
            pairs = zip(self._skus, lines, strict=True)
            self._skus = tuple(_typed(sku, one) for sku, one in pairs)
            self._known |= {frozenset(one.choice): one for one in self._skus}
        if self.variants.rows():
            for one in self.value():
                known = self._pictures_of.setdefault(one.name.strip(), {})
                known |= one.pictures

    def _draw(self) -> None:
        """Build the grid anew when other combinations than before are there."""
        options = self._options()
        self._skus = combinations(options, tuple(self._known.values()))
        drawn = repr(([one.choice for one in self._skus], self.pictures))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        count = len(self._skus)
        many = tr("choices.too_many", most=MOST) if count > MOST else ""
        self.note.setText(
            many or (tr("choices.count", n=count) if count else tr("choices.none"))
        )
        self.note.set_ink("error" if many else "muted")
        if not self._skus or many:
            self.skus, self.variants = Rows(()), Rows(())
            self._grid.put()
            return
        self.skus = Rows(self._sku_columns())
        self.skus.set_rows([_line(one) for one in self._skus])
        self.skus.changed.connect(self.changed)
        self.variants = self._variant_rows(options)
        parts: list[QWidget] = [self.skus]
        if self.pictures > 1:
            parts += [Text(tr("choices.pictures"), "strong"), self.variants]
        self._grid.put(*parts)

    def _options(self) -> tuple[Option, ...]:
        return tuple(
            Option(one["name"], one["variants"]) for one in self.options.rows()
        )

    def _sku_columns(self) -> tuple[Column, ...]:
        shown = [
            Column("choice", tr("choices.choice"), 4, kind="fixed"),
            Column("sold", tr("choices.sold"), 0, kind="tick"),
            Column("surcharge", tr("choices.surcharge"), 2, "0.00", 18),
            Column("stock", tr("editor.stock"), 2, tr("choices.any"), 10),
            Column("sku", tr("choices.sku"), 3, "", 40),
        ]
        if self.pictures > 1:
            pairs = self._picture_pairs()
            shown.append(
                Column("picture", tr("choices.picture"), 2, kind="choice", pairs=pairs)
            )
        return tuple(shown)

    def _variant_rows(self, options: tuple[Option, ...]) -> Rows:
        rows = Rows(
            (
                Column("option", tr("choices.name"), 2, kind="fixed"),
                Column("variant", tr("choices.variant"), 2, kind="fixed"),
                Column(
                    "picture", tr("choices.picture"), 2, kind="choice",
                    pairs=self._picture_pairs(),
                ),
            )
        )  # fmt: skip
        lines: list[Line] = []
        for one in options:
            name = one.name.strip()
            kept = self._pictures_of.get(name, {})
            for variant in words(one.variants):
                picture = str(kept[variant]) if variant in kept else NO_PICTURE
                lines.append({"option": name, "variant": variant, "picture": picture})
        rows.set_rows(lines)
        rows.changed.connect(self.changed)
        return rows

    def _picture_pairs(self) -> tuple[tuple[str, str], ...]:
        named = [
            (str(n), tr("choices.picture_n", n=n + 1)) for n in range(self.pictures)
        ]
        return ((NO_PICTURE, tr("choices.no_picture")), *named)


def _line(sku: Sku) -> Line:
    return {
        "choice": " · ".join(variant for _, variant in sku.choice),
        "sold": YES if sku.sold else "",
        "surcharge": sku.surcharge,
        "stock": sku.stock,
        "sku": sku.sku,
        "picture": sku.picture,
    }


def _typed(sku: Sku, one: Line) -> Sku:
    return Sku(
        sku.choice,
        one["sold"] == YES,
        one["sku"],
        one["surcharge"],
        one["stock"],
        one.get("picture", sku.picture),
    )
