"""After a restore: finds what others hold of us, before anything of ours is told anew.

Own records newer than the restored book's are adopted; the own Contact names the
mailboxes, and those show the trade index (PROTOCOL.md 14). Until this has been looked
for, no own record is shown to anybody: a newer seq would bury what is looked for.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.delivery.mail_agreements import agreed, set_wished, wished
from bazaar.app.delivery.partners import Partners
from bazaar.app.ports import BookError
from bazaar.app.recovery import index_notes, resync_mode
from bazaar.app.recovery.own_past import OwnPast
from bazaar.domain.delivery.mail import MAIL_OF, MAX_MAILBOXES
from bazaar.domain.errors import BazaarError, MalformedMessageError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.recovery import IndexGet, IndexShown
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.recovery.trade_index import open_index, opened

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 10
"""Own records are told anew this long after the first peer was asked for older ones."""

STORE_SECONDS: Final = 120
"""For so long, since the last one came, listings are looked for that a shown head names.

A newer head would bury them.
"""

ROUND_SECONDS: Final = 1.0
LATE_SECONDS: Final = 60.0
ASK_SECONDS: Final = 10.0
MAX_HOSTS: Final = 16
DIRECTORY_SECONDS: Final = 600.0
SEARCH_SECONDS: Final = 90 * 86_400
"""No mailbox keeps anything longer than its agreement lasts."""


async def _nobody_waits() -> None:
    await trio.lowlevel.checkpoint()


class Homecoming:
    """Asks whoever is met for own records, and the mailboxes for the index.

    Attributes:
        found: Called when mailboxes were found, or records may be told again.
        indexed: Called when an index named partners.
        ended: Awaited once the look is over: what was held back is told now.
    """

    def __init__(self, context: Context, partners: Partners, past: OwnPast) -> None:
        self._context = context
        self._partners = partners
        self._past = past
        self._asked: set[bytes] = set()
        self._begun: float | None = None
        self._hosts: dict[bytes, None] = {}
        self._restore: int | None = None
        self._directory_due = 0.0
        self.found: Callable[[], None] = lambda: None
        self.indexed: Callable[[], None] = lambda: None
        self.ended: Callable[[], Awaitable[None]] = _nobody_waits

    async def run(self) -> None:
        """Look after each restore until all was shown; ends by cancellation."""
        while True:
            is_over = True
            try:
                is_over = await self._look()
            except BookError:
                log.warning("the book failed; what others hold is looked for later")
            await trio.sleep(LATE_SECONDS if is_over else ROUND_SECONDS)

    async def _look(self) -> bool:
        """One round; whether nothing is left to be looked for at once."""
        with self._context.book.unit() as unit:
            start = resync_mode.since(unit)
            is_seeking = resync_mode.is_seeking(unit)
        if start is None:
            return True
        if start != self._restore:
            self._restore, self._begun = start, None
            self._asked, self._hosts = set(), {}
            self._past.forget()
        if not is_seeking and self._context.now() > start + SEARCH_SECONDS:
            return True
        if is_seeking or not self._hosts:
            await self._ask_peers()
        if is_seeking and self._has_looked() and await self._has_store():
            await self._end()
            is_seeking = False
        await self._ask_hosts()
        return not is_seeking and self._is_indexed()

    # ------------------------------------------------------------- peers

    async def _ask_peers(self) -> None:
        peers = {one.key for one in self._context.exchange.peers()} - self._asked
        async with trio.open_nursery() as nursery:
            for peer in peers:
                nursery.start_soon(self._ask_peer, peer)

    async def _ask_peer(self, peer: bytes) -> None:
        try:
            with trio.fail_after(ASK_SECONDS):
                await self._past.ask(peer)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a peer told nothing of us", extra={"why": type(error).__name__})
        self._asked.add(peer)
        if self._begun is None:
            self._begun = trio.current_time()

    def _has_looked(self) -> bool:
        """All who are here were asked, and one knew us or nobody came for a while."""
        if self._begun is None:
            return False
        waited = trio.current_time() - self._begun
        return self._past.is_known or waited >= LOOK_SECONDS

    async def _has_store(self) -> bool:
        """Whether the own store is here as it was, or was looked for long enough."""
        with self._context.book.unit() as unit:
            self._past.adopt(unit)
        await self._past.store.ask_directory()
        if await self._past.store.bring_back():
            return True
        since = max(self._begun or 0, self._past.store.progressed)
        return trio.current_time() - since >= STORE_SECONDS

    async def _end(self) -> None:
        with self._context.book.unit() as unit:
            resync_mode.end_seeking(unit)
        self._past.store.tell()
        await self.ended()
        self.found()

    # ------------------------------------------------------------- mailboxes

    async def _ask_hosts(self) -> None:
        with self._context.book.unit() as unit:
            named = (*wished(unit), *agreed(unit, self._context.now()))
        self._hosts.update(dict.fromkeys((*named, *self._past.mailboxes)))
        is_due = trio.current_time() >= self._directory_due
        if self._begun is not None and not self._hosts and is_due:
            self._directory_due = trio.current_time() + DIRECTORY_SECONDS
            token = MAIL_OF + self._context.me
            told = await self._context.directory.find_providers(token)
            self._hosts.update(dict.fromkeys(told[:MAX_HOSTS]))
        with self._context.book.unit() as unit:
            open_ones = [h for h in self._hosts if not index_notes.is_taken(unit, h)]
        async with trio.open_nursery() as nursery:
            for host in open_ones[:MAX_HOSTS]:
                nursery.start_soon(self._ask_host, host)

    async def _ask_host(self, host: bytes) -> None:
        try:
            with trio.fail_after(ASK_SECONDS):
                asked = encode(IndexGet())
                reply = await self._partners.ask(host, RequestType.INDEX_GET, asked)
            self._take(host, decode(IndexShown, reply))
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a mailbox showed no index", extra={"why": type(error).__name__})
            if getattr(error, "code", None) == ReplyCode.NOT_FOUND:
                self._note((host,))

    def _take(self, host: bytes, shown: IndexShown) -> None:
        identity, network = self._context.identity, self._context.network.id
        with self._context.book.unit() as unit:
            if shown.blob is not None:
                try:
                    index = open_index(shown.blob, identity.backup_key, network)
                    index_notes.note_found(unit, *opened(index))
                except MalformedMessageError:
                    log.warning("a mailbox showed an index that is not ours")
            chosen = wished(unit)
            if host not in chosen and len(chosen) < MAX_MAILBOXES:
                set_wished(unit, (*chosen, host))
        self._note((host,))
        log.info("a mailbox has shown the trade index")
        self.indexed()
        self.found()

    def _note(self, hosts: Iterable[bytes]) -> None:
        with self._context.book.unit() as unit:
            for host in hosts:
                index_notes.note_taken(unit, host)

    def _is_indexed(self) -> bool:
        """Whether every mailbox that is known has shown what it had."""
        with self._context.book.unit() as unit:
            known = [*wished(unit), *self._hosts]
            return all(index_notes.is_taken(unit, host) for host in known)
