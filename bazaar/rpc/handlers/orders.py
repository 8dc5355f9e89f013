"""order place, list, show, wait, and its cases: reading and placing."""

import contextlib
from collections.abc import Callable
from typing import Final

import trio

from bazaar.app.context import CREDIT_NOTE
from bazaar.app.credit.hub_choice import NO_HUB, Payment, Way
from bazaar.app.node import Node
from bazaar.app.trading.ordering import Also, WantedLine, Wish, nothing_else
from bazaar.domain.amounts.money import Money, parse_amount
from bazaar.domain.credit.ledger import free
from bazaar.domain.errors import InputError, NotAllowedError, NotFoundError, ReplyCode
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.phases import PART_PHASES, Phase
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.disputes import CaseList
from bazaar.rpc.schema.orders import (
    OrderList,
    OrderRow,
    OrderShow,
    OrderView,
    OrderWait,
)
from bazaar.rpc.schema.placing import (
    OrderPlace,
    OrderPlaced,
    OrderPreview,
    OrderWays,
    PayWayView,
)
from bazaar.rpc.views.order_parts import receipt, seat_view
from bazaar.rpc.views.order_reader import OrderReader
from bazaar.rpc.views.orders import order_row, order_view
from bazaar.rpc.views.people import People, money

MAX_ORDERS: Final = 1000
MAX_WAIT_SECONDS: Final = 86_400.0
ROLES: Final = {
    "buyer": {Role.BUYER},
    "seller": {Role.SELLER},
    "arbiter": {Role.PRIMARY, Role.BACKUP},
}
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
        self._reader = OrderReader(node)
        self._changes = changes

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            OrderPlace: self.place,
            OrderWays: self.ways,
            OrderList: self.orders,
            OrderShow: self.show,
            OrderWait: self.wait,
            CaseList: self.cases,
        }

    async def place(self, call: OrderPlace, also: Also = nothing_else) -> OrderPlaced:
        """Sign and queue an Offer, or with ``preview`` only say what it would be.

        ``also`` is done in the unit of the Offer; what it raises undoes both.
        """
        wish = await self._wish(call)
        if call.preview:
            return await self._preview(wish)
        trade = await self._node.ordering.place(wish, also)
        self._node.changed(trade.id)
        return OrderPlaced(
            order_id=trade.id.hex(),
            state=trade.state,
            total=money(trade.contract.total, trade.contract.offer.unit),
        )

    async def ways(self, call: OrderWays) -> tuple[PayWayView, ...]:
        """How an order could be paid: on the account with the seller, or over whom."""
        amount = parse_amount(call.amount, "amount")
        seller = await resolve.peer(self._node, call.seller)
        seats = [await resolve.peer(self._node, one) for one in call.seats]
        found = await self._node.ordering.hubs.ways(Payment(seller, amount, seats))
        people = People(self._node.context)
        return tuple([await self._way(people, way, amount) for way in found])

    async def _way(self, people: People, way: Way, amount: Money) -> PayWayView:
        person = await people.person(way.hub) if way.hub else None
        return PayWayView(
            hub=person.peer_id if person else "",
            name=person.name if person else "",
            fingerprint=person.words if person else (),
            colour=person.colour if person else "",
            free=money(way.free, amount.unit),
            held=money(amount.minor, amount.unit),
            fee=money(0, amount.unit),  # version 1 has no hub fee (9.3)
            can=way.can,
            why=way.why,
        )

    async def _wish(self, call: OrderPlace) -> Wish:
        lines = [
            WantedLine(
                await resolve.listing(self._node, one.listing),
                one.quantity,
                one.options,
                one.shipping,
                one.coupons,
                one.parcels,
            )
            for one in call.lines
        ]
        if call.listing:
            found = await resolve.listing(self._node, call.listing)
            lines.append(
                WantedLine(
                    found,
                    call.quantity,
                    call.option,
                    call.shipping,
                    call.coupon,
                    call.parcels,
                )
            )
        arbiters = [await self._peer(text) for text in (call.arbiter, call.backup)]
        hub = NO_HUB if call.hub == NO_HUB else await self._peer(call.hub)
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
            hub,
        )

    async def _peer(self, text: str | None) -> str | None:
        if text is None:
            return None
        key = await resolve.peer(self._node, text)
        return (await People(self._node.context).person(key)).peer_id

    async def _preview(self, wish: Wish) -> OrderPlaced:
        chosen = await self._node.ordering.choose(wish)
        trade = self._node.ordering.preview(wish, chosen)
        people = People(self._node.context)
        unit_id = chosen.price.unit
        seller = chosen.listings[0].author
        hub = await people.person(chosen.hub) if chosen.hub else None
        with self._node.context.book.unit() as unit:
            account = self._node.accounts.load(unit, chosen.hub or seller, unit_id)
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
            hub=hub.peer_id if hub else "",
            hub_name=hub.name if hub else "",
            accepted=tuple(map(peer_id, chosen.accepted)),
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
        return tuple(
            [order_row(await self._reader.read(row.id, people)) for row in found]
        )

    async def show(self, call: OrderShow) -> OrderView:
        """One order whole."""
        trade_id = resolve.order(self._node, call.id)
        return order_view(await self._reader.read(trade_id, People(self._node.context)))

    async def wait(self, call: OrderWait) -> OrderView:
        """Answer once the state, or one beyond it, is reached; the order may still be on its way."""
        wanted = call.state.lower()
        if wanted not in {*_ORDER, Phase.ABORTED}:
            raise InputError("state", f"one of {', '.join((*_ORDER, Phase.ABORTED))}")
        with trio.move_on_after(max(0.0, min(call.timeout, MAX_WAIT_SECONDS))):
            while True:
                changed = self._changes()
                view = await self._known(call.id)
                if view is not None and reached(view, wanted):
                    return view
                if view is not None and view.state in {Phase.ABORTED, Phase.CLOSED}:
                    break
                await changed.wait()
        view = await self.show(OrderShow(id=call.id))
        raise NotAllowedError(
            f"the order {view.order_id} is {view.state}, not {wanted}",
            ReplyCode.WRONG_STATE,
        )

    async def _known(self, text: str) -> OrderView | None:
        """One order whole; None while it is not here."""
        with contextlib.suppress(NotFoundError):
            return await self.show(OrderShow(id=text))
        return None


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
