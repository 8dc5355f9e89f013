"""The cart survives a restart, says what changed, and becomes one order a seller."""

from typing import Any

import msgspec
import pytest

from bazaar.app.people.cart import MAX_CART_LINES, MAX_QUANTITY, Change, line_key
from bazaar.domain.errors import InputError, NotFoundError
from bazaar.rpc.handlers.dispatch import Changes, Dispatcher
from bazaar.rpc.schema.call import Call, MoneyView
from bazaar.rpc.schema.cart import (
    CartAdd,
    CartCheckedOut,
    CartCheckout,
    CartOrder,
    CartShow,
    CartView,
)
from tests.app.town import ADDRESS, LAMP, PRICE, TOTAL, Cast, Person

SHADED: dict[str, Any] = LAMP | {
    "title": "Shaded lamp",
    "slug": "shaded-lamp",
    "options": [{"name": "Shade", "variants": ["green", "white"]}],
    "skus": [
        {"options": {"Shade": "green"}, "stock": 2},
        {"options": {"Shade": "white"}, "stock": 0, "surcharge": "1.00 EUR"},
    ],
}
del SHADED["stock"]


async def ask(person: Person, call: Call) -> Any:
    return await Dispatcher(person.node, Changes(), lambda: None)(call)


async def lay_in(cast: Cast, quantity: int = 1) -> None:
    await cast.buyer.node.cart.add(cast.lamp, {}, quantity)


async def looked(person: Person) -> CartView:
    view: CartView = await ask(person, CartShow())
    return view


async def test_it_is_kept_across_a_restart_and_counts_pieces(cast: Cast) -> None:
    await lay_in(cast)
    await lay_in(cast, 2)
    await cast.town.restart(cast.buyer)
    view = await looked(cast.buyer)
    (line,) = view.groups[0].lines
    assert (view.lines, line.quantity, line.total.minor) == (1, 3, 3 * PRICE)
    assert (line.changes, line.can_buy, line.ways) == ((), True, ("Post/Standard",))
    cast.buyer.node.cart.change(line.key, 1)
    assert (await looked(cast.buyer)).pieces == 1
    cast.buyer.node.cart.remove([line.key])
    assert (await looked(cast.buyer)).groups == ()


async def test_it_says_what_has_changed_since(cast: Cast) -> None:
    await lay_in(cast)
    (dearer,) = await cast.seller.sell(LAMP | {"price": "30.00 EUR"})
    await cast.buyer.knows(dearer)
    (one,) = await cast.buyer.node.cart.look()
    assert one.changes == {Change.PRICE, Change.VERSION}
    assert (one.line.price, one.price, one.can_buy) == (PRICE, 3_000, True)
    (gone,) = await cast.seller.sell(LAMP | {"stock": 0})
    await cast.buyer.knows(gone)
    (one,) = await cast.buyer.node.cart.look()
    assert Change.SOLD_OUT in one.changes
    assert not one.can_buy
    await cast.seller.node.shop.remove("desk-lamp")
    await cast.buyer.knows(gone, shown=False)
    (one,) = await cast.buyer.node.cart.look()
    assert one.changes == {Change.GONE}


async def test_options_have_lines_of_their_own_and_may_go(cast: Cast) -> None:
    (shaded,) = await cast.seller.sell(SHADED)
    await cast.buyer.knows(shaded)
    cart = cast.buyer.node.cart
    with pytest.raises(InputError, match="Shade"):
        await cart.add(shaded, {}, 1)
    await cart.add(shaded, {"Shade": "green"}, 1)
    await cart.add(shaded, {"Shade": "white"}, 1)
    green, white = await cart.look()
    assert (green.can_buy, white.changes) == (True, {Change.SOLD_OUT})
    assert white.price == green.price + 100
    (plain,) = await cast.seller.sell(LAMP | {"slug": "shaded-lamp"})
    await cast.buyer.knows(plain)
    assert all(Change.OPTIONS in one.changes for one in await cart.look())


async def test_bounds_of_a_cart(cast: Cast) -> None:
    cart = cast.buyer.node.cart
    await lay_in(cast, MAX_QUANTITY)
    with pytest.raises(InputError, match="quantity"):
        await lay_in(cast)
    (line,) = [one.line for one in await cart.look()]
    for wrong in (0, MAX_QUANTITY + 1):
        with pytest.raises(InputError, match="quantity"):
            cart.change(line.key, wrong)
    with pytest.raises(NotFoundError):
        cart.change("nothing", 1)
    with pytest.raises(InputError, match="yourself"):
        await cast.seller.node.cart.add(cast.lamp, {}, 1)
    with cast.buyer.book.unit() as unit:
        rows = [
            msgspec.structs.replace(line, key=f"{number:016x}", quantity=1)
            for number in range(MAX_CART_LINES - 1)
        ]
        cart._put(unit, rows)
    await lay_in(cast)
    with cast.buyer.book.unit() as unit:
        kept = list(cart.lines(unit))
        assert len(kept) == MAX_CART_LINES
        mine = line_key(cast.seller.key, "desk-lamp", {})
        cart._put(
            unit,
            [msgspec.structs.replace(o, key="x") if o.key == mine else o for o in kept],
        )
    with pytest.raises(InputError, match="at most 100"):
        await lay_in(cast)


async def test_a_checkout_is_one_order_a_seller_and_each_stands_alone(
    cast: Cast,
) -> None:
    second = cast.primary
    (bell,) = await second.sell(LAMP | {"title": "Bell", "slug": "bell"})
    await cast.buyer.knows(bell)
    await lay_in(cast)
    await ask(cast.buyer, CartAdd(listing=bell.hex()))
    sellers = [p.identity.peer_id for p in (cast.seller, second)]
    seen = MoneyView(minor=TOTAL, unit="EUR", scale=2)
    orders = (
        CartOrder(seller=sellers[0], expected=seen),
        CartOrder(seller=sellers[1]),
    )
    call = CartCheckout(orders=orders, address=ADDRESS, preview=True)
    shown: CartCheckedOut = await ask(cast.buyer, call)
    assert [bool(one.preview) for one in shown.orders] == [True, False]
    assert "accepts no arbiter" in shown.orders[1].problem
    done: CartCheckedOut = await ask(
        cast.buyer, CartCheckout(orders=orders, address=ADDRESS)
    )
    assert [bool(one.order_id) for one in done.orders] == [True, False]
    view = await looked(cast.buyer)
    assert [group.seller for group in view.groups] == [sellers[1]]
    direct = CartOrder(seller=sellers[1], direct=True)
    done = await ask(cast.buyer, CartCheckout(orders=(direct,), address=ADDRESS))
    assert done.orders[0].order_id
    assert (await looked(cast.buyer)).lines == 0
    with cast.buyer.book.unit() as unit:
        assert {row.seller for row in unit.trades()} == {cast.seller.key, second.key}


async def test_nobody_pays_another_total_than_he_saw(cast: Cast) -> None:
    await lay_in(cast)
    seller = cast.seller.identity.peer_id
    seen = MoneyView(minor=TOTAL - 1, unit="EUR", scale=2)
    orders = (CartOrder(seller=seller, expected=seen),)
    done: CartCheckedOut = await ask(
        cast.buyer, CartCheckout(orders=orders, address=ADDRESS)
    )
    assert "it has changed" in done.orders[0].problem
    with cast.buyer.book.unit() as unit:
        assert unit.trades() == []
    assert (await looked(cast.buyer)).lines == 1


async def test_a_second_press_orders_nothing_again(cast: Cast) -> None:
    await lay_in(cast)
    node = cast.buyer.node
    key = line_key(cast.seller.key, "desk-lamp", {})
    call = CartCheckout(
        orders=(CartOrder(seller=cast.seller.identity.peer_id, keys=(key,)),),
        address=ADDRESS,
    )
    first: CartCheckedOut = await ask(cast.buyer, call)
    assert first.orders[0].order_id
    with pytest.raises(InputError, match="empty"):
        await ask(cast.buyer, call)
    with node.context.book.unit() as unit:
        assert len(unit.trades()) == 1
