"""Proofs that a key contradicted itself: two signed envelopes that no honest node makes (10).

Pure: a proof is judged from its own bytes and the network, whoever brings it.
"""

import hashlib
from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta

from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    AccountReject,
    account_id,
)
from bazaar.domain.errors import BazaarError, MalformedMessageError
from bazaar.domain.listings.listing import Listing
from bazaar.domain.reputation.rating import Rating, RatingReply
from bazaar.domain.reputation.rating_rules import check_rating
from bazaar.domain.reputation.slots import SalesHead, Slot
from bazaar.domain.stores.records import ArbiterOffer, Contact, Profile, StoreHead
from bazaar.domain.trading.messages import Offer, Ruling, Step
from bazaar.domain.wire.bodies import KIND_OF
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, verify
from bazaar.domain.wire.kinds import KIB, MAX_ENVELOPE_BYTES, Kind

MAX_PROOF_BYTES: Final = 132 * KIB


class ProofClass(IntEnum):
    """What was contradicted, by the numbers of PROTOCOL.md 10."""

    MESSAGES = 1
    RULINGS = 2
    RECORDS = 3
    SLOTS = 4
    PROPOSALS = 5
    ANSWERS = 6
    PLACES = 7


WORDS: Final[Mapping[int, str]] = MappingProxyType(
    {
        ProofClass.MESSAGES: "two messages for one place of an order",
        ProofClass.RULINGS: "two rulings of one part",
        ProofClass.RECORDS: "two versions of a record with one number",
        ProofClass.SLOTS: "two rating slots with one number",
        ProofClass.PROPOSALS: "two proposals for one state of an account",
        ProofClass.ANSWERS: "yes and no to one proposal of an account",
        ProofClass.PLACES: "a proposal and an acceptance for one state of an account",
    }
)

_Envelope = Annotated[bytes, Meta(min_length=1, max_length=MAX_ENVELOPE_BYTES)]


class ProofBody(Body, frozen=True, tag=int(Kind.PROOF)):
    """The array ``[10, class, envelope, envelope]``, the lower id first."""

    number: Annotated[int, Meta(ge=1, le=7)]
    first: _Envelope
    second: _Envelope


class Proof(NamedTuple):
    """One proof that holds.

    Attributes:
        id: SHA-256 of ``data``.
        signer: Key that contradicted itself.
        subject: What it is about: 32 bytes of a trade, account or proposal, else the key.
    """

    id: bytes
    number: ProofClass
    signer: bytes
    subject: bytes
    data: bytes


class _Place(NamedTuple):
    """What one signature uses up: two different objects in one place contradict."""

    number: ProofClass
    subject: bytes
    rest: tuple[object, ...] = ()


def make_proof(first: bytes, second: bytes, network: bytes) -> Proof | None:
    """The proof that two envelopes make, of the lowest class that fits; None if none does.

    Raises PeerError for an envelope that does not verify.
    """
    one, other = verify(first, network), verify(second, network)
    found = sorted(_contradictions(one, other, network), key=_number)
    return _proof(found[0], one, other) if found else None


def check_proof(data: bytes, network: bytes) -> Proof:
    """Check a proof from anybody. Raises PeerError if it does not hold (I21)."""
    if len(data) > MAX_PROOF_BYTES:
        raise MalformedMessageError(f"{len(data)} bytes; limit {MAX_PROOF_BYTES}")
    try:
        body = _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error
    if _encoder.encode(body) != data:
        raise MalformedMessageError("not the canonical encoding")
    one, other = verify(body.first, network), verify(body.second, network)
    if one.id >= other.id:
        raise MalformedMessageError("the lower id does not come first")
    found = _contradictions(one, other, network)
    fitting = [place for place in found if place.number == body.number]
    if not fitting:
        raise MalformedMessageError("these two do not contradict each other so")
    return _proof(fitting[0], one, other)


def proof_id(data: bytes) -> bytes:
    """Id of a proof's bytes."""
    return hashlib.sha256(data).digest()


def _number(place: _Place) -> int:
    return place.number


def _proof(place: _Place, one: Signed[Body], other: Signed[Body]) -> Proof:
    first, second = sorted((one, other), key=lambda signed: signed.id)
    body = ProofBody(int(place.number), first.envelope, second.envelope)
    data = _encoder.encode(body)
    return Proof(proof_id(data), place.number, one.author, place.subject, data)


def _contradictions(
    one: Signed[Body], other: Signed[Body], network: bytes
) -> set[_Place]:
    """Places that both of one author claim, with different ids."""
    if one.author != other.author or one.id == other.id or _agree(one, other):
        return set()
    differ = type(one.body) is not type(other.body)
    return {
        place
        for place in _places(one, network) & _places(other, network)
        if differ or place.number not in _OF_TWO_KINDS
    }


def _agree(one: Signed[Any], other: Signed[Any]) -> bool:
    """Whether both say the same of a chain; the times alone differ."""
    heads = (one.body, other.body)
    return all(isinstance(body, SalesHead) for body in heads) and (
        one.body.head == other.body.head
    )


def _places(signed: Signed[Any], network: bytes) -> set[_Place]:
    match signed.body:
        case Step() as step:
            found = _of_step(signed.id, step)
        case Rating():
            found = _of_rating(signed, network)
        case Slot() as slot:
            place = (KIND_OF[type(slot)], slot.number)
            found = {_Place(ProofClass.SLOTS, signed.author, place)}
        case AccountPropose() as propose:
            found = _of_propose(propose, network)
        case AccountAccept() | AccountReject() as answer:
            found = _of_answer(answer)
        case _:
            found = _of_record(signed)
    return found


def _of_record(signed: Signed[Any]) -> set[_Place]:
    """Records of one series and seq; a SalesHead's is its chain and n."""
    kind = KIND_OF[type(signed.body)]
    match signed.body:
        case Profile() | ArbiterOffer() | StoreHead() | Contact() as record:
            series, seq = "", record.seq
        case Listing() as listing:
            series, seq = listing.slug, listing.seq
        case RatingReply() as reply:
            series, seq = reply.rating, reply.seq
        case SalesHead() as head:
            series, seq = head.chain, head.n
        case _:
            return set()
    return {_Place(ProofClass.RECORDS, signed.author, (kind, series, seq))}


def _of_answer(body: AccountAccept | AccountReject) -> set[_Place]:
    found = {_Place(ProofClass.ANSWERS, body.propose)}
    if isinstance(body, AccountAccept):
        place = (body.n, body.retry)
        found.add(_Place(ProofClass.PLACES, body.account, place))
    return found


def _of_step(message: bytes, step: Step) -> set[_Place]:
    trade = message if isinstance(step, Offer) else step.trade
    found = {_Place(ProofClass.MESSAGES, trade, (step.role, step.seq))}
    if isinstance(step, Ruling):
        found.add(_Place(ProofClass.RULINGS, trade, (step.part,)))
    return found


def _of_rating(signed: Signed[Rating], network: bytes) -> set[_Place]:
    try:
        rated = check_rating(signed, network)
    except BazaarError:
        return set()
    place = (int(Kind.RATING), rated.rating_key, signed.body.line, signed.body.seq)
    return {_Place(ProofClass.RECORDS, rated.slot.id, place)}


def _of_propose(body: AccountPropose, network: bytes) -> set[_Place]:
    account = account_id(network, body.by, body.partner, body.unit)
    place = (body.n, body.retry)
    found = {_Place(ProofClass.PROPOSALS, account, place)}
    if body.by < body.partner:
        found.add(_Place(ProofClass.PLACES, account, place))
    return found


_OF_TWO_KINDS: Final = frozenset({ProofClass.ANSWERS, ProofClass.PLACES})
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(ProofBody)
