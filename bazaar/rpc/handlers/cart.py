"""cart list, add, change, remove, clear, checkout."""

from collections.abc import Callable, Sequence
from typing import Final

from bazaar.app.node import Node
from bazaar.app.people.cart import HINDRANCES, Change, Looked
from bazaar.app.ports import Unit
from bazaar.domain.errors import BazaarError, InputError
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.listings.listing import ListingType, ShippingKind
from bazaar.domain.trading.messages import MAX_LINES
from bazaar.domain.trading.trade import Trade
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.orders import OrderCalls
from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.cart import (
    CartAdd,
    CartChange,
    CartCheckedOut,
    CartCheckout,
    CartClear,
    CartGroupView,
    CartLineView,
    CartOrder,
    CartOrdered,
    CartRemove,
    CartShow,
    CartView,
)
from bazaar.rpc.schema.placing import OrderLine, OrderPlace
from bazaar.rpc.views.people import People, money

MAX_ORDERS: Final = 100
_TYPES: Final = {one: one.name.lower() for one in ListingType}
_WHY: Final = {
    Change.UNREAD: "the seller did not answer",
    Change.GONE: "it is not sold any more",
    Change.SOLD_OUT: "it is sold out",
    Change.PAUSED: "its shop takes a break",
    Change.OPTIONS: "this combination is not sold any more",
    Change.EXPIRED: "it has ended",
}


class CartCalls:
    """What the user wants to buy, of several sellers."""

    def __init__(self, node: Node, orders: OrderCalls) -> None:
        self._node = node
        self._cart = node.cart
        self._orders = orders

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            CartShow: self.show,
            CartAdd: self.add,
            CartChange: self.change,
            CartRemove: self.remove,
            CartClear: self.clear,
            CartCheckout: self.checkout,
        }

    async def show(self, _: CartShow) -> CartView:
        """The cart by seller, each line looked at anew."""
        return await self._view()

    async def add(self, call: CartAdd) -> CartView:
        """Lay in."""
        listing = await resolve.listing(self._node, call.listing)
        await self._cart.add(listing, call.options, call.quantity)
        return await self._view()

    async def change(self, call: CartChange) -> CartView:
        """Another number of pieces."""
        self._cart.change(call.key, call.quantity)
        return await self._view()

    async def remove(self, call: CartRemove) -> CartView:
        """Take out."""
        self._cart.remove(call.keys)
        return await self._view()

    async def clear(self, _: CartClear) -> CartView:
        """Take out everything."""
        self._cart.remove(None)
        return await self._view()

    async def _view(self) -> CartView:
        looked = await self._cart.look()
        people = People(self._node.context)
        groups = tuple(
            [
                await self._group(people, seller, found)
                for seller, found in by_seller(looked).items()
            ]
        )
        return CartView(
            groups=groups,
            lines=len(looked),
            pieces=sum(one.line.quantity for one in looked if one.can_buy),
        )

    async def _group(
        self, people: People, seller: bytes, found: Sequence[Looked]
    ) -> CartGroupView:
        person = await people.person(seller)
        sums: dict[str, int] = {}
        for one in found:
            if one.can_buy:
                sums[one.unit] = sums.get(one.unit, 0) + one.price * one.line.quantity
        return CartGroupView(
            seller=person.peer_id,
            name=person.name,
            fingerprint=person.words,
            colour=person.colour,
            online=person.online,
            lines=tuple(map(line_view, found)),
            subtotals=tuple(money(minor, unit) for unit, minor in sums.items()),
        )

    # ------------------------------------------------------------- checkout

    async def checkout(self, call: CartCheckout) -> CartCheckedOut:
        """One order a seller; what fails stays in the cart and says why."""
        if len(call.orders) > MAX_ORDERS:
            raise InputError("orders", f"at most {MAX_ORDERS} at once")
        groups = by_seller(await self._cart.look())
        if not groups:
            raise InputError("", "the cart is empty")
        people = People(self._node.context)
        orders = call.orders or tuple(
            [
                CartOrder(seller=(await people.person(seller)).peer_id)
                for seller in groups
            ]
        )
        keys = [key_of(one.seller) for one in orders]
        if len(set(keys)) != len(keys):
            raise InputError("orders", "one order a seller")
        done = [
            await self._order(call, order, groups.get(key, []))
            for key, order in zip(keys, orders, strict=True)
        ]
        if not call.preview:
            self._node.context.emit("cart", {})
        return CartCheckedOut(orders=tuple(done))

    async def _order(
        self, call: CartCheckout, order: CartOrder, found: Sequence[Looked]
    ) -> CartOrdered:
        name = (await People(self._node.context).person(key_of(order.seller))).name
        keys: tuple[str, ...] = ()
        try:
            chosen = _chosen(order, found)
            keys = tuple(one.line.key for one in chosen)
            offer = _offer(call, order, chosen)
            also = self._taken_out(keys, order.expected)
            placed = await self._orders.place(offer, also)
        except BazaarError as error:
            return CartOrdered(
                seller=order.seller, name=name, keys=keys, problem=str(error)
            )
        return CartOrdered(
            seller=order.seller,
            name=name,
            keys=keys,
            order_id=placed.order_id,
            total=placed.total,
            preview=placed.preview,
        )

    def _taken_out(
        self, keys: Sequence[str], expected: MoneyView | None
    ) -> Callable[[Unit, Trade], None]:
        """In the unit of the Offer: nobody orders twice, nor at a price he has not seen."""

        def also(unit: Unit, trade: Trade) -> None:
            total, known = trade.contract.total, trade.contract.offer.unit
            if expected and (total, known) != (expected.minor, expected.unit):
                raise InputError("total", "it has changed; look at the receipt again")
            here = {line.key for line in self._cart.lines(unit)}
            if not set(keys) <= here:
                raise InputError("cart", "this was ordered or taken out meanwhile")
            self._cart.take_out(unit, keys)

        return also


def by_seller(looked: Sequence[Looked]) -> dict[bytes, list[Looked]]:
    """Lines of each seller, in the order of the first one."""
    found: dict[bytes, list[Looked]] = {}
    for one in looked:
        found.setdefault(one.line.seller, []).append(one)
    return found


def line_view(one: Looked) -> CartLineView:
    """A line as the doors show it."""
    line, body = one.line, one.listing.body if one.listing else None
    ways: dict[str, bool] = {}
    for option in body.shipping if body else ():
        if option.kind == ShippingKind.PICKUP:
            ways[option.title] = False
        for service in option.services:
            ways[f"{option.title}/{service.name}"] = True
    return CartLineView(
        key=line.key,
        listing_id=(one.listing.id if one.listing else line.listing).hex(),
        slug=line.slug,
        title=body.title if body else line.title,
        options=line.options,
        quantity=line.quantity,
        price=money(one.price, one.unit),
        was=money(line.price, line.unit),
        total=money(one.price * line.quantity, one.unit),
        changes=tuple(sorted(one.changes)),
        can_buy=one.can_buy,
        type=_TYPES[ListingType(body.type)] if body else "",
        thumbnail=body.images[0].id.hex() if body and body.images else None,
        nsfw=body.nsfw if body else False,
        ways=tuple(ways),
        posts=tuple(name for name, posts in ways.items() if posts),
        coupons=bool(body and body.coupons),
    )


def _chosen(order: CartOrder, found: Sequence[Looked]) -> list[Looked]:
    """The lines to order. Raises InputError naming what hinders."""
    if not order.keys:
        chosen = [one for one in found if one.can_buy]
    else:
        here = {one.line.key: one for one in found}
        unknown = set(order.keys) - here.keys()
        if unknown:
            raise InputError("keys", "this does not lie in the cart of this seller")
        chosen = [here[key] for key in order.keys]
    if not chosen:
        raise InputError("", "nothing of this seller can be bought now")
    if len(chosen) > MAX_LINES:
        raise InputError("lines", f"an order has at most {MAX_LINES} lines")
    for one in chosen:
        if not one.can_buy:
            raise InputError(one.line.title, hindrance(one))
    return chosen


def hindrance(one: Looked) -> str:
    """Why a line cannot be bought, in a few words."""
    return next(_WHY[change] for change in Change if change in one.changes & HINDRANCES)


def _offer(
    call: CartCheckout, order: CartOrder, chosen: Sequence[Looked]
) -> OrderPlace:
    lines = tuple(
        OrderLine(
            listing=one.listing.id.hex() if one.listing else "",
            quantity=one.line.quantity,
            options=one.line.options,
            shipping=order.shipping.get(one.line.key),
            coupons=order.coupons if one.listing and one.listing.body.coupons else (),
        )
        for one in chosen
    )
    posts = any(
        one.listing and one.listing.body.type == ListingType.PHYSICAL for one in chosen
    )
    return OrderPlace(
        lines=lines,
        address=call.address if posts else None,
        arbiter=order.arbiter,
        backup=order.backup,
        direct=order.direct,
        memo=order.memo,
        contact=order.contact,
        accept_days=order.accept_days,
        hub=order.hub,
        preview=call.preview,
    )
