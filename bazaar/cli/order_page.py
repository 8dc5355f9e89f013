"""An order for people: who must act, until when, what happens otherwise, and what was said."""

from collections.abc import Sequence
from typing import Final

from bazaar.cli.formats import distance, moment, money, short
from bazaar.cli.output import Page, Shown
from bazaar.rpc.schema.orders import (
    EvidenceView,
    MessageView,
    OrderRow,
    OrderView,
    OutcomeView,
    PartView,
    RulingView,
)
from bazaar.rpc.schema.placing import AmountLine, OrderPreview, SeatView

LIST_HEADS = ("ORDER", "STATE", "ROLE", "TITLE", "WITH", "TOTAL>", "WAITS FOR", "UNTIL")


def list_row(order: OrderRow) -> tuple[str, ...]:
    """One order in a list; an arrow marks what waits for this user."""
    return (
        short(order.order_id),
        order.state,
        order.role,
        order.title,
        order.counterparty_name,
        money(order.total),
        "-> you" if order.your_turn else order.waiting_for,
        moment(order.until),
    )


def order_shown(order: OrderView) -> Shown:
    """An answer that is a whole order."""
    return Shown(order, lambda page: show_order(page, order))


CALLED_OFF: Final = {
    "out_of_stock": "called off: too little was left; nothing is owed",
    "store_closed": "called off: the store takes no orders now; nothing is owed",
}


def show_order(page: Page, order: OrderView) -> None:
    """The whole order."""
    page.line(f"{order.title}  {money(order.total)}  [{order.state}]")
    page.line(f"order {order.order_id}")
    page.line(f"you are the {order.role}; {_others(order)}")
    page.line()
    if order.called_off:
        page.line(CALLED_OFF.get(order.called_off, order.called_off))
    _turn(page, order)
    _parts(page, order.parts)
    show_receipt(page, order.receipt, order.unit_note)
    _show_hub(page, order.hub, order.hub_name)
    show_seats(page, order.seats)
    _dispute(page, order)
    _notes(page, order)
    _messages(page, order.messages)


def show_preview(page: Page, preview: OrderPreview) -> None:
    """What would be signed."""
    page.line(f"nothing is signed yet; it would cost {money(preview.total)}")
    show_receipt(page, preview.receipt, preview.unit_note)
    _show_hub(page, preview.hub, preview.hub_name)
    show_seats(page, preview.seats)
    _heading(page, "Deadlines")
    page.fields([(name, moment(at)) for name, at in preview.deadlines.items()])
    for warning in preview.warnings:
        page.line(f"! {warning}")


def show_receipt(page: Page, receipt: Sequence[AmountLine], unit_note: str) -> None:
    """The sum row by row, and what an amount of this unit is."""
    _heading(page, "Receipt")
    page.table(("FOR", "AMOUNT>"), [(row.label, money(row.amount)) for row in receipt])
    if unit_note:
        page.line(unit_note)


def _show_hub(page: Page, hub: str, name: str) -> None:
    if hub:
        page.line(
            f"paid over {name or 'a hub'} ({hub}): the buyer owes the hub, "
            "the hub owes the seller"
        )


def show_seats(page: Page, seats: Sequence[SeatView]) -> None:
    """Who decides a dispute."""
    if not seats:
        return
    _heading(page, "Arbiters")
    rows = [
        (seat.role, seat.name, seat.peer_id, seat.fee, money(seat.most), _consent(seat))
        for seat in seats
    ]
    page.table(("SEAT", "NAME", "PEER", "FEE", "AT MOST>", "CONSENT"), rows)


def _heading(page: Page, text: str) -> None:
    page.line()
    page.line(text)


def _others(order: OrderView) -> str:
    return f"buyer {order.buyer_name} ({order.buyer}), seller {order.seller_name} ({order.seller})"


def _turn(page: Page, order: OrderView) -> None:
    if order.waiting_for and order.waiting_for != "nobody":
        until = "" if order.until is None else _until(order.until, order.now)
        page.line(f"waiting for {order.waiting_for}{until}")
        if order.then:
            page.line(f"otherwise: {order.then}")
    if order.next:
        page.line(f"you may now: {', '.join(order.next)}")
    if order.ship_risk:
        page.line(f"careful, {order.ship_risk}: ship says so only with --late")
    if order.can_rule_from is not None and order.can_rule_from > order.now:
        page.line(f"you may rule {distance(order.can_rule_from, order.now)}")


def _until(until: int, now: int) -> str:
    return f" until {moment(until)} ({distance(until, now)})"


def _parts(page: Page, parts: Sequence[PartView]) -> None:
    _heading(page, "Parts")
    rows = [
        (
            str(part.index),
            f"{part.quantity} x {part.title}",
            money(part.amount),
            part.state,
            _outcome(part.outcome),
            part.delivery or "-",
            " ".join(part.next),
        )
        for part in parts
    ]
    heads = ("PART>", "WHAT", "AMOUNT>", "STATE", "OUTCOME", "DELIVERY", "YOU MAY")
    shown = len(heads) if len(parts) > 1 else len(heads) - 2
    page.table(heads[:shown], [row[:shown] for row in rows])


def _outcome(outcome: OutcomeView | None) -> str:
    if outcome is None:
        return "-"
    split = f"seller {money(outcome.to_seller)}, buyer {money(outcome.to_buyer)}"
    fee = f", fee {money(outcome.fee)}" if outcome.fee.minor else ""
    return f"{split}{fee} by {outcome.by}{'' if outcome.final else ' (open)'}"


def _consent(seat: SeatView) -> str:
    return "given" if seat.acknowledged else "awaited"


def _dispute(page: Page, order: OrderView) -> None:
    if not order.dispute:
        return
    _heading(page, f"Dispute: {order.dispute}, by the {order.disputed_by}")
    page.line(f"{order.seats_acked} of {len(order.seats)} arbiters have it")
    page.table(
        ("FROM", "AT", "SAYS", "FILE"),
        [_evidence(one) for one in order.evidence],
        "no evidence",
    )
    if order.rulings:
        heads = ("BY", "AT", "PART>", "SELLER>", "BUYER>", "FEE>", "WHY")
        page.table(heads, [_ruling(one) for one in order.rulings])


def _evidence(one: EvidenceView) -> tuple[str, ...]:
    said = one.statement or one.caption
    return (
        one.author_role,
        moment(one.at),
        said,
        short(one.hash) if one.size else "",
    )


def _ruling(one: RulingView) -> tuple[str, ...]:
    amounts = (money(one.to_seller), money(one.to_buyer), money(one.fee))
    why = f"{one.reason} {one.text}" + ("" if one.valid else " (counts for nothing)")
    return one.author_role, moment(one.at), str(one.part), *amounts, why


def _notes(page: Page, order: OrderView) -> None:
    address = ", ".join(value for value in order.address.values() if value)
    rows = [
        ("payment", order.rail_state),
        ("send to", address),
        ("delivery", order.delivery),
        ("memo", order.memo),
        ("deleted", moment(order.shredded) if order.shredded else ""),
        ("shown to", ", ".join(order.disclosed)),
        (
            "deadlines",
            ", ".join(f"{k} {moment(at)}" for k, at in order.deadlines.items()),
        ),
        ("beware", ", ".join(order.flagged)),
        ("not fitting yet", str(order.parked) if order.parked else ""),
    ]
    if any(value for _, value in rows):
        _heading(page, "Notes")
        page.fields(rows)


def _said(one: MessageView) -> str:
    parts = f"part {', '.join(map(str, one.parts))}" if one.parts else ""
    words = " ".join(word for word in (one.summary, parts) if word)
    return words + ("" if one.counts else " (changed nothing)")


def _messages(page: Page, messages: Sequence[MessageView]) -> None:
    _heading(page, "Messages")
    rows = [
        (
            moment(one.at),
            one.author_role,
            one.type,
            _said(one),
            ", ".join(f"{role} {how}" for role, how in one.delivery.items()),
        )
        for one in messages
    ]
    page.table(("AT", "FROM", "MESSAGE", "", "DELIVERY"), rows, "none")
