"""The contract: Offer plus Accept fix everything payable before any money moves (7.1, 7.3)."""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.credit.hub_terms import CREDIT, hub_of
from bazaar.domain.errors import NotAllowedError, ReplyCode
from bazaar.domain.trading.deadlines import Deadlines, problem
from bazaar.domain.trading.messages import NO_ID, Accept, Mode, Offer, Part, Role, Seat
from bazaar.domain.wire.bounds import MAX_AMOUNT, MAX_BASIS_POINTS
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.networks import Network

OUTCOME_TAG: Final = b"bazaar/1 outcome\0"
SEAT_ROLES: Final = (Role.PRIMARY, Role.BACKUP)
SEATS_IN_ESCROW: Final = 2
SUGGESTED_SPLIT_BP: Final = 5_000
"""What the buyer gets of a part that was shipped and that nobody judged."""

CURVE_PRIME: Final = 2**255 - 19
HUB_PLACE: Final = 4
"""Number beside the roles of a hub that is no seat: it reads the trade and signs nothing in it."""


class Contract:
    """An Offer and, once there, the Accept that seals it.

    Attributes:
        trade: Id of the Offer.
        id: Id of the Accept; zeros before it.
    """

    def __init__(
        self, offer: Signed[Offer], accept: Signed[Accept] | None, network: Network
    ) -> None:
        self.offer = offer.body
        self.accept = accept.body if accept else None
        self.trade = offer.id
        self.id = accept.id if accept else NO_ID
        self.network = network

    @cached_property
    def keys(self) -> Mapping[Role, bytes]:
        """The identity key of each role; `direct` contracts have no seats."""
        parties = {Role.BUYER: self.offer.buyer, Role.SELLER: self.offer.seller}
        return parties | {role: seat.key for role, seat in self.seats.items()}

    @cached_property
    def seats(self) -> Mapping[Role, Seat]:
        """The arbiters by role."""
        return dict(zip(SEAT_ROLES, self.offer.seats, strict=False))

    @cached_property
    def hub(self) -> bytes | None:
        """The key over which the money goes, or None on a direct account (9.3)."""
        return hub_of(self.offer)

    @cached_property
    def members(self) -> Mapping[int, bytes]:
        """Who holds the trade's messages: every role, and the hub where it is no seat."""
        outside = self.hub is not None and self.role_of(self.hub) is None
        return dict(self.keys) | ({HUB_PLACE: self.hub} if outside and self.hub else {})

    @property
    def is_escrow(self) -> bool:
        """Whether seats guard the order."""
        return self.offer.mode == Mode.ESCROW

    @property
    def deadlines(self) -> Deadlines:
        """T0..T5 as signed, without extensions."""
        return Deadlines(*self.offer.deadlines)

    @property
    def total(self) -> int:
        """Sum of all parts, minor units."""
        return sum(part.amount for part in self.offer.parts)

    def role_of(self, key: bytes) -> Role | None:
        """The role that ``key`` plays here, or None."""
        return next((role for role, held in self.keys.items() if held == key), None)

    def others(self, key: bytes) -> list[bytes]:
        """The keys of all roles but that of ``key``."""
        return [held for held in self.keys.values() if held != key]

    def release(self, part: int) -> PaidOutcome:
        """REL: the seller gets all."""
        return PaidOutcome(part, self.offer.parts[part].amount, 0, 0, 0)

    def refund(self, part: int) -> PaidOutcome:
        """REF: the buyer gets all."""
        return PaidOutcome(part, 0, self.offer.parts[part].amount, 0, 0)

    def default_split(self, part: int) -> PaidOutcome:
        """What both nodes agree to after T5 when no seat has judged."""
        amount = self.offer.parts[part].amount
        to_buyer = amount * self.offer.default_bp // MAX_BASIS_POINTS
        return PaidOutcome(part, amount - to_buyer, to_buyer, 0, 0)

    def greatest_fee(self, role: Role, part: int) -> int:
        """The most that the seat ``role`` may take for ruling ``part``."""
        seat, amount = self.seats[role], self.offer.parts[part].amount
        fee = (
            seat.fee_fixed * amount // self.total
            + amount * seat.fee_bp // MAX_BASIS_POINTS
        )
        return min(fee, amount)

    def outcome_id(self, outcome: PaidOutcome) -> bytes:
        """Id of an outcome of this contract; names part and amounts."""
        packed = struct.pack(
            ">BQQQB",
            outcome.part,
            outcome.to_seller,
            outcome.to_buyer,
            outcome.fee,
            outcome.fee_role,
        )
        return hashlib.sha256(OUTCOME_TAG + self.id + packed).digest()


def check_offer(offer: Signed[Offer], network: Network) -> None:
    """Check all that an Offer's bytes alone decide. Raises NotAllowedError in words.

    What needs other objects (prices, listings, arbiters' terms) is checked by the use
    cases, with the same error.
    """
    body = offer.body
    if body.trade != NO_ID or body.role != Role.BUYER or body.seq != 0 or body.seen:
        raise _refused("an Offer starts its trade")
    if offer.author != body.buyer:
        raise NotAllowedError("the buyer must sign the Offer")
    _check_mode(body)
    _check_keys(body)
    _check_hub(body)
    _check_parts(body)
    _check_products(body)
    words = problem(Deadlines(*body.deadlines), body.at, body.window, network)
    if words is not None:
        raise _refused(words)


def check_accept(contract: Contract, *box_keys: bytes) -> None:
    """Check the keys that the Accept added, with the roles' known ``box_keys``.

    Raises NotAllowedError in words.
    """
    accept = contract.accept
    if accept is None:
        return
    if accept.seq != 0:
        raise _refused("an Accept is the seller's first message")
    boxes = (contract.offer.buyer_box, accept.seller_box, *box_keys)
    if not _are_distinct(_signing_keys(contract.offer), boxes):
        raise _refused("the seller's trade-box key is used twice")


def _check_mode(offer: Offer) -> None:
    expected = SEATS_IN_ESCROW if offer.mode == Mode.ESCROW else 0
    if len(offer.seats) != expected:
        raise _refused(f"this mode needs {expected} seats")


def _signing_keys(offer: Offer) -> list[bytes]:
    return [
        offer.buyer,
        offer.seller,
        *(seat.key for seat in offer.seats),
        offer.rating_key,
    ]


def _check_keys(offer: Offer) -> None:
    if not _are_distinct(_signing_keys(offer), [offer.buyer_box]):
        raise _refused("one key plays two roles")


def _check_hub(offer: Offer) -> None:
    """A hub may be a seat, but neither a party nor a key that only rates (I17)."""
    hub = hub_of(offer)
    if offer.rail == CREDIT and offer.rail_terms and hub is None:
        raise _refused("the credit rail's terms name no hub")
    if hub in {offer.buyer, offer.seller, offer.rating_key}:
        raise _refused("a party cannot be the hub of its own order")


def _are_distinct(signing: Sequence[bytes], boxes: Sequence[bytes]) -> bool:
    """Whether all are different, each compared as its canonical bytes (7.1)."""
    keys = [*signing, *(_canonical(box) for box in boxes)]
    return len(set(keys)) == len(keys)


def _canonical(box_key: bytes) -> bytes:
    """The one of an X25519 key's several encodings that is below the field's prime."""
    masked = int.from_bytes(box_key, "little") % 2**255
    return (masked % CURVE_PRIME).to_bytes(32, "little")


def _check_parts(offer: Offer) -> None:
    lines = [part.line for part in offer.parts]
    if lines != sorted(lines) or set(lines) != set(range(len(offer.lines))):
        raise _refused("the parts are not in line order")
    for index, line in enumerate(offer.lines):
        parts = [part for part in offer.parts if part.line == index]
        expected = split_line(
            index, line.amounts.line, [part.quantity for part in parts]
        )
        if sum(part.quantity for part in parts) != line.quantity or parts != expected:
            raise _refused("the parts do not add up to their line")


def _check_products(offer: Offer) -> None:
    """Refuse amounts whose fees or default split overflow on the way (4)."""
    amounts = [part.amount for part in offer.parts]
    rates = [offer.default_bp, *(seat.fee_bp for seat in offer.seats)]
    fixed = [seat.fee_fixed for seat in offer.seats]
    greatest = max(amounts) * max(rates + fixed)
    if sum(amounts) > MAX_AMOUNT or greatest > MAX_AMOUNT:
        raise _refused("the amounts of this order become too large")


def split_line(line: int, amount: int, quantities: list[int]) -> list[Part]:
    """The parts of one line; the remainder goes to the first.

    Raises NotAllowedError for a part worth nothing and for a product that overflows.
    """
    whole = sum(quantities)
    if amount * max(quantities) > MAX_AMOUNT:
        raise _refused("the amounts of this order become too large")
    shares = [amount * quantity // whole for quantity in quantities]
    shares[0] += amount - sum(shares)
    if min(shares) <= 0:
        raise _refused("a part is worth nothing")
    return [
        Part(line, quantity, share)
        for quantity, share in zip(quantities, shares, strict=True)
    ]


def _refused(words: str) -> NotAllowedError:
    return NotAllowedError(words, ReplyCode.MALFORMED)
