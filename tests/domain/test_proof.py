"""Proofs of equivocation: every class, and everything that is none."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bazaar.domain.errors import BadSignatureError, PeerError
from bazaar.domain.trading.messages import Dispute, Role, Ruling, Withdraw
from bazaar.domain.trading.proof import (
    MAX_PROOF_BYTES,
    Proof,
    ProofClass,
    check_proof,
    make_proof,
)
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.networks import network
from tests.domain.samples import (
    ARBITER_OFFER,
    BUYER,
    CONTACT,
    PROFILE,
    SELLER,
    STORE_HEAD,
    lamp,
)
from tests.equivocations import (
    Account,
    a_rating,
    a_slot,
    fork,
    pairs,
)
from tests.trades import NETWORK, STRANGER, Story, ruling_fields
from tests.vectors.make_proofs import FILE, text

VECTORS: dict[str, Any] = json.loads(FILE.read_text())


def made(first: Signed[Any], second: Signed[Any]) -> Proof | None:
    return make_proof(first.envelope, second.envelope, NETWORK.id)


@pytest.mark.parametrize(("number", "pair"), pairs())
def test_every_class_is_proven_from_bytes_alone(
    number: ProofClass, pair: tuple[Signed[Any], Signed[Any]]
) -> None:
    first, second = pair
    proof, turned = made(first, second), made(second, first)
    assert proof is not None
    assert proof == turned
    assert (proof.number, proof.signer) == (number, first.author)
    assert check_proof(proof.data, NETWORK.id) == proof
    low, high = sorted(pair, key=lambda one: one.id)
    parts = [10, number, low.envelope, high.envelope]
    assert proof.data == msgspec.msgpack.encode(parts)


def test_the_same_message_twice_proves_nothing() -> None:
    message = Story().accepted()
    assert made(message, message) is None


def test_two_orders_are_no_contradiction() -> None:
    assert made(Story().offer, Story((7,)).offer) is None


def test_another_first_message_of_the_buyer_contradicts_the_offer() -> None:
    story = Story()
    other = story.make(Role.BUYER, Withdraw, prev=None)
    proof = made(story.offer, other)
    assert proof is not None
    assert (proof.number, proof.subject) == (ProofClass.MESSAGES, story.offer.id)


def test_what_two_keys_sign_is_no_contradiction() -> None:
    story = Story()
    own = story.make(Role.SELLER, Withdraw, prev=None)
    strange = story.make(Role.SELLER, Withdraw, prev=None, key=STRANGER, reason=2)
    assert made(own, strange) is None


def test_a_ruling_each_of_two_parts_is_no_contradiction() -> None:
    story = Story((10, 20)).shipped(0, 1)
    dispute = story.say(Role.BUYER, Dispute, reason=3, parts=(0, 1))
    first = story.say(Role.PRIMARY, Ruling, **ruling_fields(dispute.id, 3, part=0))
    second = story.make(Role.PRIMARY, Ruling, **ruling_fields(dispute.id, 3, part=1))
    assert made(first, second) is None


def test_two_rulings_for_one_place_are_of_the_first_class() -> None:
    story = Story().shipped()
    dispute = story.say(Role.BUYER, Dispute, reason=3)
    fields = ruling_fields(dispute.id, 3)
    first = story.make(Role.PRIMARY, Ruling, **fields, to_buyer=1000)
    second = story.make(Role.PRIMARY, Ruling, **fields, to_seller=1000)
    proof = made(first, second)
    assert proof is not None
    assert proof.number is ProofClass.MESSAGES
    as_rulings = msgspec.msgpack.encode(
        [10, 2, *msgspec.msgpack.decode(proof.data)[2:]]
    )
    assert check_proof(as_rulings, NETWORK.id).number is ProofClass.RULINGS


@pytest.mark.parametrize("record", [PROFILE, ARBITER_OFFER, STORE_HEAD, CONTACT])
def test_the_next_version_of_a_record_is_no_contradiction(record: Any) -> None:
    key = BUYER.signing_key
    first = msgspec.structs.replace(record, by=BUYER.key)
    second = msgspec.structs.replace(record, by=BUYER.key, seq=record.seq + 1)
    pair = (seal(one, key, NETWORK.id) for one in (first, second))
    assert made(*pair) is None


def test_two_listings_of_other_slugs_are_no_contradiction() -> None:
    assert made(_listing("one"), _listing("two")) is None
    assert made(_listing("one"), _listing("one", title="Other")) is not None


def _listing(slug: str, **fields: Any) -> Signed[Any]:
    return seal(lamp(slug=slug, **fields), SELLER.signing_key, NETWORK.id)


def test_ratings_of_other_lines_are_no_contradiction() -> None:
    assert made(a_rating(line=0), a_rating(line=1)) is None
    assert made(a_rating(seq=0), a_rating(seq=1)) is None


def test_slots_of_other_numbers_or_chains_are_no_contradiction() -> None:
    assert made(a_slot(number=1), a_slot(number=2)) is None


def test_account_messages_that_fit_each_other() -> None:
    account = Account()
    first = account.propose(account.lower)
    later = account.propose(account.lower, n=2)
    again = account.propose(account.lower, retry=b"r" * 32)
    own = account.accept(account.lower, account.propose(account.higher))
    assert made(first, later) is None
    assert made(first, again) is None
    assert made(later, own) is None
    theirs = account.accept(account.higher, first)
    proposal = account.propose(account.higher)
    assert made(theirs, proposal) is None, "the higher key may do both"
    assert made(account.reject(account.higher, first, 1), theirs) is not None
    two = [account.reject(account.higher, first, code) for code in (1, 2)]
    assert made(*two) is None


def test_accounts_of_other_units_are_other_accounts() -> None:
    euro, hours = Account("EUR"), Account("HOUR")
    assert made(euro.propose(euro.lower), hours.propose(hours.lower, amount=2)) is None


def _parts(proof: Proof) -> list[Any]:
    return list(msgspec.msgpack.decode(proof.data))


Change = Callable[[list[Any]], list[Any]]
LIES: dict[str, Change] = {
    "the higher id first": lambda p: [p[0], p[1], p[3], p[2]],
    "another class": lambda p: [p[0], 4, *p[2:]],
    "class 0": lambda p: [p[0], 0, *p[2:]],
    "class 8": lambda p: [p[0], 8, *p[2:]],
    "another kind": lambda p: [11, *p[1:]],
    "one envelope twice": lambda p: [*p[:3], p[2]],
    "one envelope": lambda p: p[:3],
    "three envelopes": lambda p: [*p, p[2]],
    "an empty envelope": lambda p: [*p[:3], b""],
    "a broken signature": lambda p: [*p[:3], p[3][:-1] + bytes([p[3][-1] ^ 1])],
}


@pytest.mark.parametrize("name", LIES)
def test_what_is_no_proof(name: str) -> None:
    proof = made(*fork())
    assert proof is not None
    data = msgspec.msgpack.encode(LIES[name](_parts(proof)))
    with pytest.raises(PeerError):
        check_proof(data, NETWORK.id)


@pytest.mark.parametrize("data", [b"", b"\xc0", b"\x94", b"\x94" * 2000, b"\xff" * 9])
def test_garbage_is_no_proof(data: bytes) -> None:
    with pytest.raises(PeerError):
        check_proof(data, NETWORK.id)


def test_a_longer_form_of_the_same_proof_is_none() -> None:
    proof = made(*fork())
    assert proof is not None
    with pytest.raises(PeerError):
        check_proof(proof.data + b"\0", NETWORK.id)
    longer = proof.data.replace(b"\x94\x0a\x01", b"\x94\xcc\x0a\x01", 1)
    with pytest.raises(PeerError):
        check_proof(longer, NETWORK.id)


def test_a_proof_holds_on_its_network_alone() -> None:
    proof = made(*fork())
    assert proof is not None
    with pytest.raises(BadSignatureError):
        check_proof(proof.data, network("local:elsewhere").id)


def test_the_size_of_a_proof_is_bounded() -> None:
    for size in (MAX_PROOF_BYTES, MAX_PROOF_BYTES + 1):
        with pytest.raises(PeerError) as caught:
            check_proof(bytes(size), NETWORK.id)
        assert ("limit" in str(caught.value)) is (size > MAX_PROOF_BYTES)


def test_two_of_the_largest_objects_fit_into_a_proof() -> None:
    pair = [_listing("lamp", description="x" * 50_000, title=t) for t in ("a", "b")]
    proof = made(*pair)
    assert proof is not None
    assert 100_000 < len(proof.data) <= MAX_PROOF_BYTES


@pytest.mark.parametrize("case", VECTORS["proofs"], ids=lambda case: case["why"])
def test_the_vectors(case: dict[str, Any]) -> None:
    data = bytes.fromhex(case["proof"])
    on = network(VECTORS["network"]).id
    if not case["accept"]:
        with pytest.raises(PeerError):
            check_proof(data, on)
        return
    proof = check_proof(data, on)
    assert proof.id.hex() == case["id"]
    assert (proof.signer.hex(), proof.number) == (case["signer"], case["class"])


def test_the_file_is_as_it_is_made() -> None:
    assert FILE.read_text(encoding="utf-8") == text()
