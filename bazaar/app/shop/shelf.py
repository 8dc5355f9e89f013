"""What stands behind the counter: drafts, copies of listings and their older versions."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from bazaar.app.context import Context
from bazaar.app.ports import RecordRow, SearchQuery, Unit
from bazaar.app.shop.shop import Own, Shop
from bazaar.domain.errors import InputError, MalformedMessageError, NotFoundError
from bazaar.domain.listings.listing import LISTING_SECONDS, Listing, ListingState
from bazaar.domain.listings.listing_check import Checked, check_file
from bazaar.domain.listings.listing_export import listing_json
from bazaar.domain.listings.listing_file import Count, Setting
from bazaar.domain.stores.records import MAX_CARDS
from bazaar.domain.text.slug import slug_of
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

DRAFTS: Final = "drafts"
MAX_DRAFTS: Final = 500
MAX_DRAFT_BYTES: Final = 512 * 1024
UNTITLED: Final = "draft"
SLUG_CHARACTERS: Final = 70
STATES: Final[Mapping[str, ListingState]] = {
    "for_sale": ListingState.FOR_SALE,
    "hidden": ListingState.HIDDEN,
    "paused": ListingState.VACATION,
    "sold_out": ListingState.OUT_OF_STOCK,
}


class Draft(msgspec.Struct, frozen=True):
    """A listing file that is not published yet; paths of pictures are absolute."""

    name: str
    saved: int
    listing: dict[str, Any]


class Shelf:
    """Keeps drafts in the book, and brings listings from one state to another."""

    def __init__(self, context: Context, shop: Shop) -> None:
        self._context = context
        self._shop = shop

    # ------------------------------------------------------------- drafts

    def keep(self, name: str, listing: Mapping[str, Any], folder: Path | None) -> Draft:
        """Keep a draft, however unfinished; without ``name`` a new one, by its title.

        Raises InputError if it is too large or there are too many.
        """
        file = dict(listing)
        if folder is not None and isinstance(file.get("images"), list):
            file["images"] = [_placed(one, folder) for one in file["images"]]
        with self._context.book.unit() as unit:
            names = _names(unit)
            name = name or _free(names, str(file.get("title", "")))
            draft = Draft(name, self._context.now(), file)
            data = _encoded(draft)
            if name not in names and len(names) >= MAX_DRAFTS:
                raise InputError("drafts", f"there are at most {MAX_DRAFTS}")
            unit.set_setting(f"draft:{name}", data)
            _set_names(unit, [*(one for one in names if one != name), name])
        return draft

    def drafts(self) -> list[Draft]:
        """All drafts, newest first."""
        with self._context.book.unit() as unit:
            return [_read(unit, name) for name in reversed(_names(unit))]

    def draft(self, name: str) -> Draft:
        """One draft. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            return _read(unit, name)

    def drop(self, name: str) -> None:
        """Throw a draft away. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            _read(unit, name)
            unit.set_setting(f"draft:{name}", None)
            _set_names(unit, [one for one in _names(unit) if one != name])

    async def publish(self, name: str) -> Own:
        """Publish a draft; it is a draft no longer then. Raises InputError, NotFoundError.

        Cancelling publishes all or nothing; a draft may stay that is published.
        """
        draft = self.draft(name)
        (own,) = await self._shop.publish([draft.listing], Path.home())
        self.drop(name)
        return own

    def clone(self, slug: str, title: str = "") -> Draft:
        """A draft like an own listing, with another slug. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            row = self._row(unit, slug)
            body = self._read(row).body
            counts = [Count(one.sku, one.count) for one in unit.stock(slug)]
            codes = self._shop.coupon_codes(unit, slug)
            taken = {one.slug for one in unit.records(Kind.LISTING)} | set(_names(unit))
        file = listing_json(body, counts, codes)
        file["title"] = title or body.title
        file["slug"] = _free(taken, slug_of(file["title"]))
        file.pop("state", None)
        return self.keep(file["slug"], file, None)

    def check(self, listing: Mapping[str, Any]) -> Checked:
        """What publishing ``listing`` would say, and the listing that it would make."""
        now = self._context.now()
        setting = Setting(self._context.me, 1, now, now + LISTING_SECONDS)
        return check_file(listing, setting)

    # ------------------------------------------------------------- states and versions

    async def set_state(self, slug: str, state: str) -> Own:
        """Publish a listing as for_sale, hidden, paused or sold_out.

        Raises InputError for another word, NotFoundError. Cancelling changes all or nothing.
        """
        if state not in STATES:
            raise InputError("state", f"it must be one of {', '.join(STATES)}")
        return await self._shop.change(slug, {"state": int(STATES[state])})

    def versions(self, slug: str) -> list[Signed[Listing]]:
        """Versions of an own listing that differ in more than stock, newest first.

        Raises NotFoundError.
        """
        me = self._context.me
        with self._context.book.unit() as unit:
            row = unit.record(Kind.LISTING, slug)
            kept = unit.objects(Kind.LISTING, me)
        envelopes = [*([row.envelope] if row else []), *kept]
        found = {one.id: one for one in map(self._verified, envelopes) if one}
        mine = [one for one in found.values() if one.body.slug == slug]
        if not mine:
            raise NotFoundError(f"there is no own listing called {slug}")
        return _distinct(sorted(mine, key=lambda one: -one.body.seq))

    async def current(self, listing: Signed[Listing]) -> bytes | None:
        """Id of the version that is sold now, as far as known; None if none is."""
        body = listing.body
        if listing.author == self._context.me:
            with self._context.book.unit() as unit:
                row = unit.record(Kind.LISTING, body.slug)
            return row.id if row else None
        if await self._context.catalogue.card(listing.id) is not None:
            return listing.id
        query = SearchQuery(store=listing.author, sort="newest", limit=MAX_CARDS)
        page = await self._context.catalogue.search(query)
        cards = (found.card for found in page.found)
        return next((card.listing for card in cards if card.slug == body.slug), None)

    def _row(self, unit: Unit, slug: str) -> RecordRow:
        row = unit.record(Kind.LISTING, slug)
        if row is None:
            raise NotFoundError(f"there is no own listing called {slug}")
        return row

    def _read(self, row: RecordRow) -> Signed[Listing]:
        return verify_as(Listing, row.envelope, self._context.network.id)

    def _verified(self, envelope: bytes) -> Signed[Listing] | None:
        try:
            return verify_as(Listing, envelope, self._context.network.id)
        except MalformedMessageError:
            return None


def _distinct(versions: Iterable[Signed[Listing]]) -> list[Signed[Listing]]:
    """Of versions in a row that say the same of everything but stock, the newest."""
    found: list[Signed[Listing]] = []
    for one in versions:
        if not found or _said(found[-1].body) != _said(one.body):
            found.append(one)
    return found


def _said(body: Listing) -> Listing:
    stock = tuple(msgspec.structs.replace(sku, stock=1) for sku in body.skus)
    is_open = body.state in {ListingState.FOR_SALE, ListingState.OUT_OF_STOCK}
    state = ListingState.FOR_SALE if is_open else body.state
    return msgspec.structs.replace(
        body, seq=0, issued=0, expires=0, skus=stock, state=int(state)
    )


def _placed(image: object, folder: Path) -> object:
    """A picture's path made absolute; a hash, and what is no path, stays."""
    if isinstance(image, str):
        is_file = (folder / image).exists() if "\0" not in image else False
        return str(folder / image) if is_file else image
    if not isinstance(image, dict):
        return image
    picture = cast("dict[str, object]", image)
    return picture | {"path": _placed(picture.get("path"), folder)}


def _encoded(draft: Draft) -> bytes:
    data = msgspec.json.encode(draft)
    if len(data) > MAX_DRAFT_BYTES:
        raise InputError(
            "listing",
            f"a draft has at most {MAX_DRAFT_BYTES} bytes; it has {len(data)}",
        )
    return data


def _names(unit: Unit) -> list[str]:
    held = unit.setting(DRAFTS)
    return msgspec.json.decode(held, type=list[str]) if held else []


def _set_names(unit: Unit, names: list[str]) -> None:
    unit.set_setting(DRAFTS, json.dumps(names).encode() if names else None)


def _read(unit: Unit, name: str) -> Draft:
    held = unit.setting(f"draft:{name}")
    if held is None:
        raise NotFoundError(f"there is no draft called {name}")
    return msgspec.json.decode(held, type=Draft)


def _free(taken: Iterable[str], title: str) -> str:
    """A name made of ``title`` that is not taken."""
    try:
        first = slug_of(title)
    except InputError:
        first = UNTITLED
    name, number, names = first, 2, set(taken)
    while name in names:
        ending = f"-{number}"
        name = first[: SLUG_CHARACTERS - len(ending)].rstrip("-") + ending
        number += 1
    return name
