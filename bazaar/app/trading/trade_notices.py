"""What in a trade needs its person, as notices; each is named after the message it is of."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from bazaar.app.people.notices import Notice, NoticeKind
from bazaar.domain.trading.messages import (
    Decline,
    Dispute,
    DisputeReason,
    Extend,
    Fund,
    Proposal,
    Role,
    Ruling,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.outlook import is_turn_of, outlook
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade

LAST_CALL_SECONDS: Final = 86_400
"""So long before it is too late one is reminded."""

PARTIES: Final = frozenset({Role.BUYER, Role.SELLER})
SEATS: Final = frozenset({Role.PRIMARY, Role.BACKUP})
BY_HAND: Final = frozenset({DisputeReason.GOODS, DisputeReason.OTHER})

Say = tuple[frozenset[Role], NoticeKind, str]
_SAID: Final[Mapping[type[Step], Say]] = MappingProxyType(
    {
        Withdraw: (
            PARTIES,
            NoticeKind.ORDER,
            "It was called off before any money was bound.",
        ),
        Ship: (
            frozenset({Role.BUYER}),
            NoticeKind.SHIPMENT,
            "It was sent. Confirm when it is here and as promised, or complain.",
        ),
        Decline: (
            frozenset({Role.BUYER}),
            NoticeKind.ORDER,
            "The seller gives the money back.",
        ),
        Proposal: (
            PARTIES,
            NoticeKind.ORDER,
            "The other side proposes a split. Agree, or say what you think.",
        ),
        Dispute: (
            PARTIES,
            NoticeKind.DISPUTE,
            "The other side complained to the arbiters. Add what shows your side.",
        ),
        Ruling: (PARTIES, NoticeKind.RULING, "An arbiter ruled. See what it means."),
        Extend: (
            frozenset({Role.SELLER}),
            NoticeKind.DEADLINE,
            "The buyer gives you more time.",
        ),
    }
)


def notices_of(trade: Trade, role: Role, now: int) -> Iterator[Notice]:
    """Everything that the set of messages, and the time, ask of ``role`` until now."""
    yield from _spoken(trade, role)
    phase = _PHASES.get((trade.phase, role))
    if phase is not None:
        yield from phase(trade)
    yield from _last_call(trade, role, now)


def _spoken(trade: Trade, role: Role) -> Iterator[Notice]:
    """What others said."""
    for message in trade.facts.chains.complete.values():
        said = _SAID.get(type(message.body))
        if said is None or message.body.role == role or message.id not in trade.counted:
            continue
        roles, kind, words = said
        if role in roles:
            yield Notice(kind, message.id.hex(), words, trade.id)
        elif role in SEATS and isinstance(message.body, Dispute):
            yield from _asked_to_judge(trade, message.id, message.body)


def _asked_to_judge(trade: Trade, subject: bytes, dispute: Dispute) -> Iterator[Notice]:
    """The node rules the two others by itself."""
    if dispute.reason in BY_HAND:
        words = "You are asked to judge. Read both sides and their evidence."
        yield Notice(NoticeKind.CASE, subject.hex(), words, trade.id)


def _offered(trade: Trade) -> Iterator[Notice]:
    words = "A new order waits for you. Accept or decline it."
    yield Notice(NoticeKind.ORDER, _name(trade, "offered"), words, trade.id)


def _agreed(trade: Trade) -> Iterator[Notice]:
    if not trade.facts.naming_contract(Fund):
        words = "Everybody agreed. Pay, so that it can be sent."
        yield Notice(NoticeKind.PAYMENT, _name(trade, "agreed"), words, trade.id)


def _funded(trade: Trade) -> Iterator[Notice]:
    if any(part.phase is Phase.WAITING for part in trade.parts):
        words = "The money is bound. Send it now."
        yield Notice(NoticeKind.PAYMENT, _name(trade, "funded"), words, trade.id)


def _closed(trade: Trade) -> Iterator[Notice]:
    words = "It is settled. Rate how it went."
    yield Notice(NoticeKind.ORDER, _name(trade, "closed"), words, trade.id)


def _last_call(trade: Trade, role: Role, now: int) -> Iterator[Notice]:
    look = outlook(trade)
    if look.until is None or not is_turn_of(look, role):
        return
    soon = trade.facts.network.scaled(LAST_CALL_SECONDS)
    if look.until - soon <= now < look.until:
        words = f"It is your turn, and time runs out. Otherwise {look.then}."
        name = _name(trade, f"due:{look.until}")
        yield Notice(NoticeKind.DEADLINE, name, words, trade.id)


def _name(trade: Trade, what: str) -> str:
    return f"{what}:{trade.id.hex()}"


_PHASES: Final[Mapping[tuple[Phase, Role], Callable[[Trade], Iterator[Notice]]]] = (
    MappingProxyType(
        {
            (Phase.OFFERED, Role.SELLER): _offered,
            (Phase.AGREED, Role.BUYER): _agreed,
            (Phase.FUNDED, Role.SELLER): _funded,
            (Phase.CLOSED, Role.BUYER): _closed,
            (Phase.CLOSED, Role.SELLER): _closed,
        }
    )
)
