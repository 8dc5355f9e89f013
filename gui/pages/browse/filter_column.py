"""The filters of Browse, left of the results: what to choose, with how many there are."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QSizePolicy, QWidget

from gui.pages.browse.category_list import CategoryList
from gui.pages.browse.query import Query
from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field, line
from gui.widgets.regions import language_pairs, region_pairs
from gui.widgets.text import Text
from gui.widgets.tick import Tick

TYPING_MS: Final = 180
COLUMN_PX: Final = 236
KINDS: Final = ("physical", "digital", "service")
CONDITIONS: Final = ("new", "as_new", "good", "worn", "refurbished")
STARS: Final = ("3", "4", "4.5")
TICKS: Final = ("free_shipping", "in_stock", "online", "followed", "mature")

Counts = Mapping[str, Mapping[str, int]]


class FilterColumn(QScrollArea):
    """All filters below ``above``; ``act`` runs when one of them changes."""

    def __init__(self, act: Callable[[], object], above: QWidget) -> None:
        super().__init__()
        self._above = above
        self._act = act
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(act)
        self.categories = CategoryList(act)
        self.kind = Choice(tr("browse.kind"), [], act)
        self.condition = Choice(tr("browse.condition"), [], act)
        self.region = Choice(tr("browse.region"), region_pairs(), act)
        self.stars = Choice(tr("browse.rating"), [], act)
        self.language = Choice(tr("browse.language"), language_pairs(), act)
        self.least = self._typed("browse.price_least", "browse.price_from")
        self.most = self._typed("browse.price", "browse.price_to")
        self.near = self._typed("browse.near", "browse.near_hint")
        self.ticks = {name: self._tick(name) for name in TICKS}
        for choice in (
            self.kind,
            self.condition,
            self.region,
            self.stars,
            self.language,
        ):
            choice.setSizeAdjustPolicy(
                Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            choice.setMinimumContentsLength(6)
        self.clear = Button(tr("browse.reset"), self.reset_and_act, "link")
        self._build()
        self.show_counts({})

    def _typed(self, name: str, hint: str) -> QLineEdit:
        field = line(tr(hint), 24)
        field.setAccessibleName(tr(name))
        field.setMinimumWidth(48)
        field.textEdited.connect(self._wait)
        return field

    def _wait(self) -> None:
        self._typing.start()

    def _ticked(self) -> None:
        self._act()

    def _tick(self, name: str) -> Tick:
        tick = Tick(tr(f"browse.{name}"))
        tick.toggled.connect(self._ticked)
        return tick

    def _build(self) -> None:
        title = row(Text(tr("browse.filters"), "price"), None, self.clear)
        prices = row(self.least, self.most, gap=6)
        inner = column(
            self._above,
            title,
            self.categories,
            Field(tr("browse.kind"), self.kind),
            column(Text(tr("browse.prices"), "meta", "muted"), prices, gap=4),
            Field(tr("browse.condition"), self.condition),
            Field(tr("browse.region"), self.region),
            Field(tr("browse.near"), self.near),
            Field(tr("browse.rating"), self.stars),
            Field(tr("browse.language"), self.language),
            column(*self.ticks.values(), gap=0),
            None,
            gap=14,
        )
        inner.setContentsMargins(24, 14, 12, 16)
        content = QWidget()
        content.setProperty("page", "true")
        content.setLayout(inner)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedWidth(COLUMN_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("browse.filters"))

    def query(self, words: str, sort: str) -> Query:
        """Return what is looked for, with ``words`` and ``sort`` from elsewhere."""
        return Query(
            words=words,
            category=self.categories.value,
            kind=self.kind.value(),
            min_price=self.least.text().strip(),
            max_price=self.most.text().strip(),
            region=self.region.value(),
            near=self.near.text().strip(),
            condition=self.condition.value().replace("_", "-"),
            stars=self.stars.value(),
            language=self.language.value(),
            sort=sort,
            **{name: tick.isChecked() for name, tick in self.ticks.items()},
        )

    def show_query(self, query: Query) -> None:
        """Choose what ``query`` narrows by, without a search."""
        self.reset()
        self.categories.choose(query.category)
        chosen = (
            (self.kind, query.kind),
            (self.condition, query.condition.replace("-", "_")),
            (self.region, query.region),
            (self.stars, query.stars),
            (self.language, query.language),
        )
        for choice, value in chosen:
            with QSignalBlocker(choice):
                choice.choose(value)
        typed = (query.min_price, query.max_price, query.near)
        for field, text in zip((self.least, self.most, self.near), typed, strict=True):
            field.setText(text)
        for name, tick in self.ticks.items():
            with QSignalBlocker(tick):
                tick.setChecked(bool(getattr(query, name)))
            tick.update()

    def show_counts(self, counts: Counts) -> None:
        """Offer each value with its number of listings, where that is known."""
        self.kind.offer(_pairs("kind", KINDS, counts.get("type", {})))
        self.condition.offer(
            _pairs("condition", CONDITIONS, counts.get("condition", {}))
        )
        self.stars.offer(
            [
                ("", tr("browse.rating_any")),
                *((s, tr("browse.stars", stars=s)) for s in STARS),
            ]
        )

    def show_narrowed(self, *, narrowed: bool) -> None:
        """Offer to take all filters back, if there are any."""
        self.clear.setVisible(narrowed)

    def reset(self) -> None:
        """Take back every filter, without a search."""
        self.categories.choose("")
        for field in (self.least, self.most, self.near):
            field.clear()
        for choice in (
            self.kind,
            self.condition,
            self.region,
            self.stars,
            self.language,
        ):
            with QSignalBlocker(choice):
                choice.choose("")
        for tick in self.ticks.values():
            with QSignalBlocker(tick):
                tick.setChecked(False)
            tick.update()

    def reset_and_act(self) -> None:
        """Take back every filter and search."""
        self.reset()
        self._act()


def _pairs(
    facet: str, values: tuple[str, ...], counts: Mapping[str, int]
) -> list[tuple[str, str]]:
    made = [("", tr(f"{facet}.any"))]
    for value in values:
        words, many = tr(f"{facet}.{value}"), counts.get(value)
        told = words if many is None else tr("browse.counted", words=words, n=many)
        made.append((value, told))
    return made
