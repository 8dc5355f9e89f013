"""What the user wants to buy, of several sellers: kept here, looked at again, ordered.

The cart is private and stays in the book. It promises nothing: price, stock and version
are read anew at every look, and what changed since it was laid in is said.
"""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

import msgspec
import trio
from msgspec import Meta

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.shop.shelf import Shelf
from bazaar.app.trading.ordering import sku_of
from bazaar.domain.errors import BazaarError, InputError, NotFoundError
from bazaar.domain.listings.listing import Listing, ListingState, StockHint
from bazaar.domain.wire.envelope import Signed

MAX_CART_LINES: Final = 100
MAX_QUANTITY: Final = 1_000_000
LOOK_SECONDS: Final = 5.0
"""A seller who does not answer holds the cart up no longer; what is known is shown."""

KEY_BYTES: Final = 8
CART: Final = "cart"


class CartLine(msgspec.Struct, frozen=True, array_like=True):
    """One combination of one listing, as it was when it was laid in.

    Attributes:
        slug, seller: Which listing it is, whatever its version.
        price: Of one piece without shipping and tax, minor units.
    """

    key: str
    seller: bytes
    slug: str
    listing: bytes
    version: int
    title: str
    options: dict[str, str]
    quantity: Annotated[int, Meta(ge=1, le=MAX_QUANTITY)]
    unit: str
    price: int


class Change(StrEnum):
    """What is another than when it was laid in."""

    PRICE = "price"
    VERSION = "version"
    UNREAD = "unread"
    GONE = "gone"
    SOLD_OUT = "sold_out"
    PAUSED = "paused"
    OPTIONS = "options"
    EXPIRED = "expired"


HINDRANCES: Final = frozenset(Change) - {Change.PRICE, Change.VERSION}
"""With these it cannot be bought now."""


class Looked(NamedTuple):
    """A line beside what its seller offers now.

    Attributes:
        listing: The version that is sold now, or the last one known; None if neither is here.
        price: Of one piece now, minor units of ``unit``.
    """

    line: CartLine
    listing: Signed[Listing] | None
    unit: str
    price: int
    changes: frozenset[Change]

    @property
    def can_buy(self) -> bool:
        """Whether an order of it could be placed now."""
        return not self.changes & HINDRANCES


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[CartLine, ...])


class Cart:
    """Lays in, looks again, takes out."""

    def __init__(self, context: Context, market: Market, shelf: Shelf) -> None:
        self._context = context
        self._market = market
        self._shelf = shelf

    def lines(self, unit: Unit) -> tuple[CartLine, ...]:
        """What lies in it, in the order it was laid in."""
        kept = unit.setting(CART)
        return _decoder.decode(kept) if kept else ()

    async def add(
        self, listing: bytes, options: dict[str, str], quantity: int
    ) -> CartLine:
        """Lay in a combination; one that lies there gets more pieces.

        Raises InputError naming quantity, option or listing, NotFoundError for a listing
        that cannot be had. Cancelling leaves the cart as it was.
        """
        found = await self._current(await self._market.listing(listing))
        if found.author == self._context.me:
            raise InputError("listing", "you cannot buy from yourself")
        made = laid_in(found, options, quantity)
        with self._context.book.unit() as unit:
            lines = list(self.lines(unit))
            keys = [line.key for line in lines]
            if made.key in keys:
                at = keys.index(made.key)
                more = lines[at].quantity + made.quantity
                made = msgspec.structs.replace(made, quantity=_pieces(more))
                lines[at] = made
            elif len(lines) >= MAX_CART_LINES:
                raise InputError("listing", f"a cart holds at most {MAX_CART_LINES}")
            else:
                lines.append(made)
            self._put(unit, lines)
        self._context.emit("cart", {})
        return made

    async def _current(self, found: Signed[Listing]) -> Signed[Listing]:
        """The version that is sold now. Raises NotFoundError."""
        newest = await self._shelf.current(found)
        if newest is None:
            raise NotFoundError("this listing is not sold any more")
        if newest == found.id:
            return found
        return await self._market.listing(newest, found.author)

    def change(self, key: str, quantity: int) -> None:
        """Want another number of pieces. Raises InputError or NotFoundError."""
        pieces = _pieces(quantity)
        with self._context.book.unit() as unit:
            lines = [
                msgspec.structs.replace(line, quantity=pieces)
                if line.key == key
                else line
                for line in self.lines(unit)
            ]
            if all(line.key != key for line in lines):
                raise NotFoundError("this does not lie in the cart")
            self._put(unit, lines)
        self._context.emit("cart", {})

    def remove(self, keys: Sequence[str] | None) -> None:
        """Take some out, or all; what is not there is no error."""
        with self._context.book.unit() as unit:
            self.take_out(unit, keys)
        self._context.emit("cart", {})

    def take_out(self, unit: Unit, keys: Sequence[str] | None) -> None:
        """Take some out in the unit of what was done with them."""
        gone = None if keys is None else set(keys)
        kept = [
            one for one in self.lines(unit) if gone is not None and one.key not in gone
        ]
        self._put(unit, kept)

    def _put(self, unit: Unit, lines: Sequence[CartLine]) -> None:
        unit.set_setting(CART, _encoder.encode(tuple(lines)) if lines else None)

    # ------------------------------------------------------------- looking

    async def look(self) -> list[Looked]:
        """Every line beside what is offered now; all sellers are looked at side by side.

        Never waits longer than ``LOOK_SECONDS``. Cancelling changes nothing.
        """
        with self._context.book.unit() as unit:
            lines = self.lines(unit)
        found: dict[str, Looked] = {}

        async def one(line: CartLine) -> None:
            unread = frozenset({Change.UNREAD})
            found[line.key] = Looked(line, None, line.unit, line.price, unread)
            with trio.move_on_after(LOOK_SECONDS):
                found[line.key] = await self._look(line)

        async with trio.open_nursery() as nursery:
            for line in lines:
                nursery.start_soon(one, line)
        return [found[line.key] for line in lines]

    async def _look(self, line: CartLine) -> Looked:
        try:
            held = await self._market.listing(line.listing, line.seller)
        except BazaarError:
            return self._bare(line, None, Change.UNREAD)
        newest = await self._shelf.current(held)
        if newest is None:
            return self._bare(line, held, Change.GONE)
        try:
            found = await self._market.listing(newest, line.seller)
        except BazaarError:
            return self._bare(line, held, Change.UNREAD)
        return compared(line, found, self._context.now())

    def _bare(
        self, line: CartLine, held: Signed[Listing] | None, change: Change
    ) -> Looked:
        return Looked(line, held, line.unit, line.price, frozenset({change}))


def laid_in(found: Signed[Listing], options: dict[str, str], quantity: int) -> CartLine:
    """The line of a combination. Raises InputError naming option or quantity."""
    body = found.body
    sku = sku_of(body, options)
    return CartLine(
        line_key(found.author, body.slug, options),
        found.author,
        body.slug,
        found.id,
        body.seq,
        body.title,
        dict(sorted(options.items())),
        _pieces(quantity),
        body.unit,
        piece_price(body, sku),
    )


def line_key(seller: bytes, slug: str, options: dict[str, str]) -> str:
    """Hex by which a line is named; the same combination has the same one."""
    parts = _encoder.encode((seller, slug, sorted(options.items())))
    return hashlib.sha256(parts).hexdigest()[: 2 * KEY_BYTES]


def piece_price(body: Listing, sku: int | None) -> int:
    """Price of one piece of a combination, minor units."""
    return body.price + (0 if sku is None else body.skus[sku].surcharge)


def compared(line: CartLine, found: Signed[Listing], now: int) -> Looked:
    """``line`` beside ``found``, the version that is sold at ``now``."""
    body = found.body
    changes: set[Change] = set()
    if found.id != line.listing:
        changes.add(Change.VERSION)
    if body.expires <= now:
        changes.add(Change.EXPIRED)
    changes |= _state_changes(body)
    try:
        sku = sku_of(body, line.options)
    except InputError:
        changes.add(Change.OPTIONS)
        return Looked(line, found, line.unit, line.price, frozenset(changes))
    if sku is not None and body.skus[sku].stock == StockHint.NONE:
        changes.add(Change.SOLD_OUT)
    price = piece_price(body, sku)
    if (body.unit, price) != (line.unit, line.price):
        changes.add(Change.PRICE)
    return Looked(line, found, body.unit, price, frozenset(changes))


def _state_changes(body: Listing) -> set[Change]:
    if body.state == ListingState.OUT_OF_STOCK:
        return {Change.SOLD_OUT}
    return {Change.PAUSED} if body.state == ListingState.VACATION else set()


def _pieces(quantity: int) -> int:
    if not 1 <= quantity <= MAX_QUANTITY:
        raise InputError("quantity", f"must be 1 to {MAX_QUANTITY:,}")
    return quantity
