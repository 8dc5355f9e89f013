"""Two of everything that no key may sign twice, for the tests and the vectors of proofs."""

from typing import Any, Final

import msgspec
from nacl.signing import SigningKey

from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    AccountReject,
    AccountState,
    SetLimit,
    account_id,
)
from bazaar.domain.keys.identity import Identity
from bazaar.domain.reputation.rating import RatingReply
from bazaar.domain.reputation.rating_rules import Occasion, Opinion, rate
from bazaar.domain.reputation.slots import FIRST_HEAD, WEEK_SECONDS, SalesHead, SaleSlot
from bazaar.domain.trading.messages import (
    NO_ID,
    Agree,
    Dispute,
    FundAck,
    Role,
    Ruling,
    Ship,
    Withdraw,
)
from bazaar.domain.trading.proof import ProofClass
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, seal
from tests.domain.samples import (
    ARBITER_OFFER,
    CONTACT,
    NOW,
    PROFILE,
    STORE_HEAD,
    lamp,
)
from tests.trades import NETWORK, Story, ruling_fields

Pair = tuple[Signed[Any], Signed[Any]]
ONE: Final = Identity(b"\x05" * 32)
OTHER: Final = Identity(b"\x06" * 32)
RATER: Final = SigningKey(b"\x07" * 32)


def _by_one(body: Body) -> Signed[Any]:
    return seal(body, ONE.signing_key, NETWORK.id)


class Account:
    """What two keys may say about their account."""

    def __init__(self, unit: str = "EUR") -> None:
        self.unit = unit
        self.lower, self.higher = sorted((ONE, OTHER), key=lambda one: one.key)
        self.id = account_id(NETWORK.id, ONE.key, OTHER.key, unit)

    def propose(
        self, by: Identity, n: int = 1, retry: bytes = NO_ID, amount: int = 1
    ) -> Signed[AccountPropose]:
        partner = self.higher if by is self.lower else self.lower
        limits = (amount, 0) if by is self.lower else (0, amount)
        state = AccountState(0, *limits, (), frozen=False)
        operations = (SetLimit(amount),)
        body = AccountPropose(
            by.key, partner.key, self.unit, n, NO_ID, retry, operations, state
        )
        return seal(body, by.signing_key, NETWORK.id)

    def accept(
        self, by: Identity, proposal: Signed[AccountPropose], retry: bytes = NO_ID
    ) -> Signed[AccountAccept]:
        body = AccountAccept(by.key, self.id, proposal.body.n, retry, proposal.id)
        return seal(body, by.signing_key, NETWORK.id)

    def reject(
        self, by: Identity, proposal: Signed[AccountPropose], code: int
    ) -> Signed[AccountReject]:
        body = AccountReject(by.key, proposal.id, code)
        return seal(body, by.signing_key, NETWORK.id)


def a_slot(number: int = 1, week: int = NOW // WEEK_SECONDS) -> Signed[SaleSlot]:
    keys = (RATER.verify_key.encode(),)
    fields = (FIRST_HEAD, keys, (b"l" * 32,), 11, "EUR", week, ())
    return _by_one(SaleSlot(ONE.key, number, *fields))


def a_rating(seq: int = 0, line: int = 0, stars: int = 5) -> Signed[Any]:
    """By the one-time key of the slot, so without a name."""
    slot = a_slot()
    header = (b"t" * 32, Role.SELLER, 1, b"p" * 32, (), NOW)
    ack = _by_one(FundAck(*header, b"c" * 32, (slot.id, b"2" * 32)))
    occasion = Occasion(Role.SELLER, slot.envelope, ack.envelope, line)
    return rate(Opinion(stars, NOW, seq=seq), occasion, RATER, RATER, NETWORK.id)


def two_heads(n: int = 1, *, chain: int = 52, at: int = NOW) -> Pair:
    """A chain that ends twice."""
    heads = (SalesHead(ONE.key, chain, n, one * 32, at) for one in (b"h", b"H"))
    first, second = map(_by_one, heads)
    return first, second


def two_replies(seq: int = 0) -> Pair:
    """Two answers to one rating."""
    said = (
        RatingReply(ONE.key, seq, b"r" * 32, words, NOW) for words in ("Yes.", "No.")
    )
    first, second = map(_by_one, said)
    return first, second


def _records() -> list[Pair]:
    changes: list[tuple[Body, dict[str, Any]]] = [
        (PROFILE, {"name": "Eve"}),
        (ARBITER_OFFER, {"answer_hours": 1}),
        (STORE_HEAD, {"root": b"R" * 32}),
        (CONTACT, {"addresses": ()}),
        (lamp(), {"price": 1}),
    ]
    return [
        (
            _by_one(msgspec.structs.replace(body, by=ONE.key)),
            _by_one(msgspec.structs.replace(body, by=ONE.key, **change)),
        )
        for body, change in changes
    ]


def fork() -> Pair:
    """A seller that ships and does not."""
    story = Story().funded()
    agree = story.make(Role.SELLER, Agree, names=bytes(32))
    return story.make(Role.SELLER, Ship), agree


def two_rulings() -> Pair:
    """A seat that rules twice in one chain."""
    story = Story().shipped()
    dispute = story.say(Role.BUYER, Dispute, reason=3)
    fields = ruling_fields(dispute.id, 3)
    first = story.say(Role.PRIMARY, Ruling, **fields, to_buyer=1000)
    return first, story.make(Role.PRIMARY, Ruling, **fields, to_seller=1000)


def pairs() -> list[tuple[ProofClass, Pair]]:
    """At least one pair of every class."""
    story, account = Story(), Account()
    lower, higher = account.lower, account.higher
    theirs = account.propose(higher)
    second_offer = story.make(Role.BUYER, Withdraw, prev=None)
    return [
        (ProofClass.MESSAGES, fork()),
        (ProofClass.MESSAGES, (story.offer, second_offer)),
        (ProofClass.RULINGS, two_rulings()),
        *((ProofClass.RECORDS, pair) for pair in _records()),
        (ProofClass.RECORDS, (a_rating(stars=5), a_rating(stars=1))),
        (ProofClass.RECORDS, two_heads()),
        (ProofClass.RECORDS, two_replies()),
        (ProofClass.SLOTS, (a_slot(), a_slot(week=1))),
        (
            ProofClass.PROPOSALS,
            (account.propose(lower), account.propose(lower, amount=2)),
        ),
        (
            ProofClass.ANSWERS,
            (account.accept(lower, theirs), account.reject(lower, theirs, 17)),
        ),
        (
            ProofClass.PLACES,
            (account.propose(lower), account.accept(lower, theirs)),
        ),
    ]
