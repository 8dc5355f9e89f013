"""What is owed is offered again until the recipient has said that it is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.book.book import SqlBook, open_book

ANNA = b"a" * 32
BERT = b"b" * 32


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqlBook]:
    with open_book(tmp_path / "book.db") as book:
        with book.unit() as unit:
            unit.post(ANNA, b"1", b"e1", b"t", 10)
            unit.post(BERT, b"1", b"e1", b"t", 10)
            unit.post(ANNA, b"2", b"e2", None, 20)
        yield book


def test_what_is_due_comes_in_order_and_within_the_limit(book: SqlBook) -> None:
    with book.unit() as unit:
        assert unit.due(9, 10) == []
        assert [(row.recipient, row.subject) for row in unit.due(20, 10)] == [
            (ANNA, b"1"),
            (BERT, b"1"),
            (ANNA, b"2"),
        ]
        assert len(unit.due(20, 2)) == 2
        assert unit.next_due() == 10


def test_what_is_owed_is_summed_by_recipient(book: SqlBook) -> None:
    with book.unit() as unit:
        (first, *_) = unit.due(20, 1)
        unit.deposited(first.no, b"h" * 32, 11)
        unit.failed(first.no, 70)
        anna, bert = unit.owed(10)
        assert anna == (ANNA, 2, 1, 10, 20, 1)
        assert bert == (BERT, 1, 0, 10, 10, 0)
        assert len(unit.owed(1)) == 1
        unit.delivered(BERT, b"1", 40)
        assert [row.recipient for row in unit.owed(10)] == [ANNA]


def test_posting_again_does_nothing_even_after_delivery(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.post(ANNA, b"1", b"other", None, 30)
        assert unit.undelivered() == 3
        unit.delivered(ANNA, b"1", 40)
        unit.post(ANNA, b"1", b"other", None, 50)
        assert unit.undelivered() == 2
        (row, *_) = unit.outbox_of(b"t")
        assert (row.envelope, row.delivered) == (b"e1", 40)


def test_an_ack_counts_for_its_sender_alone_and_once(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.delivered(ANNA, b"1", 40)
        unit.delivered(ANNA, b"1", 90)
        unit.delivered(BERT, b"unknown", 40)
        assert [row.delivered for row in unit.outbox_of(b"t")] == [40, None]


def test_a_failure_waits_longer_and_the_first_attempt_stays_known(
    book: SqlBook,
) -> None:
    with book.unit() as unit:
        row = unit.due(10, 1)[0]
        unit.failed(row.no, 70)
        again = unit.outbox_of(b"t")[0]
        assert (again.first, again.due, again.tries) == (10, 70, 1)
        assert again not in unit.due(69, 10)
        assert again in unit.due(70, 10)


def test_who_is_seen_gets_everything_at_once(book: SqlBook) -> None:
    with book.unit() as unit:
        for row in unit.due(99, 10):
            unit.failed(row.no, 1000)
        unit.hasten(ANNA, 100)
        assert {row.recipient for row in unit.due(100, 10)} == {ANNA}
        assert unit.next_due() == 100
        unit.hasten(ANNA, 500)
        assert unit.next_due() == 100


def test_nothing_is_due_when_all_is_delivered(book: SqlBook) -> None:
    with book.unit() as unit:
        for row in unit.due(99, 10):
            unit.delivered(row.recipient, row.subject, 100)
        assert unit.undelivered() == 0
        assert unit.next_due() is None
