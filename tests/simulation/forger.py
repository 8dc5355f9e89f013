"""A role that lies: it signs in any branch, at any time, and tells one role alone."""

from collections.abc import Callable
from typing import Final, NamedTuple

from bazaar.app.ports import Request
from bazaar.app.trading.trades import Header
from bazaar.domain.errors import BazaarError
from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.messages import Put
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import (
    NO_ID,
    Agree,
    Decline,
    Dispute,
    Extend,
    Proposal,
    Role,
    Ruling,
    Seen,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed
from tests.app.town import Person

LIES: Final = {
    Role.BUYER: (Agree, Dispute, Proposal, Extend, Withdraw),
    Role.SELLER: (Ship, Decline, Proposal, Agree, Dispute),
    Role.PRIMARY: (Ruling,),
    Role.BACKUP: (Ruling,),
}
SHARES: Final = (0, 1, 2)


class Lie(NamedTuple):
    """What is forged: all numbers are taken modulo what there is to choose from.

    Attributes:
        kind, part, what: The message, its part, and what it says of it.
        branch: After which own message it stands; the newest if it is beyond them.
        is_blind: It has seen nothing of the others.
        ahead: Seconds that its time lies off the liar's clock.
    """

    kind: int
    part: int
    what: int
    branch: int
    is_blind: bool
    ahead: int


def forged(liar: Person, trade: Trade, role: Role, lie: Lie) -> Signed[Step]:
    """The lie, signed by the liar's own key."""
    kinds = LIES[role]
    build = _BODIES[kinds[lie.kind % len(kinds)]]
    header = _header(trade, role, lie, liar.clock.now())
    return liar.node.context.sign(build(trade, header, lie))


async def tell(liar: Person, envelope: bytes, hearer: Person) -> None:
    """Put it to ``hearer`` alone, past all weather; a refusal is his right."""
    node = liar.town.wire.nodes.get(hearer.key)
    if node is None:
        return
    try:
        await node.answer(Request(liar.key, RequestType.PUT, encode(Put((envelope,)))))
    except BazaarError:
        return


def _header(trade: Trade, role: Role, lie: Lie, now: int) -> Header:
    complete = trade.facts.chains.complete.values()
    own = sorted((m for m in complete if m.body.role == role), key=lambda m: m.body.seq)
    heads = dict(trade.facts.chains.heads)
    heads.pop(role, None)
    seen: tuple[Seen, ...] = () if lie.is_blind else tuple(heads.values())
    if not own:
        return Header(trade.id, role, 0, NO_ID, seen, now + lie.ahead)
    prev = own[min(lie.branch, len(own) - 1)]
    return Header(trade.id, role, prev.body.seq + 1, prev.id, seen, now + lie.ahead)


def _part(trade: Trade, lie: Lie) -> int:
    return lie.part % len(trade.contract.offer.parts)


def _split(trade: Trade, lie: Lie) -> tuple[int, int]:
    amount = trade.contract.offer.parts[_part(trade, lie)].amount
    seller = (0, amount // 2, amount)[lie.what % 3]
    return seller, amount - seller


def _agree(trade: Trade, header: Header, lie: Lie) -> Step:
    kinds = Ship | Decline | Proposal | Ruling
    held = trade.facts.chains.complete.values()
    names = sorted(m.id for m in held if isinstance(m.body, kinds)) or [NO_ID]
    return Agree(*header, _part(trade, lie), names[lie.what % len(names)])


def _ruling(trade: Trade, header: Header, lie: Lie) -> Step:
    disputes = sorted(m.id for m in trade.facts.of(Dispute)) or [NO_ID]
    reason = lie.what % 4 + 1
    split = _split(trade, lie)
    return Ruling(
        *header,
        _part(trade, lie),
        disputes[lie.what % len(disputes)],
        reason,
        *split,
        0,
        "",
    )


def _ship(trade: Trade, header: Header, lie: Lie) -> Step:
    return Ship(*header, (_part(trade, lie),), b"", NO_ID, ())


_BODIES: Final[dict[type[Step], Callable[[Trade, Header, Lie], Step]]] = {
    Agree: _agree,
    Ruling: _ruling,
    Ship: _ship,
    Decline: lambda trade, header, lie: Decline(*header, (_part(trade, lie),), 0),
    Withdraw: lambda _trade, header, _lie: Withdraw(*header, 0),
    Extend: lambda _trade, header, lie: Extend(*header, lie.what % 30 + 1),
    Proposal: lambda trade, header, lie: Proposal(
        *header, _part(trade, lie), *_split(trade, lie)
    ),
    Dispute: lambda trade, header, lie: Dispute(
        *header, (_part(trade, lie),), lie.what % 4 + 1, ""
    ),
}
