"""A writer is killed at random moments: what it had acknowledged is there afterwards (R1)."""

import os
import random
import select
import signal
from pathlib import Path

import pytest

from bazaar.app.ports import MessageRow
from store.book.book import SqlBook, open_book
from store.engine import open_handle
from tests.store.samples import SELLER_KEY, TRADE

BOOKS = 12
KILLS_OF_A_BOOK = 25
LONGEST_LIFE_SECONDS = 0.03


def message(number: int) -> MessageRow:
    return MessageRow(
        number.to_bytes(32, "big"), TRADE.id, 0, number % 128, 32, 1, bytes(500)
    )


def write_for_ever(book: SqlBook, number: int, acknowledge: int) -> None:
    while True:
        number += 1
        row = message(number)
        with book.unit() as unit:
            unit.keep_message(row)
            unit.post(SELLER_KEY, row.id, row.envelope, TRADE.id, 1)
            assert unit.claim(f"{number}")
        os.write(acknowledge, number.to_bytes(4, "big"))


def one_life(path: Path, first: int, seconds: float) -> int:
    """Fork a writer, kill it ``seconds`` after its first row; returns its last acknowledged row."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write_for_ever(open_book(path), first, write)
        finally:
            os._exit(1)
    os.close(write)
    select.select([read], [], [])
    select.select([], [], [], seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        acknowledged = pipe.read()
    return int.from_bytes(acknowledged[-4:], "big")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("seed", range(BOOKS))
def test_no_acknowledged_row_is_lost_and_none_is_torn(
    seed: int, tmp_path: Path
) -> None:
    path = tmp_path / "book.db"
    with open_book(path) as book, book.unit() as unit:
        unit.open_trade(TRADE)
    chance = random.Random(seed)
    last = 0
    for _ in range(KILLS_OF_A_BOOK):
        acknowledged = one_life(path, last, chance.uniform(0, LONGEST_LIFE_SECONDS))
        kept = audited(path)
        assert kept >= acknowledged > last
        last = kept


def audited(path: Path) -> int:
    """How many rows the book holds, once it was found sound and every row whole."""
    with open_book(path, unclean=True) as book, book.unit() as unit:
        kept = [int.from_bytes(row.id, "big") for row in unit.messages(TRADE.id)]
        owed = [int.from_bytes(row.subject, "big") for row in unit.outbox_of(TRADE.id)]
    assert sorted(kept) == sorted(owed) == list(range(1, len(kept) + 1))
    handle = open_handle(str(path))
    assert handle.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert handle.execute("SELECT count(*) FROM claim").fetchone()[0] == len(kept)
    handle.close()
    return len(kept)
