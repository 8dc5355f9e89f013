"""Accepted orders never exceed stock; a reservation ends exactly once (I24)."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bazaar.app.ports import StockRow
from bazaar.domain.errors import InputError
from store.book.book import SqlBook, open_book

SLUG = "lamp"
TRADES = [bytes([number]) * 32 for number in range(4)]
SKUS = (-1, 0, 1)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqlBook]:
    with open_book(tmp_path / "book.db") as book:
        yield book


def test_what_is_left_is_told(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.put_stock(SLUG, [StockRow(SLUG, -1, 3)])
        assert unit.reserve(TRADES[0], SLUG, -1, 2) is None
        assert unit.reserve(TRADES[1], SLUG, -1, 2) == 1
        assert unit.reserve(TRADES[1], SLUG, -1, 1) is None
        assert unit.reserve(TRADES[2], SLUG, -1, 1) == 0
        assert unit.reserve(TRADES[2], SLUG, 7, 1) == 0


def test_unlimited_is_never_used_up(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.put_stock(SLUG, [StockRow(SLUG, -1, None)])
        assert unit.reserve(TRADES[0], SLUG, -1, 1_000_000) is None
        unit.release(TRADES[0], sold=True)
        assert unit.stock(SLUG) == [StockRow(SLUG, -1, None)]


def test_stock_cannot_fall_below_what_is_promised(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.put_stock(SLUG, [StockRow(SLUG, -1, 3)])
        unit.reserve(TRADES[0], SLUG, -1, 2)
        unit.put_stock(SLUG, [StockRow(SLUG, -1, 2)])
        with pytest.raises(InputError):
            unit.put_stock(SLUG, [StockRow(SLUG, -1, 1)])


def test_a_sku_that_goes_keeps_what_is_promised_of_it(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.put_stock(SLUG, [StockRow(SLUG, 0, 3), StockRow(SLUG, 1, 3)])
        unit.reserve(TRADES[0], SLUG, 0, 2)
        unit.put_stock(SLUG, [])
        assert unit.stock(SLUG) == [StockRow(SLUG, 0, 2)]
        assert unit.reserve(TRADES[1], SLUG, 0, 1) == 0
        unit.release(TRADES[0], sold=True)
        assert unit.stock(SLUG) == [StockRow(SLUG, 0, 0)]


class StockMachine(RuleBasedStateMachine):
    """A second, naive account of the stock beside the real one."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.book = open_book(Path(self.folder.name) / "book.db")
        self.count: dict[int, int | None] = {}
        self.held: list[tuple[bytes, int, int]] = []

    def promised(self, sku: int) -> int:
        return sum(quantity for _, held, quantity in self.held if held == sku)

    @rule(counts=st.dictionaries(st.sampled_from(SKUS), st.none() | st.integers(0, 9)))
    def put(self, counts: dict[int, int | None]) -> None:
        rows = [StockRow(SLUG, sku, count) for sku, count in counts.items()]
        fits = all(
            count is None or count >= self.promised(sku)
            for sku, count in counts.items()
        )
        if not fits:
            with pytest.raises(InputError), self.book.unit() as unit:
                unit.put_stock(SLUG, rows)
            return
        with self.book.unit() as unit:
            unit.put_stock(SLUG, rows)
        self.count = {
            sku: self.promised(sku) for sku in SKUS if self.promised(sku)
        } | counts

    @rule(
        trade=st.sampled_from(TRADES),
        sku=st.sampled_from(SKUS),
        quantity=st.integers(1, 5),
    )
    def reserve(self, trade: bytes, sku: int, quantity: int) -> None:
        count = self.count.get(sku, 0)
        left = None if count is None else count - self.promised(sku)
        with self.book.unit() as unit:
            answer = unit.reserve(trade, SLUG, sku, quantity)
        if left is None or quantity <= left:
            assert answer is None
            self.held.append((trade, sku, quantity))
        else:
            assert answer == left

    @rule(trade=st.sampled_from(TRADES), sold=st.booleans())
    def release(self, trade: bytes, *, sold: bool) -> None:
        with self.book.unit() as unit:
            unit.release(trade, sold=sold)
        for owner, sku, quantity in self.held:
            count = self.count[sku]
            if owner == trade and sold and count is not None:
                self.count[sku] = count - quantity
        self.held = [held for held in self.held if held[0] != trade]

    @invariant()
    def both_accounts_agree(self) -> None:
        with self.book.unit() as unit:
            found = {row.sku: row.count for row in unit.stock(SLUG)}
        assert found == self.count
        assert all(
            count is None or self.promised(sku) <= count for sku, count in found.items()
        )

    def teardown(self) -> None:
        self.book.close()
        self.folder.cleanup()


StockMachine.TestCase.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None
)
TestStock = StockMachine.TestCase
