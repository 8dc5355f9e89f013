"""Placing an order, and what it would say."""

from typing import Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call, MoneyView


class OrderLine(Answer, frozen=True):
    """One listing to buy.

    Attributes:
        options: Option name to variant name.
        shipping: ``Post/Standard`` (title/service) or the title of a pickup.
        parcels: Pieces in each parcel, when the seller shall send several; empty is one.
    """

    listing: str
    quantity: int = 1
    options: dict[str, str] = field(default_factory=dict[str, str])
    shipping: str | None = None
    coupons: tuple[str, ...] = ()
    parcels: tuple[int, ...] = ()


class OrderPlace(Call, frozen=True, tag="order.place"):
    """Offer to buy one listing by the flat fields, or several of one seller by ``lines``.

    Attributes:
        address: name, company, street, street2, city, region, postal_code, country,
            phone, email; needed when something is posted.
        arbiter, backup: Peer ids; None lets the node choose among those that the
            seller accepts.
        accept_days: Days until T0, 2..30.
        hub: Who stands between buyer and seller: a peer id, "none", or None to let the
            node look for one where the seller's own limit does not suffice.
        preview: Only compute and check, sign nothing.
    """

    listing: str = ""
    quantity: int = 1
    option: dict[str, str] = field(default_factory=dict[str, str])
    shipping: str | None = None
    coupon: tuple[str, ...] = ()
    parcels: tuple[int, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    address: dict[str, str] | None = None
    arbiter: str | None = None
    backup: str | None = None
    direct: bool = False
    memo: str = ""
    contact: str = ""
    rail: str = "credit"
    accept_days: int = 3
    hub: str | None = None
    preview: bool = False


class OrderWays(Call, frozen=True, tag="order.ways"):
    """How ``amount`` (text with a unit) could be paid to ``seller``: directly, or over whom.

    Attributes:
        seats: Arbiters of the order; they are asked to stand between before others.
    """

    seller: str
    amount: str
    seats: tuple[str, ...] = ()


class PayWayView(Answer, frozen=True):
    """One way to pay.

    Attributes:
        hub: Peer id of who stands between; empty on the account with the seller.
        free: What is still let owe there.
        held: What would be held there while the order is open.
        fee: What the hub takes for it.
        can: Whether it would go that way now.
        why: Why not, or what is not known yet; else empty.
    """

    hub: str
    name: str
    fingerprint: tuple[str, ...]
    colour: str
    free: MoneyView
    held: MoneyView
    fee: MoneyView
    can: bool
    why: str = ""


class AmountLine(Answer, frozen=True):
    """A row of a receipt."""

    label: str
    amount: MoneyView


class SeatView(Answer, frozen=True):
    """A seat of a contract."""

    role: str
    peer_id: str
    name: str
    fee: str
    most: MoneyView
    acknowledged: bool
    fingerprint: tuple[str, ...]
    colour: str


class OrderPreview(Answer, frozen=True):
    """What an order would say, before anything is signed.

    Attributes:
        credit_free: What the seller, or the hub, still lets this user owe.
        hub, hub_name: Over whom it is paid; empty on the account with the seller.
        accepted: Peer ids of the arbiters that the seller accepts for all of it.
    """

    total: MoneyView
    receipt: tuple[AmountLine, ...]
    seats: tuple[SeatView, ...]
    deadlines: dict[str, int]
    unit_note: str
    credit_free: MoneyView | None
    warnings: tuple[str, ...]
    hub: str = ""
    hub_name: str = ""
    accepted: tuple[str, ...] = ()


class OrderPlaced(Answer, frozen=True):
    """An order after a move. ``preview`` is set when nothing was signed."""

    order_id: str
    state: str
    total: MoneyView
    preview: OrderPreview | None = None


CALLS: Final[Answers] = {
    OrderWays: tuple[PayWayView, ...],
    OrderPlace: OrderPlaced,
}
