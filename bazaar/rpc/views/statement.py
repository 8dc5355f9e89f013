"""A statement in words, and as a file that a spreadsheet reads."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bazaar.app.credit.statement import Entry
from bazaar.app.node import Node
from bazaar.app.ports import Unit
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit.account import (
    AddHold,
    ApplyOutcome,
    Freeze,
    Hold,
    SetLimit,
    SettledOutside,
    Transfer,
    VoidHold,
)
from bazaar.rpc.schema.accounts import EntryView
from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.views.people import money

CSV_HEADS: Final = ("state", "time", "by", "what", "order", "change", "balance", "unit")
_FORMULA: Final = ("=", "+", "-", "@", "\t")


def entry_view(node: Node, unit: Unit, entry: Entry, unit_id: str) -> EntryView:
    """One entry; the order is named where this node knows it."""
    hold = entry.hold
    if isinstance(entry.operation, AddHold):
        hold = entry.operation.hold
    trade = node.trades.of_contract(unit, hold.contract) if hold else None
    return EntryView(
        n=entry.n,
        at=entry.at,
        by="you" if entry.mine else "them",
        words=_words(entry, hold, unit_id, is_order=trade is not None),
        order_id=trade.id.hex() if trade else "",
        change=money(entry.change, unit_id),
        balance=money(entry.balance, unit_id),
    )


def _words(entry: Entry, hold: Hold | None, unit_id: str, *, is_order: bool) -> str:
    purpose = "an order" if is_order else "a circle of debts"
    held = Money(hold.amount, unit_id) if hold else ""
    match entry.operation:
        case SetLimit(amount):
            words = f"limit set to {Money(amount, unit_id)}"
        case AddHold():
            words = f"{held} held for {purpose}"
        case ApplyOutcome():
            words = f"paid for {purpose}, of {held} held"
        case VoidHold():
            words = f"{held} held for {purpose} freed"
        case SettledOutside(method=method):
            words = f"paid outside: {method}"
        case Transfer(memo=memo):
            words = f"transfer: {memo}" if memo else "transfer"
        case Freeze(frozen):
            words = "closed" if frozen else "opened again"
    return words


def as_csv(entries: Sequence[EntryView]) -> str:
    """The entries as text with commas; no cell begins a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_HEADS)
    for one in entries:
        time = datetime.fromtimestamp(one.at, UTC).isoformat() if one.at else ""
        writer.writerow(
            (
                one.n,
                time,
                one.by,
                _cell(one.words),
                one.order_id,
                _amount(one.change),
                _amount(one.balance),
                one.change.unit,
            )
        )
    return out.getvalue()


def _cell(text: str) -> str:
    """Words of others never become a formula of a spreadsheet."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _amount(amount: MoneyView) -> str:
    return str(Money(amount.minor, amount.unit)).split()[0].replace(",", "")
