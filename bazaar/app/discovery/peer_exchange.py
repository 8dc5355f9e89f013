"""Peers tell each other of peers: signed contacts, so that no single path leads to the market.

What is told is a hint: the dial rules judge each address, and no teller fills more than
a quarter of the book.
"""

import logging
import random
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.ports import Request
from bazaar.domain.errors import BazaarError, PeerError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import MAX_CONTACTS, HeadGet, PeersGet, PeersTold
from bazaar.domain.stores.records import Contact
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

ASK_SECONDS: Final = 600.0
ANSWER_SECONDS: Final = 10.0
PAUSE_SECONDS: Final = 330
"""A peer answers once in 300 s; who asks it more often is counted as too fast."""

VISITS_AT_ONCE: Final = 4
MAX_VISITS: Final = 64
"""Of the shops followed, at start."""

MAX_REMEMBERED: Final = 1024
"""Peers of whom is known when they were asked."""

NEWEST: Final = 128
"""Contacts of peers that are not connected, of which some are told too."""

MIXING: Final = random.SystemRandom()


class PeerExchange:
    """Asks new peers, and one of the connected every ten minutes; answers those who ask."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._asked: dict[bytes, int] = {}
        context.exchange.serve(RequestType.PEERS, self.peers)

    async def run(self) -> None:
        """Visit the shops followed, then ask a peer every ten minutes; ends by cancellation."""
        await self._visit_followed()
        while True:
            await trio.sleep(ASK_SECONDS)
            peers = [row.key for row in self._context.exchange.peers()]
            if peers:
                await self.greet(MIXING.choice(peers))

    async def _visit_followed(self) -> None:
        """Dial the own addresses of the shops that the user follows: no other path is needed."""
        with self._context.book.unit() as unit:
            followed = [row.key for row in unit.peers() if row.followed]
        places = trio.CapacityLimiter(VISITS_AT_ONCE)
        async with trio.open_nursery() as nursery:
            for key in followed[:MAX_VISITS]:
                nursery.start_soon(self._visit, key, places)

    async def _visit(self, key: bytes, places: trio.CapacityLimiter) -> None:
        held = await self._context.catalogue.record(Kind.CONTACT, key)
        if held is None:
            return
        contact = verify_as(Contact, held, self._context.network.id).body
        async with places:
            try:
                with trio.fail_after(ANSWER_SECONDS):
                    await self._context.exchange.request(
                        key,
                        RequestType.HEAD_GET,
                        encode(HeadGet(())),
                        addresses=(*contact.addresses, *contact.relays),
                    )
            except (BazaarError, trio.TooSlowError) as error:
                why = type(error).__name__
                log.info("a followed shop did not answer", extra={"why": why})

    async def greet(self, peer: bytes) -> None:
        """Ask ``peer`` whom it knows, unless it was asked lately. Never raises."""
        now = self._context.now()
        if now - self._asked.get(peer, 0) < PAUSE_SECONDS:
            return
        self._asked.pop(peer, None)
        self._asked[peer] = now
        while len(self._asked) > MAX_REMEMBERED:
            del self._asked[next(iter(self._asked))]
        try:
            with trio.fail_after(ANSWER_SECONDS):
                await self._ask(peer)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a peer told of no others", extra={"why": type(error).__name__})

    async def _ask(self, peer: bytes) -> None:
        reply = await self._context.exchange.request(
            peer, RequestType.PEERS, encode(PeersGet(MAX_CONTACTS))
        )
        try:
            for envelope in decode(PeersTold, reply).contacts:
                contact = verify_as(Contact, envelope, self._context.network.id)
                if contact.author != self._context.me:
                    self._context.exchange.learn(
                        contact.author, contact.body.addresses, peer
                    )
        except PeerError as error:
            self._context.exchange.blame(peer, error)
            raise

    async def peers(self, request: Request) -> bytes:
        """Answer with contacts: of the connected first, then of others, by chance."""
        wanted = decode(PeersGet, request.body).wanted
        here = [row.key for row in self._context.exchange.peers()]
        MIXING.shuffle(here)
        catalogue = self._context.catalogue
        held = await catalogue.records_of(Kind.CONTACT, here)
        others = await catalogue.records(Kind.CONTACT, NEWEST)
        MIXING.shuffle(others)
        left_out = {request.peer, self._context.me}
        found: dict[bytes, bytes] = {}
        for envelope in (*(held[key] for key in here if key in held), *others):
            contact = verify_as(Contact, envelope, self._context.network.id)
            if contact.author not in left_out and contact.body.addresses:
                found[contact.author] = envelope
            if len(found) == wanted:
                break
        return encode(PeersTold(tuple(found.values())))
