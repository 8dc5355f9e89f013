"""An account whose partner broke his word, in one sentence (9.4)."""

from collections.abc import Sequence

from bazaar.app.credit.account_book import Account
from bazaar.app.credit.breach import Breach
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit import ledger

SHORT_ID = 12


def breach_words(name: str, account: Account, broken: Sequence[Breach]) -> str:
    """What is due since when, and what proves it; empty for an honest partner."""
    if not broken:
        return ""
    moved = 0
    for one in broken:
        hold = ledger.hold_of(account.state, one.hold)
        moved += abs(ledger.moved(hold, one.outcome)) if hold else 0
    orders = sorted({one.trade.hex()[:SHORT_ID] for one in broken})
    return (
        f"{name} has not signed the outcome of {', '.join(orders)} for 72 hours. "
        f"{Money(moved, account.row.unit)} count as paid here; the evidence of the order "
        "proves it. No new credit until it is signed."
    )
