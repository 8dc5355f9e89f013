"""Who may serve a store while its owner is away: his mirrors, and who told of it.

Whatever comes from them is checked by hash or signature, so a source can only withhold or
lag; the first that serves wins, and one that lies is passed over.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

import trio

from bazaar.app.catalogue.owner_records import OwnerRecords
from bazaar.app.catalogue.staggered import Race
from bazaar.app.context import Context
from bazaar.domain.errors import (
    BazaarError,
    NotFoundError,
)
from bazaar.domain.stores.mirroring import mirror_token
from bazaar.domain.stores.records import Contact
from bazaar.domain.wire.kinds import Kind

MAX_TELLERS: Final = 4
MAX_TOLD_STORES: Final = 20_000
MAX_PROVIDERS: Final = 8
MAX_NEIGHBOURS: Final = 8
"""Of them those who are connected longest: who joined with us knows no more than we."""

HEAD_START_SECONDS: Final = 0.3
"""How long a source may keep silent before the next is asked as well."""

KNOWN_SECONDS: Final = 1.5
"""How long a peer may take to answer where it was last, before it is looked for."""

SOURCE_SECONDS: Final = 20.0

T = TypeVar("T")
Ask = Callable[[bytes], Awaitable[T]]


class Sources:
    """Remembers who told of which store, and asks several at once."""

    def __init__(self, context: Context, records: OwnerRecords) -> None:
        self._context = context
        self._records = records
        self._told: OrderedDict[bytes, tuple[bytes, ...]] = OrderedDict()

    def heard(self, store: bytes, teller: bytes) -> None:
        """``teller`` passed on a head of ``store``: it may hold what lies under it."""
        before = self._told.pop(store, ())
        others = tuple(key for key in before if key != teller)
        self._told[store] = (teller, *others)[:MAX_TELLERS]
        while len(self._told) > MAX_TOLD_STORES:
            self._told.popitem(last=False)

    async def known(self, store: bytes) -> list[bytes]:
        """Whom to ask besides the owner, without asking the directory: likeliest first."""
        contact = await self._records.held(Kind.CONTACT, Contact, store)
        mirrors = contact.body.mirrors if contact else ()
        peers = sorted(self._context.exchange.peers(), key=lambda one: one.since)
        here = [one.key for one in peers]
        named = (*mirrors, *self._told.get(store, ()), *here[:MAX_NEIGHBOURS])
        nobody = {store, self._context.me}
        return [key for key in dict.fromkeys(named) if key not in nobody]

    async def reach(self, peer: bytes) -> None:
        """Connect to ``peer`` where it was last, else let the directory say where it is.

        Never raises; a walk through the directory costs a second and a hundred messages.
        """
        if any(one.key == peer for one in self._context.exchange.peers()):
            return
        with trio.move_on_after(KNOWN_SECONDS), suppress(BazaarError):
            await self._context.exchange.approach(peer)
            return
        addresses = await self._context.directory.find_addresses(peer)
        self._context.exchange.learn(peer, addresses)

    async def first(self, store: bytes, ask: Ask[T]) -> T:
        """What the first source that serves answers; the owner is asked before all others.

        An owner who says that something is not there any more is believed. Raises what the
        owner's answer raised, or NotFoundError; cancelling asks nobody any further.
        """

        async def ask_one(peer: bytes) -> T:
            with trio.fail_after(SOURCE_SECONDS):
                await self.reach(peer)
                return await ask(peer)

        race = Race(self._context, ask_one, HEAD_START_SECONDS, owner=store)
        everybody = [store, *await self.known(store)]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(race.among, nursery, everybody)
            nursery.start_soon(self._among_listed, race, nursery, store)
        if race.found:
            return race.found[0].value
        nobody = NotFoundError("nobody who has it can be reached now")
        raise race.problems.get(store, nobody)

    async def _among_listed(
        self, race: Race[T], nursery: trio.Nursery, store: bytes
    ) -> None:
        """Ask those whom the directory lists, all at once: it took its time."""
        await trio.sleep(HEAD_START_SECONDS)
        for key in await self.providers(store):
            nursery.start_soon(race.one, nursery, key)

    async def providers(self, store: bytes) -> list[bytes]:
        """Who says in the DHT that it mirrors ``store``."""
        token = mirror_token(store)
        found = await self._context.directory.find_providers(token)
        return found[:MAX_PROVIDERS]
