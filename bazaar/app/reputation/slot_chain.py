"""Own rating slots, signed inside Offer, Accept and SeatAck, and their SalesHeads (11.1, 11.2)."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from bazaar.app.context import Context
from bazaar.app.ports import RecordRow, SlotRow, Unit
from bazaar.app.recovery.resync_mode import (
    SLOT_JUMP,
    next_number,
    note_slot,
    slots_open_at,
)
from bazaar.domain.reputation.slots import (
    FIRST_HEAD,
    WEEK_SECONDS,
    BuySlot,
    CaseSlot,
    SalesHead,
    SaleSlot,
    Slot,
    next_head,
    value_class,
)
from bazaar.domain.trading.checks import rating_keys
from bazaar.domain.trading.contract import Contract
from bazaar.domain.trading.messages import Role, SeatAck
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.bodies import KIND_OF
from bazaar.domain.wire.envelope import Signed, verify, verify_as
from bazaar.domain.wire.kinds import SLOT_KINDS, Kind

SLOT_OF: Final[dict[Role, type[Slot]]] = {
    Role.BUYER: BuySlot,
    Role.SELLER: SaleSlot,
    Role.PRIMARY: CaseSlot,
    Role.BACKUP: CaseSlot,
}


class _End(NamedTuple):
    """How far an own chain goes, as far as this book knows."""

    number: int
    head: bytes


def next_slot(
    context: Context, unit: Unit, contract: Contract, role: Role, at: int
) -> Signed[Slot]:
    """Sign the next slot of ``role`` about ``contract``; not yet written."""
    kind = SLOT_OF[role]
    last = _end(context, unit, KIND_OF[kind])
    slot = kind(
        context.me,
        next_number(unit, KIND_OF[kind], last.number, context.network, context.now()),
        last.head,
        rating_keys(contract, role),
        tuple(dict.fromkeys(line.listing for line in contract.offer.lines)),
        value_class(contract.total),
        contract.offer.unit,
        at // WEEK_SECONDS,
        tuple(seat.key for seat in contract.offer.seats),
    )
    return context.sign(slot)


def _end(context: Context, unit: Unit, chain: Kind) -> _End:
    """The last own slot, or what a SalesHead says that others still held after a loss."""
    last = unit.last_slot(chain)
    end = _End(last.number, last.head) if last else _End(0, FIRST_HEAD)
    said = own_head(context, unit, chain)
    if said is not None and said.body.n > end.number:
        return _End(said.body.n, said.body.head)
    return end


def put_slot(context: Context, unit: Unit, slot: Signed[Slot], trade: bytes) -> None:
    """Write a slot that was signed into a message, and the SalesHead that reaches it.

    Both in the unit of that message: what is published never lags behind what was said.
    """
    kind = KIND_OF[type(slot.body)]
    _write(unit, slot, trade)
    note_slot(unit, kind)
    _sign_head(context, unit, kind)


def adopt_slot(unit: Unit, envelope: bytes, trade: bytes, network: bytes) -> None:
    """Write a slot of an own message that this book had lost, unless its place is taken."""
    slot: Signed[Any] = verify(envelope, network)
    kind, number = KIND_OF[type(slot.body)], slot.body.number
    if not unit.slots(kind, number, number):
        _write(unit, slot, trade)


def _write(unit: Unit, slot: Signed[Slot], trade: bytes) -> None:
    kind, body = KIND_OF[type(slot.body)], slot.body
    head = next_head(body.previous, slot.id)
    if body.number > 1 and not unit.slots(kind, body.number - 1, body.number - 1):
        unit.set_setting(_previous_name(kind, body.number), body.previous)
    unit.put_slot(SlotRow(kind, body.number, slot.id, head, trade))


def previous_head(unit: Unit, row: SlotRow) -> bytes:
    """The head that an own slot names before it."""
    if row.number == 1:
        return FIRST_HEAD
    noted = unit.setting(_previous_name(row.kind, row.number))
    if noted is not None:
        return noted
    before = unit.slots(row.kind, max(1, row.number - SLOT_JUMP), row.number - 1)
    return before[-1].head if before else FIRST_HEAD


def own_head(context: Context, unit: Unit, chain: int) -> Signed[SalesHead] | None:
    """The own newest SalesHead of a chain."""
    row = unit.record(Kind.SALES_HEAD, str(int(chain)))
    return verify_as(SalesHead, row.envelope, context.network.id) if row else None


def own_heads(context: Context, unit: Unit) -> tuple[bytes, ...]:
    """SalesHeads of all own chains, by chain.

    A book that was written before there were any gets them here; after a restore only
    once its chains are known again (14).
    """
    if slots_open_at(unit, context.network) is None:
        for chain in sorted(SLOT_KINDS):
            _sign_head(context, unit, chain)
    rows = [unit.record(Kind.SALES_HEAD, str(int(one))) for one in sorted(SLOT_KINDS)]
    return tuple(row.envelope for row in rows if row is not None)


def take_head(unit: Unit, head: Signed[SalesHead]) -> None:
    """An own SalesHead that a peer held and that goes beyond this book's."""
    name = str(head.body.chain)
    row = unit.record(Kind.SALES_HEAD, name)
    if row is None or row.seq < head.body.n:
        unit.put_record(
            RecordRow(Kind.SALES_HEAD, name, head.body.n, head.id, head.envelope)
        )


def _sign_head(context: Context, unit: Unit, chain: int) -> None:
    """Publish how far a chain goes, if that was not said yet."""
    last = unit.last_slot(chain)
    name = str(int(chain))
    row = unit.record(Kind.SALES_HEAD, name)
    if last is None or (row is not None and row.seq >= last.number):
        return
    body = SalesHead(context.me, int(chain), last.number, last.head, context.now())
    head = context.sign(body)
    unit.put_record(
        RecordRow(Kind.SALES_HEAD, name, last.number, head.id, head.envelope)
    )


def _previous_name(chain: int, number: int) -> str:
    return f"slot-previous:{int(chain)}:{number}"


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
