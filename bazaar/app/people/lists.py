"""Warnings: the own list of reports, and the signed lists of others that the user chose.

No list is built in. A list of somebody else covers and says why; it never refuses, and
what the user allowed or follows is not covered whatever a list says.
"""

import logging
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.ports import RecordRow, Unit
from bazaar.app.recovery.resync_mode import next_seq
from bazaar.domain.errors import (
    BazaarError,
    InputError,
    MalformedMessageError,
    NotFoundError,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import EnvelopeList, RecordGet
from bazaar.domain.stores.records import MAX_LISTED, BlockList, Listed, ReportReason
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

MAX_LISTS: Final = 20
MAX_ALLOWED: Final = 2_000
FETCH_SECONDS: Final = 10.0
AGAIN_SECONDS: Final = 6 * 3_600
FIRST_SECONDS: Final = 5.0
DEFAULT_TITLE: Final = "What I warn of"
OWN: Final = "list:own"
USED: Final = "list:used"
ALLOWED: Final = "list:allowed"


class OwnList(msgspec.Struct, frozen=True, array_like=True):
    """What the user reported, newest first; ``published`` lets others read it."""

    title: str = DEFAULT_TITLE
    published: bool = False
    entries: tuple[tuple[bytes, int], ...] = ()


class UsedList(msgspec.Struct, frozen=True, array_like=True):
    """A list of somebody else; ``envelope`` is empty until it was fetched."""

    key: bytes
    envelope: bytes = b""
    fetched: int = 0


class Warned(NamedTuple):
    """Who warns of a subject, and why; ``by`` is the own key for an own report."""

    by: bytes
    title: str
    reason: ReportReason


_own = msgspec.msgpack.Decoder(OwnList)
_used = msgspec.msgpack.Decoder(tuple[UsedList, ...])
_keys = msgspec.msgpack.Decoder(tuple[bytes, ...])
_encode = msgspec.msgpack.encode


class Lists:
    """Reports, publishes, follows lists, and says who warns of what."""

    def __init__(self, context: Context, market: Market) -> None:
        self._context = context
        self._market = market
        self._read: dict[bytes, Warned] | None = None

    # ------------------------------------------------------------- own reports

    def own(self, unit: Unit) -> OwnList:
        """The own list, published or not."""
        kept = unit.setting(OWN)
        return _own.decode(kept) if kept else OwnList()

    def report(self, subject: bytes, reason: ReportReason) -> None:
        """Put a key or a listing on the own list; again changes the reason.

        Raises InputError for oneself and at ``MAX_LISTED``.
        """
        if subject == self._context.me:
            raise InputError("subject", "this is you")
        with self._context.book.unit() as unit:
            own = self.own(unit)
            rest = tuple(one for one in own.entries if one[0] != subject)
            if len(rest) >= MAX_LISTED:
                raise InputError("subject", f"a list holds at most {MAX_LISTED}")
            entries = ((subject, int(reason)), *rest)
            self._keep(unit, msgspec.structs.replace(own, entries=entries))
        self._told()

    def withdraw(self, subject: bytes) -> None:
        """Take a report back. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            own = self.own(unit)
            rest = tuple(one for one in own.entries if one[0] != subject)
            if rest == own.entries:
                raise NotFoundError("this does not stand on your list")
            self._keep(unit, msgspec.structs.replace(own, entries=rest))
        self._told()

    def publish(self, title: str, *, published: bool) -> None:
        """Let others read the own list, or no longer. Raises InputError naming the title."""
        with self._context.book.unit() as unit:
            own = self.own(unit)
            after = msgspec.structs.replace(
                own, title=title.strip() or own.title, published=published
            )
            self._keep(unit, after)
        self._told()

    def _keep(self, unit: Unit, own: OwnList) -> None:
        """A list that is no longer published goes on as an empty one, so that readers see it."""
        unit.set_setting(OWN, _encode(own))
        held = unit.record(Kind.BLOCK_LIST)
        if held is None and not own.published:
            return
        entries = own.entries if own.published else ()
        body = BlockList(
            self._context.me,
            next_seq(unit, held.seq if held else 0),
            self._context.now(),
            own.title,
            tuple(Listed(subject, reason) for subject, reason in entries),
        )
        try:
            signed = self._context.sign(body)
        except MalformedMessageError as error:
            raise InputError("title", str(error)) from error
        unit.put_record(
            RecordRow(Kind.BLOCK_LIST, "", body.seq, signed.id, signed.envelope)
        )

    def served(self, unit: Unit, asked: RecordGet) -> bytes | None:
        """The own list, or one that is used here, for who asks."""
        if asked.key == self._context.me:
            row = unit.record(Kind.BLOCK_LIST)
            return None if row is None else row.envelope
        used = {one.key: one.envelope for one in self.used(unit)}
        return used.get(asked.key) or None

    # ------------------------------------------------------------- lists of others

    def used(self, unit: Unit) -> tuple[UsedList, ...]:
        """The lists that the user chose, oldest first."""
        kept = unit.setting(USED)
        return _used.decode(kept) if kept else ()

    def read(self, one: UsedList) -> Signed[BlockList] | None:
        """A used list as last fetched."""
        if not one.envelope:
            return None
        return verify_as(BlockList, one.envelope, self._context.network.id)

    async def use(self, key: bytes) -> Signed[BlockList]:
        """Fetch and use the list of ``key`` from now on.

        Raises NotFoundError if it publishes none, what a request raises if nobody
        answers, InputError for oneself and at ``MAX_LISTS``; then nothing changes.
        """
        if key == self._context.me:
            raise InputError("peer", "this is you")
        with self._context.book.unit() as unit:
            known = {one.key for one in self.used(unit)}
        if key not in known and len(known) >= MAX_LISTS:
            raise InputError("peer", f"you use {MAX_LISTS} lists already")
        found = await self._fetch(key)
        self._put(found)
        self._told()
        return found

    def drop(self, key: bytes) -> None:
        """Use a list no longer. Raises NotFoundError."""
        with self._context.book.unit() as unit:
            used = self.used(unit)
            rest = tuple(one for one in used if one.key != key)
            if rest == used:
                raise NotFoundError("you do not use a list of this person")
            unit.set_setting(USED, _encode(rest))
        self._told()

    async def _fetch(self, key: bytes) -> Signed[BlockList]:
        asked = encode(RecordGet(Kind.BLOCK_LIST, key, naming=False, offset=0))
        reply = await self._market.ask(key, RequestType.RECORD_GET, asked)
        envelopes = decode(EnvelopeList, reply).envelopes
        if not envelopes:
            raise NotFoundError("this person publishes no list")
        found = verify_as(BlockList, envelopes[0], self._context.network.id)
        if found.author != key:
            raise MalformedMessageError("a list of somebody else")
        return found

    def _put(self, found: Signed[BlockList]) -> None:
        """Keep a version unless a newer one is here."""
        fresh = UsedList(found.author, found.envelope, self._context.now())
        with self._context.book.unit() as unit:
            used = list(self.used(unit))
            for at, one in enumerate(used):
                if one.key == found.author:
                    held = self.read(one)
                    older = held is not None and held.body.seq > found.body.seq
                    used[at] = one if older else fresh
                    break
            else:
                used.append(fresh)
            unit.set_setting(USED, _encode(tuple(used)))

    async def run(self) -> None:
        """Fetch the used lists again and again; cancelling leaves each as it was or newer."""
        await trio.sleep(FIRST_SECONDS)
        while True:
            with self._context.book.unit() as unit:
                keys = [one.key for one in self.used(unit)]
            for key in keys:
                await self._again(key)
            await trio.sleep(AGAIN_SECONDS)

    async def _again(self, key: bytes) -> None:
        try:
            with trio.fail_after(FETCH_SECONDS):
                found = await self._fetch(key)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a list was not fetched", extra={"why": type(error).__name__})
            return
        with self._context.book.unit() as unit:
            still = any(one.key == key for one in self.used(unit))
        if still:
            self._put(found)
            self._told()

    # ------------------------------------------------------------- what is covered

    def allow(self, subject: bytes, *, allowed: bool) -> None:
        """Show ``subject`` whatever lists say, or let them cover it again."""
        with self._context.book.unit() as unit:
            kept = self.allowed(unit)
            rest = tuple(one for one in kept if one != subject)
            if allowed and len(rest) >= MAX_ALLOWED:
                raise InputError("subject", f"at most {MAX_ALLOWED:,} can be allowed")
            after = (*rest, subject) if allowed else rest
            unit.set_setting(ALLOWED, _encode(after))
        self._told()

    def allowed(self, unit: Unit) -> tuple[bytes, ...]:
        """What the user shows whatever lists say."""
        kept = unit.setting(ALLOWED)
        return _keys.decode(kept) if kept else ()

    def warned(self, *subjects: bytes) -> Warned | None:
        """Who warns of the first of ``subjects`` that is warned of, unless it is allowed."""
        if self._read is None:
            with self._context.book.unit() as unit:
                self._read = self._all(unit)
        return next((self._read[one] for one in subjects if one in self._read), None)

    def forget(self) -> None:
        """Read all lists anew at the next question; whom one follows has changed."""
        self._read = None

    def _all(self, unit: Unit) -> dict[bytes, Warned]:
        me = self._context.me
        found: dict[bytes, Warned] = {}
        for one in reversed(self.used(unit)):
            read = self.read(one)
            if read is None:
                continue
            for entry in read.body.entries:
                reason = ReportReason(entry.reason)
                found[entry.subject] = Warned(one.key, read.body.title, reason)
        followed = [row.key for row in unit.peers() if row.followed]
        for subject in (*self.allowed(unit), *followed, me):
            found.pop(subject, None)
        own = self.own(unit)
        for subject, reason in own.entries:
            found[subject] = Warned(me, own.title, ReportReason(reason))
        return found

    def _told(self) -> None:
        self.forget()
        for topic in ("list", "catalogue"):
            self._context.emit(topic, {})


def publish_again(unit: Unit, warnings: BlockList) -> None:
    """The own published list, which a restored book had lost; newer own reports stay first."""
    kept = unit.setting(OWN)
    own = _own.decode(kept) if kept else OwnList()
    here = {subject for subject, _ in own.entries}
    lost = ((one.subject, one.reason) for one in warnings.entries)
    entries = (*own.entries, *(one for one in lost if one[0] not in here))
    published = own.published or bool(warnings.entries)
    after = OwnList(warnings.title, published, entries[:MAX_LISTED])
    unit.set_setting(OWN, _encode(after))
