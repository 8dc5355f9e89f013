"""What makes a rating valid for anyone, and how one is made (PROTOCOL.md 11.3)."""

from typing import Final, NamedTuple

from nacl.exceptions import BadSignatureError as NaClBadSignatureError
from nacl.signing import SigningKey, VerifyKey

from bazaar.domain.errors import BadSignatureError, MalformedMessageError
from bazaar.domain.reputation.rating import (
    CORRECTION_SECONDS,
    RATING_TAG,
    Rating,
    RatingReply,
)
from bazaar.domain.reputation.slots import BuySlot, CaseSlot, SaleSlot, Slot
from bazaar.domain.trading.messages import FundAck, Role
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, seal, verify, verify_as

_ROLES: Final[dict[type[Body], tuple[Role, ...]]] = {
    SaleSlot: (Role.SELLER,),
    BuySlot: (Role.BUYER,),
    CaseSlot: (Role.PRIMARY, Role.BACKUP),
}


class Rated(NamedTuple):
    """What a valid rating rests on.

    Attributes:
        rating_key: The key of the slot that allowed it; with slot and line it is the series.
        anonymous: Whether the author is that key itself, so that the rating carries no trust.
    """

    slot: Signed[Slot]
    rating_key: bytes
    anonymous: bool


class Opinion(NamedTuple):
    """What the rater says; ``seq`` 1 corrects an earlier 0 within 90 days.

    Attributes:
        aspects: Quality, description, delivery, service; 0 not given, 1..5.
    """

    overall: int
    at: int
    text: str = ""
    aspects: tuple[int, int, int, int] = (0, 0, 0, 0)
    tags: tuple[str, ...] = ()
    seq: int = 0


class Occasion(NamedTuple):
    """Who is rated for what: envelopes of the slot and of the FundAck that names it."""

    role: Role
    slot: bytes
    fund_ack: bytes
    line: int = 0


def check_rating(rating: Signed[Rating], network: bytes) -> Rated:
    """Check ``rating`` against the envelopes that it carries; ``network`` has 32 bytes.

    Raises MalformedMessageError or BadSignatureError: then it counts for nobody.
    """
    body = rating.body
    slot = slot_of(body.slot, network)
    if body.ratee != slot.author or body.ratee_role not in _ROLES[type(slot.body)]:
        raise MalformedMessageError("the slot is not one of the ratee in this role")
    if rating.author == body.ratee:
        raise MalformedMessageError("nobody rates themselves")
    _check_funded(slot, body.fund_ack, network)
    signed = slot_bytes(network, body.by, slot.id, body.line)
    for key in slot.body.rating_keys:
        if _signs(key, signed, body.slot_signature):
            return Rated(slot, key, anonymous=is_one_time(slot.body, rating.author))
    raise BadSignatureError("no rating key of the slot signed for this author")


def is_one_time(slot: Slot, author: bytes) -> bool:
    """Whether ``author`` is the key that a buyer made for this slot alone.

    A seller rates under his own name, so his key among the slot's hides nobody.
    """
    if isinstance(slot, BuySlot):
        return False
    return author == slot.rating_keys[0]


def check_correction(first: Rating, second: Rating) -> None:
    """Check that ``second`` (seq 1) may follow ``first`` (seq 0). Raises MalformedMessageError."""
    if (first.seq, second.seq) != (0, 1):
        raise MalformedMessageError("a correction has seq 1 and follows seq 0")
    if not first.at <= second.at <= first.at + CORRECTION_SECONDS:
        raise MalformedMessageError("a correction comes within 90 days")


def check_reply(reply: Signed[RatingReply], rating: Signed[Rating]) -> None:
    """Check that ``reply`` is the ratee's own to ``rating``. Raises MalformedMessageError."""
    if reply.body.rating != rating.id:
        raise MalformedMessageError("the reply is to another rating")
    if reply.author != rating.body.ratee:
        raise MalformedMessageError("only who was rated replies")


def rate(
    opinion: Opinion,
    on: Occasion,
    author: SigningKey,
    slot_key: SigningKey,
    network: bytes,
) -> Signed[Rating]:
    """Sign ``opinion``; ``author`` is the identity, or ``slot_key`` itself to stay unnamed.

    Raises MalformedMessageError or BadSignatureError for what no reader would accept.
    """
    slot = slot_of(on.slot, network)
    by = author.verify_key.encode()
    body = Rating(
        by=by,
        seq=opinion.seq,
        ratee=slot.author,
        ratee_role=on.role,
        slot=on.slot,
        fund_ack=on.fund_ack,
        overall=opinion.overall,
        aspects=opinion.aspects,
        tags=opinion.tags,
        text=opinion.text,
        at=opinion.at,
        line=on.line,
        slot_signature=slot_key.sign(
            slot_bytes(network, by, slot.id, on.line)
        ).signature,
    )
    rating = seal(body, author, network)
    check_rating(rating, network)
    return rating


def slot_bytes(network: bytes, by: bytes, slot: bytes, line: int) -> bytes:
    """What a rating key signs so that ``by`` may rate ``line`` of ``slot``."""
    return RATING_TAG + network + by + slot + bytes((line,))


def slot_of(envelope: bytes, network: bytes) -> Signed[Slot]:
    """The slot in an envelope, of any kind. Raises PeerError."""
    signed = verify(envelope, network)
    if not isinstance(signed.body, Slot):
        raise MalformedMessageError("a rating carries a slot")
    return Signed(signed.id, signed.author, signed.body, signed.envelope)


def _check_funded(slot: Signed[Slot], fund_ack: bytes, network: bytes) -> None:
    ack = verify_as(FundAck, fund_ack, network)
    if slot.id not in ack.body.slots:
        raise MalformedMessageError("the FundAck does not name the slot")
    if ack.author != slot.author and ack.author not in slot.body.rating_keys:
        raise MalformedMessageError("the FundAck is by nobody of the slot")


def _signs(key: bytes, signed: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(key).verify(signed, signature)
    except NaClBadSignatureError:
        return False
    return True
