"""The second step of moving in: columns, faults and listings before anything is done."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from bazaar.rpc.schema.merchant import ImportView
from gui.pages.moving.presenter import FaultGroup, MovingState, grouped
from gui.texts import tr, tr_or
from gui.widgets.boxes import Surface, box, clear, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.table import Rows, Table
from gui.widgets.text import ShortText, Text
from gui.widgets.tick import Tick

COLUMNS = (
    "slug", "title", "type", "price", "unit", "stock", "sku", "short", "description",
    "condition", "categories", "tags", "language", "mature", "state", "processing_time",
    "grams", "images", "captions", "ships_from", "ships_from_postal_code",
    "shipping_template", "terms", "refund_policy", "surcharge", "option1_name",
    "option1_value", "option2_name", "option2_value", "option3_name", "option3_value",
)  # fmt: skip
ENCODINGS = {"cp1252": "Windows-1252"}
SIDE_PX = 420
HEAD_PX = 150
FAULT_PX = {0: 90, 1: 150}
LISTING_PX = {0: 64, 2: 110, 3: 90, 4: 84, 5: 80}
SHORT_CHOICE = 8


class Preview(QWidget):
    """Shows what the file would do; the columns can be named anew."""

    def __init__(self, state: MovingState, back: Callable[[], None]) -> None:
        super().__init__()
        self._state = state
        self.found = Text("", "strong", wrap=True)
        self.problem = Text("", "body", "error", wrap=True)
        self.faults = Rows(
            [tr("moving.row"), tr("moving.column"), tr("moving.words")], frozenset({0})
        )
        self.listings = Rows(
            [
                tr("moving.row"), tr("moving.head_title"), tr("moving.head_price"),
                tr("moving.head_stock"), tr("moving.head_pictures"), tr("moving.head_new"),
            ],
            frozenset({0, 2, 3, 4}),
        )  # fmt: skip
        self._fault_table = Table(tr("moving.faults"), self.faults, 2)
        self._listing_table = Table(tr("moving.listings"), self.listings, 1)
        self._fault_table.fit(FAULT_PX)
        self._listing_table.fit(LISTING_PX)
        self._fault_title = Text("", "heading")
        self._map = QGridLayout()
        self._map.setColumnStretch(1, 1)
        self.sound = Tick(tr("moving.only_sound"))
        self.sound.toggled.connect(self._choose_sound)
        self.go = Button("", state.publish, "main", "upload")
        self.setLayout(self._body(back))

    def _body(self, back: Callable[[], None]) -> QVBoxLayout:
        mapping = column(
            Text(tr("moving.columns"), "heading"),
            Text(tr("moving.columns_hint"), "meta", "muted", wrap=True),
            box(self._map), row(Button(tr("moving.again"), self._state.check), None),
            None, gap=10,
        )  # fmt: skip
        side = Surface(column(scrolling(mapping, SIDE_PX, 8)), inside=8)
        side.setFixedWidth(SIDE_PX)
        tables = column(
            self.found, self.problem, self._fault_title, self._fault_table,
            Text(tr("moving.listings"), "heading"), self._listing_table, gap=8,
        )  # fmt: skip
        tables.setStretchFactor(self._fault_table, 2)
        tables.setStretchFactor(self._listing_table, 3)
        both = row(side, gap=20)
        both.addLayout(tables, 1)
        foot = row(
            Button(tr("moving.other"), back, "quiet"), None, self.sound, 8, self.go
        )
        whole = column(gap=12)
        whole.addLayout(both, 1)
        whole.addWidget(Text(tr("moving.all_or_nothing"), "meta", "muted"))
        whole.addLayout(foot)
        return whole

    def show_view(self, view: ImportView) -> None:
        """Show what the node found."""
        state = self._state
        self.found.setText(
            tr(
                "moving.found",
                dialect=tr_or(f"moving.of_{view.dialect}", view.dialect),
                encoding=ENCODINGS.get(view.encoding, view.encoding.upper()),
                new=f"{len(view.created):,}",
                updated=f"{len(view.updated):,}",
            )
        )
        self.problem.setText(state.problem.words if state.problem else "")
        self.problem.setVisible(state.problem is not None)
        has_faults = view.refused > 0
        counted = tr("moving.fault_count", n=view.refused)
        self._fault_title.setText(counted if has_faults else tr("moving.no_fault"))
        self._fault_table.setVisible(has_faults)
        self.faults.show_rows([_fault(one) for one in grouped(view.errors)])
        self.listings.show_rows([_line(view, index) for index in range(len(view.rows))])
        self.sound.setVisible(has_faults and bool(view.rows))
        self._show_columns(view.columns)
        self._show_go()

    def _show_go(self) -> None:
        view = self._state.view
        count = len(view.created) + len(view.updated) if view else 0
        words = tr("moving.publish", n=count) if count else tr("moving.nothing")
        self.go.setText(words)
        self.go.setEnabled(self._state.can_publish())

    def _choose_sound(self, chosen: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._state.only_sound = chosen
        self._show_go()

    def _show_columns(self, columns: Sequence[tuple[str, str]]) -> None:
        clear(self._map)
        known = dict.fromkeys([*COLUMNS, *(ours for _, ours in columns if ours)])
        pairs = [
            ("", tr("moving.not_read")),
            *((name, field_words(name)) for name in known),
        ]
        for number, (head, ours) in enumerate(columns):
            label = ShortText(head)
            label.setFixedWidth(HEAD_PX)
            choice = Choice(head, pairs)
            choice.choose(ours)
            choice.setSizeAdjustPolicy(
                Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            choice.setMinimumContentsLength(SHORT_CHOICE)
            choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            choice.currentIndexChanged.connect(partial(self._name, head, choice))
            self._map.addWidget(label, number, 0)
            self._map.addWidget(choice, number, 1)

    def _name(self, head: str, choice: Choice, _: int) -> None:
        self._state.columns[head] = choice.value()


def _fault(one: FaultGroup) -> tuple[str, str, str]:
    words = one.words
    if len(one.rows) > 1:
        words = tr("moving.in_rows", words=words, n=len(one.rows))
    return one.places, field_words(one.column), words


def field_words(name: str) -> str:
    """What a column is called here; technical names stay as they are."""
    return tr_or(f"moving.field_{name}", name)


def _line(view: ImportView, index: int) -> tuple[str, ...]:
    one = view.rows[index]
    kind = tr("moving.new") if one.new else tr("moving.update")
    return (str(one.row), one.title, one.price, one.stock, str(one.pictures), kind)
