"""The unit of the book: what is in it is there as a whole, once, and for ever."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from bazaar.app.ports import (
    AccountRow,
    BookError,
    PeerRow,
    RecordRow,
    SlotRow,
    TradeRow,
    Unit,
)
from store.book.book import SqlBook, open_book
from tests.store.samples import BUYER_KEY, MESSAGE, SELLER_KEY, TRADE

ACCOUNT = AccountRow(
    b"a" * 32, SELLER_KEY, "EUR", 1, b"state", b"propose", b"accept", None
)
SLOT = SlotRow(52, 1, b"i" * 32, b"h" * 32, TRADE.id)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqlBook]:
    with open_book(tmp_path / "book.db") as book:
        yield book


def test_an_error_inside_leaves_nothing(book: SqlBook) -> None:
    def half_way(unit: Unit) -> None:
        unit.open_trade(TRADE)
        unit.keep_message(MESSAGE)
        unit.post(SELLER_KEY, MESSAGE.id, b"e", TRADE.id, 1)
        assert unit.claim("accept")
        raise LookupError

    with pytest.raises(LookupError), book.unit() as unit:
        half_way(unit)
    with book.unit() as unit:
        assert unit.trades() == []
        assert unit.messages(TRADE.id) == []
        assert unit.undelivered() == 0
        assert unit.claim("accept")


def test_messages_read_before_an_error_are_read_anew(book: SqlBook) -> None:
    def half_way(unit: Unit) -> None:
        unit.open_trade(TRADE)
        unit.keep_message(MESSAGE)
        assert unit.messages(TRADE.id) == [MESSAGE]
        raise LookupError

    with pytest.raises(LookupError), book.unit() as unit:
        half_way(unit)
    with book.unit() as unit:
        assert unit.messages(TRADE.id) == []
        unit.open_trade(TRADE)
        unit.keep_message(MESSAGE)
        assert unit.messages(TRADE.id) == [MESSAGE]
    with book.unit() as unit:
        assert unit.messages(TRADE.id) == [MESSAGE]


def test_settings_of_a_unit_that_failed_are_not_remembered(book: SqlBook) -> None:
    def half_way(unit: Unit) -> None:
        unit.set_setting("changed", b"never")
        unit.set_setting("gone", None)
        assert unit.setting("changed") == b"never"
        assert unit.setting("gone") is None
        raise LookupError

    with book.unit() as unit:
        unit.set_setting("changed", b"before")
        unit.set_setting("gone", b"here")
    with pytest.raises(LookupError), book.unit() as unit:
        half_way(unit)
    with book.unit() as unit:
        assert unit.setting("changed") == b"before"
        assert unit.setting("gone") == b"here"


def test_what_was_left_orderly_is_there_after_opening_again(tmp_path: Path) -> None:
    with open_book(tmp_path / "book.db") as book, book.unit() as unit:
        unit.open_trade(TRADE)
        unit.keep_message(MESSAGE)
    with open_book(tmp_path / "book.db", unclean=True) as book, book.unit() as unit:
        assert unit.trade(TRADE.id) == TRADE
        assert unit.messages(TRADE.id) == [MESSAGE]


def test_a_second_unit_inside_the_first_is_refused(book: SqlBook) -> None:
    with book.unit() as unit:
        with pytest.raises(RuntimeError), book.unit():
            pass
        unit.set_setting("still", b"here")
    with book.unit() as unit:
        assert unit.setting("still") == b"here"


def test_a_claim_is_given_once(book: SqlBook) -> None:
    with book.unit() as unit:
        assert unit.claim("agree/1")
        assert not unit.claim("agree/1")
    with book.unit() as unit:
        assert not unit.claim("agree/1")
        assert unit.claim("agree/2")


def test_a_setting_can_be_replaced_and_removed(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.set_setting("theme", b"dark")
        unit.set_setting("theme", b"light")
        assert unit.setting("theme") == b"light"
        unit.set_setting("theme", None)
        assert unit.setting("theme") is None


def test_a_message_is_kept_once_and_a_fork_twice(book: SqlBook) -> None:
    other = MESSAGE._replace(id=b"n" * 32, received=4)
    with book.unit() as unit:
        unit.open_trade(TRADE)
        assert unit.keep_message(MESSAGE)
        assert not unit.keep_message(MESSAGE)
        assert unit.keep_message(other)
        assert unit.messages(TRADE.id) == [other, MESSAGE]


def test_a_message_without_its_trade_is_a_bug(book: SqlBook) -> None:
    with pytest.raises(IntegrityError), book.unit() as unit:
        unit.keep_message(MESSAGE)


@pytest.mark.parametrize(
    ("seq", "fits"), [(0, True), (127, True), (128, False), (-1, False)]
)
def test_a_role_has_128_messages(book: SqlBook, seq: int, *, fits: bool) -> None:
    def keep() -> None:
        with book.unit() as unit:
            unit.open_trade(TRADE)
            unit.keep_message(MESSAGE._replace(seq=seq))

    if fits:
        keep()
        return
    with pytest.raises(IntegrityError):
        keep()


@pytest.mark.parametrize(
    "broken",
    [
        TRADE._replace(role=5),
        TRADE._replace(id=b"short"),
        TRADE._replace(seller=BUYER_KEY),
    ],
)
def test_the_database_itself_refuses_a_broken_trade(
    book: SqlBook, broken: TradeRow
) -> None:
    with pytest.raises(IntegrityError), book.unit() as unit:
        unit.open_trade(broken)


def test_trades_are_listed_by_role_and_openness(book: SqlBook) -> None:
    other = TRADE._replace(id=b"u" * 32, role=1, created=2)
    with book.unit() as unit:
        unit.open_trade(TRADE)
        unit.open_trade(other)
        assert unit.trades() == [other, TRADE]
        assert unit.trades(role=0) == [TRADE]
        unit.touch_trade(TRADE.id, "closed", 9, 9, b"e")
        assert unit.trades(open_only=True) == [other]
        assert unit.trade(TRADE.id) == TRADE._replace(
            phase="closed", updated=9, ended=9, digest=b"e"
        )


def test_facts_and_secrets_are_apart(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.set_fact(TRADE.id, "address", b"1")
        unit.set_fact(TRADE.id, "address", b"2")
        unit.set_secret(TRADE.id, "address", b"3")
        assert unit.fact(TRADE.id, "address") == b"2"
        assert unit.secret(TRADE.id, "address") == b"3"
        unit.set_secret(TRADE.id, "address", None)
        assert unit.secret(TRADE.id, "address") is None


def test_what_is_parked_waits_in_order_until_it_is_taken(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.park(b"2", TRADE.id, b"e2", "no offer", 7)
        unit.park(b"1", None, b"e1", "no accept", 7)
        unit.park(b"2", TRADE.id, b"e2", "still no offer", 9)
        assert unit.parked() == [
            (b"2", b"e2", "still no offer"),
            (b"1", b"e1", "no accept"),
        ]
        assert unit.parked(TRADE.id) == [(b"2", b"e2", "still no offer")]
        unit.unpark(b"2")
        assert unit.parked(TRADE.id) == []


def test_objects_are_found_by_id_kind_and_author(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.keep_object(b"1", 2, b"x", b"e1")
        unit.keep_object(b"1", 2, b"x", b"other")
        unit.keep_object(b"2", 2, b"y", b"e2")
        assert unit.object(b"1") == b"e1"
        assert unit.objects(2) == [b"e1", b"e2"]
        assert unit.objects(2, b"y") == [b"e2"]
        assert unit.objects(3) == []


def test_an_account_keeps_its_whole_history(book: SqlBook) -> None:
    second = ACCOUNT._replace(n=2, propose=b"p2", accept=b"a2", open=b"mine")
    with book.unit() as unit:
        unit.put_account(ACCOUNT)
        unit.put_account(second)
        unit.put_account(second._replace(open=None))
        assert unit.account(ACCOUNT.id) == second._replace(open=None)
        assert unit.accounts() == [second._replace(open=None)]
        assert unit.account_history(ACCOUNT.id) == [
            (1, b"propose", b"accept"),
            (2, b"p2", b"a2"),
        ]


@pytest.mark.parametrize(
    "wrong", [ACCOUNT._replace(accept=b"other"), ACCOUNT._replace(n=0)]
)
def test_a_co_signed_state_is_not_replaced(book: SqlBook, wrong: AccountRow) -> None:
    with book.unit() as unit:
        unit.put_account(ACCOUNT)
    with pytest.raises(ValueError, match="state"), book.unit() as unit:
        unit.put_account(wrong)
    with book.unit() as unit:
        assert unit.accounts() == [ACCOUNT]


def test_a_state_without_both_signatures_is_refused(book: SqlBook) -> None:
    with pytest.raises(IntegrityError), book.unit() as unit:
        unit.put_account(ACCOUNT._replace(accept=b""))


def test_an_account_has_one_partner_and_unit(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.put_account(ACCOUNT)
    with pytest.raises(IntegrityError), book.unit() as unit:
        unit.put_account(ACCOUNT._replace(id=b"z" * 32))


def test_a_record_is_replaced_by_a_higher_seq_only(book: SqlBook) -> None:
    first = RecordRow(3, "lamp", 1, b"1", b"e1")
    second = RecordRow(3, "lamp", 2, b"2", b"e2")
    with book.unit() as unit:
        unit.put_record(first)
        unit.put_record(second)
        unit.put_record(second)
        assert unit.record(3, "lamp") == second
        assert unit.record(3) is None
        with pytest.raises(ValueError, match="equivocation"):
            unit.put_record(second._replace(id=b"3"))
        assert unit.records(3) == [second]
        unit.drop_record(3, "lamp")
        assert unit.records(3) == []


def test_a_slot_number_is_given_once(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.put_slot(SLOT)
        unit.put_slot(SLOT._replace(number=2, id=b"j" * 32))
        assert unit.last_slot(52) == SLOT._replace(number=2, id=b"j" * 32)
        assert unit.slots(52, 1, 1) == [SLOT]
        assert unit.last_slot(53) is None
    with pytest.raises(IntegrityError), book.unit() as unit:
        unit.put_slot(SLOT._replace(id=b"k" * 32))
    with pytest.raises(IntegrityError), book.unit() as unit:
        unit.put_slot(SLOT._replace(number=0, id=b"k" * 32))


def test_a_peer_is_written_and_read_whole(book: SqlBook) -> None:
    peer = PeerRow(SELLER_KEY, "Anna", True, False, b"contact", ("/ip4/1", "/ip4/2"), 7)
    bare = PeerRow(BUYER_KEY, None, False, True, None, (), 0)
    with book.unit() as unit:
        unit.put_peer(peer._replace(petname="Ann"))
        unit.put_peer(peer)
        unit.put_peer(bare)
        assert unit.peer(SELLER_KEY) == peer
        assert unit.peers() == [peer, bare]


def test_a_proof_is_kept_once(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.put_proof(b"proof", b"s", 1, SELLER_KEY, 5)
        unit.put_proof(b"proof", b"s", 1, SELLER_KEY, 6)
        unit.put_proof(b"other", b"s", 1, BUYER_KEY, 4)
        assert unit.proofs() == [b"other", b"proof"]
        assert unit.proofs(SELLER_KEY) == [b"proof"]
        assert unit.proof_signers() == {SELLER_KEY, BUYER_KEY}
        ids = [hashlib.sha256(one).digest() for one in (b"proof", b"other")]
        assert unit.proof(ids[0]) == b"proof"
        assert unit.proof(bytes(32)) is None
        (first, one), (second, other) = unit.proof_ids(0, 9)
        assert ([one, other], first < second) == (ids, True)
        assert unit.newest_proof() == second
        assert unit.proof_ids(0, 1) == [(first, one)]
        assert unit.proof_ids(first, 9) == [(second, other)]
        assert unit.proof_ids(second, 9) == []


def test_spells_remember_when_the_node_was_there(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.beat(10, 10)
        unit.beat(10, 20)
        unit.beat(10, 15)
        unit.beat(40, 50)
        assert unit.spells(0) == [(10, 20), (40, 50)]
        assert unit.spells(20) == [(40, 50)]


def test_a_full_disk_is_said_in_our_words_and_loses_nothing(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.set_setting("kept", b"1")
    handle = book._held().connection.dbapi_connection
    assert handle is not None
    pages = handle.cursor().execute("PRAGMA page_count").fetchone()[0]
    handle.cursor().execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(BookError), book.unit() as unit:
        unit.set_setting("large", bytes(1_000_000))
    with book.unit() as unit:
        assert unit.setting("kept") == b"1"
        assert unit.setting("large") is None


def test_after_an_unknown_failure_the_file_is_opened_again(book: SqlBook) -> None:
    with book.unit() as unit:
        unit.set_setting("kept", b"1")
    before = book._held()
    handle = before.connection.dbapi_connection
    assert handle is not None
    handle.cursor().execute("PRAGMA query_only=ON")
    with pytest.raises(BookError), book.unit() as unit:
        unit.set_setting("more", b"1")
    with book.unit() as unit:
        unit.set_setting("more", b"2")
    assert book._held() is not before
