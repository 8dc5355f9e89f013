"""Tells trades message by message, signed by real keys, for every test that needs one."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar, cast

from nacl.signing import SigningKey

from bazaar.domain.trading.contract import split_line
from bazaar.domain.trading.deadlines import ANSWER_WINDOW_SECONDS, Deadlines, suggested
from bazaar.domain.trading.messages import (
    NO_ID,
    Accept,
    Fund,
    FundAck,
    Line,
    LineAmounts,
    Mode,
    Offer,
    Role,
    Ruling,
    Seat,
    SeatAck,
    Seen,
    Ship,
    Step,
)
from bazaar.domain.trading.trade import Trade, fold
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.networks import HOUR, Network, network

NETWORK: Final = network("local:tests")
START: Final = 1_000_000
KEYS: Final = {role: SigningKey(bytes([role + 1]) * 32) for role in Role}
STRANGER: Final = SigningKey(b"\x09" * 32)
RATING_KEY: Final = SigningKey(b"\x0a" * 32).verify_key.encode()
SEATS: Final = (Role.PRIMARY, Role.BACKUP)
FEE_FIXED: Final = 30
FEE_BP: Final = 500

AStep = TypeVar("AStep", bound=Step)


def public(role: Role) -> bytes:
    return KEYS[role].verify_key.encode()


def offer_fields(amounts: Sequence[int] = (1000,), **changes: Any) -> dict[str, Any]:
    """The fields of a valid Offer with one line, and one part, per amount."""
    lines = [
        Line(bytes([i + 1]) * 32, None, 1, None, (), LineAmounts(a, 0, 0, 0, a))
        for i, a in enumerate(amounts)
    ]
    fields = {
        "trade": NO_ID,
        "role": Role.BUYER,
        "seq": 0,
        "prev": NO_ID,
        "seen": (),
        "at": START,
        "buyer": public(Role.BUYER),
        "seller": public(Role.SELLER),
        "nonce": b"n" * 32,
        "mode": Mode.ESCROW,
        "unit": "EUR",
        "lines": tuple(lines),
        "parts": tuple(
            part for i, a in enumerate(amounts) for part in split_line(i, a, [1])
        ),
        "country": None,
        "address_hash": None,
        "rail": "credit",
        "rail_terms": b"",
        "seats": tuple(Seat(public(r), b"o" * 32, FEE_FIXED, FEE_BP) for r in SEATS),
        "deadlines": tuple(suggested(START, 3, 7, 14, NETWORK)),
        "window": ANSWER_WINDOW_SECONDS,
        "default_bp": 5000,
        "rating_key": RATING_KEY,
        "buyer_box": b"b" * 32,
        "buy_slot": b"slot",
    }
    if changes.get("mode") == Mode.DIRECT:
        fields["seats"] = ()
    return fields | changes


def signed_offer(
    amounts: Sequence[int] = (1000,), on: Network = NETWORK, **changes: Any
) -> Signed[Offer]:
    return seal(Offer(**offer_fields(amounts, **changes)), KEYS[Role.BUYER], on.id)


class Story:
    """One trade and all that was said in it, in the order of saying."""

    def __init__(
        self, amounts: Sequence[int] = (1000,), on: Network = NETWORK, **changes: Any
    ) -> None:
        self.network = on
        self.offer = signed_offer(amounts, on, **changes)
        self.said: list[Signed[Step]] = []
        self.clock = START

    @property
    def times(self) -> Deadlines:
        return Deadlines(*self.offer.body.deadlines)

    @property
    def all(self) -> list[Signed[Step]]:
        return [cast("Signed[Step]", self.offer), *self.said]

    def last(self, role: Role) -> Signed[Step] | None:
        own = [m for m in self.all if m.body.role == role]
        return max(own, key=lambda m: m.body.seq, default=None)

    def heads(self, role: Role) -> tuple[Seen, ...]:
        """What ``role`` would name as seen if it held everything."""
        last = [self.last(other) for other in Role if other != role]
        return tuple(Seen(m.body.role, m.body.seq, m.id) for m in last if m)

    def make(self, role: Role, kind: type[AStep], **fields: Any) -> Signed[AStep]:
        """Sign a message without saying it.

        ``prev`` (a message or None for seq 0), ``seen``, ``at`` and ``key`` may be given;
        otherwise it follows the last of its role and has seen everything.
        """
        prev = fields.pop("prev") if "prev" in fields else self.last(role)
        header: dict[str, Any] = {
            "trade": self.offer.id,
            "role": role,
            "seq": prev.body.seq + 1 if prev else 0,
            "prev": prev.id if prev else NO_ID,
            "seen": fields.pop("seen", self.heads(role)),
            "at": self.clock,
        }
        key = fields.pop("key", KEYS[role])
        return seal(kind(**header | _blank(kind) | fields), key, self.network.id)

    def say(self, role: Role, kind: type[AStep], **fields: Any) -> Signed[AStep]:
        """Sign a message, keep it and let an hour pass."""
        message = self.make(role, kind, **fields)
        self.said.append(cast("Signed[Step]", message))
        self.clock += HOUR
        return message

    def accepted(self) -> Signed[Accept]:
        return self.say(Role.SELLER, Accept)

    def agreed(self) -> Signed[Accept]:
        accept = self.accepted()
        for role in SEATS[: len(self.offer.body.seats)]:
            self.say(role, SeatAck, contract=accept.id)
        return accept

    def funded(self) -> "Story":
        """Everybody agreed, the buyer funded and the seller acknowledged."""
        contract = self.agreed().id
        self.say(Role.BUYER, Fund, contract=contract)
        self.say(Role.SELLER, FundAck, contract=contract)
        return self

    def shipped(self, *parts: int) -> "Story":
        self.funded().say(Role.SELLER, Ship, parts=parts or (0,))
        return self

    def fold(self, messages: Iterable[Signed[Step]] | None = None) -> Trade:
        return fold(
            self.offer, self.said if messages is None else messages, self.network
        )


def ruling_fields(dispute: bytes, reason: int, **split: int) -> dict[str, Any]:
    """Fields of a Ruling on part 0 unless ``part`` is given."""
    return {"dispute": dispute, "reason": reason, "part": 0} | split


_BLANK: Final[dict[type[Step], dict[str, Any]]] = {
    Accept: {"nonce": b"m" * 32, "seller_box": b"s" * 32}
    | {"rail_part": b"", "sale_slot": b"slot"},
    SeatAck: {"rail_part": b"", "case_slot": b"slot"},
    Fund: {"legs": (b"leg",)},
    FundAck: {"slots": (b"1" * 32, b"2" * 32)},
    Ship: {"parts": (0,), "delivery": b"", "delivery_hash": NO_ID, "goods": ()},
    Ruling: {"part": 0, "to_seller": 0, "to_buyer": 0, "fee": 0, "text": ""},
}
_COMMON: Final[dict[str, Any]] = {
    "reason": 0,
    "parts": (0,),
    "part": 0,
    "text": "",
    "files": (),
    "statement": "",
    "reference": b"",
}


def _blank(kind: type[Step]) -> dict[str, Any]:
    """Whatever a message of ``kind`` says when a test does not care."""
    if kind in _BLANK:
        return _BLANK[kind]
    return {
        name: value for name, value in _COMMON.items() if name in kind.__struct_fields__
    }
