"""What the buyer has entered, what it would cost, and what became of it."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.arbiters import ArbiterList, ArbiterView
from bazaar.rpc.schema.listings import ListingShow, ListingView
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced, OrderPreview
from bazaar.rpc.schema.profile import ProfileShow, ProfileView
from gui.pages.checkout.paying import ANY, NO_HUB, PayWays
from gui.pages.checkout.ways import is_country, shipping_pairs, usual_options
from gui.rpc.door import Door

ADDRESS_FIELDS: Final = (
    "name",
    "street",
    "street2",
    "postal_code",
    "city",
    "region",
    "country",
    "phone",
    "email",
)
NEEDED: Final = ("name", "street", "postal_code", "city", "country")
ACCEPT_DAYS: Final = (3, 7, 14)
"""How long the seller may think, days; the first is the usual one."""


class Entered(Struct, frozen=True):
    """The buyer's choices; empty arbiters and hub let the node choose."""

    quantity: int = 1
    options: dict[str, str] = {}
    parcels: tuple[int, ...] = ()
    shipping: str = ""
    address: dict[str, str] = {}
    arbiter: str = ""
    backup: str = ""
    coupon: str = ""
    memo: str = ""
    contact: str = ""
    accept_days: int = ACCEPT_DAYS[0]
    direct: bool = False
    hub: str = ANY


class CheckoutState:
    """One purchase in the making; ``changed`` follows every answer."""

    def __init__(self, door: Door, changed: Callable[[], object]) -> None:
        self._door = door
        self._changed = changed
        self._asked = 0
        self.listing = ""
        self.view: ListingView | None = None
        self.arbiters: tuple[ArbiterView, ...] = ()
        self.usual_arbiters: tuple[str, ...] = ()
        self.entered = Entered()
        self.preview: OrderPreview | None = None
        self.problem: Problem | None = None
        self.failed: Problem | None = None
        self.placing = False
        self.placed: OrderPlaced | None = None
        self.ways = PayWays(door, changed)

    def start(self, listing: str, options: dict[str, str]) -> None:
        """Begin with a listing and its chosen variants; the address stays."""
        self.listing = listing
        self.view = self.preview = self.placed = None
        self.usual_arbiters = ()
        self.problem = self.failed = None
        self.placing = False
        self.entered = Entered(options=options, address=self.entered.address)
        self._door.call(ListingShow(id=listing), self._got, self._lost)
        self._door.call(ArbiterList(), self._got_arbiters, lambda _: None)

    def enter(self, entered: Entered) -> None:
        """Take what was entered and ask for the receipt."""
        if entered != self.entered or self.preview is None:
            self.entered = entered
            self.ask()

    def ask(self) -> None:
        """Ask what this order would say, once it is known where it goes."""
        if self.view is None:
            return
        self._asked += 1
        if self.lacks_country():
            self.preview = self.problem = None
            self._changed()
            return
        mine = self._asked

        def answered(placed: OrderPlaced) -> None:
            if mine == self._asked:
                self.preview, self.problem = placed.preview, None
                self._ask_ways()
                self._changed()

        def refused(problem: Problem) -> None:
            if mine == self._asked:
                self.problem = problem
                self._changed()

        self._door.call(replace(self.order(), preview=True), answered, refused)

    def _ask_ways(self) -> None:
        if self.preview is not None and self.view is not None:
            seats = tuple(seat.peer_id for seat in self.preview.seats)
            self.ways.ask(self.view.card.seller, self.preview.total, seats)

    def place(self) -> None:
        """Sign and send; a second press does nothing."""
        if self.placing or self.placed or self.preview is None:
            return
        self.placing = True
        self._door.call(self.order(), self._done, self._refused)
        self._changed()

    def order(self) -> OrderPlace:
        """Return the call that these choices make."""
        entered = self.entered
        seats = {
            seat.role: seat.peer_id
            for seat in (self.preview.seats if self.preview else ())
        }
        return OrderPlace(
            listing=self.listing,
            quantity=entered.quantity,
            option=entered.options,
            shipping=entered.shipping or None,
            parcels=entered.parcels,
            coupon=(entered.coupon,) if entered.coupon else (),
            address=address_of(entered) if self.posts() else None,
            arbiter=self._seat(entered.arbiter, seats, "arbiter", "primary"),
            backup=self._seat(entered.backup, seats, "backup"),
            direct=entered.direct,
            hub=entered.hub or self._shown_hub(),
            memo=entered.memo,
            contact=entered.contact,
            accept_days=entered.accept_days,
        )

    def _seat(self, chosen: str, seats: dict[str, str], *roles: str) -> str | None:
        """The arbiter chosen, else the one shown; none where none is wanted."""
        if self.entered.direct:
            return None
        return chosen or next((seats[one] for one in roles if one in seats), None)

    def _shown_hub(self) -> str | None:
        """What was shown is what is signed: no hub is looked for behind the buyer's back."""
        if not self.placing or self.preview is None:
            return None
        return self.preview.hub or NO_HUB

    def posts(self) -> bool:
        """Whether an address is needed."""
        if self.view is None or self.view.card.type != "physical":
            return False
        title = self.entered.shipping.partition("/")[0]
        return not any(
            option.title == title and option.kind == "pickup"
            for option in self.view.shipping
        )

    def lacks_country(self) -> bool:
        """Whether nothing can be priced because it is not known where the goods go."""
        country = self.entered.address.get("country", "")
        return self.posts() and not is_country(country)

    def missing(self) -> tuple[str, ...]:
        """Return the address fields that are still empty."""
        if not self.posts():
            return ()
        entered = self.entered.address
        lacking = [name for name in NEEDED if not entered.get(name, "").strip()]
        if "country" not in lacking and not is_country(entered["country"]):
            lacking.append("country")
        return tuple(lacking)

    def accepted(self) -> tuple[ArbiterView, ...]:
        """Return the arbiters that the seller accepts."""
        names = self.view.arbiters if self.view else ()
        names = names or self.usual_arbiters
        return tuple(one for one in self.arbiters if not names or one.peer_id in names)

    def _got(self, view: ListingView) -> None:
        self.view = view
        options = shipping_pairs(view)
        first = options[0][0] if options else ""
        chosen = self.entered.options or usual_options(view)
        self.entered = replace(self.entered, shipping=first, options=chosen)
        if not view.arbiters:
            peer = view.card.seller
            self._door.call(ProfileShow(peer=peer), self._got_seller, lambda _: None)
        self._changed()
        self.ask()

    def _got_seller(self, seller: ProfileView) -> None:
        self.usual_arbiters = seller.arbiters
        self._changed()

    def _lost(self, problem: Problem) -> None:
        self.failed = problem
        self._changed()

    def _got_arbiters(self, arbiters: tuple[ArbiterView, ...]) -> None:
        self.arbiters = arbiters
        self._changed()

    def _done(self, placed: OrderPlaced) -> None:
        self.placing, self.placed = False, placed
        self._changed()

    def _refused(self, problem: Problem) -> None:
        self.placing, self.problem = False, problem
        self._changed()


def address_of(entered: Entered) -> dict[str, str]:
    """Return the filled fields of the address."""
    return {
        name: value.strip() for name, value in entered.address.items() if value.strip()
    }
