"""From a checked bundle to what is shown of it; loaded by ``verify`` alone."""

from bazaar.cli.evidence_page import PartLine, RoleLine, TimelineLine, VerifiedView
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.trading.bundle_check import Checked
from bazaar.domain.trading.messages import Role, Step
from bazaar.domain.trading.telling import ROLE_NAMES, in_order, summary
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed


def verified_view(checked: Checked) -> VerifiedView:
    """All that the bundle shows; only the verdict if it shows no order."""
    trade = checked.trade
    if trade is None:
        return VerifiedView(
            valid=checked.valid, state=checked.state, problems=checked.problems
        )
    contract = trade.contract
    return VerifiedView(
        valid=checked.valid,
        state=checked.state,
        problems=checked.problems,
        order_id=trade.id.hex(),
        network=contract.network.name,
        total=str(Money(contract.total, contract.offer.unit)),
        flagged=tuple(dict.fromkeys(ROLE_NAMES[fork.role] for fork in trade.forks)),
        roles=tuple(
            RoleLine(ROLE_NAMES[role], peer_id(key))
            for role, key in contract.keys.items()
        ),
        parts=tuple(_part(checked, trade, n) for n in range(len(contract.offer.parts))),
        timeline=tuple(_line(checked, trade, one) for one in in_order(trade)),
    )


def _part(checked: Checked, trade: Trade, number: int) -> PartLine:
    offer = trade.contract.offer
    part = offer.parts[number]
    listing = checked.listings.get(offer.lines[part.line].listing)
    title = listing.body.title if listing else "a listing that is not here"
    state = trade.parts[number] if trade.parts else None
    outcome = state.outcome if state else None
    return PartLine(
        index=number,
        title=f"{part.quantity} x {title}",
        amount=str(Money(part.amount, offer.unit)),
        state=state.phase if state else trade.phase,
        outcome=_outcome(outcome, offer.unit) if outcome else "-",
    )


def _outcome(outcome: PaidOutcome, unit: str) -> str:
    words = (
        f"seller {Money(outcome.to_seller, unit)}, "
        f"buyer {Money(outcome.to_buyer, unit)}"
    )
    return f"{words}, fee {Money(outcome.fee, unit)}" if outcome.fee else words


def _line(checked: Checked, trade: Trade, message: Signed[Step]) -> TimelineLine:
    return TimelineLine(
        id=message.id.hex(),
        at=message.body.at,
        author_role=ROLE_NAMES[Role(message.body.role)],
        author=peer_id(message.author),
        type=type(message.body).__name__,
        summary=summary(trade, message.body),
        counts=message.id in trade.counted,
        received=checked.received.get(message.id),
    )
