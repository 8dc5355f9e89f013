"""Own rating slots: numbered without a gap, signed inside Offer, Accept and SeatAck (11.1)."""

from collections.abc import Iterator
from typing import Any, Final

from bazaar.app.context import Context
from bazaar.app.ports import SlotRow, Unit
from bazaar.app.resync_mode import next_number, note_slot
from bazaar.domain.bodies import KIND_OF
from bazaar.domain.checks import rating_keys
from bazaar.domain.contract import Contract
from bazaar.domain.envelope import Signed, verify, verify_as
from bazaar.domain.messages import Role, SeatAck
from bazaar.domain.slots import (
    FIRST_HEAD,
    WEEK_SECONDS,
    BuySlot,
    CaseSlot,
    SaleSlot,
    Slot,
    next_head,
    value_class,
)
from bazaar.domain.trade import Trade

SLOT_OF: Final[dict[Role, type[Slot]]] = {
    Role.BUYER: BuySlot,
    Role.SELLER: SaleSlot,
    Role.PRIMARY: CaseSlot,
    Role.BACKUP: CaseSlot,
}


def next_slot(
    context: Context, unit: Unit, contract: Contract, role: Role, at: int
) -> Signed[Slot]:
    """Sign the next slot of ``role`` about ``contract``; not yet written."""
    kind = SLOT_OF[role]
    last = unit.last_slot(KIND_OF[kind])
    slot = kind(
        context.me,
        next_number(
            unit,
            KIND_OF[kind],
            last.number if last else 0,
            context.network,
            context.now(),
        ),
        last.head if last else FIRST_HEAD,
        rating_keys(contract, role),
        tuple(dict.fromkeys(line.listing for line in contract.offer.lines)),
        value_class(contract.total),
        contract.offer.unit,
        at // WEEK_SECONDS,
        tuple(seat.key for seat in contract.offer.seats),
    )
    return context.sign(slot)


def put_slot(unit: Unit, slot: Signed[Slot], trade: bytes) -> None:
    """Write a slot that was signed into a message, in the unit of that message."""
    kind = KIND_OF[type(slot.body)]
    head = next_head(slot.body.previous, slot.id)
    unit.put_slot(SlotRow(kind, slot.body.number, slot.id, head, trade))
    note_slot(unit, kind)


def adopt_slot(unit: Unit, envelope: bytes, trade: bytes, network: bytes) -> None:
    """Write a slot of an own message that this book had lost, unless its place is taken."""
    slot: Signed[Any] = verify(envelope, network)
    kind, number = KIND_OF[type(slot.body)], slot.body.number
    if not unit.slots(kind, number, number):
        head = next_head(slot.body.previous, slot.id)
        unit.put_slot(SlotRow(kind, number, slot.id, head, trade))


def slot_ids(trade: Trade, context: Context) -> tuple[bytes, ...]:
    """Ids of all slots of a contract: SaleSlot, BuySlot, then the seats' CaseSlots."""
    return tuple(signed.id for signed in slots_of(trade, context.network.id))


def slots_of(trade: Trade, network: bytes) -> Iterator[Signed[Slot]]:
    """The slots that the contract's messages carry, verified; SaleSlot first."""
    accept = trade.contract.accept
    if accept is not None:
        yield verify_as(SaleSlot, accept.sale_slot, network)
    yield verify_as(BuySlot, trade.contract.offer.buy_slot, network)
    acks = {ack.body.role: ack for ack in trade.facts.naming_contract(SeatAck)[::-1]}
    for role in sorted(acks):
        yield verify_as(CaseSlot, acks[role].body.case_slot, network)
