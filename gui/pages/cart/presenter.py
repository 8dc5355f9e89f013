"""What lies in the cart, how each seller's part is ordered, and what became of it."""

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.arbiters import ArbiterList, ArbiterView
from bazaar.rpc.schema.call import Call, MoneyView
from bazaar.rpc.schema.cart import (
    CartAdd,
    CartChange,
    CartCheckedOut,
    CartCheckout,
    CartGroupView,
    CartLineView,
    CartOrder,
    CartOrdered,
    CartRemove,
    CartShow,
    CartView,
)
from bazaar.rpc.schema.people import WishAdd
from bazaar.rpc.schema.placing import OrderPreview
from gui.pages.checkout.paying import ANY, NO_HUB, PayWays
from gui.pages.checkout.presenter import NEEDED
from gui.pages.checkout.ways import is_country
from gui.rpc.door import Door


class Choice(Struct, frozen=True):
    """What the buyer chose for one seller."""

    shipping: dict[str, str] = {}
    coupon: str = ""
    direct: bool = False
    memo: str = ""
    arbiter: str = ""
    backup: str = ""
    hub: str = ANY


class CartState:
    """The cart; ``changed`` follows every answer."""

    def __init__(self, door: Door, changed: Callable[[], object]) -> None:
        self._door = door
        self._changed = changed
        self._asked = 0
        self.view: CartView | None = None
        self.problem: Problem | None = None
        self.choices: dict[str, Choice] = {}
        self.address: dict[str, str] = {}
        self.previews: dict[str, CartOrdered] = {}
        self.failed: dict[str, str] = {}
        self.placing = False
        self.placed: tuple[CartOrdered, ...] = ()
        self.arbiters: tuple[ArbiterView, ...] = ()
        self.ways = PayWays(door, changed)

    # ------------------------------------------------------------- the lines

    def read(self) -> None:
        """Look at every line anew."""
        if not self.arbiters:
            self._door.call(ArbiterList(), self._got_arbiters, lambda _: None)
        self._ask(CartShow())

    def _got_arbiters(self, arbiters: tuple[ArbiterView, ...]) -> None:
        self.arbiters = arbiters
        self._changed()

    def change(self, key: str, quantity: int) -> None:
        """Want another number of pieces."""
        line = self.line(key)
        if line is not None and line.quantity != quantity:
            self._ask(CartChange(key=key, quantity=quantity))

    def remove(self, key: str) -> Callable[[], None] | None:
        """Take a line out; returns what lays it in again."""
        line = self.line(key)
        if line is None:
            return None
        self._ask(CartRemove(keys=(key,)))
        back = CartAdd(
            listing=line.listing_id, quantity=line.quantity, options=line.options
        )
        return lambda: self._ask(back)

    def wish(self, key: str) -> Callable[[], None] | None:
        """Move a line to what one keeps an eye on; returns what lays it in again."""
        line = self.line(key)
        if line is None:
            return None
        call = WishAdd(listing=line.listing_id)
        self._door.call(call, lambda _: None, self._got_problem)
        return self.remove(key)

    def line(self, key: str) -> CartLineView | None:
        """Return a line by its key."""
        groups = self.view.groups if self.view else ()
        found = (line for group in groups for line in group.lines if line.key == key)
        return next(found, None)

    def _ask(self, call: Call) -> None:
        self._door.call(call, self._got, self._got_problem)

    def _got(self, view: CartView) -> None:
        self.view, self.problem = view, None
        self._changed()
        self.ask()

    def _got_problem(self, problem: Problem) -> None:
        self.problem = problem
        self._changed()

    # ------------------------------------------------------------- the checkout

    def choose(self, seller: str, choice: Choice) -> None:
        """Take what was chosen for one seller, and ask what it costs."""
        if self.choices.get(seller, Choice()) != choice:
            self.choices[seller] = choice
            self.ask()

    def enter(self, address: Mapping[str, str]) -> None:
        """Take the address, and ask what it costs to go there."""
        entered = {name: text.strip() for name, text in address.items() if text.strip()}
        if entered != self.address:
            moved = entered.get("country") != self.address.get("country")
            self.address = entered
            if moved:
                self.ask()
            else:
                self._changed()

    def way(self, seller: str, line: CartLineView) -> str:
        """Return the way that a line goes; the first one until another is chosen."""
        chosen = self.choices.get(seller, Choice()).shipping.get(line.key, "")
        return chosen or (line.ways[0] if line.ways else "")

    def buyable(self) -> tuple[CartGroupView, ...]:
        """Return the sellers of whom something can be ordered now."""
        groups = self.view.groups if self.view else ()
        return tuple(one for one in groups if any(line.can_buy for line in one.lines))

    def posts(self) -> bool:
        """Whether an address is needed."""
        return any(
            self.way(group.seller, line) in line.posts
            for group in self.buyable()
            for line in group.lines
            if line.can_buy
        )

    def lacks_country(self) -> bool:
        """Whether nothing can be priced because it is not known where the goods go."""
        return self.posts() and not is_country(self.address.get("country", ""))

    def missing(self) -> tuple[str, ...]:
        """Return the fields of the address that are still empty."""
        if not self.posts():
            return ()
        lacking = [name for name in NEEDED if not self.address.get(name)]
        if "country" not in lacking and not is_country(self.address["country"]):
            lacking.append("country")
        return tuple(lacking)

    def ask(self) -> None:
        """Ask what each order would say."""
        self._asked += 1
        orders = self.orders()
        if not orders or self.lacks_country() or self.placing:
            self.previews = {}
            self._changed()
            return
        mine = self._asked

        def answered(done: CartCheckedOut) -> None:
            if mine == self._asked and not self.placing:
                self.previews = {one.seller: one for one in done.orders}
                self._ask_ways()
                self._changed()

        call = CartCheckout(orders=orders, address=self._where(), preview=True)
        self._door.call(call, answered, self._got_problem)

    def _ask_ways(self) -> None:
        for one in self.ready():
            if one.preview is not None:
                seats = tuple(seat.peer_id for seat in one.preview.seats)
                self.ways.ask(one.seller, one.preview.total, seats)

    def preview(self, seller: str) -> OrderPreview | None:
        """Return what the order of one seller would say, if that is known."""
        found = self.previews.get(seller)
        return found.preview if found else None

    def orders(self) -> tuple[CartOrder, ...]:
        """Return how each seller's part becomes an order."""
        return tuple(self._order(group) for group in self.buyable())

    def _order(self, group: CartGroupView) -> CartOrder:
        choice = self.choices.get(group.seller, Choice())
        lines = [line for line in group.lines if line.can_buy]
        return CartOrder(
            seller=group.seller,
            keys=tuple(line.key for line in lines),
            shipping={
                line.key: self.way(group.seller, line) for line in lines if line.ways
            },
            coupons=(choice.coupon,) if choice.coupon else (),
            arbiter=None if choice.direct else choice.arbiter or None,
            backup=None if choice.direct else choice.backup or None,
            direct=choice.direct,
            memo=choice.memo,
            hub=choice.hub or self._shown_hub(group.seller),
        )

    def _shown_hub(self, seller: str) -> str | None:
        """What was shown is what is signed; while it is computed the node may look for one."""
        shown = self.preview(seller) if self.placing else None
        return (shown.hub or NO_HUB) if shown else None

    def _where(self) -> dict[str, str] | None:
        return self.address if self.posts() else None

    def ready(self) -> tuple[CartOrdered, ...]:
        """Return the orders that would be placed now."""
        return tuple(one for one in self.previews.values() if one.preview is not None)

    def totals(self) -> tuple[MoneyView, ...]:
        """Return what all of it costs, one amount a unit."""
        sums: dict[str, MoneyView] = {}
        for one in self.ready():
            if one.total is not None:
                held = sums.get(one.total.unit)
                minor = one.total.minor + (held.minor if held else 0)
                sums[one.total.unit] = replace(one.total, minor=minor)
        return tuple(sums.values())

    def place(self) -> None:
        """Sign and send every order that is ready; a second press does nothing."""
        ready = {one.seller: one.total for one in self.ready()}
        if self.placing or not ready or self.missing():
            return
        self.placing = True
        orders = tuple(
            replace(one, expected=ready[one.seller])
            for one in self.orders()
            if one.seller in ready
        )
        call = CartCheckout(orders=orders, address=self._where())
        self._door.call(call, self._done, self._refused)
        self._changed()

    def _done(self, done: CartCheckedOut) -> None:
        self.placing = False
        self.placed = tuple(one for one in done.orders if one.order_id)
        self.failed = {one.seller: one.problem for one in done.orders if one.problem}
        self._changed()
        self.placed = ()
        self.read()

    def _refused(self, problem: Problem) -> None:
        self.placing, self.problem = False, problem
        self._changed()
