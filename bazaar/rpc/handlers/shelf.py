"""listing check, deliver, draft, clone, state, versions; store state, reach."""

from collections.abc import Sequence
from pathlib import Path

from bazaar.app.node import Node
from bazaar.app.shop.opening import Opening, StoreState, opening
from bazaar.app.shop.shelf import Draft
from bazaar.domain.errors import InputError
from bazaar.domain.listings.listing import Listing
from bazaar.domain.listings.listing_check import Fault
from bazaar.domain.trading.messages import NO_ID
from bazaar.domain.wire.envelope import Signed
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.listings import listing_card, published
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.listings import Published
from bazaar.rpc.schema.shelf import (
    CheckView,
    DeliveryView,
    DraftView,
    FaultView,
    ListingCheck,
    ListingClone,
    ListingDeliver,
    ListingDraft,
    ListingDrafts,
    ListingDropDraft,
    ListingPublishDraft,
    ListingStateSet,
    ListingVersions,
    StoreDoor,
    StoreDoorView,
    StoreReach,
    StoreReachView,
    VersionView,
)
from bazaar.rpc.views.deliveries import Basket, deliveries
from bazaar.rpc.views.listings import listing_view, state_words
from bazaar.rpc.views.people import People, money


class ShelfCalls:
    """What a seller does to listings beside publishing them."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._shelf = node.shelf

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            ListingCheck: self.check,
            ListingDeliver: self.deliver,
            ListingDraft: self.draft,
            ListingDrafts: self.drafts,
            ListingDropDraft: self.drop_draft,
            ListingPublishDraft: self.publish_draft,
            ListingClone: self.clone,
            ListingStateSet: self.state,
            ListingVersions: self.versions,
            StoreDoor: self.store_state,
            StoreReach: self.reach,
        }

    # ------------------------------------------------------------- checks

    async def check(self, call: ListingCheck) -> CheckView:
        """Faults of a listing file, and the page that it would make."""
        checked = self._shelf.check(call.listing)
        if checked.draft is None:
            return CheckView(faults=_faults(checked.faults))
        body = checked.draft.listing
        signed = Signed(NO_ID, self._node.context.me, body, b"")
        person = await People(self._node.context).person(signed.author)
        view = listing_view(signed, listing_card(signed, person), (), (), own=False)
        return CheckView(
            faults=(), view=view, deliveries=self._deliveries(body, call.country)
        )

    def _deliveries(self, body: Listing, country: str) -> tuple[DeliveryView, ...]:
        if not country:
            return ()
        return deliveries(body, country, self._node.context.now(), Basket({}))

    async def deliver(self, call: ListingDeliver) -> tuple[DeliveryView, ...]:
        """What a listing costs where the buyer is."""
        listing_id = await resolve.listing(self._node, call.id)
        body = (await self._node.market.listing(listing_id)).body
        now = self._node.context.now()
        codes = tuple(code.upper() for code in call.coupons)
        basket = Basket(call.options, call.quantity, codes)
        return deliveries(body, call.country, now, basket)

    # ------------------------------------------------------------- drafts

    async def draft(self, call: ListingDraft) -> DraftView:
        """Keep a draft."""
        return self._draft(self._shelf.keep(call.name, call.listing, _folder(call)))

    async def drafts(self, _: ListingDrafts) -> tuple[DraftView, ...]:
        """All drafts."""
        return tuple(map(self._draft, self._shelf.drafts()))

    async def drop_draft(self, call: ListingDropDraft) -> Done:
        """Throw a draft away."""
        self._shelf.drop(call.name)
        return Done(words=f"the draft {call.name} is gone")

    async def publish_draft(self, call: ListingPublishDraft) -> Published:
        """Publish a draft."""
        return published(await self._shelf.publish(call.name))

    async def clone(self, call: ListingClone) -> DraftView:
        """A draft like an own listing."""
        return self._draft(self._shelf.clone(call.slug, call.title))

    def _draft(self, draft: Draft) -> DraftView:
        return DraftView(
            name=draft.name,
            title=str(draft.listing.get("title", "")),
            saved=draft.saved,
            listing=draft.listing,
            faults=_faults(self._shelf.check(draft.listing).faults),
        )

    # ------------------------------------------------------------- states and versions

    async def state(self, call: ListingStateSet) -> Published:
        """Show, hide, pause or mark as sold out."""
        return published(await self._shelf.set_state(call.slug, call.state))

    async def versions(self, call: ListingVersions) -> tuple[VersionView, ...]:
        """Versions of an own listing."""
        found = self._shelf.versions(call.slug)
        current = await self._shelf.current(found[0])
        return tuple(_version(one, current) for one in found)

    # ------------------------------------------------------------- the store

    async def store_state(self, call: StoreDoor) -> StoreDoorView:
        """Open or close the own store, or tell."""
        if not call.state:
            with self._node.context.book.unit() as unit:
                return _door(opening(unit))
        try:
            state = StoreState(call.state)
        except ValueError as error:
            known = ", ".join(StoreState)
            raise InputError("state", f"it must be one of {known}") from error
        wanted = Opening(state, call.notice, call.until, call.orders)
        return _door(await self._node.doorkeeper.turn(wanted))

    async def reach(self, _: StoreReach) -> StoreReachView:
        """How far the newest publication has come."""
        seq, have = self._node.shop.reach()
        connected = {one.key for one in self._node.context.exchange.peers()}
        return StoreReachView(seq=seq, have=have, connected=len(connected))


def _folder(call: ListingDraft) -> Path | None:
    return Path(call.folder).absolute() if call.folder else None


def _version(one: Signed[Listing], current: bytes | None) -> VersionView:
    body = one.body
    return VersionView(
        listing_id=one.id.hex(),
        version=body.seq,
        issued=body.issued,
        title=body.title,
        price=money(body.price, body.unit),
        state=state_words(body),
        current=one.id == current,
    )


def _faults(faults: Sequence[Fault]) -> tuple[FaultView, ...]:
    return tuple(FaultView(field=one.field, words=one.words) for one in faults)


def _door(found: Opening) -> StoreDoorView:
    return StoreDoorView(
        state=found.state.value,
        notice=found.notice,
        until=found.until,
        orders=found.orders,
    )
