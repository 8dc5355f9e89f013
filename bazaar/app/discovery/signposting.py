"""Announces in the DHT under which tokens this node can be found, and takes back what no longer holds."""

import logging
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.delivery.mail_host import CONTACTS_ONLY, SERVES_MAIL
from bazaar.app.shop.shop import Shop
from bazaar.domain.errors import BazaarError
from bazaar.domain.stores.signposts import INDEXER, MAILBOX, RATINGS_OF, signposts
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

SETTLE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 60.0
PACE_SECONDS: Final = 10.0
"""A token costs some fifty requests; gossip has told the store long before."""

USUAL_SECONDS: Final = 0.5
"""Where a token takes longer the machines are busy: the pace falls in proportion."""

MAX_RATED: Final = 64
"""People of whom this node says that it holds ratings."""

SERVES_SEARCH: Final = "user:serves_search"
TRUE: Final = b"True"


class Signposting:
    """One token after the other; the directory renews what was announced every day."""

    def __init__(self, context: Context, shop: Shop) -> None:
        self._context = context
        self._shop = shop
        self._root = b""
        self._goods: tuple[bytes, ...] = ()
        self._announced: set[bytes] = set()
        self.settle_seconds = SETTLE_SECONDS
        self.pace_seconds = PACE_SECONDS

    async def run(self) -> None:
        """Look for changes every minute; ends by cancellation, which takes nothing back."""
        await trio.sleep(self.settle_seconds)
        while True:
            await self.announce()
            await trio.sleep(LOOK_SECONDS)

    async def announce(self) -> None:
        """Announce what is new, and take back what no longer holds. Never raises."""
        wanted = self.wanted()
        for token in self._announced - set(wanted):
            self._context.directory.retract(token)
            self._announced.discard(token)
        for token in wanted:
            if token in self._announced:
                continue
            self._announced.add(token)  # the directory keeps the promise from here on
            began = trio.current_time()
            try:
                await self._context.directory.provide(token)
            except BazaarError as error:
                log.info("a token was not announced", extra={"why": repr(error)})
            taken = (trio.current_time() - began) / USUAL_SECONDS
            await trio.sleep(self.pace_seconds * max(1.0, taken))

    def wanted(self) -> tuple[bytes, ...]:
        """All tokens under which this node is to be found now."""
        with self._context.book.unit() as unit:
            head = self._shop.head(unit)
            if head is not None and head.body.root != self._root:
                self._root = head.body.root
                cards = self._shop.cards.all(unit) if head.body.count else []
                self._goods = signposts(self._context.me, cards)
            says = {
                name: unit.setting(name) == TRUE
                for name in (SERVES_SEARCH, SERVES_MAIL, CONTACTS_ONLY)
            }
            rated = unit.object_authors(Kind.RATING, MAX_RATED + 1)
        voices = tuple(RATINGS_OF + key for key in rated if key != self._context.me)
        serves_mail = says[SERVES_MAIL] and not says[CONTACTS_ONLY]
        own = ((MAILBOX, serves_mail), (INDEXER, says[SERVES_SEARCH]))
        holding = tuple(token for token, holds in own if holds)
        return (*holding, *voices[:MAX_RATED], *self._goods)
