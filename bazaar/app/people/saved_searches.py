"""Searches that the user keeps: what is new among their hits is told (B2). Never published."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.people.follows import Follows
from bazaar.app.people.notices import Notice, NoticeKind, renew, settle
from bazaar.app.ports import BookError, Found, SearchQuery, Unit
from bazaar.domain.errors import BazaarError, InputError, NotFoundError

log = logging.getLogger(__name__)

MAX_SEARCHES: Final = 50
MAX_TITLE_CHARACTERS: Final = 80
LOOK_SECONDS: Final = 60.0
LOOKED_AT: Final = 200
"""The newest hits that are compared; more new ones are counted up to here."""

REMEMBERED: Final = 2_000
"""Hits of one search that are known not to be new, the newest first."""

KEY_BYTES: Final = 8
NAMED: Final = 3
SEARCHES: Final = "searches"


class SavedSearch(msgspec.Struct, frozen=True, array_like=True):
    """One search.

    Attributes:
        asked: How the user asked, as the door takes it; the node does not look into it.
        query: The same in the catalogue's terms.
        followed: Only shops that are followed when it is looked at.
        fresh: New hits since the user last looked.
    """

    number: int
    title: str
    asked: bytes
    query: SearchQuery
    followed: bool
    fresh: int


class Wanted(NamedTuple):
    """What the user wants to keep; see ``SavedSearch``."""

    title: str
    asked: bytes
    query: SearchQuery
    followed: bool


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[SavedSearch, ...])


class SavedSearches:
    """Keeps searches, and looks from time to time what is new."""

    def __init__(self, context: Context, follows: Follows) -> None:
        self._context = context
        self._follows = follows

    def all(self, unit: Unit) -> tuple[SavedSearch, ...]:
        """In the order they were kept."""
        held = unit.setting(SEARCHES)
        return _decoder.decode(held) if held else ()

    def title(self, number: int) -> str:
        """What the user calls it; empty once it is forgotten."""
        with self._context.book.unit() as unit:
            return next((s.title for s in self.all(unit) if s.number == number), "")

    async def save(self, wanted: Wanted) -> SavedSearch:
        """Keep a search; what it finds now is not new.

        Raises InputError without a title, and at ``MAX_SEARCHES``. Cancelling keeps nothing.
        """
        title = " ".join(wanted.title.split())
        if not 1 <= len(title) <= MAX_TITLE_CHARACTERS:
            words = f"give it a title of at most {MAX_TITLE_CHARACTERS} characters"
            raise InputError("title", words)
        search = SavedSearch(0, title, wanted.asked, wanted.query, wanted.followed, 0)
        found = await self._found(search, REMEMBERED)
        with self._context.book.unit() as unit:
            known = self.all(unit)
            if len(known) >= MAX_SEARCHES:
                raise InputError("title", f"at most {MAX_SEARCHES} searches are kept")
            number = 1 + max((one.number for one in known), default=0)
            made = msgspec.structs.replace(search, number=number)
            self._put(unit, (*known, made))
            unit.set_setting(_hits(number), b"".join(map(hit_key, found)))
        return made

    def forget(self, number: int) -> None:
        """Keep a search no longer. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            self._one(unit, number)
            left = tuple(one for one in self.all(unit) if one.number != number)
            self._put(unit, left)
            unit.set_setting(_hits(number), None)

    def seen(self, number: int) -> None:
        """The user has looked at what is new. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            self._one(unit, number)
            self._count(unit, number, 0)
            settle(unit, self._context, _notice(number))

    async def look(self) -> None:
        """Tell what is new. Cancelling it leaves the rest for the next time."""
        with self._context.book.unit() as unit:
            searches = self.all(unit)
        for search in searches:
            found = await self._found(search, LOOKED_AT)
            with self._context.book.unit() as unit:
                self._compare(unit, search.number, found)

    async def run(self) -> None:
        """Look every minute, for ever; cancelling leaves all searches whole."""
        while True:
            await trio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (BookError, BazaarError) as error:
                log.info("not looked for news", extra={"why": type(error).__name__})

    def _compare(self, unit: Unit, number: int, found: Sequence[Found]) -> None:
        held = unit.setting(_hits(number))
        now = next((one for one in self.all(unit) if one.number == number), None)
        if held is None or now is None:
            return  # forgotten meanwhile
        known = set(_keys(held))
        new = [one for one in found if hit_key(one) not in known]
        if not new:
            return
        keys = [*map(hit_key, new), *_keys(held)][:REMEMBERED]
        unit.set_setting(_hits(number), b"".join(keys))
        self._count(unit, number, now.fresh + len(new))
        words = _words(now.title, [one.card.title for one in new])
        renew(unit, self._context, Notice(NoticeKind.SEARCH, _notice(number), words))

    async def _found(self, search: SavedSearch, limit: int) -> tuple[Found, ...]:
        """The newest hits of other people's shops."""
        with self._context.book.unit() as unit:
            away = [row.key for row in unit.peers() if row.blocked]
            followed = self._follows.following(unit) if search.followed else None
        query = search.query._replace(
            sort="newest",
            limit=limit,
            offset=0,
            stores=followed,
            without=(self._context.me, *away),
        )
        return (await self._context.catalogue.search(query)).found

    def _count(self, unit: Unit, number: int, fresh: int) -> None:
        after = tuple(
            msgspec.structs.replace(one, fresh=fresh) if one.number == number else one
            for one in self.all(unit)
        )
        self._put(unit, after)

    def _one(self, unit: Unit, number: int) -> SavedSearch:
        for one in self.all(unit):
            if one.number == number:
                return one
        raise NotFoundError("there is no such saved search")

    def _put(self, unit: Unit, searches: Sequence[SavedSearch]) -> None:
        held = _encoder.encode(tuple(searches)) if searches else None
        unit.set_setting(SEARCHES, held)
        self._context.emit("search", {})


def hit_key(found: Found) -> bytes:
    """Names a listing through all its versions: another price does not make it new."""
    name = found.store + found.card.slug.encode()
    return hashlib.sha256(name).digest()[:KEY_BYTES]


def _keys(held: bytes) -> Iterable[bytes]:
    return (held[at : at + KEY_BYTES] for at in range(0, len(held), KEY_BYTES))


def _words(title: str, new: Sequence[str]) -> str:
    more = len(new) - NAMED
    named = "; ".join(new[:NAMED])
    return f"New for “{title}”: {named}" + (f" and {more} more." if more > 0 else ".")


def _hits(number: int) -> str:
    return f"searches:hits:{number}"


def _notice(number: int) -> str:
    return f"search:{number}"
