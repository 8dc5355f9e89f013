"""Mail for others: durable, counted, dropped; the disk shows nothing of what it says."""

from pathlib import Path

import pytest

from bazaar.app.ports import Agreement, Deposit
from bazaar.domain.delivery.mail import Used
from bazaar.domain.exchange.mail import MAX_LETTERS
from store.mail import SqlMail, open_mail_store

ANNA, BEN, EVE = (bytes([n]) * 32 for n in (1, 2, 3))
FOREVER = 10**9


def mail_of(path: Path) -> SqlMail:
    return open_mail_store(path / "mail.db")


def deposit(content: int, recipient: bytes = ANNA, *, token: bool = False) -> Deposit:
    blob = content.to_bytes(4, "big") * 256
    return Deposit(recipient, EVE, content, token, blob)


def agree(mail: SqlMail, recipient: bytes, *locks: bytes) -> None:
    mail.agree(Agreement(recipient, 1, FOREVER, b"s" * 64), locks)


def test_mail_is_there_after_a_new_start(tmp_path: Path) -> None:
    with mail_of(tmp_path) as mail:
        agree(mail, ANNA, b"l" * 32)
        numbers = [mail.put(deposit(n, token=n == 2)) for n in (1, 2)]
    assert (tmp_path / "mail.db").stat().st_mode & 0o777 == 0o600
    with mail_of(tmp_path) as mail:
        letters = mail.take(ANNA, 0, FOREVER)
        assert [one.number for one in letters] == numbers
        assert [one.blob for one in letters] == [deposit(1).blob, deposit(2).blob]
        assert [one.sender for one in letters] == [EVE, EVE]
        assert mail.used(ANNA, EVE) == Used(1024, 1024, 1024, 1024)
        assert mail.has_lock(ANNA, b"l" * 32)
        assert not mail.has_lock(BEN, b"l" * 32)
        assert mail.agreement(ANNA) == Agreement(ANNA, 1, FOREVER, b"s" * 64)
        assert mail.recipients() == 1


def test_the_same_blob_again_is_no_second_letter(tmp_path: Path) -> None:
    with mail_of(tmp_path) as mail:
        assert mail.put(deposit(1)) == mail.put(deposit(1))
        assert mail.used(ANNA, EVE).strangers == 1024
        assert mail.put(deposit(1, BEN)) > mail.put(deposit(1))


def test_letters_come_in_order_and_as_many_as_fit(tmp_path: Path) -> None:
    with mail_of(tmp_path) as mail:
        numbers = [mail.put(deposit(n)) for n in range(MAX_LETTERS + 1)]
        first = mail.take(ANNA, 0, FOREVER)
        assert [one.number for one in first] == numbers[:-1]
        assert [one.number for one in mail.take(ANNA, numbers[-2], FOREVER)] == [
            numbers[-1]
        ]
        assert len(mail.take(ANNA, 0, 2048)) == 2
        assert len(mail.take(ANNA, 0, 2047)) == 1
        assert mail.take(BEN, 0, FOREVER) == []


def test_only_the_recipients_own_mail_is_dropped(tmp_path: Path) -> None:
    with mail_of(tmp_path) as mail:
        mine, other = mail.put(deposit(1)), mail.put(deposit(1, BEN))
        assert mail.drop(ANNA, [mine, other, 99]) == 1
        assert mail.take(ANNA, 0, FOREVER) == []
        assert len(mail.take(BEN, 0, FOREVER)) == 1
        assert mail.used(ANNA, EVE) == Used(0, 0, 1024, 1024)


def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    with mail_of(tmp_path) as mail:
        first = mail.put(deposit(1))
        mail.drop(ANNA, [first])
        assert mail.put(deposit(2)) > first


def test_a_new_agreement_replaces_the_tokens(tmp_path: Path) -> None:
    with mail_of(tmp_path) as mail:
        agree(mail, ANNA, b"1" * 32, b"2" * 32)
        agree(mail, BEN, b"1" * 32)
        agree(mail, ANNA, b"2" * 32)
        held = [mail.has_lock(ANNA, one * 32) for one in (b"1", b"2")]
        assert held == [False, True]
        assert mail.has_lock(BEN, b"1" * 32)


def test_old_mail_and_ended_agreements_go(tmp_path: Path) -> None:
    with mail_of(tmp_path) as mail:
        agree(mail, ANNA)
        mail.agree(Agreement(BEN, 1, 500, b"s" * 64), [b"l" * 32])
        for number in (99, 100):
            mail.put(deposit(number))
            mail.put(deposit(number, BEN))
        assert mail.expire(499, 100) == 2
        assert mail.recipients() == 2
        assert mail.expire(500, 100) == 1
        assert mail.agreement(BEN) is None
        assert not mail.has_lock(BEN, b"l" * 32)
        assert [one.at for one in mail.take(ANNA, 0, FOREVER)] == [100]
        assert mail.used(ANNA, EVE) == Used(0, 1024, 1024, 1024)


def test_an_end_takes_the_mail_along(tmp_path: Path) -> None:
    with mail_of(tmp_path) as mail:
        agree(mail, ANNA, b"l" * 32)
        mail.put(deposit(1))
        mail.end(ANNA)
        assert mail.agreement(ANNA) is None
        assert mail.take(ANNA, 0, FOREVER) == []
        assert mail.used(ANNA, EVE) == Used()


@pytest.mark.parametrize("token", [False, True])
def test_token_mail_and_strangers_are_counted_apart(
    tmp_path: Path, token: bool
) -> None:
    with mail_of(tmp_path) as mail:
        mail.put(deposit(1, token=token))
        used = mail.used(ANNA, EVE)
        assert (used.token, used.strangers) == ((1024, 0) if token else (0, 1024))
