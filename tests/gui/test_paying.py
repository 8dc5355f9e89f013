"""Who stands between, and who decides: chosen at checkout and in the cart, told in words."""

from collections.abc import Callable

from msgspec.structs import replace

from bazaar.rpc.schema.arbiters import ArbiterList
from bazaar.rpc.schema.cart import CartCheckedOut, CartCheckout, CartOrdered, CartShow
from bazaar.rpc.schema.listings import ListingShow
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced, OrderWays
from gui.app.window import Window
from gui.pages.cart.presenter import CartState, Choice
from gui.pages.cart.view import CartPage
from gui.pages.checkout.paying import NO_HUB, way_words
from gui.pages.checkout.presenter import CheckoutState
from gui.pages.checkout.view import CheckoutPage
from tests.gui.fake_door import FakeDoor
from tests.gui.fake_node import FakeNode
from tests.gui.market import cards
from tests.gui.test_by_hand import answering, shown
from tests.gui.test_keeping import calls
from tests.rpc_samples import (
    ANA,
    CART,
    LAMP,
    LISTING,
    MIA,
    NOOR,
    PREVIEW,
    SAMPLES,
    WAYS,
)

Calm = Callable[[], None]
PREVIEWED = OrderPlaced(order_id="", state="", total=PREVIEW.total, preview=PREVIEW)


def previewed() -> tuple[FakeDoor, CheckoutState]:
    door = FakeDoor()
    state = CheckoutState(door, door.changed)
    state.start(LAMP, {})
    door.answer(ListingShow, LISTING)
    state.enter(replace(state.entered, address={"country": "NO"}))
    door.answer(OrderPlace, PREVIEWED)
    return door, state


def placing(door: FakeDoor) -> OrderPlace:
    call = door.last(OrderPlace).call
    assert isinstance(call, OrderPlace)
    return call


def last_order(node: FakeNode) -> OrderPlace:
    call = calls(node, OrderPlace)[-1]
    assert isinstance(call, OrderPlace)
    return call


def test_the_ways_are_asked_once_for_an_amount() -> None:
    door, state = previewed()
    call = door.last(OrderWays).call
    assert call == OrderWays(seller=ANA, amount="30.15 EUR", seats=(MIA, NOOR))
    door.answer(OrderWays, WAYS)
    assert state.ways.of(ANA) == WAYS
    before = len(door.asked)
    state.ask()
    door.answer(OrderPlace, PREVIEWED)
    assert not [one for one in door.asked[before:] if isinstance(one.call, OrderWays)]


def test_a_chosen_hub_is_signed_and_what_was_shown_otherwise() -> None:
    door, state = previewed()
    state.enter(replace(state.entered, hub=MIA))
    assert placing(door).hub == MIA
    door.answer(OrderPlace, PREVIEWED)
    state.place()
    assert placing(door).hub == MIA
    door, state = previewed()
    state.place()
    assert placing(door).hub == NO_HUB


def test_who_wants_no_arbiter_names_none() -> None:
    door, state = previewed()
    state.enter(replace(state.entered, direct=True))
    call = placing(door)
    assert (call.direct, call.arbiter, call.backup) == (True, None, None)


def test_each_way_says_what_is_held_and_who_owes_whom() -> None:
    direct, over, refused = map(way_words, WAYS)
    assert "10.00 EUR so far" in direct
    assert "30.15 EUR is held as soon as" in direct
    assert "You will owe Mia, and Mia will owe the seller" in over
    assert "No fee" in over
    assert "Its owner carries no orders" in refused
    assert "10.00 EUR now" in way_words(replace(WAYS[0], can=True, why=""))


def test_the_checkout_offers_hubs_and_greys_out_who_refuses(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    answering(node, OrderWays, lambda _: WAYS)
    window.go("checkout", cards()[0].listing_id)
    calm()
    page = shown(window, CheckoutPage)
    page.address.fill({"country": "NO"})
    page._enter()
    calm()
    form = page.pay
    values = [form.choice.itemData(index) for index in range(form.choice.count())]
    assert values == ["", NO_HUB, MIA, NOOR]
    model = form.choice.model()
    flags = [model.flags(model.index(index, 0)) for index in range(4)]
    assert [bool(one & one.ItemIsEnabled) for one in flags] == [True, True, True, False]
    form.choice.choose(MIA)
    calm()
    assert last_order(node).hub == MIA
    assert "You will owe Mia" in form.words.text()
    page.direct.setChecked(True)
    calm()
    assert last_order(node).direct
    assert page._both.isHidden()


def cart() -> tuple[FakeDoor, CartState]:
    door = FakeDoor()
    state = CartState(door, door.changed)
    state.read()
    door.answer(CartShow, CART)
    door.answer(ArbiterList, SAMPLES[ArbiterList])
    state.enter({"country": "NO"})
    accepted = replace(PREVIEW, accepted=(MIA, NOOR))
    done = CartOrdered(
        seller=ANA, name="Ana", keys=(), total=PREVIEW.total, preview=accepted
    )
    door.answer(CartCheckout, CartCheckedOut(orders=(done,)))
    return door, state


def test_the_cart_names_arbiters_and_hub_of_each_seller() -> None:
    door, state = cart()
    assert door.last(OrderWays).call == OrderWays(
        seller=ANA, amount="30.15 EUR", seats=(MIA, NOOR)
    )
    state.choose(ANA, Choice(arbiter=NOOR, backup=MIA, hub=MIA))
    (order,) = state.orders()
    assert (order.arbiter, order.backup, order.hub) == (NOOR, MIA, MIA)
    state.choose(ANA, Choice(arbiter=NOOR, backup=MIA, direct=True))
    (order,) = state.orders()
    assert (order.arbiter, order.backup, order.hub) == (None, None, None)


def test_the_cart_signs_over_whom_it_showed() -> None:
    door, state = cart()
    state.enter(
        {
            "name": "B",
            "street": "R 1",
            "postal_code": "1",
            "city": "Oslo",
            "country": "NO",
        }
    )
    state.place()
    call = door.last(CartCheckout).call
    assert isinstance(call, CartCheckout)
    assert not call.preview
    assert [one.hub for one in call.orders] == [NO_HUB]


def test_a_cart_card_keeps_what_was_chosen(
    window: Window, node: FakeNode, calm: Calm
) -> None:
    accepted = replace(PREVIEW, accepted=(MIA, NOOR))
    done = CartOrdered(
        seller=ANA, name="Ana", keys=(), total=PREVIEW.total, preview=accepted
    )
    answering(node, CartCheckout, lambda _: CartCheckedOut(orders=(done,)))
    answering(node, CartShow, lambda _: CART)
    answering(node, OrderWays, lambda _: WAYS)
    window.go("cart")
    calm()
    page = shown(window, CartPage)
    page.state.enter({"country": "NO"})
    calm()
    (card,) = page._cards
    card.pay.choice.choose(MIA)
    calm()
    card._coupon.setText("SPRING26")
    card._coupon.editingFinished.emit()
    calm()
    checkout = calls(node, CartCheckout)[-1]
    assert isinstance(checkout, CartCheckout)
    order = checkout.orders[0]
    assert (order.hub, order.coupons) == (MIA, ("SPRING26",))
    assert card._forms._about.text().startswith("If there is trouble")
