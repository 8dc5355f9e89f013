"""The audit of the crash runs finds what it looks for."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bazaar.domain.credit.account import AccountPropose, SetLimit
from bazaar.domain.credit.ledger import EMPTY
from bazaar.domain.delivery.delivery import Ack
from bazaar.domain.keys.identity import Identity
from bazaar.domain.trading.messages import NO_ID, Withdraw
from bazaar.domain.wire.envelope import Signed, seal
from store.book.book import open_book
from tests.app.town import START
from tests.crash.audit import Audit
from tests.crash.life import KEPT, LEFT, NAMES, NETWORK

SELLER, BUYER = (Identity(bytes([n]) * 32) for n in (1, 2))
TRADE = bytes([7]) * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four empty books."""
    for name in NAMES:
        (tmp_path / name).mkdir()
        open_book(tmp_path / name / "book.db").close()
    return tmp_path


def withdraw(at: int) -> Signed[Withdraw]:
    body = Withdraw(TRADE, 0, 1, TRADE, (), at, 0)
    return seal(body, BUYER.signing_key, NETWORK.id)


def proposal(limit: int) -> Signed[AccountPropose]:
    terms = (SetLimit(limit),)
    body = AccountPropose(SELLER.key, BUYER.key, "EUR", 1, NO_ID, NO_ID, terms, EMPTY)
    return seal(body, SELLER.signing_key, NETWORK.id)


def faults(folder: Path, *records: tuple[str, bytes, Sequence[bytes]]) -> list[str]:
    audit = Audit()
    audit.hear([(what, whose, tuple(things)) for what, whose, things in records])
    audit.check(folder)
    return audit.faults


def test_nothing_said_is_nothing_lost(folder: Path) -> None:
    assert faults(folder) == []


def test_what_left_and_is_not_there_is_lost(folder: Path) -> None:
    found = faults(folder, (LEFT, BUYER.key, [withdraw(START).envelope]))
    assert found == ["buyer: lost own Withdraw that had left"]


def test_what_was_acknowledged_and_is_not_there_is_lost(folder: Path) -> None:
    said = withdraw(START)
    ack = seal(Ack(SELLER.key, (said.id,)), SELLER.signing_key, NETWORK.id)
    heard = (LEFT, SELLER.key, [said.envelope])
    found = faults(folder, heard, (KEPT, SELLER.key, [ack.envelope]))
    assert found == ["seller: lost Withdraw that was acknowledged"]


def test_one_place_signed_twice_is_an_equivocation(folder: Path) -> None:
    twice = [withdraw(START).envelope, withdraw(START + 1).envelope]
    assert any("equivocation" in one for one in faults(folder, (LEFT, NO_ID, twice)))


def test_one_number_of_an_account_proposed_twice_is_an_equivocation(
    folder: Path,
) -> None:
    twice = [proposal(1).envelope, proposal(2).envelope]
    assert any("equivocation" in one for one in faults(folder, (LEFT, NO_ID, twice)))


def test_a_damaged_book_is_found(folder: Path) -> None:
    path = folder / "buyer" / "book.db"
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 3 + 64] = bytes(64)
    path.write_bytes(data)
    assert any("integrity" in one for one in faults(folder))
