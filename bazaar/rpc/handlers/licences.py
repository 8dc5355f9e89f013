"""licence.list, licence.put, licence.drop."""

from bazaar.app.node import Node
from bazaar.app.ports import Unit
from bazaar.app.shop.bulk import Choice
from bazaar.app.shop.licences import LicenceList as Held
from bazaar.app.shop.licences import Place
from bazaar.app.shop.merchant import Merchant
from bazaar.domain.errors import NotFoundError
from bazaar.domain.listings.bulk import Edit
from bazaar.domain.listings.licences import Added
from bazaar.domain.listings.listing import Listing
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.licences import (
    LicenceDrop,
    LicenceList,
    LicencePut,
    LicenceView,
)


class LicenceCalls:
    """Codes that are sold one by one."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._book = node.context.book
        self._tools = Merchant(node.context, node.shop)

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            LicenceList: self.lists,
            LicencePut: self.put,
            LicenceDrop: self.drop,
        }

    async def lists(self, _: LicenceList) -> tuple[LicenceView, ...]:
        """All lists."""
        with self._book.unit() as unit:
            held = tuple(self._node.licences.all(unit))
            return tuple(self._view(unit, one) for one in held)

    async def put(self, call: LicencePut) -> LicenceView:
        """Put codes in; the stock of the listing grows by those that are new."""
        place = Place(call.slug, call.sku)
        with self._book.unit() as unit:
            self._check_sku(unit, place)
            is_first = self._node.licences.of(unit, place) is None
            added = self._node.licences.put(
                unit, place, call.codes, replace=call.replace
            )
            view = self._view(unit, Held(place, added.codes, is_old=False), added)
        await self._stock(call, added, is_set=is_first or call.replace)
        return view

    async def drop(self, call: LicenceDrop) -> Done:
        """Forget a list."""
        with self._book.unit() as unit:
            left = self._node.licences.drop(unit, Place(call.slug, call.sku))
        return Done(words=f"forgotten, with {left} codes that were not sold")

    async def _stock(self, call: LicencePut, added: Added, *, is_set: bool) -> None:
        """As many can be bought as there are codes."""
        if is_set:
            edit = Edit(stock=str(len(added.codes.free)), sku=call.sku)
        elif added.added:
            edit = Edit(stock_add=added.added, sku=call.sku)
        else:
            return
        choice = Choice(slugs=frozenset({call.slug}))
        await self._tools.bulk.edit(choice, edit, dry_run=False)

    def _check_sku(self, unit: Unit, place: Place) -> None:
        listing = self._listing(unit, place.slug)
        words = {sku.word for sku in listing.skus} if listing else set[str | None]()
        if place.sku and place.sku not in words:
            raise NotFoundError(f"this listing has no SKU {place.sku!r}")

    def _view(self, unit: Unit, held: Held, added: Added | None = None) -> LicenceView:
        place, codes, is_old = held
        listing = self._listing(unit, place.slug)
        return LicenceView(
            slug=place.slug,
            sku=place.sku,
            title=listing.title if listing else "",
            left=len(codes.free),
            sold=codes.count,
            doubtful=is_old,
            added=added.added if added else 0,
            known=added.known if added else 0,
        )

    def _listing(self, unit: Unit, slug: str) -> Listing | None:
        row = unit.record(Kind.LISTING, slug)
        if row is None:
            return None
        network = self._node.context.network.id
        return verify_as(Listing, row.envelope, network).body
