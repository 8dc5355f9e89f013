"""When people were last seen: a live connection, else what their mailboxes and mirrors say (8).

Nothing is broadcast. Who is looked at is asked for, at most one person a second, and what
came is believed for two minutes. Others are told only of those whose mail or store is
kept here, in steps of five minutes.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import trio

from bazaar.app.context import Context
from bazaar.app.delivery.partners import Partners
from bazaar.app.ports import Agreement, Request
from bazaar.domain.errors import BazaarError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.mirroring import SeenAnswer, SeenGet, coarse
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

FRESH_SECONDS: Final = 120
ASK_SECONDS: Final = 1.0
HOST_SECONDS: Final = 5.0
SWEEP_SECONDS: Final = 60.0
MAX_KNOWN: Final = 5_000
MAX_HOSTS: Final = 4
QUEUE: Final = 64


class Seen(NamedTuple):
    """What is known of one person's presence.

    Attributes:
        online: Whether a ping was answered lately.
        at: When the person was last seen by anybody asked; 0 if nobody could say.
        asked: When that was found out; 0 if it was not looked for yet.
    """

    online: bool
    at: int
    asked: int


UNKNOWN: Final = Seen(online=False, at=0, asked=0)


class Sightings:
    """Remembers who was connected, asks for the others, and answers ``seen.get``."""

    def __init__(self, context: Context, partners: Partners) -> None:
        self._context = context
        self._partners = partners
        self.agreement: Callable[[bytes], Agreement | None] = lambda _: None
        """The agreement by which mail of somebody is kept here."""

        self.visited: Callable[[bytes], int] = lambda _: 0
        """When somebody last collected mail here."""

        self.mirrored: Callable[[], frozenset[bytes]] = frozenset
        """Stores that are kept here."""

        self._met: OrderedDict[bytes, int] = OrderedDict()
        self._known: OrderedDict[bytes, Seen] = OrderedDict()
        self._queue: OrderedDict[bytes, None] = OrderedDict()
        self._wanted = trio.Event()

    def listen(self) -> None:
        """Serve from now on; before the network runs."""
        self._context.exchange.serve(RequestType.SEEN_GET, self.answer)

    # ------------------------------------------------------------- looking

    def known(self, keys: Sequence[bytes]) -> list[Seen]:
        """What is known at once; who was not asked for lately is looked for in the background."""
        for key in keys:
            if self._is_stale(key) and len(self._queue) < QUEUE:
                self._queue[key] = None
                self._wanted.set()
        return [self._now(key) for key in keys]

    def at(self, key: bytes) -> int:
        """When somebody was last seen as far as is known; asks nobody."""
        return self._now(key).at

    async def look(self, key: bytes) -> Seen:
        """What is known of one person after asking. Never raises but ``Cancelled``."""
        if self._is_stale(key):
            await self._ask(key)
        return self._now(key)

    def _is_stale(self, key: bytes) -> bool:
        asked = self._known.get(key, UNKNOWN).asked
        return not 0 <= self._context.now() - asked < FRESH_SECONDS

    def _now(self, key: bytes) -> Seen:
        known = self._known.get(key, UNKNOWN)
        return known._replace(at=max(known.at, self._met.get(key, 0)))

    async def run(self) -> None:
        """Note who is connected, and look for who is asked for; ends by cancellation."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._sweep)
            while True:
                self._wanted = trio.Event()
                while self._queue:
                    key, _ = self._queue.popitem(last=False)
                    nursery.start_soon(self._ask_and_tell, key)
                    await trio.sleep(ASK_SECONDS)
                await self._wanted.wait()

    async def _sweep(self) -> None:
        while True:
            for one in self._context.exchange.peers():
                self._meet(one.key, self._context.now())
            await trio.sleep(SWEEP_SECONDS)

    async def _ask_and_tell(self, key: bytes) -> None:
        before = self._now(key)
        await self._ask(key)
        after = self._now(key)
        if (before.online, before.at) != (after.online, after.at) or not before.asked:
            self._context.emit("seen", {})

    async def _ask(self, key: bytes) -> None:
        now = self._context.now()
        if await self._context.catalogue.record(Kind.PROFILE, key) is None:
            await self._partners.seek(key)  # segments hold no names
        is_here = any(one.key == key for one in self._context.exchange.peers())
        if is_here and await self._context.exchange.is_online(key):
            self._meet(key, now)
            self._keep(key, Seen(online=True, at=now, asked=now))
            return
        at = max(self._met.get(key, 0), self._known.get(key, UNKNOWN).at)
        told = await self._told(key)
        self._keep(key, Seen(online=False, at=max(at, min(told, now)), asked=now))

    async def _told(self, key: bytes) -> int:
        """The latest time that a mailbox or mirror of somebody says; 0 if none does."""
        contact = await self._partners.contact(key)
        hosts = (*contact.mailboxes, *contact.mirrors) if contact else ()
        told = [0]

        async def ask(host: bytes) -> None:
            try:
                body = encode(SeenGet((key,)))
                reply = await self._partners.ask(host, RequestType.SEEN_GET, body)
                told.extend(decode(SeenAnswer, reply).times[:1])
            except BazaarError as error:
                why = type(error).__name__
                log.info("a host did not say who was seen", extra={"why": why})

        with trio.move_on_after(HOST_SECONDS):
            async with trio.open_nursery() as nursery:
                for host in list(dict.fromkeys(hosts))[:MAX_HOSTS]:
                    if host != self._context.me:
                        nursery.start_soon(ask, host)
        own = await self._own(key) if self._context.me in hosts else 0
        return max(*told, own)

    def _meet(self, key: bytes, at: int) -> None:
        self._met.pop(key, None)
        self._met[key] = at
        while len(self._met) > MAX_KNOWN:
            self._met.popitem(last=False)

    def _keep(self, key: bytes, seen: Seen) -> None:
        self._known.pop(key, None)
        self._known[key] = seen
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)

    # ------------------------------------------------------------- answering

    async def answer(self, request: Request) -> bytes:
        """When keys whose mail or store is kept here were last seen."""
        keys = decode(SeenGet, request.body).keys
        times = [coarse(await self._own(key)) for key in keys]
        return encode(SeenAnswer(tuple(times)))

    async def _own(self, key: bytes) -> int:
        """When somebody was seen here, or 0 where neither mail nor store is kept."""
        await trio.lowlevel.checkpoint()
        agreement = self.agreement(key)
        if agreement is None and key not in self.mirrored():
            return 0
        if any(one.key == key for one in self._context.exchange.peers()):
            self._meet(key, self._context.now())
        lease = agreement.at if agreement else 0
        return max(lease, self.visited(key), self._met.get(key, 0))
