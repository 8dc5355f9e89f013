"""Ratings: valid only with a slot, a FundAck that names it and a key of the slot."""

from typing import Any

import msgspec
import pytest

from bazaar.domain.errors import BadSignatureError, MalformedMessageError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.reputation.rating import CORRECTION_SECONDS, Rating
from bazaar.domain.reputation.rating_rules import (
    Occasion,
    Opinion,
    check_correction,
    check_rating,
    rate,
)
from bazaar.domain.reputation.slot_chain import check_chain
from bazaar.domain.reputation.slots import (
    FIRST_HEAD,
    BuySlot,
    CaseSlot,
    SaleSlot,
    Slot,
    next_head,
    value_class,
)
from bazaar.domain.trading.messages import FundAck, Role, Withdraw
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.networks import network
from tests.domain.samples import ARBITER, BUYER, NET, NOW, SELLER, signed

RATING_KEY = BUYER.rating_key(b"n" * 32)
ONE_TIME = RATING_KEY.verify_key.encode()


def _slot(
    kind: type[Slot],
    by: Identity,
    keys: tuple[bytes, ...],
    number: int = 1,
    head: bytes = FIRST_HEAD,
) -> Signed[Slot]:
    return signed(
        kind(by.key, number, head, keys, (b"l" * 32,), 11, "EUR", NOW // 604_800, ()),
        by,
    )


SALE = _slot(SaleSlot, SELLER, (ONE_TIME,))
BUY = _slot(BuySlot, BUYER, (SELLER.key,))
CASE = _slot(CaseSlot, ARBITER, (ONE_TIME, SELLER.key))


def _ack(*slots: Signed[Slot], by: Identity = SELLER) -> bytes:
    ids = tuple(slot.id for slot in slots)
    return signed(
        FundAck(b"t" * 32, 1, 1, b"p" * 32, (), NOW, b"c" * 32, ids), by
    ).envelope


ACK = _ack(SALE, BUY, CASE)
OPINION = Opinion(5, NOW, "Arrived early.", (5, 4, 0, 0), ("fast",))
OF_SALE = Occasion(Role.SELLER, SALE.envelope, ACK)
NAMED = rate(OPINION, OF_SALE, BUYER.signing_key, RATING_KEY, NET.id)


def test_a_buyer_rates_under_his_name_or_without() -> None:
    assert check_rating(NAMED, NET.id) == (SALE, ONE_TIME, False)
    unnamed = rate(OPINION, OF_SALE, RATING_KEY, RATING_KEY, NET.id)
    assert unnamed.author == ONE_TIME
    assert check_rating(unnamed, NET.id).anonymous


def test_a_seller_rates_the_buyer_and_both_rate_the_seats() -> None:
    of_buyer = Occasion(Role.BUYER, BUY.envelope, ACK)
    by_seller = rate(OPINION, of_buyer, SELLER.signing_key, SELLER.signing_key, NET.id)
    assert check_rating(by_seller, NET.id).rating_key == SELLER.key
    for role in (Role.PRIMARY, Role.BACKUP):
        of_seat = Occasion(role, CASE.envelope, ACK, line=15)
        for author, key in (
            (SELLER.signing_key, SELLER.signing_key),
            (BUYER.signing_key, RATING_KEY),
        ):
            rating = rate(OPINION, of_seat, author, key, NET.id)
            assert check_rating(rating, NET.id).rating_key == key.verify_key.encode()


def _changed(author: Identity = BUYER, **fields: Any) -> Signed[Rating]:
    return seal(
        msgspec.structs.replace(NAMED.body, **fields), author.signing_key, NET.id
    )


OTHER_SALE = _slot(SaleSlot, SELLER, (ONE_TIME,), 2)


@pytest.mark.parametrize(
    ("rating", "words"),
    [
        (_changed(ratee=ARBITER.key), "ratee"),
        (_changed(ratee_role=0), "role"),
        (_changed(ratee_role=2), "role"),
        (_changed(slot=BUY.envelope), "ratee"),
        (_changed(slot=ACK), "carries a slot"),
        (_changed(fund_ack=SALE.envelope), "FundAck"),
        (_changed(fund_ack=_ack(BUY, CASE)), "does not name"),
        (_changed(fund_ack=_ack(SALE, BUY, by=ARBITER)), "by nobody"),
        (_changed(SELLER, by=SELLER.key), "themselves"),
        (_changed(ARBITER, by=ARBITER.key), "no rating key"),
        (_changed(line=1), "no rating key"),
        (
            _changed(slot=OTHER_SALE.envelope, fund_ack=_ack(OTHER_SALE, BUY)),
            "no rating key",
        ),
        (_changed(slot_signature=b"\x00" * 64), "no rating key"),
    ],
)
def test_ratings_that_count_for_nobody(rating: Signed[Rating], words: str) -> None:
    with pytest.raises((MalformedMessageError, BadSignatureError), match=words):
        check_rating(rating, NET.id)


def test_evidence_of_another_network_is_refused() -> None:
    with pytest.raises(BadSignatureError):
        check_rating(NAMED, network("local:other").id)


def test_a_rating_of_another_kind_of_message_is_refused() -> None:
    withdraw = signed(Withdraw(b"t" * 32, 1, 1, b"p" * 32, (), NOW, 0), SELLER)
    with pytest.raises(MalformedMessageError, match="expected FundAck"):
        check_rating(_changed(fund_ack=withdraw.envelope), NET.id)


def test_a_rater_cannot_sign_what_no_reader_accepts() -> None:
    with pytest.raises(BadSignatureError):
        rate(OPINION, OF_SALE, BUYER.signing_key, BUYER.signing_key, NET.id)
    for opinion in (
        OPINION._replace(overall=0),
        OPINION._replace(overall=6),
        OPINION._replace(seq=2),
        OPINION._replace(text="x" * 3001),
        OPINION._replace(tags=tuple("abcdef")),
    ):
        with pytest.raises(MalformedMessageError):
            rate(opinion, OF_SALE, BUYER.signing_key, RATING_KEY, NET.id)


def test_one_correction_within_ninety_days() -> None:
    first = NAMED.body
    at_limit = msgspec.structs.replace(first, seq=1, at=NOW + CORRECTION_SECONDS)
    check_correction(first, at_limit)
    for second in (
        msgspec.structs.replace(at_limit, at=at_limit.at + 1),
        msgspec.structs.replace(at_limit, at=NOW - 1),
        first,
    ):
        with pytest.raises(MalformedMessageError):
            check_correction(first, second)


def _chain(length: int) -> list[Signed[Slot]]:
    slots: list[Signed[Slot]] = []
    head = FIRST_HEAD
    for number in range(1, length + 1):
        slots.append(_slot(SaleSlot, SELLER, (ONE_TIME,), number, head))
        head = next_head(head, slots[-1].id)
    return slots


def test_a_chain_gives_its_head() -> None:
    slots = _chain(3)
    head = check_chain(slots)
    assert check_chain(slots[2:], 2, check_chain(slots[:2])) == head
    assert check_chain([]) == FIRST_HEAD


def test_a_broken_chain_is_refused() -> None:
    one, two, three = _chain(3)
    stranger = _slot(SaleSlot, ARBITER, (ONE_TIME,), 2, next_head(FIRST_HEAD, one.id))
    other = _slot(BuySlot, SELLER, (ONE_TIME,), 2, next_head(FIRST_HEAD, one.id))
    wrong = _slot(SaleSlot, SELLER, (ONE_TIME,), 2)
    for slots, words in (
        ([one, three], "missing"),
        ([two], "missing"),
        ([one, wrong], "another head"),
        ([one, stranger], "another chain"),
        ([one, other], "another chain"),
    ):
        with pytest.raises(MalformedMessageError, match=words):
            check_chain(slots)


@pytest.mark.parametrize(
    ("total", "found"), [(0, 0), (1, 1), (2, 1), (3, 2), (2**53 - 1, 53)]
)
def test_the_value_class_is_a_logarithm(total: int, found: int) -> None:
    assert value_class(total) == found
