"""Reads all that a view of one trade needs: the fold, the book beside it, the people."""

from collections.abc import Mapping
from typing import Final

from bazaar.app.node import Node
from bazaar.app.ports import TradeRow, Unit
from bazaar.app.recovery.patience import may_resume_from
from bazaar.app.trading.deliveries import deliveries, notes_of
from bazaar.app.trading.disclosure import disclosed_names
from bazaar.app.trading.shredding import SHREDDED
from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing import Listing
from bazaar.domain.trading.contract import HUB_PLACE
from bazaar.domain.trading.duties import Span, may_rule
from bazaar.domain.trading.extra_time import shipping_risk
from bazaar.domain.trading.messages import Role, Ship
from bazaar.domain.trading.moves import parts_for
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind
from bazaar.rpc.views.order_facts import OrderFacts
from bazaar.rpc.views.order_outlook import resume_risk
from bazaar.rpc.views.people import People, Person

FACTS: Final = (
    "address",
    "fund",
    "problem",
    SHREDDED,
    "rated:0",
    "rated:1",
    "rated:2",
    "rated:3",
    *disclosed_names(),
)


class OrderReader:
    """Reads one trade in one unit of the book; names come from the catalogue."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def read(self, trade_id: bytes, people: People) -> OrderFacts:
        with self._node.context.book.unit() as unit:
            row = unit.trade(trade_id)
            if row is None:
                raise InputError("id", "there is no such order")
            carries = row.role == HUB_PLACE
            role = Role.BUYER if carries else Role(row.role)
            trade = self._node.trades.load(unit, trade_id)
            facts = self._named_facts(unit, trade)
            listings = self._listings(unit, trade)
            rows = tuple(unit.messages(trade_id))
            outbox = tuple(unit.outbox_of(trade_id))
            mailed = unit.mailed(trade_id)
            rail_state = self._node.rail.state(unit, trade)
            span = None if carries else self._span(unit, trade, row)
            parked = len(unit.parked(trade_id))
            read = {} if carries else deliveries(unit, trade, role)
            risk = "" if carries else self._risk(unit, trade, role)
            flagged = unit.proof_signers()
            awaited = self._node.trades.awaited(unit, trade)
            resume = self._resume(unit, trade) if awaited and not carries else ""
        known: dict[Role, Person] = {
            role: await people.person(key) for role, key in trade.contract.keys.items()
        }
        return OrderFacts(
            trade,
            role,
            self._node.context.now(),
            row.created,
            row.updated,
            rows,
            outbox,
            mailed,
            facts,
            listings,
            known,
            rail_state,
            span,
            parked,
            notes_of(trade, read),
            risk,
            frozenset(r for r, key in trade.contract.keys.items() if key in flagged),
            await people.person(trade.contract.hub) if trade.contract.hub else None,
            tuple(Role(place) for place in awaited if place != HUB_PLACE),
            resume,
            carries,
        )

    def _resume(self, unit: Unit, trade: Trade) -> str:
        begins = may_resume_from(unit, self._node.context, trade)
        if begins is None or self._node.context.now() < begins:
            return ""
        return resume_risk(self._node, unit, trade)

    def _risk(self, unit: Unit, trade: Trade, role: Role) -> str:
        waiting = parts_for(trade, role, Ship)
        if not waiting:
            return ""
        receipts = self._node.trades.receipts(unit, trade)
        risks = (shipping_risk(trade, part.number, receipts) for part in waiting)
        return next((risk for risk in risks if risk), "")

    def _named_facts(self, unit: Unit, trade: Trade) -> Mapping[str, bytes]:
        values = {name: unit.fact(trade.id, name) for name in FACTS}
        return {name: value for name, value in values.items() if value is not None}

    def _listings(self, unit: Unit, trade: Trade) -> dict[bytes, Signed[Listing]]:
        network = self._node.context.network.id
        found: dict[bytes, Signed[Listing]] = {}
        for line in trade.contract.offer.lines:
            envelope = unit.object(line.listing)
            if envelope is None:
                own = (
                    r.envelope
                    for r in unit.records(Kind.LISTING)
                    if r.id == line.listing
                )
                envelope = next(own, None)
            if envelope is not None:
                found[line.listing] = verify_as(Listing, envelope, network)
        return found

    def _span(self, unit: Unit, trade: Trade, row: TradeRow) -> Span | None:
        role = Role(row.role)
        if role not in trade.contract.seats or not trade.parts:
            return None
        receipts = self._node.trades.receipts(unit, trade)
        part = next(
            (p for p in trade.parts if p.phase is Phase.DISPUTED), trade.parts[0]
        )
        return may_rule(trade, role, part, receipts)
