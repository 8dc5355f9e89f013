"""Every kind's body type, its canonical encoding and its validating decoder."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from bazaar.domain.credit import account, clearing
from bazaar.domain.delivery import chat, delivery
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.listings import listing
from bazaar.domain.reputation import rating, slots
from bazaar.domain.stores import records
from bazaar.domain.trading import messages
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.marks import check_marks
from bazaar.domain.wire.record_rules import check_rules

BODIES: Final[Mapping[int, type[Body]]] = MappingProxyType(
    {
        Kind.PROFILE: records.Profile,
        Kind.ARBITER_OFFER: records.ArbiterOffer,
        Kind.LISTING: listing.Listing,
        Kind.STORE_HEAD: records.StoreHead,
        Kind.RATING: rating.Rating,
        Kind.RATING_REPLY: rating.RatingReply,
        Kind.FOLLOW: records.Follow,
        Kind.BLOCK_LIST: records.BlockList,
        Kind.CONTACT: records.Contact,
        Kind.SALES_HEAD: slots.SalesHead,
        Kind.OFFER: messages.Offer,
        Kind.ACCEPT: messages.Accept,
        Kind.WITHDRAW: messages.Withdraw,
        Kind.SEAT_ACK: messages.SeatAck,
        Kind.FUND: messages.Fund,
        Kind.FUND_ACK: messages.FundAck,
        Kind.SHIP: messages.Ship,
        Kind.DECLINE: messages.Decline,
        Kind.PROPOSAL: messages.Proposal,
        Kind.AGREE: messages.Agree,
        Kind.DISPUTE: messages.Dispute,
        Kind.EVIDENCE: messages.Evidence,
        Kind.RULING: messages.Ruling,
        Kind.SETTLED: messages.Settled,
        Kind.EXTEND: messages.Extend,
        Kind.SALE_SLOT: slots.SaleSlot,
        Kind.BUY_SLOT: slots.BuySlot,
        Kind.CASE_SLOT: slots.CaseSlot,
        Kind.ACCOUNT_PROPOSE: account.AccountPropose,
        Kind.ACCOUNT_ACCEPT: account.AccountAccept,
        Kind.ACCOUNT_REJECT: account.AccountReject,
        Kind.CLEAR_SEEK: clearing.ClearSeek,
        Kind.CLEAR_PLAN: clearing.ClearPlan,
        Kind.CLEAR_VOTE: clearing.ClearVote,
        Kind.ADDRESS: delivery.Address,
        Kind.DISCLOSE: delivery.Disclose,
        Kind.CHAT: chat.Chat,
        Kind.ACK: delivery.Ack,
    }
)
KIND_OF: Final[Mapping[type[Body], Kind]] = MappingProxyType(
    {body: Kind(kind) for kind, body in BODIES.items()}
)

_encoder = msgspec.msgpack.Encoder()
_decoders: Final[dict[int, msgspec.msgpack.Decoder[Any]]] = {
    kind: msgspec.msgpack.Decoder(body) for kind, body in BODIES.items()
}


def encode_body(body: Body) -> bytes:
    """The one canonical encoding of ``body``."""
    return _encoder.encode(body)


def decode_body(kind: int, data: bytes) -> Body:
    """Decode and check ``data`` as a body of ``kind``.

    Raises MalformedMessageError for whatever is not canonical or breaks a bound.
    """
    try:
        body: Body = _decoders[kind].decode(data)
        check_marks(body)
        check_rules(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error
    if _encoder.encode(body) != data:
        raise MalformedMessageError("not the canonical encoding")
    return body
