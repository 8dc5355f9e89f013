"""Who is waited for in an order; after a restore those who have not answered come first."""

from typing import Final

from bazaar.domain.outlook import Outlook, outlook
from bazaar.domain.telling import ROLE_NAMES
from bazaar.rpc.views.order_facts import OrderFacts

READ_ONLY: Final = (
    "this book was restored: the order can only be read until they have told what they "
    "hold of it; nothing has to be done for that"
)


def outlook_of(given: OrderFacts) -> Outlook:
    """The trade's outlook, or whose answer a restored book awaits."""
    if not given.awaited:
        return outlook(given.trade)
    names = [ROLE_NAMES[role] for role in given.awaited]
    return Outlook(", ".join(names), None, READ_ONLY)
