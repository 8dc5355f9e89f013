"""mirror, its list and end; held and its purge; seen."""

from typing import Final

from bazaar.app.mirrors.mirror_list import MIRROR_FRIENDS, named
from bazaar.app.mirrors.mirrors import MirrorState
from bazaar.app.node import Node
from bazaar.app.ports import HeldRow
from bazaar.domain.errors import InputError
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.stores.mirroring import MAX_SEEN_KEYS, MIB
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.mirrors import (
    HeldList,
    HeldPurge,
    HeldView,
    HolderView,
    MirrorKeep,
    MirrorList,
    MirrorStop,
    MirrorsView,
    MirrorView,
    SeenView,
    SellerSeen,
)
from bazaar.rpc.views.people import People

MAX_HELD: Final = 500


class MirrorCalls:
    """Copies of stores, and what else of others lies here."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            MirrorKeep: self.keep,
            MirrorStop: self.stop,
            MirrorList: self.mirrors,
            HeldList: self.held,
            HeldPurge: self.purge,
            SellerSeen: self.seen,
        }

    async def keep(self, call: MirrorKeep) -> MirrorView:
        """Begin, or change the quota."""
        key = await resolve.peer(self._node, call.peer)
        self._node.mirrors.keep(key, call.quota * MIB)
        people = People(self._node.context)
        states = await self._node.mirrors.states()
        return await _view(people, next(one for one in states if one.store == key))

    async def stop(self, call: MirrorStop) -> Done:
        """End one."""
        key = await self._mirrored(call.peer)
        await self._node.mirrors.stop(key)
        return Done(words="its store is no longer mirrored here")

    async def _mirrored(self, text: str) -> bytes:
        try:
            return await resolve.peer(self._node, text)
        except InputError:
            found = [
                one.store
                for one in await self._node.mirrors.states()
                if (await People(self._node.context).person(one.store)).name == text
            ]
            if len(found) != 1:
                raise
            return found[0]

    async def mirrors(self, _: MirrorList) -> MirrorsView:
        """Copies here and elsewhere."""
        context, people = self._node.context, People(self._node.context)
        states = await self._node.mirrors.states()
        with context.book.unit() as unit:
            told = named(unit, context.now())
            friends = unit.setting(MIRROR_FRIENDS) == b"True"
        holders = self._node.holders.holders()
        return MirrorsView(
            mirrors=tuple([await _view(people, one) for one in states]),
            holders=tuple(
                [
                    HolderView(
                        peer_id=(person := await people.person(key)).peer_id,
                        name=person.name,
                        listings=row.listings,
                        pictures=row.pictures,
                        at=row.at,
                        named=key in told,
                    )
                    for key, row in holders.items()
                ]
            ),
            friends=friends,
        )

    async def held(self, _: HeldList) -> tuple[HeldView, ...]:
        """By author; the own store is not others' content."""
        people, me = People(self._node.context), self._node.context.me
        rows = {row.author: row for row in await self._rows()}
        for store in self._node.mirrors.stores:
            rows.setdefault(store, HeldRow(store, 0, 0))
        await people.meet(rows)
        views = [
            await self._held(people, row) for key, row in rows.items() if key != me
        ]
        return tuple(sorted(views, key=lambda one: -one.bytes))

    async def _rows(self) -> list[HeldRow]:
        return await self._node.context.catalogue.held(MAX_HELD)

    async def _held(self, people: People, row: HeldRow) -> HeldView:
        person, kept = await people.person(row.author), self._node.context.kept
        pictures = kept.held(row.author) if kept else {}
        blocked = row.author in self._node.talk.blocks.keys
        return HeldView(
            peer_id=person.peer_id,
            name=person.name,
            listings=row.listings,
            pictures=len(pictures),
            bytes=row.bytes + sum(pictures.values()),
            mirrored=row.author in self._node.mirrors.stores,
            blocked=blocked,
            served=not blocked,
        )

    async def purge(self, call: HeldPurge) -> Done:
        """Delete what is held of one author."""
        key = await resolve.peer(self._node, call.peer)
        if key == self._node.context.me:
            raise InputError("peer", "your own store is not held for others")
        if key in self._node.mirrors.stores:
            await self._node.mirrors.stop(key)
        await self._node.context.catalogue.purge(key)
        self._node.context.emit("mirror", {})
        self._node.context.emit("catalogue", {})
        return Done(words="everything held of this peer was deleted")

    async def seen(self, call: SellerSeen) -> tuple[SeenView, ...]:
        """What is known at once; an event says when more is known."""
        if len(call.peers) > MAX_SEEN_KEYS:
            raise InputError("peers", f"at most {MAX_SEEN_KEYS} at once")
        keys = [key_of(peer) for peer in call.peers]
        found = self._node.sightings.known(keys)
        views: list[SeenView] = []
        for peer, key, seen in zip(call.peers, keys, found, strict=True):
            row = await self._node.context.catalogue.store(key)
            views.append(
                SeenView(
                    peer_id=peer,
                    online=seen.online,
                    seen=seen.at,
                    asked=seen.asked,
                    as_of=row.seen if row else 0,
                )
            )
        return tuple(views)


async def _view(people: People, state: MirrorState) -> MirrorView:
    person, copy = await people.person(state.store), state.copy
    return MirrorView(
        peer_id=person.peer_id,
        name=person.name,
        listings=copy.listings,
        all_listings=copy.all_listings,
        pictures=copy.pictures,
        all_pictures=copy.all_pictures,
        bytes=copy.bytes,
        quota=state.row.quota,
        as_of=copy.as_of,
        whole=state.row.whole,
        problem=state.problem,
    )
