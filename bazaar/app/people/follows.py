"""Whom the user follows, openly or for himself, who follows him, and what followed shops bring.

An open follow stands in a signed Follow that anybody may ask for; a private one in the
book alone. Both keep a shop from being dropped and let the user hear of new listings.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.catalogue.market import Market
from bazaar.app.catalogue.store_watch import Taken, Watcher
from bazaar.app.context import Context
from bazaar.app.people.notices import Notice, NoticeKind, renew
from bazaar.app.ports import FollowerRow, PeerRow, RecordRow, Request, Unit
from bazaar.app.recovery.resync_mode import next_seq
from bazaar.domain.errors import (
    BazaarError,
    InputError,
    MalformedMessageError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode, fitting
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import EnvelopeList, RecordGet
from bazaar.domain.listings.card import Card
from bazaar.domain.listings.listing import ListingState
from bazaar.domain.stores.records import MAX_FOLLOWED, Follow
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

MAX_FOLLOWING: Final = 2_000
MAX_FOLLOWERS: Final = 5_000
NEW_FOLLOWERS_PER_DAY: Final = 200
FOLLOWERS_AT_ONCE: Final = 64
HOUR_SECONDS: Final = 3_600
DAY_SECONDS: Final = 86_400
ASK_SECONDS: Final = 10.0
FETCHERS: Final = 4
SHOWN_TITLES: Final = 3
HIDE_FOLLOWERS: Final = "user:hide_followers"


class Around(NamedTuple):
    """Whom a key follows openly, and whom of those who follow it openly it tells of."""

    following: tuple[bytes, ...]
    followers: tuple[bytes, ...]


class Follows:
    """Follows and unfollows, hears who follows, tells of new listings."""

    def __init__(self, context: Context, market: Market) -> None:
        self._context = context
        self._market = market
        self.posted: Callable[[], None] = lambda: None
        """Told when something is owed."""

        self.foreign: Callable[[Unit, RecordGet], bytes | None] = _nothing
        """Answers for records of other kinds."""

        self._known: frozenset[bytes] | None = None
        """Whom the user follows; asked with every head that comes, so not read each time."""

        self._connected = trio.Event()
        market.fetch.watch.join(Watcher(self.follows, self.hear_of))

    # ------------------------------------------------------------- following

    def follows(self, key: bytes) -> bool:
        """Whether the user follows ``key``, openly or not."""
        if self._known is None:
            with self._context.book.unit() as unit:
                self._known = frozenset(self.following(unit))
        return key in self._known

    def following(self, unit: Unit) -> tuple[bytes, ...]:
        """Everybody followed, also privately."""
        return tuple(row.key for row in unit.peers() if row.followed)

    def forget(self) -> None:
        """The book was changed beside this: ask it again."""
        self._known = None

    def open_ones(self, unit: Unit) -> tuple[bytes, ...]:
        """Those whom the own Follow names, in the order they were followed."""
        row = unit.record(Kind.FOLLOW)
        if row is None:
            return ()
        return verify_as(Follow, row.envelope, self._context.network.id).body.keys

    def follow(self, key: bytes, *, private: bool) -> None:
        """Follow ``key``, or change whether others see it. Raises InputError; then nothing changes."""
        if key == self._context.me:
            raise InputError("peer", "this is you")
        with self._context.book.unit() as unit:
            row = unit.peer(key) or _nobody(key)
            if row.blocked:
                raise InputError("peer", "you blocked this person; unblock first")
            if not row.followed and len(self.following(unit)) >= MAX_FOLLOWING:
                raise InputError("peer", f"you follow {MAX_FOLLOWING:,} people already")
            unit.put_peer(row._replace(followed=True))
            shown = self.open_ones(unit)
            if private:
                after = tuple(one for one in shown if one != key)
            else:
                after = shown if key in shown else (*shown, key)
            self._publish(unit, shown, after)
        self._told()

    def unfollow(self, key: bytes) -> None:
        """Take that back. Raises NotFoundError if it was not followed."""
        with self._context.book.unit() as unit:
            row = unit.peer(key)
            if row is None or not row.followed:
                raise NotFoundError("you do not follow this person")
            unit.put_peer(row._replace(followed=False))
            shown = self.open_ones(unit)
            self._publish(unit, shown, tuple(one for one in shown if one != key))
        self._told()

    def _publish(
        self, unit: Unit, before: tuple[bytes, ...], after: tuple[bytes, ...]
    ) -> None:
        """Sign the next version, and owe it to whom it concerns."""
        if before == after:
            return
        if len(after) > MAX_FOLLOWED:
            words = f"at most {MAX_FOLLOWED} can be followed openly; follow privately"
            raise InputError("peer", words)
        held, now = unit.record(Kind.FOLLOW), self._context.now()
        seq = next_seq(unit, held.seq if held else 0)
        signed = self._context.sign(Follow(self._context.me, seq, now, after))
        unit.put_record(
            RecordRow(Kind.FOLLOW, "", signed.body.seq, signed.id, signed.envelope)
        )
        for key in set(before) ^ set(after):
            unit.post(key, signed.id, signed.envelope, None, now)

    def part(self, key: bytes) -> None:
        """``key`` was blocked: neither follows the other any more."""
        if self.follows(key):
            self.unfollow(key)
        with self._context.book.unit() as unit:
            unit.drop_follower(key)
        self._context.emit("follow", {})

    def _told(self) -> None:
        self._known = None
        for topic in ("follow", "profile"):
            self._context.emit(topic, {})
        self.posted()

    # ------------------------------------------------------------- followed by others

    def receive(self, unit: Unit, message: Signed[Follow]) -> None:
        """Take note that the author follows us, or no longer does.

        Raises RefusedError: BLOCKED; LIMIT above ``MAX_FOLLOWERS``; RATE_LIMITED above
        ``NEW_FOLLOWERS_PER_DAY`` new ones within a day.
        """
        author, body = message.author, message.body
        row = unit.peer(author)
        if row is not None and row.blocked:
            raise RefusedError(ReplyCode.BLOCKED)
        held = unit.follower(author)
        if held is not None and held.seq >= body.seq:
            return
        if self._context.me not in body.keys:
            unit.drop_follower(author)
            self._context.emit("follow", {})
            return
        now = self._context.now()
        if held is None:
            self._check_flood(unit, now)
        at = now if held is None else held.at
        unit.put_follower(FollowerRow(author, body.seq, message.envelope, at))
        if held is None:
            self._tell_of(unit, author, now)
        self._context.emit("follow", {})

    def _check_flood(self, unit: Unit, now: int) -> None:
        if unit.count_followers() >= MAX_FOLLOWERS:
            raise RefusedError(ReplyCode.LIMIT, "too many follow already")
        if unit.count_followers(now - DAY_SECONDS) >= NEW_FOLLOWERS_PER_DAY:
            raise RefusedError(ReplyCode.RATE_LIMITED, retry_after_seconds=DAY_SECONDS)

    def _tell_of(self, unit: Unit, author: bytes, now: int) -> None:
        """One notice an hour, however many came."""
        hour = now // HOUR_SECONDS
        others = unit.count_followers(hour * HOUR_SECONDS) - 1
        words = "Follows you now."
        if others > 0:
            words = f"Follows you now, and {others} more since the hour began."
        name = f"followers:{hour}"
        renew(unit, self._context, Notice(NoticeKind.FOLLOW, name, words, peer=author))

    # ------------------------------------------------------------- asking and answering

    async def answer(self, request: Request) -> bytes:
        """The own Follow, who follows us, the asker's own, or a list that is held here."""
        asked = decode(RecordGet, request.body)
        with self._context.book.unit() as unit:
            found = self._held(unit, asked, request.peer)
        return encode(EnvelopeList(fitting(found)))

    def _held(self, unit: Unit, asked: RecordGet, peer: bytes) -> list[bytes]:
        """Of another's Follow only what its author asks for: he has lost it."""
        if asked.kind != Kind.FOLLOW:
            other = None if asked.naming else self.foreign(unit, asked)
            return [] if other is None else [other]
        if asked.key != self._context.me:
            held = unit.follower(asked.key) if asked.key == peer else None
            return [] if held is None or asked.naming else [held.envelope]
        if not asked.naming:
            row = unit.record(Kind.FOLLOW)
            return [] if row is None else [row.envelope]
        if unit.setting(HIDE_FOLLOWERS) == b"True":
            return []
        rows = unit.followers(FOLLOWERS_AT_ONCE, asked.offset)
        return [row.envelope for row in rows]

    async def around(self, key: bytes) -> Around:
        """Whom ``key`` follows openly and who follows it, as it tells; own ones from the book.

        Raises what a request raises when it does not answer, and MalformedMessageError if
        it told of records that are not what was asked for.
        """
        if key == self._context.me:
            with self._context.book.unit() as unit:
                followers = unit.followers(MAX_FOLLOWERS)
                return Around(self.following(unit), tuple(one.key for one in followers))
        with trio.move_on_after(ASK_SECONDS):
            own = await self._ask(RecordGet(Kind.FOLLOW, key, naming=False, offset=0))
            naming = await self._ask(RecordGet(Kind.FOLLOW, key, naming=True, offset=0))
            if any(one.author != key for one in own) or any(
                key not in one.body.keys for one in naming
            ):
                raise MalformedMessageError("follows of other people")
            keys = own[0].body.keys if own else ()
            return Around(keys, tuple(one.author for one in naming))
        raise RefusedError(ReplyCode.BUSY, "no answer in time")

    async def _ask(self, asked: RecordGet) -> list[Signed[Follow]]:
        reply = await self._market.ask(asked.key, RequestType.RECORD_GET, encode(asked))
        network = self._context.network.id
        envelopes = decode(EnvelopeList, reply).envelopes[:FOLLOWERS_AT_ONCE]
        return [verify_as(Follow, one, network) for one in envelopes]

    # ------------------------------------------------------------- new listings

    def hear_of(self, taken: Taken) -> None:
        """A store was taken: tell of new listings of a followed one, one notice an hour."""
        store = taken.head.author
        if taken.before is None or not self.follows(store):
            return
        known = {card.slug for card in taken.before}
        new = [card for card in taken.cards if card.slug not in known]
        shown = [card for card in new if card.state == ListingState.FOR_SALE]
        if not shown:
            return
        hour = self._context.now() // HOUR_SECONDS
        with self._context.book.unit() as unit:
            name = f"followed:{store.hex()}"
            titles = _titles(unit.setting(name), hour, shown)
            unit.set_setting(name, msgspec.msgpack.encode((hour, titles)))
            words = news_words(titles)
            once = f"{name}:{hour}"
            renew(
                unit, self._context, Notice(NoticeKind.FOLLOW, once, words, peer=store)
            )

    def met(self) -> None:
        """Somebody is connected: followed shops can be asked for."""
        self._connected.set()

    async def run(self) -> None:
        """Fetch followed shops once after the start; cancelling leaves every store whole."""
        with self._context.book.unit() as unit:
            keys = list(self.following(unit))
        await self._connected.wait()
        places = trio.CapacityLimiter(FETCHERS)
        async with trio.open_nursery() as nursery:
            for key in keys:
                nursery.start_soon(self._fetch, key, places)

    async def _fetch(self, key: bytes, places: trio.CapacityLimiter) -> None:
        try:
            async with places:
                with trio.fail_after(ASK_SECONDS):
                    await self._market.refresh(key)
        except (BazaarError, trio.TooSlowError) as error:
            log.info("a followed shop is away", extra={"why": type(error).__name__})


def news_words(titles: Sequence[str]) -> str:
    """New listings in one sentence."""
    shown = ", ".join(titles[:SHOWN_TITLES])
    more = len(titles) - SHOWN_TITLES
    tail = f" and {more} more" if more > 0 else ""
    head = "New in the shop" if len(titles) == 1 else f"{len(titles)} new in the shop"
    return f"{head}: {shown}{tail}."


def _titles(kept: bytes | None, hour: int, cards: Sequence[Card]) -> list[str]:
    """Titles of this hour, the newest first."""
    before: list[str] = []
    if kept is not None:
        told = msgspec.msgpack.decode(kept, type=tuple[int, list[str]])
        before = told[1] if told[0] == hour else []
    newest = sorted(cards, key=lambda card: -card.changed)
    return [*(card.title for card in newest), *before]


def follow_again(unit: Unit, keys: Iterable[bytes]) -> None:
    """Whom the own Follow names, which a restored book had lost."""
    for key in keys:
        row = unit.peer(key) or _nobody(key)
        if not row.blocked:
            unit.put_peer(row._replace(followed=True))


def _nobody(key: bytes) -> PeerRow:
    return PeerRow(
        key,
        petname=None,
        followed=False,
        blocked=False,
        contact=None,
        addresses=(),
        seen=0,
    )


def _nothing(_unit: Unit, _asked: RecordGet) -> bytes | None:
    return None
