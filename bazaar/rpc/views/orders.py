"""Orders as the doors show them: one fold, read for one role."""

from typing import Final

import msgspec

from bazaar.app.context import CREDIT_NOTE
from bazaar.app.ports import OutboxRow
from bazaar.app.trading.disclosure import disclosed_name
from bazaar.domain.delivery.delivery import Disclosed, SealedAddress
from bazaar.domain.errors import ReplyCode
from bazaar.domain.trading.deadlines import Deadlines
from bazaar.domain.trading.messages import Mode, Role, Withdraw
from bazaar.domain.trading.moves import commands
from bazaar.domain.trading.outlook import is_turn_of
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade
from bazaar.rpc.schema.orders import OrderRow, OrderView
from bazaar.rpc.views.order_facts import OrderFacts
from bazaar.rpc.views.order_outlook import outlook_of
from bazaar.rpc.views.order_parts import (
    all_parts,
    outcome_of,
    part_of,
    receipt,
    seat_of,
)
from bazaar.rpc.views.people import Person, money
from bazaar.rpc.views.trade_messages import (
    ROLE_NAMES,
    evidence_views,
    message_views,
    proposal_words,
    ruling_views,
)

TREASURER: Final = "treasurer"
"""Who stands between buyer and seller with credit, and has no role in the trade."""


def order_row(given: OrderFacts) -> OrderRow:
    """One line of a list of orders."""
    trade, look = given.trade, outlook_of(given)
    other = counterparty(given)
    return OrderRow(
        order_id=trade.id.hex(),
        state=trade.state,
        role=ROLE_NAMES[given.role],
        title=title(given),
        counterparty=other.peer_id,
        counterparty_name=other.name,
        total=money(trade.contract.total, trade.contract.offer.unit),
        funded=trade.facts.funded,
        thumbnail=thumbnail(given),
        thumbnail_peer=given.people[Role.SELLER].peer_id,
        created=given.created,
        updated=given.updated,
        your_turn=is_turn_of(look, given.role),
        waiting_for=look.who,
        until=look.until,
    )


def order_view(given: OrderFacts) -> OrderView:
    """One order whole."""
    trade, contract = given.trade, given.trade.contract
    look = outlook_of(given)
    buyer, seller = given.people[Role.BUYER], given.people[Role.SELLER]
    address = _address(given)
    disputes = [dispute for part in trade.parts for dispute in part.disputes]
    return OrderView(
        order_id=trade.id.hex(),
        version=trade.digest.hex(),
        state=trade.state,
        role=TREASURER if given.carries else ROLE_NAMES[given.role],
        title=title(given),
        thumbnail=thumbnail(given),
        buyer=buyer.peer_id,
        buyer_name=buyer.name,
        seller=seller.peer_id,
        seller_name=seller.name,
        counterparty=counterparty(given).peer_id,
        total=money(contract.total, contract.offer.unit),
        funded=trade.facts.funded,
        mode="escrow" if contract.offer.mode == Mode.ESCROW else "direct",
        unit_note=CREDIT_NOTE if contract.offer.rail == "credit" else "",
        created=given.created,
        now=given.now,
        deadlines=deadlines(trade),
        parts=tuple(part_of(given, part) for part in all_parts(trade)),
        seats=tuple(seat_of(given, role) for role in contract.seats),
        receipt=receipt(contract.offer),
        messages=message_views(
            given.trade, given.people, given.rows, given.outbox, given.mailed
        ),
        next=tuple(next_commands(given)),
        waiting_for=look.who,
        until=look.until,
        then=look.then,
        outcome=outcome_of(trade, trade.parts[0]) if len(trade.parts) == 1 else None,
        rail_state=given.rail_state,
        delivery="; ".join(text for text in given.deliveries.values() if text),
        address=_address_fields(address),
        memo=address.note if address else "",
        dispute=disputes[0].body.text if disputes else "",
        disputed_by=ROLE_NAMES[Role(disputes[0].body.role)] if disputes else "",
        evidence=evidence_views(trade),
        rulings=ruling_views(trade),
        proposals=proposal_words(trade),
        seats_acked=seats_acked(given),
        can_rule_from=given.span.opens if given.span and disputes else None,
        rated=any(name.startswith("rated:") for name in given.facts),
        flagged=tuple(ROLE_NAMES[role] for role in sorted(flagged_roles(given))),
        parked=given.parked,
        hub=given.hub.peer_id if given.hub else "",
        hub_name=given.hub.name if given.hub else "",
        ship_risk=given.risk,
        problem=given.facts.get("problem", b"").decode(),
        disclosed=_disclosed(given),
        called_off=called_off(trade),
        resume_risk=given.resume_risk,
        shredded=int(given.facts["shredded"]) if "shredded" in given.facts else None,
    )


def called_off(trade: Trade) -> str:
    """Why a party withdrew, as far as it said so."""
    reasons = {one.body.reason for one in trade.facts.of(Withdraw)}
    told = (ReplyCode.OUT_OF_STOCK, ReplyCode.STORE_CLOSED, ReplyCode.LIMIT)
    return next((one.name.lower() for one in told if one in reasons), "")


def flagged_roles(given: OrderFacts) -> frozenset[Role]:
    """Roles that contradicted themselves, in this order or by a proof of anything else."""
    return given.flagged | {fork.role for fork in given.trade.forks}


def counterparty(given: OrderFacts) -> Person:
    """The other side; for seats the buyer."""
    other = Role.SELLER if given.role is Role.BUYER else Role.BUYER
    return given.people[other]


def title(given: OrderFacts) -> str:
    """The first listing's title, and how many more."""
    offer = given.trade.contract.offer
    listing = given.listings.get(offer.lines[0].listing)
    first = listing.body.title if listing else "an order"
    more = len(offer.lines) - 1
    return f"{first} and {more} more" if more else first


def thumbnail(given: OrderFacts) -> str | None:
    """The first picture of the first listing."""
    listing = given.listings.get(given.trade.contract.offer.lines[0].listing)
    return listing.body.images[0].id.hex() if listing and listing.body.images else None


def deadlines(trade: Trade) -> dict[str, int]:
    """T0..T5 as this node takes them, by name."""
    times: Deadlines = trade.facts.deadlines(0)
    return dict(times._asdict())


def next_commands(given: OrderFacts) -> list[str]:
    """What this person may do now, moves and what stands beside them."""
    trade, role = given.trade, given.role
    if given.carries:
        return []
    if given.awaited:
        return ["resume"] if given.resume_risk else []
    found = commands(trade, role)
    if given.span is not None and not given.span.words:
        found.insert(0, "rule")
    if given.facts.get("fund") and "fund" in found:
        found.remove("fund")
    is_party = role in {Role.BUYER, Role.SELLER}
    disputed = any(part.disputes for part in trade.parts)
    if is_party and disputed and (given.facts.get("address") or given.deliveries):
        found.append("disclose")
    if (
        is_party
        and trade.facts.funded
        and not any(n.startswith("rated:") for n in given.facts)
    ):
        settled = trade.phase is Phase.CLOSED
        found.insert(0 if settled else len(found), "rate")
    return found


def seats_acked(given: OrderFacts) -> int:
    """How many seats have acknowledged all that this node owes them."""
    owed: dict[bytes, list[OutboxRow]] = {}
    for row in given.outbox:
        owed.setdefault(row.recipient, []).append(row)
    seats = given.trade.contract.seats.values()
    return sum(
        all(row.delivered is not None for row in owed.get(seat.key, []))
        and seat.key in owed
        for seat in seats
    )


def _disclosed(given: OrderFacts) -> tuple[str, ...]:
    seats = {Role.PRIMARY: "primary", Role.BACKUP: "backup"}
    return tuple(
        f"{what.name.lower()}:{name}"
        for what in Disclosed
        for seat, name in seats.items()
        if disclosed_name(what, seat) in given.facts
    )


def _address(given: OrderFacts) -> SealedAddress | None:
    kept = given.facts.get("address")
    return msgspec.msgpack.decode(kept, type=SealedAddress) if kept else None


def _address_fields(address: SealedAddress | None) -> dict[str, str]:
    if address is None:
        return {}
    fields: dict[str, str] = msgspec.structs.asdict(address.block)
    return {name: text for name, text in fields.items() if text}
