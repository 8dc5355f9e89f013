"""Orders as they are read."""

from typing import Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call, MoneyView
from bazaar.rpc.schema.placing import AmountLine, SeatView


class OrderList(Call, frozen=True, tag="order.list"):
    """Own orders; role is buyer, seller or arbiter."""

    role: str | None = None
    limit: int = 200


class OrderRow(Answer, frozen=True):
    """One order in a list."""

    order_id: str
    state: str
    role: str
    title: str
    counterparty: str
    counterparty_name: str
    total: MoneyView
    funded: bool
    thumbnail: str | None
    thumbnail_peer: str
    created: int
    updated: int
    your_turn: bool
    waiting_for: str
    until: int | None


class OrderShow(Call, frozen=True, tag="order.show"):
    """One order whole."""

    id: str


class MessageView(Answer, frozen=True):
    """One signed message; ``delivery`` maps role to queued, in_mailbox or delivered.

    Attributes:
        parts: The parts that it is about, where the order has several.
    """

    id: str
    type: str
    author: str
    author_role: str
    at: int
    received: int
    counts: bool
    summary: str
    delivery: dict[str, str] = field(default_factory=dict[str, str])
    parts: tuple[int, ...] = ()


class OutcomeView(Answer, frozen=True):
    """Who gets what of one part."""

    to_seller: MoneyView
    to_buyer: MoneyView
    fee: MoneyView
    by: str
    final: bool


class PartView(Answer, frozen=True):
    """What is shipped and paid as one.

    Attributes:
        next: Commands that this user may give on this part now.
        delivery: Tracking, link or code of its shipment, for who can read it.
    """

    index: int
    title: str
    quantity: int
    amount: MoneyView
    state: str
    outcome: OutcomeView | None
    next: tuple[str, ...] = ()
    delivery: str = ""


class EvidenceView(Answer, frozen=True):
    """A file or statement of a party; ``order.file`` fetches the file."""

    author_role: str
    at: int
    statement: str
    hash: str
    size: int
    caption: str


class RulingView(Answer, frozen=True):
    """A seat's ruling, valid or not."""

    author_role: str
    at: int
    part: int
    reason: str
    to_seller: MoneyView
    to_buyer: MoneyView
    fee: MoneyView
    text: str
    valid: bool


class OrderView(Answer, frozen=True):
    """An order whole.

    Attributes:
        version: Digest that moves carry; a move on an old one changes nothing.
        next: Commands that this user may give now.
        waiting_for: Role or roles that must act, or nobody.
        until: By when, seconds; None without a deadline.
        then: What happens otherwise, in words.
        unit_note: What an amount in this unit is worth: a promise between two people.
        problem: Why the node's next own step waits, in words.
        disclosed: What this user has handed to seats, as ``address:primary``.
        hub, hub_name: Over whom the money goes; empty on a direct account.
        ship_risk: Why a shipment now may not count as in time, for the seller; else empty.
        called_off: Why a party withdrew: out_of_stock, store_closed, or nothing.
        resume_risk: What who stops waiting after a restore risks, where this user may.
        shredded: When address, delivery data and its keys were deleted here; None: not yet.
        can_rule_from: Earliest time for this seat's own ruling, for the countdown.
    """

    order_id: str
    version: str
    state: str
    role: str
    title: str
    thumbnail: str | None
    buyer: str
    buyer_name: str
    seller: str
    seller_name: str
    counterparty: str
    total: MoneyView
    funded: bool
    mode: str
    unit_note: str
    created: int
    now: int
    deadlines: dict[str, int]
    parts: tuple[PartView, ...]
    seats: tuple[SeatView, ...]
    receipt: tuple[AmountLine, ...]
    messages: tuple[MessageView, ...]
    next: tuple[str, ...]
    waiting_for: str
    until: int | None
    then: str
    outcome: OutcomeView | None
    rail_state: str
    delivery: str
    address: dict[str, str]
    memo: str
    dispute: str
    disputed_by: str
    evidence: tuple[EvidenceView, ...]
    rulings: tuple[RulingView, ...]
    proposals: tuple[str, ...]
    seats_acked: int
    can_rule_from: int | None
    rated: bool
    flagged: tuple[str, ...] = ()
    parked: int = 0
    hub: str = ""
    hub_name: str = ""
    ship_risk: str = ""
    problem: str = ""
    disclosed: tuple[str, ...] = ()
    called_off: str = ""
    resume_risk: str = ""
    shredded: int | None = None


class OrderWait(Call, frozen=True, tag="order.wait"):
    """Answer when the state is reached; refused when not in ``timeout`` seconds."""

    id: str
    state: str
    timeout: float = 60.0


CALLS: Final[Answers] = {
    OrderList: tuple[OrderRow, ...],
    OrderShow: OrderView,
    OrderWait: OrderView,
}
