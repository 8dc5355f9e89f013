"""follow, unfollow, follow list; wish add, remove, list."""

from bazaar.app.node import Node
from bazaar.app.people.wishes import NO_STATE, WishRow
from bazaar.domain.errors import NotFoundError
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.marking import marked
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.people import (
    FollowPeer,
    Follows,
    FollowsView,
    FollowView,
    Unfollow,
    WishAdd,
    WishList,
    WishRemove,
    WishView,
)
from bazaar.rpc.views.listings import card_view
from bazaar.rpc.views.people import People, money


class FollowCalls:
    """Whom the user follows, and what he keeps an eye on."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            FollowPeer: self.follow,
            Unfollow: self.unfollow,
            Follows: self.follows,
            WishAdd: self.wish,
            WishRemove: self.unwish,
            WishList: self.wishes,
        }

    async def follow(self, call: FollowPeer) -> Done:
        """Follow, or change whether others see it."""
        key = await resolve.peer(self._node, call.peer)
        self._node.follows.follow(key, private=call.private)
        return Done(words="followed privately" if call.private else "followed")

    async def unfollow(self, call: Unfollow) -> Done:
        """Take that back."""
        self._node.follows.unfollow(await resolve.peer(self._node, call.peer))
        return Done(words="no longer followed")

    async def follows(self, call: Follows) -> FollowsView:
        """Both lists of a person."""
        key = self._node.context.me
        if call.peer is not None:
            key = await resolve.peer(self._node, call.peer)
        around = await self._node.follows.around(key)
        people = People(self._node.context)
        await people.meet((*around.following, *around.followers))
        with self._node.context.book.unit() as unit:
            mine = frozenset(self._node.follows.following(unit))
            shown = frozenset(self._node.follows.open_ones(unit))
            keys = {*around.following, *around.followers}
            back = {one for one in keys if unit.follower(one) is not None}

        async def view(one: bytes) -> FollowView:
            person = await people.person(one)
            return FollowView(
                peer_id=person.peer_id,
                name=person.name,
                fingerprint=person.words,
                colour=person.colour,
                online=person.online,
                followed=one in mine,
                private=one in mine and one not in shown,
                follows_you=one in back,
            )

        return FollowsView(
            following=tuple([await view(one) for one in around.following]),
            followers=tuple([await view(one) for one in around.followers]),
        )

    # ------------------------------------------------------------- wishes

    async def wish(self, call: WishAdd) -> Done:
        """Keep an eye on a listing."""
        listing = await resolve.listing(self._node, call.listing)
        row = await self._node.wishes.add(listing)
        return Done(words=f"you keep an eye on {row.title}")

    async def unwish(self, call: WishRemove) -> Done:
        """Take it off again; an id of an older version will do."""
        prefix = call.listing.strip().lower()
        with self._node.context.book.unit() as unit:
            rows = self._node.wishes.rows(unit)
        found = [row for row in rows if row.listing.hex().startswith(prefix)]
        if len(found) != 1 or len(prefix) < resolve.LEAST_PREFIX:
            listing = await resolve.listing(self._node, call.listing)
            held = await self._node.market.listing(listing)
            place = (held.author, held.body.slug)
            found = [row for row in rows if (row.seller, row.slug) == place]
        if not found:
            raise NotFoundError("this does not stand on your list")
        self._node.wishes.remove(found[0].listing)
        return Done(words=f"you no longer keep an eye on {found[0].title}")

    async def wishes(self, _: WishList) -> tuple[WishView, ...]:
        """Everything on the list."""
        with self._node.context.book.unit() as unit:
            rows = self._node.wishes.rows(unit)
        people = People(self._node.context)
        await people.meet(row.seller for row in rows)
        return tuple([await self._view(row, people) for row in rows])

    async def _view(self, row: WishRow, people: People) -> WishView:
        person = await people.person(row.seller)
        found = await self._node.context.catalogue.card(row.listing)
        card: CardView | None = None
        if found is not None and row.state != NO_STATE:
            shown = card_view(found.card, person)
            (card,) = marked(self._node, [shown], [person.key])
        return WishView(
            listing_id=row.listing.hex(),
            title=row.title,
            seller=person.peer_id,
            seller_name=person.name,
            price=money(row.price, row.unit),
            was=money(row.first, row.unit),
            state=card.state if card else "",
            gone=row.state == NO_STATE,
            expires=row.expires,
            added=row.added,
            card=card,
        )
