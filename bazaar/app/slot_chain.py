"""Own rating slots: numbered without a gap, signed inside Offer, Accept and SeatAck (11.1)."""

from typing import Final

from bazaar.app.context import Context
from bazaar.app.ports import SlotRow, Unit
from bazaar.domain.bodies import KIND_OF
from bazaar.domain.contract import Contract
from bazaar.domain.envelope import Signed
from bazaar.domain.messages import Role
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

SLOT_OF: Final[dict[Role, type[Slot]]] = {
    Role.BUYER: BuySlot,
    Role.SELLER: SaleSlot,
    Role.PRIMARY: CaseSlot,
    Role.BACKUP: CaseSlot,
}


def rating_keys(contract: Contract, role: Role) -> tuple[bytes, ...]:
    """Who may rate ``role``: the other party, or for a seat both."""
    if role is Role.SELLER:
        return (contract.offer.rating_key,)
    if role is Role.BUYER:
        return (contract.offer.seller,)
    return (contract.offer.rating_key, contract.offer.seller)


def next_slot(
    context: Context, unit: Unit, contract: Contract, role: Role, at: int
) -> Signed[Slot]:
    """Sign the next slot of ``role`` about ``contract``; not yet written."""
    kind = SLOT_OF[role]
    last = unit.last_slot(KIND_OF[kind])
    slot = kind(
        context.me,
        last.number + 1 if last else 1,
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
