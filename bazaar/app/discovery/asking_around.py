"""Asks the network what the local catalogue does not hold: a few peers, volunteers and the DHT.

Nobody's word is shown: an answer names signed heads of stores, which are then fetched
and checked like any other. What is found is in the catalogue from then on.
"""

import logging
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import trio

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.ports import Request, SearchQuery
from bazaar.domain.errors import BazaarError, RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode, fitting
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import MAX_FOUND_HEADS, EnvelopeList, Find
from bazaar.domain.stores import signposts
from bazaar.domain.stores.head import is_fresh
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.wire.envelope import verify_as

log = logging.getLogger(__name__)

PEERS: Final = 4
VOLUNTEERS: Final = 2
OWNERS: Final = 16
OWNERS_AT_ONCE: Final = 4
WORDS: Final = 3
SECONDS: Final = 12.0
HITS: Final = 200
"""Cards that are looked through for stores when a peer asks."""

SEARCHES_AT_ONCE: Final = 2
MIXING: Final = random.SystemRandom()


class Origin(NamedTuple):
    """A store that was found: ``teller`` is the peer that told of it, None for the DHT."""

    store: bytes
    teller: bytes | None


class Answers(NamedTuple):
    """What asking brought.

    Attributes:
        asked: Peers that answered.
        providers: Nodes that the DHT named.
        stores: Those that were not here before, or are newer now.
    """

    asked: int
    providers: int
    stores: tuple[Origin, ...]


class AskAround:
    """Asks, and answers those who ask."""

    def __init__(self, context: Context, market: Market) -> None:
        self._context = context
        self._market = market
        self._searching = 0
        context.exchange.serve(RequestType.FIND, self.answer)

    async def ask(self, wish: Find) -> Answers:
        """Ask for at most 12 s; what was found until then is kept.

        Cancelling leaves every store as it was or newer.
        """
        inquiry = _Inquiry(self._context, self._market, wish)
        with trio.move_on_after(SECONDS):
            await inquiry.run()
        return inquiry.answers()

    async def answer(self, request: Request) -> bytes:
        """Heads of stores with goods that a peer looks for, the best first."""
        wish = decode(Find, request.body)
        if self._searching >= SEARCHES_AT_ONCE:
            raise RefusedError(ReplyCode.BUSY, retry_after_seconds=1)
        self._searching += 1
        try:
            heads = await self._heads(wish)
        finally:
            self._searching -= 1
        return encode(EnvelopeList(fitting(heads)))

    async def _heads(self, wish: Find) -> list[bytes]:
        query = SearchQuery(
            words=wish.words, category=wish.category, region=wish.region, limit=HITS
        )
        page = await self._context.catalogue.search(query)
        heads: list[bytes] = []
        for key in dict.fromkeys(found.store for found in page.found):
            row = await self._context.catalogue.store(key)
            if row is not None:
                heads.append(row.head)
            if len(heads) == MAX_FOUND_HEADS:
                break
        return heads


class _Inquiry:
    """One question, on its way to everybody at once."""

    def __init__(self, context: Context, market: Market, wish: Find) -> None:
        self._context = context
        self._market = market
        self._wish = wish
        self._asked: set[bytes] = set()
        self._providers: set[bytes] = set()
        self._found: dict[bytes, bytes | None] = {}
        self._owners = trio.CapacityLimiter(OWNERS_AT_ONCE)

    def answers(self) -> Answers:
        stores = tuple(Origin(*row) for row in self._found.items())
        return Answers(len(self._asked), len(self._providers), stores)

    async def run(self) -> None:
        here = [row.key for row in self._context.exchange.peers()]
        async with trio.open_nursery() as nursery:
            for peer in MIXING.sample(here, min(PEERS, len(here))):
                nursery.start_soon(self._ask, peer)
            nursery.start_soon(self._ask_volunteers, frozenset(here))
            nursery.start_soon(self._ask_directory)

    async def _ask(self, peer: bytes) -> None:
        try:
            reply = await self._context.exchange.request(
                peer, RequestType.FIND, encode(self._wish)
            )
            heads = decode(EnvelopeList, reply).envelopes[:MAX_FOUND_HEADS]
            self._asked.add(peer)
            for envelope in heads:
                await self._take(peer, envelope)
        except BazaarError as error:
            log.info("a peer did not answer", extra={"why": type(error).__name__})

    async def _take(self, peer: bytes, envelope: bytes) -> None:
        head = verify_as(StoreHead, envelope, self._context.network.id)
        if not is_fresh(head.body, self._context.now()):
            return
        if await self._market.fetch.take_head(head, (peer, head.author)):
            self._found.setdefault(head.author, peer)

    async def _ask_volunteers(self, here: frozenset[bytes]) -> None:
        known = await self._context.directory.find_providers(signposts.INDEXER)
        others = [key for key in known if key not in here and key != self._context.me]
        async with trio.open_nursery() as nursery:
            for peer in MIXING.sample(others, min(VOLUNTEERS, len(others))):
                nursery.start_soon(self._ask, peer)

    # ------------------------------------------------------------- the DHT

    async def _ask_directory(self) -> None:
        named: Counter[bytes] = Counter()

        async def look(token: bytes) -> None:
            named.update(await self._providers_of(token))

        async with trio.open_nursery() as nursery:
            for token in _tokens(self._wish):
                nursery.start_soon(look, token)
        self._providers |= named.keys() - {self._context.me}
        wanted = [key for key, _ in named.most_common() if key != self._context.me]
        async with trio.open_nursery() as nursery:
            for store in wanted[:OWNERS]:
                nursery.start_soon(self._ask_owner, store)

    async def _providers_of(self, token: bytes) -> Sequence[bytes]:
        """Who has a token; beyond 200 the shards are asked too, one after the other."""
        directory = self._context.directory
        found = dict.fromkeys(await directory.find_providers(token))
        if len(found) > signposts.CROWDED:
            for number in range(1, signposts.SHARDS + 1):
                shard = signposts.shard(token, number)
                found |= dict.fromkeys(await directory.find_providers(shard))
        return list(found)

    async def _ask_owner(self, store: bytes) -> None:
        async with self._owners:
            before = await self._seq(store)
            await self._market.news.ask_owner(store)
            if await self._seq(store) > before:
                self._found.setdefault(store, None)

    async def _seq(self, store: bytes) -> int:
        row = await self._context.catalogue.store(store)
        return -1 if row is None else row.seq


def _tokens(wish: Find) -> Iterable[bytes]:
    for word in signposts.words_of(wish.words)[:WORDS]:
        yield signposts.keyword(word)
    if wish.category is not None:
        yield signposts.category(wish.category)
    if wish.region is not None and not wish.words and wish.category is None:
        yield signposts.region(wish.region)
        yield signposts.region("ZZ")
