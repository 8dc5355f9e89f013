"""Who is waited for in an order; after a restore those who have not answered come first."""

from typing import Final

from bazaar.app.node import Node
from bazaar.app.ports import Unit
from bazaar.app.recovery.patience import words_lost
from bazaar.domain.trading.outlook import Outlook, outlook
from bazaar.domain.trading.telling import ROLE_NAMES
from bazaar.domain.trading.trade import Trade
from bazaar.rpc.views.order_facts import OrderFacts

READ_ONLY: Final = (
    "this book was restored: the order can only be read until they have told what they "
    "hold of it; nothing has to be done for that"
)


RESUME_RISK: Final = (
    "if any of them holds a message that you signed and lost, what you sign now contradicts "
    "it: anybody can prove that, your name is marked for good, and both messages count"
)


def resume_risk(node: Node, unit: Unit, trade: Trade) -> str:
    """What who stops waiting for the roles that have not answered risks."""
    lost = words_lost(unit, node.trades, trade)
    if not lost:
        return RESUME_RISK
    count = "one message" if lost == 1 else f"{lost} messages"
    return f"a mailbox knew {count} of yours that this book lacks; {RESUME_RISK}"


def outlook_of(given: OrderFacts) -> Outlook:
    """The trade's outlook, or whose answer a restored book awaits."""
    if not given.awaited:
        return outlook(given.trade)
    names = [ROLE_NAMES[role] for role in given.awaited]
    return Outlook(", ".join(names), None, READ_ONLY)
