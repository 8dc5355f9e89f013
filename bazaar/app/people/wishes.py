"""What the user keeps an eye on: never published; he hears when price, stock or end change."""

import logging
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.catalogue.market import Market
from bazaar.app.catalogue.store_watch import Taken, Watcher
from bazaar.app.context import Context
from bazaar.app.people.notices import Notice, NoticeKind, tell
from bazaar.app.ports import BookError, Keep, Unit
from bazaar.domain.amounts.money import Money
from bazaar.domain.errors import BazaarError, InputError, NotFoundError
from bazaar.domain.listings.card import Card
from bazaar.domain.listings.listing import ListingState

log = logging.getLogger(__name__)

MAX_WISHES: Final = 1_000
LOOK_SECONDS: Final = 3_600
ASK_SECONDS: Final = 5.0
DAY_SECONDS: Final = 86_400
"""Who keeps an eye on a listing hears a day before it ends."""

WISHES: Final = "wishes"
NO_STATE: Final = 0
"""The listing is not in its store any more."""


class WishRow(msgspec.Struct, frozen=True, array_like=True):
    """One listing as it was last seen.

    Attributes:
        listing: Its newest version; the last one if it is gone.
        price: Least price, minor units of ``unit``.
        state: ``ListingState``, or 0 once it is gone.
        first: Price when it was put on the list.
        expires: When it ends, seconds; 0 until its page is here.
    """

    seller: bytes
    slug: str
    listing: bytes
    title: str
    unit: str
    price: int
    state: int
    first: int
    expires: int
    added: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[WishRow, ...])


class Wishes:
    """The list, and what became of what stands on it."""

    def __init__(self, context: Context, market: Market) -> None:
        self._context = context
        self._market = market
        self._sellers: frozenset[bytes] | None = None
        """Whose goods stand on the list; asked with every head that comes."""

        market.fetch.watch.join(Watcher(self._watches, self.compare))

    def _watches(self, store: bytes) -> bool:
        if self._sellers is None:
            with self._context.book.unit() as unit:
                self._sellers = frozenset(row.seller for row in self.rows(unit))
        return store in self._sellers

    def rows(self, unit: Unit) -> tuple[WishRow, ...]:
        """Last added first."""
        kept = unit.setting(WISHES)
        return _decoder.decode(kept) if kept else ()

    def keep(self, unit: Unit) -> Keep:
        """Shops and listings that must not be dropped to make room."""
        rows = self.rows(unit)
        return Keep(
            frozenset(row.seller for row in rows),
            frozenset(row.listing for row in rows),
        )

    async def add(self, listing: bytes) -> WishRow:
        """Keep an eye on a listing; what stands there already stays as it is.

        Raises NotFoundError, or InputError at ``MAX_WISHES``. Cancelling changes nothing.
        """
        found = await self._market.listing(listing)
        body = found.body
        card = await self._context.catalogue.card(listing)
        price = card.card.price_from if card else body.price
        made = WishRow(
            found.author,
            body.slug,
            listing,
            body.title,
            body.unit,
            price,
            body.state,
            price,
            body.expires,
            self._context.now(),
        )
        with self._context.book.unit() as unit:
            rows = self.rows(unit)
            known = [row for row in rows if _place(row) == _place(made)]
            if known:
                return known[0]
            if len(rows) >= MAX_WISHES:
                raise InputError("listing", f"a list holds at most {MAX_WISHES:,}")
            self._put(unit, (made, *rows))
        self._context.emit("wish", {})
        return made

    def remove(self, listing: bytes) -> None:
        """Take a listing off, by any of the ids it was shown under. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            rows = self.rows(unit)
            kept = tuple(row for row in rows if row.listing != listing)
            if len(kept) == len(rows):
                raise NotFoundError("this does not stand on your list")
            self._put(unit, kept)
        self._context.emit("wish", {})

    def _put(self, unit: Unit, rows: Sequence[WishRow]) -> None:
        unit.set_setting(WISHES, _encoder.encode(tuple(rows)) if rows else None)
        self._sellers = None

    # ------------------------------------------------------------- watching

    def compare(self, taken: Taken) -> None:
        """A store was taken: tell what changed of what stands on the list."""
        store = taken.head.author
        with self._context.book.unit() as unit:
            rows = self.rows(unit)
            if all(row.seller != store for row in rows):
                return
            cards = {card.slug: card for card in taken.cards}
            after = [
                _seen(row, cards.get(row.slug)) if row.seller == store else row
                for row in rows
            ]
            changed = [(a, b) for a, b in zip(rows, after, strict=True) if a != b]
            if not changed:
                return
            self._put(unit, after)
            for before, now in changed:
                for news in news_of(before, now):
                    self._tell(unit, now, news, taken.head.body.seq)
        self._context.emit("wish", {})

    def _tell(self, unit: Unit, row: WishRow, news: "News", version: int) -> None:
        name = f"wish:{row.listing.hex()}:{news.what}:{version}"
        words = f"{row.title}: {news.words}"
        notice = Notice(NoticeKind.WISH, name, words, peer=row.seller)
        tell(unit, self._context, notice)

    def remind(self) -> None:
        """Tell of what ends within a day, and of what has ended."""
        now = self._context.now()
        with self._context.book.unit() as unit:
            for row in self.rows(unit):
                if row.state == NO_STATE or not row.expires:
                    continue
                if row.expires <= now:
                    self._tell(unit, row, News("ended", "it has ended."), row.expires)
                elif row.expires <= now + DAY_SECONDS:
                    news = News("ends", "it ends within a day.")
                    self._tell(unit, row, news, row.expires)

    async def run(self) -> None:
        """Remind every hour, for ever; cancelling leaves the list whole."""
        while True:
            try:
                await self._learn_ends()
                self.remind()
            except BookError:
                log.warning("nobody was reminded; the book failed")
            await trio.sleep(LOOK_SECONDS)

    async def _learn_ends(self) -> None:
        """Read of new versions when they end; whoever is away is asked again later."""
        with self._context.book.unit() as unit:
            rows = [one for one in self.rows(unit) if one.state and not one.expires]
        for row in rows:
            try:
                with trio.fail_after(ASK_SECONDS):
                    found = await self._market.listing(row.listing, row.seller)
            except (BazaarError, trio.TooSlowError) as error:
                log.info("a wish was not read", extra={"why": type(error).__name__})
                continue
            self._note_end(row, found.body.expires)

    def _note_end(self, row: WishRow, expires: int) -> None:
        with self._context.book.unit() as unit:
            after = [
                msgspec.structs.replace(one, expires=expires)
                if one.listing == row.listing
                else one
                for one in self.rows(unit)
            ]
            self._put(unit, after)


class News(NamedTuple):
    """What is told of a wish: a short name of it, and words."""

    what: str
    words: str


def news_of(before: WishRow, now: WishRow) -> list[News]:
    """What somebody who waits for a listing wants to hear."""
    if now.state == NO_STATE:
        return [News("gone", "it is not sold any more.")]
    found: list[News] = []
    if (before.unit, before.price) != (now.unit, now.price):
        was, new = Money(before.price, before.unit), Money(now.price, now.unit)
        found.append(News("price", f"the price went from {was} to {new}."))
    can, could = (one.state == ListingState.FOR_SALE for one in (now, before))
    if can and not could:
        found.append(News("stock", "it can be bought again."))
    elif could and not can:
        sold = now.state == ListingState.OUT_OF_STOCK
        words = "it is sold out." if sold else "its shop takes a break."
        found.append(News("stock", words))
    return found


def _seen(row: WishRow, card: Card | None) -> WishRow:
    if card is None:
        return msgspec.structs.replace(row, state=NO_STATE)
    return msgspec.structs.replace(
        row,
        listing=card.listing,
        title=card.title,
        unit=card.unit,
        price=card.price_from,
        state=card.state,
        expires=row.expires if card.listing == row.listing else 0,
    )


def _place(row: WishRow) -> tuple[bytes, str]:
    return row.seller, row.slug
