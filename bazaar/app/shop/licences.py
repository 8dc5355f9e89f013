"""Licence codes of own listings: kept in the book, delivered sealed, each of them once (S17).

An order of such a listing is delivered by the node itself as soon as its money is bound.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from bazaar.app.context import Context
from bazaar.app.people.notices import Notice, NoticeKind, tell
from bazaar.app.ports import Unit
from bazaar.app.recovery.resync_mode import since
from bazaar.app.shop.counter import Counter
from bazaar.app.trading.sealed import new_delivery
from bazaar.app.trading.shipments import Parcel, Shipments
from bazaar.domain.errors import InputError, NotAllowedError, NotFoundError
from bazaar.domain.listings.licences import Added, CodeList, taken, with_codes
from bazaar.domain.trading.messages import Role, Ship
from bazaar.domain.trading.moves import parts_for
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.kinds import Kind

PREFIX: Final = "licences:"
GONE: Final = "The codes are used up: deliver this part of the order yourself."
OLD: Final = (
    "Codes may have been sold after your backup was made: give their list anew, "
    "and deliver this part yourself."
)
LONG: Final = "The codes are too long for one delivery: deliver this part yourself."


class Place(NamedTuple):
    """What a list of codes is of: a listing, and the word of one of its SKUs, or none."""

    slug: str
    sku: str = ""


class LicenceList(NamedTuple):
    """The codes of one place; ``is_old`` if a restore made them doubtful."""

    place: Place
    codes: CodeList
    is_old: bool


class Licences:
    """The seller's lists of codes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self, unit: Unit) -> Iterator[LicenceList]:
        """Every list, by listing and SKU."""
        for name, held in sorted(unit.settings(PREFIX).items()):
            slug, _, sku = name.partition(":")
            yield self._list(unit, Place(slug, sku), _decode(held))

    def put(
        self, unit: Unit, place: Place, lines: Iterable[str], *, replace: bool
    ) -> Added:
        """Put codes into a list; with ``replace`` they are all that wait to be sold.

        Raises NotFoundError without such an own listing, InputError for a bad code.
        """
        if unit.record(Kind.LISTING, place.slug) is None:
            raise NotFoundError("there is no own listing of that name")
        held = self.of(unit, place)
        if held is not None and held.is_old and not replace:
            words = "it may hold codes sold after the backup; give the whole list anew"
            raise InputError("codes", words)
        before = held.codes if held else CodeList()
        added = with_codes(before, lines, self._context.now(), replace=replace)
        self._write(unit, place, added.codes)
        return added

    def drop(self, unit: Unit, place: Place) -> int:
        """Forget a list; how many codes were left. Raises NotFoundError."""
        held = self.of(unit, place)
        if held is None:
            raise NotFoundError("there is no list of codes for this")
        unit.set_setting(_name(place), None)
        return len(held.codes.free)

    def of(self, unit: Unit, place: Place) -> LicenceList | None:
        """The list of exactly this place."""
        held = unit.setting(_name(place))
        return self._list(unit, place, _decode(held)) if held else None

    def take(self, unit: Unit, place: Place, quantity: int) -> None:
        """The next ``quantity`` codes are sold, in this unit. Raises NotAllowedError."""
        _, left = self.next(unit, place, quantity)
        self._write(unit, place, left)

    def next(
        self, unit: Unit, place: Place, quantity: int
    ) -> tuple[Sequence[str], CodeList]:
        """The next codes, and the list without them. Raises NotAllowedError, in words."""
        held = self.of(unit, place)
        if held is None or held.is_old:
            raise NotAllowedError(OLD)
        found = taken(held.codes, quantity)
        if found is None:
            raise NotAllowedError(GONE)
        return found

    def _list(self, unit: Unit, place: Place, codes: CodeList) -> LicenceList:
        restored = since(unit)
        return LicenceList(place, codes, restored is not None and codes.at < restored)

    def _write(self, unit: Unit, place: Place, codes: CodeList) -> None:
        unit.set_setting(_name(place), msgspec.msgpack.encode(codes))


class Vending:
    """Delivers what is sold by the code."""

    def __init__(
        self, context: Context, licences: Licences, counter: Counter, out: Shipments
    ) -> None:
        self._context = context
        self._licences = licences
        self._counter = counter
        self._out = out

    def deliver(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """Ship the next part whose listing has a list of codes; tell the seller if it can't."""
        for part in parts_for(trade, Role.SELLER, Ship):
            place, quantity = self._wanted(unit, trade, part.number)
            if place is None or unit.fact(trade.id, _told(part.number)):
                continue
            try:
                parcel = self._parcel(unit, place, quantity)
                self._out.check(unit, trade, (part.number,), parcel)
            except NotAllowedError as error:
                self._leave(unit, trade, part.number, str(error))
                continue
            self._licences.take(unit, place, quantity)
            self._out.say(unit, trade, (part.number,), parcel)
            return True
        return False

    def _parcel(self, unit: Unit, place: Place, quantity: int) -> Parcel:
        """The next codes, not yet taken out. Raises NotAllowedError, in words."""
        codes, _ = self._licences.next(unit, place, quantity)
        parcel = Parcel("\n".join(codes))
        try:
            new_delivery(parcel.text)
        except InputError as error:
            raise NotAllowedError(LONG) from error
        return parcel

    def _wanted(
        self, unit: Unit, trade: Trade, number: int
    ) -> tuple[Place | None, int]:
        part = trade.contract.offer.parts[number]
        sold = self._counter.sold_as(unit, trade.contract.offer.lines[part.line])
        if sold is None:
            return None, part.quantity
        for place in dict.fromkeys((Place(*sold), Place(sold[0]))):
            if self._licences.of(unit, place) is not None:
                return place, part.quantity
        return None, part.quantity

    def _leave(self, unit: Unit, trade: Trade, part: int, words: str) -> None:
        unit.set_fact(trade.id, _told(part), b"1")
        notice = Notice(
            NoticeKind.ORDER, f"codes:{trade.id.hex()}:{part}", words, trade.id
        )
        tell(unit, self._context, notice)


def _told(part: int) -> str:
    return f"codes-left:{part}"


def _name(place: Place) -> str:
    return f"{PREFIX}{place.slug}:{place.sku}"


def _decode(held: bytes) -> CodeList:
    return msgspec.msgpack.decode(held, type=CodeList)
