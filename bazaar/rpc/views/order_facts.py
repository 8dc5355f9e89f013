"""What a view of one trade is made of."""

from collections.abc import Mapping
from typing import NamedTuple

from bazaar.app.ports import MessageRow, OutboxRow
from bazaar.domain.listings.listing import Listing
from bazaar.domain.trading.duties import Span
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed
from bazaar.rpc.views.people import Person


class OrderFacts(NamedTuple):
    """All that a view of one trade needs, read in one unit of the book.

    Attributes:
        mailed: Numbers of the rows of ``outbox`` that lie in a mailbox.
        facts: Names and values beside the signed set (address, delivery, problem).
        deliveries: Tracking, link or code by Ship, as far as this role can read them.
        listings: Kept listings of the order by id.
        people: Everybody in the contract, by role.
        span: When this seat may rule, for seats alone.
        hub: Over whom the money goes, or None.
        risk: Why a Ship signed now may not count as in time, for the seller alone.
        awaited: Roles that a restored book has not heard yet; nothing is signed before.
        resume_risk: What stopping to wait for them risks, once this person may; else empty.
        carries: The user is no role but the hub, and sees the order with no move of its own;
            ``role`` is then the buyer's, from whose side amounts are read.
        flagged: Roles whose keys contradicted themselves, here or anywhere else.
    """

    trade: Trade
    role: Role
    now: int
    created: int
    updated: int
    rows: tuple[MessageRow, ...]
    outbox: tuple[OutboxRow, ...]
    mailed: frozenset[int]
    facts: Mapping[str, bytes]
    listings: Mapping[bytes, Signed[Listing]]
    people: Mapping[Role, Person]
    rail_state: str
    span: Span | None
    parked: int
    deliveries: Mapping[bytes, str]
    risk: str
    flagged: frozenset[Role]
    hub: Person | None = None
    awaited: tuple[Role, ...] = ()
    resume_risk: str = ""
    carries: bool = False
