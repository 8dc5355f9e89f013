"""The cart: what one wants to buy, of several sellers, and one checkout for all of it."""

from typing import Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call, MoneyView
from bazaar.rpc.schema.placing import OrderPreview


class CartShow(Call, frozen=True, tag="cart.list"):
    """Everything in the cart, each beside what its seller offers now."""


class CartAdd(Call, frozen=True, tag="cart.add"):
    """Lay in a combination of a listing; what lies there gets more pieces."""

    listing: str
    quantity: int = 1
    options: dict[str, str] = field(default_factory=dict[str, str])


class CartChange(Call, frozen=True, tag="cart.change"):
    """Want another number of pieces of a line."""

    key: str
    quantity: int


class CartRemove(Call, frozen=True, tag="cart.remove"):
    """Take lines out."""

    keys: tuple[str, ...]


class CartClear(Call, frozen=True, tag="cart.clear"):
    """Take everything out."""


class CartLineView(Answer, frozen=True):
    """One combination of one listing.

    Attributes:
        listing_id: The version that is sold now, else the last one known.
        price: Of one piece now; ``was`` when it was laid in.
        total: Of all pieces, without shipping and tax.
        changes: price, version, unread, gone, sold_out, paused, options or expired.
        ways: Names of the ways to get it, for ``shipping`` of ``CartOrder``.
        posts: Those of ``ways`` that need an address.
        coupons: Whether the seller takes coupons for it.
    """

    key: str
    listing_id: str
    slug: str
    title: str
    options: dict[str, str]
    quantity: int
    price: MoneyView
    was: MoneyView
    total: MoneyView
    changes: tuple[str, ...]
    can_buy: bool
    type: str
    thumbnail: str | None
    nsfw: bool
    ways: tuple[str, ...]
    posts: tuple[str, ...]
    coupons: bool


class CartGroupView(Answer, frozen=True):
    """What lies in the cart of one seller; one order at checkout.

    Attributes:
        subtotals: One amount a unit, of the lines that can be bought.
    """

    seller: str
    name: str
    fingerprint: tuple[str, ...]
    colour: str
    online: bool
    lines: tuple[CartLineView, ...]
    subtotals: tuple[MoneyView, ...]


class CartView(Answer, frozen=True):
    """The cart by seller; ``lines`` counts them, ``pieces`` what one would get."""

    groups: tuple[CartGroupView, ...]
    lines: int
    pieces: int


class CartOrder(Answer, frozen=True):
    """How the lines of one seller become an order.

    Attributes:
        keys: Lines to order; none means all that can be bought.
        shipping: Way by line key; a line that is not named takes its only one.
        expected: The total that the buyer saw; a placement at another one is refused.
    """

    seller: str
    keys: tuple[str, ...] = ()
    shipping: dict[str, str] = field(default_factory=dict[str, str])
    coupons: tuple[str, ...] = ()
    arbiter: str | None = None
    backup: str | None = None
    direct: bool = False
    memo: str = ""
    contact: str = ""
    accept_days: int = 3
    hub: str | None = None
    expected: MoneyView | None = None


class CartCheckout(Call, frozen=True, tag="cart.checkout"):
    """Order of every seller at once; each order stands by itself.

    Attributes:
        orders: How; without any, all that can be bought is ordered the usual way.
        preview: Only compute and check, sign nothing.
    """

    orders: tuple[CartOrder, ...] = ()
    address: dict[str, str] | None = None
    preview: bool = False


class CartOrdered(Answer, frozen=True):
    """What became of the lines of one seller.

    Attributes:
        order_id: Empty for a preview and for what failed.
        problem: Why it failed; its lines stay in the cart.
    """

    seller: str
    name: str
    keys: tuple[str, ...]
    order_id: str = ""
    total: MoneyView | None = None
    preview: OrderPreview | None = None
    problem: str = ""


class CartCheckedOut(Answer, frozen=True):
    """One entry a seller."""

    orders: tuple[CartOrdered, ...]


CALLS: Final[Answers] = {
    CartShow: CartView,
    CartAdd: CartView,
    CartChange: CartView,
    CartRemove: CartView,
    CartClear: CartView,
    CartCheckout: CartCheckedOut,
}
