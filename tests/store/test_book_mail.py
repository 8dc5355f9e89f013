"""The book's side of mailboxes: deposits, Acks of several, prekeys, partners."""

from collections.abc import Generator
from pathlib import Path

import pytest

from bazaar.app.ports import PartnerRow, PrekeyRow
from store.book.book import SqlBook, open_book

ANNA, BEN, HOST, HOST2, TRADE = (bytes([n]) * 32 for n in range(1, 6))


@pytest.fixture
def book(tmp_path: Path) -> Generator[SqlBook]:
    with open_book(tmp_path / "book.db") as book:
        yield book


def test_a_message_lies_in_mailboxes_until_it_is_acknowledged(book: SqlBook) -> None:
    with book.unit() as unit:
        for number in (1, 2, 3):
            unit.post(ANNA, bytes([number]) * 32, b"envelope", TRADE, 10)
        unit.post(BEN, b"\1" * 32, b"envelope", None, 10)
        first, second, *_ = unit.outbox_of(TRADE)
        unit.deposited(first.no, HOST, 11)
        unit.deposited(first.no, HOST, 12)
        unit.deposited(first.no, HOST2, 12)
        unit.deposited(second.no, HOST, 12)
    with book.unit() as unit:
        assert unit.deposits(first.no) == {HOST, HOST2}
        assert unit.mailed(TRADE) == {first.no, second.no}
        assert unit.in_mailboxes() == 2
        assert unit.acknowledge(ANNA, [b"\1" * 32, b"\3" * 32], 20) == {TRADE}
        assert unit.acknowledge(ANNA, [b"\1" * 32], 30) == set()
        assert [row.delivered for row in unit.outbox_of(TRADE)] == [20, None, 20]
        assert unit.in_mailboxes() == 1
        assert unit.undelivered() == 2


def test_a_new_prekey_replaces_the_one_before(book: SqlBook) -> None:
    with book.unit() as unit:
        for number in (1, 2, 3):
            unit.put_prekey(PrekeyRow(bytes([number]), b"s", number * 100, None))
        rows = unit.prekeys()
        assert [(row.public, row.replaced) for row in rows] == [
            (b"\3", None),
            (b"\2", 300),
            (b"\1", 200),
        ]
        unit.forget_prekeys(200)
        assert len(unit.prekeys()) == 3
        unit.forget_prekeys(201)
        assert [row.public for row in unit.prekeys()] == [b"\3", b"\2"]


def test_a_partners_records_are_replaced(book: SqlBook) -> None:
    with book.unit() as unit:
        assert unit.partner(ANNA) is None
        unit.put_partner(PartnerRow(ANNA, b"profile", None))
        unit.put_partner(PartnerRow(ANNA, b"profile", b"contact"))
        assert unit.partner(ANNA) == PartnerRow(ANNA, b"profile", b"contact")
