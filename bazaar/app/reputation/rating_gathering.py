"""Gathers the ratings of a key from whoever holds them, with replies and chains (11.2, 11.4).

The ratee's copy has no privilege: whoever holds a rating may show it, and everybody
checks it alone against the slot and the FundAck that it carries.
"""

import logging
from collections.abc import Callable
from typing import Final, NamedTuple

import trio

from bazaar.app.context import Context
from bazaar.app.reputation.rating_sets import Found, Gathered
from bazaar.app.reputation.slot_histories import History, SlotHistories
from bazaar.app.trading.proofs import note
from bazaar.domain.errors import BazaarError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.reputation import RatingsAnswer, RatingsGet
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.signposts import RATINGS_OF
from bazaar.domain.wire.kinds import SLOT_KINDS, Kind

log = logging.getLogger(__name__)

MAX_RATINGS: Final = 2_000
MAX_SOURCES: Final = 8
GATHER_SECONDS: Final = 15.0


class Standing(NamedTuple):
    """What is known of one key: its ratings, and the chains that they belong to."""

    gathered: Gathered
    histories: tuple[History, ...]


class RatingGathering:
    """Asks the ratee, and who announced ratings of it."""

    def __init__(self, context: Context, histories: SlotHistories) -> None:
        self._context = context
        self._histories = histories
        self.found: Callable[[], None] = lambda: None
        """Called after a proof was noted; must not block."""

    async def standing(self, ratee: bytes) -> Standing:
        """``gather``, and all chains of slots of ``ratee``. Raises CatalogueError."""
        gathered = await self.gather(ratee)
        slots = [one.rated.slot for one in gathered.counted]
        rated = {slot.id for slot in slots}
        read: dict[Kind, History] = {}

        async def ask(chain: Kind) -> None:
            read[chain] = await self._histories.read(ratee, chain, rated, slots)

        async with trio.open_nursery() as nursery:
            for chain in SLOT_KINDS:
                nursery.start_soon(ask, chain)
        return Standing(gathered, tuple(read[one] for one in sorted(read)))

    async def gather(self, ratee: bytes) -> Gathered:
        """Every valid rating of ``ratee`` that a source shows; verified each alone.

        Raises CatalogueError if the disk fails; sources that fail are left out.
        """
        found = Found(ratee, self._context.network.id)
        await self._recall(found)
        found.refused = 0
        async with trio.open_nursery() as nursery:
            for source in await self._sources(ratee):
                nursery.start_soon(self._ask, source, found)
        await self._keep(found)
        return found.gathered()

    async def _recall(self, found: Found) -> None:
        """What is here already."""
        catalogue, ratee = self._context.catalogue, found.ratee
        with self._context.book.unit() as unit:
            ratings = unit.objects(Kind.RATING, ratee)
            replies = unit.objects(Kind.RATING_REPLY, ratee)
        await found.take([*ratings, *await catalogue.ratings(ratee)])
        await found.take_replies([*replies, *await catalogue.replies(ratee)])

    async def _keep(self, found: Found) -> None:
        for rating, rated in list(found.ratings.values()):
            await self._context.catalogue.keep_rating(rating, rated)
        for reply in list(found.replies.values()):
            await self._context.catalogue.keep_reply(reply)
        with self._context.book.unit() as unit:
            is_new = note(unit, self._context, found.contradictions())
        if is_new:
            self.found()
        await self._context.catalogue.weigh(found.ratee)

    async def _sources(self, ratee: bytes) -> list[bytes]:
        found: list[bytes] = []
        try:
            with trio.move_on_after(GATHER_SECONDS):
                found = await self._context.directory.find_providers(RATINGS_OF + ratee)
        except BazaarError as error:
            log.info("no sources of ratings", extra={"why": type(error).__name__})
        others = [
            key for key in dict.fromkeys((ratee, *found)) if key != self._context.me
        ]
        return others[:MAX_SOURCES]

    async def _ask(self, source: bytes, found: Found) -> None:
        try:
            with trio.move_on_after(GATHER_SECONDS):
                await take_from(self._context, source, found)
        except BazaarError as error:
            why = type(error).__name__
            log.info("a source of ratings did not answer", extra={"why": why})


async def take_from(context: Context, source: bytes, found: Found) -> None:
    """Take all that ``source`` holds of the ratee. Raises what a request does.

    Cancelling keeps what was verified so far.
    """
    asked = 0
    while asked < MAX_RATINGS:
        request = encode(RatingsGet(found.ratee, asked))
        reply = await context.exchange.request(source, RequestType.RATINGS, request)
        answer = decode(RatingsAnswer, reply)
        await found.take(answer.envelopes)
        await found.take_replies(answer.replies)
        asked += len(answer.envelopes)
        if not answer.envelopes or asked >= answer.total:
            break
