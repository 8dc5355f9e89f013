"""Which messages a role may send now: RULES' phases and the conditions of its own node (7.6)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bazaar.domain.trading.messages import (
    Accept,
    Agree,
    Decline,
    Dispute,
    Evidence,
    Extend,
    Fund,
    Proposal,
    Role,
    Settled,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.needs import offered
from bazaar.domain.trading.phases import DECIDED, Phase
from bazaar.domain.trading.rules import may_say
from bazaar.domain.trading.trade import PartState, Trade

PART_KINDS: Final = frozenset(
    {Ship, Decline, Proposal, Agree, Dispute, Evidence, Settled}
)
COMMANDS: Final[Mapping[str, type[Step]]] = MappingProxyType(
    {
        "accept": Accept,
        "withdraw": Withdraw,
        "fund": Fund,
        "ship": Ship,
        "confirm": Agree,
        "agree": Agree,
        "propose": Proposal,
        "dispute": Dispute,
        "evidence": Evidence,
        "extend": Extend,
    }
)
"""Commands of a person and the message that each sends, but for decline and refund."""


def allows(
    trade: Trade, role: Role, kind: type[Step], part: PartState | None = None
) -> bool:
    """Whether the table lets ``role`` say ``kind`` in the present phase (of ``part``)."""
    phase = part.phase if part is not None and kind in PART_KINDS else trade.phase
    return may_say(kind, role, phase)


def parts_for(trade: Trade, role: Role, kind: type[Step]) -> list[PartState]:
    """The parts on which ``role`` may say ``kind`` now."""
    return [part for part in trade.parts if _fits(trade, role, kind, part)]


def _fits(trade: Trade, role: Role, kind: type[Step], part: PartState) -> bool:
    if not allows(trade, role, kind, part):
        return False
    if kind is Ship:
        return not part.ships and not trade.facts.on_part(Decline, part.number)
    if kind is Decline:
        return not trade.facts.on_part(Decline, part.number)
    if kind is Agree:
        return bool(offers_to(trade, role, part))
    if kind is Dispute:
        return trade.contract.is_escrow and not _has_disputed(part, role)
    return True


def _has_disputed(part: PartState, role: Role) -> bool:
    return any(dispute.body.role == role for dispute in part.disputes)


def offers_to(trade: Trade, role: Role, part: PartState) -> list[bytes]:
    """Ids that ``role`` may still agree to on ``part``: offers of the other, the Ruling; newest last.

    At most one Agree to an offer and one to each Ruling (row 11).
    """
    if part.phase in DECIDED:
        return []
    mine = [
        a
        for a in trade.facts.of(Agree)
        if a.body.role == role and a.body.part == part.number
    ]
    names = {agree.body.names for agree in mine}
    ruling = [part.ruling.id] if part.ruling and part.ruling.id not in names else []
    rulings = {part.ruling.id} if part.ruling else set[bytes]()
    if names - rulings:
        return ruling
    standing = [
        (m.body.seq, m.id)
        for kind in (Ship, Decline, Proposal)
        for m in trade.facts.of(kind)
        if m.body.role != role and offered(trade.facts, m.body, part.number) is not None
    ]
    return [one for _, one in sorted(standing)] + ruling


def commands_on(trade: Trade, role: Role, part: PartState) -> list[str]:
    """The commands that a person in ``role`` may give on one part of a funded trade."""
    found = [
        name
        for name, kind in COMMANDS.items()
        if kind in PART_KINDS
        and _fits(trade, role, kind, part)
        and (name != "confirm" or _may_confirm(trade, role, part))
    ]
    if role is Role.SELLER and _fits(trade, role, Decline, part):
        found += ["decline", "refund"]
    return found


def _may_confirm(trade: Trade, role: Role, part: PartState) -> bool:
    standing = offers_to(trade, role, part)
    return role is Role.BUYER and any(ship.id in standing for ship in part.ships)


def commands(trade: Trade, role: Role) -> list[str]:
    """The commands that a person in ``role`` may give now, most usual first."""
    found = [name for name in COMMANDS if _may(trade, role, name)]
    if role is Role.SELLER:
        found += _seller_refusals(trade)
    return found


def _may(trade: Trade, role: Role, name: str) -> bool:
    kind = COMMANDS[name]
    if name == "extend":
        waiting = trade.parts and not any(part.ships for part in trade.parts)
        return allows(trade, role, kind) and bool(waiting)
    if name == "confirm":
        return any(
            _may_confirm(trade, role, part) for part in parts_for(trade, role, Agree)
        )
    if kind in PART_KINDS:
        return bool(parts_for(trade, role, kind))
    return allows(trade, role, kind)


def _seller_refusals(trade: Trade) -> list[str]:
    before = trade.phase in {Phase.OFFERED, Phase.ACCEPTED, Phase.AGREED}
    if before:
        return ["decline"]
    return ["decline", "refund"] if parts_for(trade, Role.SELLER, Decline) else []
