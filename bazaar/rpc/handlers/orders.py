"""order place, list, show, wait, and its cases: reading and placing."""

from collections.abc import Callable, Mapping
from typing import Final

import trio

from bazaar.app.context import CREDIT_NOTE
from bazaar.app.node import Node
from bazaar.app.ordering import WantedLine, Wish
from bazaar.app.ports import TradeRow, Unit
from bazaar.app.sealed import open_delivery
from bazaar.domain.duties import Span, may_rule
from bazaar.domain.envelope import Signed, verify_as
from bazaar.domain.errors import InputError, NotAllowedError, ReplyCode
from bazaar.domain.kinds import Kind
from bazaar.domain.ledger import free
from bazaar.domain.listing import Listing
from bazaar.domain.messages import Evidence, Role, Ship
from bazaar.domain.money import Money
from bazaar.domain.phases import PART_PHASES, Phase
from bazaar.domain.trade import Trade
from bazaar.rpc.handlers import resolve
from bazaar.rpc.schema import (
    CaseList,
    OrderList,
    OrderPlace,
    OrderPlaced,
    OrderPreview,
    OrderRow,
    OrderShow,
    OrderView,
    OrderWait,
)
from bazaar.rpc.views.orders import (
    OrderFacts,
    order_row,
    order_view,
    receipt,
    seat_view,
)
from bazaar.rpc.views.people import People, Person, money

MAX_ORDERS: Final = 1000
MAX_WAIT_SECONDS: Final = 86_400.0
ROLES: Final = {
    "buyer": {Role.BUYER},
    "seller": {Role.SELLER},
    "arbiter": {Role.PRIMARY, Role.BACKUP},
}
FACTS: Final = (
    "address",
    "delivery",
    "fund",
    "problem",
    "rated:0",
    "rated:1",
    "rated:2",
    "rated:3",
)
_ORDER: Final = (
    Phase.OFFERED,
    Phase.ACCEPTED,
    Phase.AGREED,
    Phase.FUNDED,
    *PART_PHASES,
    Phase.CLOSED,
)


class OrderCalls:
    """Reads orders for one user, and places new ones."""

    def __init__(self, node: Node, changes: Callable[[], trio.Event]) -> None:
        self._node = node
        self._changes = changes

    async def place(self, call: OrderPlace) -> OrderPlaced:
        """Sign and queue an Offer, or with ``preview`` only say what it would be."""
        wish = await self._wish(call)
        if call.preview:
            return await self._preview(wish)
        trade = await self._node.ordering.place(wish)
        self._node.changed(trade.id)
        return OrderPlaced(
            order_id=trade.id.hex(),
            state=trade.state,
            total=money(trade.contract.total, trade.contract.offer.unit),
        )

    async def _wish(self, call: OrderPlace) -> Wish:
        lines = [
            WantedLine(
                await resolve.listing(self._node, one.listing),
                one.quantity,
                one.options,
                one.shipping,
                one.coupons,
            )
            for one in call.lines
        ]
        if call.listing:
            found = await resolve.listing(self._node, call.listing)
            lines.append(
                WantedLine(
                    found, call.quantity, call.option, call.shipping, call.coupon
                )
            )
        arbiters = [
            None
            if text is None
            else (
                await People(self._node.context).person(
                    await resolve.peer(self._node, text)
                )
            ).peer_id
            for text in (call.arbiter, call.backup)
        ]
        return Wish(
            lines,
            call.address,
            arbiters[0],
            arbiters[1],
            call.direct,
            call.memo,
            call.contact,
            call.rail,
            call.accept_days,
        )

    async def _preview(self, wish: Wish) -> OrderPlaced:
        chosen = await self._node.ordering.choose(wish)
        trade = self._node.ordering.preview(wish, chosen)
        people = People(self._node.context)
        unit_id = chosen.price.unit
        seller = chosen.listings[0].author
        with self._node.context.book.unit() as unit:
            account = self._node.accounts.load(unit, seller, unit_id)
        left = free(account.state, account.mine)
        seats = [
            seat_view(trade, role, await people.person(seat.key), acknowledged=False)
            for role, seat in trade.contract.seats.items()
        ]
        preview = OrderPreview(
            total=money(chosen.price.total, unit_id),
            receipt=receipt(trade.contract.offer),
            seats=tuple(seats),
            deadlines=dict(trade.contract.deadlines._asdict()),
            unit_note=CREDIT_NOTE,
            credit_free=money(left, unit_id),
            warnings=_warnings(wish, left, chosen.price.total, unit_id),
        )
        return OrderPlaced(
            order_id="", state="preview", total=preview.total, preview=preview
        )

    # ------------------------------------------------------------- reading

    async def orders(self, call: OrderList) -> tuple[OrderRow, ...]:
        """Own orders, newest first."""
        if call.role is not None and call.role not in ROLES:
            raise InputError("role", f"one of {', '.join(ROLES)}")
        roles = ROLES[call.role] if call.role else set(Role)
        return await self._rows(roles, max(1, min(call.limit, MAX_ORDERS)))

    async def cases(self, _: CaseList) -> tuple[OrderRow, ...]:
        """Orders that this user judges, disputed ones first."""
        rows = await self._rows(ROLES["arbiter"], MAX_ORDERS)
        return tuple(sorted(rows, key=lambda row: row.state != Phase.DISPUTED))

    async def _rows(self, roles: set[Role], limit: int) -> tuple[OrderRow, ...]:
        with self._node.context.book.unit() as unit:
            found = [row for row in unit.trades() if row.role in roles][:limit]
        people = People(self._node.context)
        return tuple([order_row(await self._facts(row.id, people)) for row in found])

    async def show(self, call: OrderShow) -> OrderView:
        """One order whole."""
        trade_id = resolve.order(self._node, call.id)
        return order_view(await self._facts(trade_id, People(self._node.context)))

    async def wait(self, call: OrderWait) -> OrderView:
        """Answer once the state, or one beyond it, is reached."""
        trade_id = resolve.order(self._node, call.id)
        wanted = call.state.lower()
        if wanted not in {*_ORDER, Phase.ABORTED}:
            raise InputError("state", f"one of {', '.join((*_ORDER, Phase.ABORTED))}")
        with trio.move_on_after(max(0.0, min(call.timeout, MAX_WAIT_SECONDS))):
            while True:
                changed = self._changes()
                view = order_view(
                    await self._facts(trade_id, People(self._node.context))
                )
                if reached(view, wanted):
                    return view
                if view.state in {Phase.ABORTED, Phase.CLOSED}:
                    break
                await changed.wait()
        raise NotAllowedError(
            f"the order is {(await self.show(OrderShow(id=call.id))).state}, not {wanted}",
            ReplyCode.WRONG_STATE,
        )

    async def _facts(self, trade_id: bytes, people: People) -> OrderFacts:
        with self._node.context.book.unit() as unit:
            row = unit.trade(trade_id)
            if row is None:
                raise InputError("id", "there is no such order")
            trade = self._node.trades.load(unit, trade_id)
            facts = self._named_facts(unit, trade)
            listings = self._listings(unit, trade)
            rows = tuple(unit.messages(trade_id))
            outbox = tuple(unit.outbox_of(trade_id))
            rail_state = self._node.rail.state(unit, trade)
            span = self._span(unit, trade, row)
            parked = len(unit.parked(trade_id))
            delivery = self._delivery(unit, trade, Role(row.role))
        known: dict[Role, Person] = {
            role: await people.person(key) for role, key in trade.contract.keys.items()
        }
        return OrderFacts(
            trade,
            Role(row.role),
            self._node.context.now(),
            row.created,
            row.updated,
            rows,
            outbox,
            facts,
            listings,
            known,
            rail_state,
            span,
            parked,
            delivery,
        )

    def _delivery(self, unit: Unit, trade: Trade, role: Role) -> str:
        """Tracking or code: the seller's own words, opened by the buyer's trade-box key."""
        if role is not Role.BUYER:
            return (unit.fact(trade.id, "delivery") or b"").decode()
        key = unit.secret(trade.id, "box")
        opened = [
            open_delivery(ship.body.delivery, key, ship.body.delivery_hash)
            for ship in trade.facts.of(Ship)
            if key is not None
        ]
        return "; ".join(text for text in opened if text)

    def _named_facts(self, unit: Unit, trade: Trade) -> Mapping[str, bytes]:
        names = [*FACTS]
        for evidence in trade.facts.of(Evidence):
            names += [f"path:{one.hash.hex()}" for one in evidence.body.files]
        values = {name: unit.fact(trade.id, name) for name in names}
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


def reached(view: OrderView, wanted: str) -> bool:
    """Whether the order is in ``wanted`` or has gone beyond it."""
    if view.state == wanted:
        return True
    if Phase.ABORTED in {wanted, view.state}:
        return False
    if wanted in {Phase.DISPUTED, Phase.RULED, Phase.SHIPPED}:
        names = {
            Phase.DISPUTED: "Dispute",
            Phase.RULED: "Ruling",
            Phase.SHIPPED: "Ship",
        }
        return any(m.type == names[Phase(wanted)] and m.counts for m in view.messages)
    return _ORDER.index(Phase(view.state)) >= _ORDER.index(Phase(wanted))


def _warnings(wish: Wish, left: int, total: int, unit_id: str) -> tuple[str, ...]:
    found: list[str] = []
    if wish.direct:
        found.append("no arbiter protects this order")
    if left < total:
        found.append(
            f"the seller lets you owe {Money(left, unit_id)} more; it must allow more before you can pay"
        )
    return tuple(found)
