"""Parts, seats and the bill of an order."""

from collections.abc import Iterable

from bazaar.domain.amounts.money import Money
from bazaar.domain.amounts.percent import format_percent
from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.messages import Offer, Role, SeatAck
from bazaar.domain.trading.moves import commands_on
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import PartState, Trade
from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.orders import OutcomeView, PartView
from bazaar.rpc.schema.placing import AmountLine, SeatView
from bazaar.rpc.views.order_facts import OrderFacts
from bazaar.rpc.views.people import Person, money
from bazaar.rpc.views.trade_messages import (
    ROLE_NAMES,
)


def receipt(offer: Offer) -> tuple[AmountLine, ...]:
    """The rows of the bill, zero ones left out."""
    sums = {
        "goods": sum(line.amounts.goods for line in offer.lines),
        "discount": -sum(line.amounts.discount for line in offer.lines),
        "shipping": sum(line.amounts.shipping for line in offer.lines),
        "tax": sum(line.amounts.tax for line in offer.lines),
    }
    rows = [
        (label, amount) for label, amount in sums.items() if amount or label == "goods"
    ]
    total = sum(line.amounts.line for line in offer.lines)
    return tuple(
        AmountLine(label=label, amount=money(amount, offer.unit))
        for label, amount in (*rows, ("total", total))
    )


def seat_fee(fixed: int, bp: int, unit: str) -> str:
    """An arbiter's fee in words."""
    parts = [str(Money(fixed, unit))] if fixed else []
    parts += [f"{format_percent(bp)} %"] if bp else []
    return " + ".join(parts) or "free"


def seat_view(
    contract: Trade, role: Role, person: Person, *, acknowledged: bool
) -> SeatView:
    """A seat with its fee and the most it can cost."""
    seat, offer = contract.contract.seats[role], contract.contract.offer
    most = sum(contract.contract.greatest_fee(role, n) for n in range(len(offer.parts)))
    return SeatView(
        role=ROLE_NAMES[role],
        peer_id=person.peer_id,
        name=person.name,
        fee=seat_fee(seat.fee_fixed, seat.fee_bp, offer.unit),
        most=money(most, offer.unit),
        acknowledged=acknowledged,
        fingerprint=person.words,
        colour=person.colour,
    )


def seat_of(given: OrderFacts, role: Role) -> SeatView:
    """A seat of a contract that exists, and whether it consented."""
    acknowledged = role in {
        m.body.role for m in given.trade.facts.naming_contract(SeatAck)
    }
    return seat_view(given.trade, role, given.people[role], acknowledged=acknowledged)


def all_parts(trade: Trade) -> Iterable[PartState]:
    """The parts, before the funding as they will be."""
    if trade.parts:
        return trade.parts
    return [
        PartState(number, trade.phase, (), (), None, None)
        for number in range(len(trade.contract.offer.parts))
    ]


def part_of(given: OrderFacts, part: PartState) -> PartView:
    """One part with the title of its listing."""
    offer = given.trade.contract.offer
    signed = offer.parts[part.number]
    listing = given.listings.get(offer.lines[signed.line].listing)
    return PartView(
        index=part.number,
        title=listing.body.title if listing else "",
        quantity=signed.quantity,
        amount=money(signed.amount, offer.unit),
        state=part.phase,
        outcome=outcome_of(given.trade, part),
        next=_moves(given, part),
        delivery="; ".join(
            text for ship in part.ships if (text := given.deliveries.get(ship.id))
        ),
    )


def _moves(given: OrderFacts, part: PartState) -> tuple[str, ...]:
    """What this person may do on one part; nothing before the money is bound."""
    if given.carries or not given.trade.parts:
        return ()
    if given.role in given.trade.contract.seats:
        return ("rule",) if part.phase is Phase.DISPUTED else ()
    return tuple(commands_on(given.trade, given.role, part))


def outcome_of(trade: Trade, part: PartState) -> OutcomeView | None:
    """Who gets what of a part, once that is decided."""
    decision = part.decision
    if decision is None:
        return None
    unit = trade.contract.offer.unit
    ruled = part.ruling is not None and part.ruling.id in decision.halves
    shown: PaidOutcome = decision.outcome

    def view(minor: int) -> MoneyView:
        return money(minor, unit)

    return OutcomeView(
        to_seller=view(shown.to_seller),
        to_buyer=view(shown.to_buyer),
        fee=view(shown.fee),
        by="ruling" if ruled else "agreement",
        final=decision.final,
    )
