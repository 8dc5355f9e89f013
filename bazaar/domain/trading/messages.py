"""The bodies of all trade messages, in the field order of PROTOCOL.md 7.2 and 7.3."""

from enum import IntEnum
from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.wire.bounds import (
    U8,
    Amount,
    BasisPoints,
    Body,
    BoxKey,
    Country,
    Id,
    Key,
    NestedEnvelope,
    PositiveAmount,
    Quantity,
    Short,
    Time,
    UnitId,
    Word,
)
from bazaar.domain.wire.kinds import Kind

MAX_SEQ: Final = 127
MAX_LINES: Final = 16
MAX_PARTS: Final = 16
MAX_RAIL_BYTES: Final = 2048
MAX_LEG_BYTES: Final = 512
MAX_LEGS: Final = 4
MAX_CASE_TEXT: Final = 4000
MAX_EVIDENCE: Final = 10
MAX_EVIDENCE_BYTES: Final = 2 * 1024 * 1024
MAX_GOODS: Final = 30
MAX_GOODS_BYTES: Final = 2**31
MAX_DELIVERY_BYTES: Final = 4096
MAX_EXTENSION_DAYS: Final = 30
NO_ID: Final = bytes(32)


class Role(IntEnum):
    """Who speaks in a trade; the primary and backup seats are the arbiters."""

    BUYER = 0
    SELLER = 1
    PRIMARY = 2
    BACKUP = 3


class Mode(IntEnum):
    """Whether two seats guard the order."""

    ESCROW = 1
    DIRECT = 2


class DisputeReason(IntEnum):
    """What a party claims."""

    UNSHIPPED = 1
    SILENT = 2
    GOODS = 3
    OTHER = 4


RoleField = Annotated[int, Meta(ge=0, le=3)]
PartIndex = Annotated[int, Meta(ge=0, le=MAX_PARTS - 1)]
PartList = Annotated[
    tuple[PartIndex, ...],
    Meta(min_length=1, max_length=MAX_PARTS, extra={"unique": True}),
]
MessageSeq = Annotated[int, Meta(ge=0, le=MAX_SEQ)]
RailBytes = Annotated[bytes, Meta(max_length=MAX_RAIL_BYTES)]
CaseText = Annotated[str, Meta(max_length=MAX_CASE_TEXT, extra={"text": "text"})]
ReasonCode = Annotated[int, Meta(ge=1, le=4)]


class Seen(Body, frozen=True):
    """The last message that the signer held of another role."""

    role: RoleField
    seq: MessageSeq
    id: Id


class Step(Body, frozen=True):
    """Header of every trade message (7.2).

    Attributes:
        trade: Id of the Offer; zeros in the Offer itself.
        prev: Id of the signer's previous message in this trade; zeros at seq 0.
        seen: Last message held of every other signer, by ascending role.
        at: The signer's clock, seconds.
    """

    trade: Id
    role: RoleField
    seq: MessageSeq
    prev: Id
    seen: Annotated[tuple[Seen, ...], Meta(max_length=3)]
    at: Time


class ShippingChoice(Body, frozen=True):
    """Indices into the listing's shipping options and that option's services."""

    option: Annotated[int, Meta(ge=0, le=29)]
    service: Annotated[int, Meta(ge=0, le=9)] | None


class LineAmounts(Body, frozen=True):
    """The computed amounts of one line (6.4), minor units."""

    goods: Amount
    discount: Amount
    shipping: Amount
    tax: Amount
    line: Amount


CouponCode = Annotated[str, Meta(pattern=r"^[A-Z0-9-]{6,20}\Z")]


class Line(Body, frozen=True):
    """One listing in an order."""

    listing: Id
    sku: Annotated[int, Meta(ge=0, le=499)] | None
    quantity: Quantity
    shipping: ShippingChoice | None
    coupons: Annotated[
        tuple[CouponCode, ...], Meta(max_length=30, extra={"unique": True})
    ]
    amounts: LineAmounts


class Part(Body, frozen=True):
    """What is shipped, ruled and paid as one."""

    line: Annotated[int, Meta(ge=0, le=MAX_LINES - 1)]
    quantity: Quantity
    amount: PositiveAmount


class Seat(Body, frozen=True):
    """An arbiter named by the contract, with the fee frozen from its offer."""

    key: Key
    offer: Id
    fee_fixed: Amount
    fee_bp: Annotated[int, Meta(ge=0, le=2_000)]


class Offer(Step, frozen=True, tag=int(Kind.OFFER)):
    """The buyer's order: everything payable except the seller's nonce."""

    buyer: Key
    seller: Key
    nonce: Id
    mode: Annotated[int, Meta(ge=1, le=2)]
    unit: UnitId
    lines: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=MAX_LINES)]
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=MAX_PARTS)]
    country: Country | None
    address_hash: Id | None
    rail: Word
    rail_terms: RailBytes
    seats: Annotated[tuple[Seat, ...], Meta(max_length=2)]
    deadlines: tuple[Time, Time, Time, Time, Time, Time]
    window: Time
    default_bp: BasisPoints
    rating_key: Key
    buyer_box: BoxKey
    buy_slot: NestedEnvelope


class Accept(Step, frozen=True, tag=int(Kind.ACCEPT)):
    """The seller's word; with the Offer it is the contract."""

    nonce: Id
    seller_box: BoxKey
    rail_part: RailBytes
    sale_slot: NestedEnvelope


class Withdraw(Step, frozen=True, tag=int(Kind.WITHDRAW)):
    """Leave before the money is bound."""

    reason: U8


class SeatAck(Step, frozen=True, tag=int(Kind.SEAT_ACK)):
    """A seat's consent to judge this contract."""

    contract: Id
    rail_part: RailBytes
    case_slot: NestedEnvelope


class Fund(Step, frozen=True, tag=int(Kind.FUND)):
    """The buyer bound the money; legs are references of the rail."""

    contract: Id
    legs: Annotated[
        tuple[Annotated[bytes, Meta(max_length=MAX_LEG_BYTES)], ...],
        Meta(min_length=1, max_length=MAX_LEGS),
    ]


class FundAck(Step, frozen=True, tag=int(Kind.FUND_ACK)):
    """The seller's rail says funded; reserves the rating slots."""

    contract: Id
    slots: Annotated[
        tuple[Id, ...], Meta(min_length=2, max_length=4, extra={"unique": True})
    ]


class GoodsFile(Body, frozen=True):
    """One digital file that a Ship delivers."""

    hash: Id
    size: Annotated[int, Meta(ge=1, le=MAX_GOODS_BYTES)]


class Ship(Step, frozen=True, tag=int(Kind.SHIP)):
    """Sent: the seller's standing half of the release."""

    parts: PartList
    delivery: Annotated[bytes, Meta(max_length=MAX_DELIVERY_BYTES)]
    delivery_hash: Id
    goods: Annotated[
        tuple[GoodsFile, ...], Meta(max_length=MAX_GOODS, extra={"unique": True})
    ]


class Decline(Step, frozen=True, tag=int(Kind.DECLINE)):
    """Will not deliver: the seller's standing half of the refund."""

    parts: PartList
    reason: U8


class Proposal(Step, frozen=True, tag=int(Kind.PROPOSAL)):
    """A split of one part that the other party may complete."""

    part: PartIndex
    to_seller: Amount
    to_buyer: Amount


class Agree(Step, frozen=True, tag=int(Kind.AGREE)):
    """The other half of a Ship, Decline, Proposal or Ruling."""

    part: PartIndex
    names: Id


class Dispute(Step, frozen=True, tag=int(Kind.DISPUTE)):
    """Ask the seats to judge."""

    parts: PartList
    reason: ReasonCode
    text: CaseText


class EvidenceFile(Body, frozen=True):
    """One file by hash."""

    hash: Id
    size: Annotated[int, Meta(ge=1, le=MAX_EVIDENCE_BYTES)]
    caption: Short


class Evidence(Step, frozen=True, tag=int(Kind.EVIDENCE)):
    """Files and a statement, open to both parties and both seats."""

    files: Annotated[
        tuple[EvidenceFile, ...], Meta(max_length=MAX_EVIDENCE, extra={"unique": True})
    ]
    statement: CaseText


class Ruling(Step, frozen=True, tag=int(Kind.RULING)):
    """A seat's half of one outcome of one part."""

    part: PartIndex
    dispute: Id
    reason: ReasonCode
    to_seller: Amount
    to_buyer: Amount
    fee: Amount
    text: CaseText


class Settled(Step, frozen=True, tag=int(Kind.SETTLED)):
    """This party's rail has applied the outcome."""

    part: PartIndex
    outcome: Id
    reference: Annotated[bytes, Meta(max_length=MAX_LEG_BYTES)]


class Extend(Step, frozen=True, tag=int(Kind.EXTEND)):
    """The buyer gives the seller more days."""

    days: Annotated[int, Meta(ge=1, le=MAX_EXTENSION_DAYS)]


AnyStep = (
    Offer
    | Accept
    | Withdraw
    | SeatAck
    | Fund
    | FundAck
    | Ship
    | Decline
    | Proposal
    | Agree
    | Dispute
    | Evidence
    | Ruling
    | Settled
    | Extend
)
