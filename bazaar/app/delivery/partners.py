"""What the keys we trade with say about themselves, kept where it cannot be lost.

Mail to who is away needs his box key (Profile) and his mailboxes (Contact). The catalogue
may be deleted, so the book keeps both of each partner; partners tell each other.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import trio

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.people.rooms import OPEN, REQUEST
from bazaar.app.ports import PartnerRow, Unit
from bazaar.app.recovery import index_notes
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import BazaarError, NotFoundError, PeerUnreachableError
from bazaar.domain.stores.records import Contact, Profile
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, kind_of, verify, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

PARTNER_SECONDS: Final = 30 * 86_400
"""Who shared a trade that ended longer ago is a stranger again, but for open accounts."""

QUEUE: Final = 1000
NO_INTRODUCTION: Final = frozenset({Kind.ACK, Kind.PROFILE, Kind.CONTACT})
R = TypeVar("R", Profile, Contact)


class Partners:
    """Knows who is a partner, keeps their records, and tells them ours."""

    def __init__(self, context: Context, trades: Trades, market: Market) -> None:
        self._context = context
        self._trades = trades
        self._market = market
        self.learned: Callable[[], None] = lambda: None
        """Told when a partner said something new of itself."""

        self._news, self._to_index = trio.open_memory_channel[Signed[Body]](QUEUE)

    def keys(self, unit: Unit) -> frozenset[bytes]:
        """Who may leave mail with a token: whom we deal with, and accepted contacts."""
        return self.dealt_with(unit) | self._talking(unit, OPEN)

    def _talking(self, unit: Unit, state: str) -> frozenset[bytes]:
        rooms = [room for room in unit.chat_rooms() if room.state == state]
        return frozenset(room.peer for room in rooms if room.peer is not None)

    def dealt_with(self, unit: Unit) -> frozenset[bytes]:
        """Every other role of a live or lately ended trade, and all account partners.

        After a restore also those whom a trade index names, until they have answered.
        """
        since = self._context.now() - PARTNER_SECONDS
        found = {row.partner for row in unit.accounts()} | index_notes.partners(unit)
        for row in unit.trades():
            if row.ended is None or row.ended > since:
                found |= self._trades.keys(unit, row.id)
        return frozenset(found - {self._context.me})

    def is_contact(self, unit: Unit, key: bytes) -> bool:
        """Whether the user follows or has named ``key``, or shares a trade or account with it."""
        row = unit.peer(key)
        named = row is not None and not row.blocked and (row.followed or row.petname)
        return bool(named) or key in self.keys(unit)

    # ------------------------------------------------------------- hearing

    def receive(self, unit: Unit, message: Signed[Any]) -> None:
        """Keep a partner's Profile or Contact unless one as new is here.

        Those of a stranger who wrote are kept too: who he says he is must be shown.
        """
        known = self.keys(unit) | self._talking(unit, REQUEST)
        if message.author not in known:
            raise NotFoundError("nothing is shared with this key")
        row = unit.partner(message.author) or PartnerRow(message.author, None, None)
        if isinstance(message.body, Profile):
            held, after = row.profile, row._replace(profile=message.envelope)
        else:
            held, after = row.contact, row._replace(contact=message.envelope)
            self._context.exchange.learn(message.author, message.body.ways)
        if held is not None:
            before: Any = verify(held, self._context.network.id).body
            if before.seq >= message.body.seq:
                return
        unit.put_partner(after)
        self.learned()
        try:
            self._news.send_nowait(message)
        except trio.WouldBlock:
            log.warning("too many records of partners at once")

    async def run(self) -> None:
        """Index what partners told, so that names are shown; ends by cancellation."""
        async for message in self._to_index:
            try:
                now = self._context.now()
                await self._context.catalogue.keep_record(message, now)
            except BazaarError as error:
                why = type(error).__name__
                log.warning("a partner's record was not indexed", extra={"why": why})

    # ------------------------------------------------------------- looking up

    async def profile(self, key: bytes) -> Profile | None:
        """The newest Profile held of ``key``."""
        with self._context.book.unit() as unit:
            row = unit.partner(key)
        known = await self._context.catalogue.record(Kind.PROFILE, key)
        return self._newest(Profile, (row.profile if row else None, known))

    async def contact(self, key: bytes) -> Contact | None:
        """The newest Contact held of ``key``."""
        with self._context.book.unit() as unit:
            row = unit.partner(key)
        known = await self._context.catalogue.record(Kind.CONTACT, key)
        return self._newest(Contact, (row.contact if row else None, known))

    async def ask(self, host: bytes, kind: int, body: bytes) -> bytes:
        """One exchange with a mailbox, wherever it is. Raises what ``Exchange.request`` does."""
        exchange = self._context.exchange
        known = await self._addresses(host)
        try:
            return await exchange.request(host, kind, body, addresses=known)
        except PeerUnreachableError:
            found = await self._context.directory.find_addresses(host)
            if not set(found) - set(known):
                raise
            return await exchange.request(host, kind, body, addresses=found)

    async def _addresses(self, host: bytes) -> tuple[str, ...]:
        contact = await self.contact(host)
        connected = {one.key for one in self._context.exchange.peers()}
        if contact is None and host not in connected:
            await self.seek(host)
            contact = await self.contact(host)
        return contact.ways if contact else ()

    async def seek(self, key: bytes) -> None:
        """Ask connected peers what they know of ``key``. Never raises."""
        await self._market.records.seek(key)

    def _newest(self, kind: type[R], held: Iterable[bytes | None]) -> R | None:
        network = self._context.network.id
        found = [verify_as(kind, one, network).body for one in held if one is not None]
        return max(found, key=lambda body: body.seq, default=None)

    # ------------------------------------------------------------- telling

    def introduce(self, unit: Unit, recipient: bytes) -> None:
        """Owe ``recipient`` our newest Profile and Contact; each version once."""
        for kind in (Kind.PROFILE, Kind.CONTACT):
            row = unit.record(kind)
            if row is not None:
                now = self._context.now()
                unit.post(recipient, row.id, row.envelope, None, now)

    def tell_all(self, unit: Unit) -> None:
        """Owe our newest records to every partner: where we can be reached has changed."""
        for key in self.keys(unit):
            self.introduce(unit, key)


def introduces(envelopes: Iterable[bytes]) -> bool:
    """Whether any of these envelopes is worth an introduction."""
    return any(kind_of(one) not in NO_INTRODUCTION for one in envelopes)
