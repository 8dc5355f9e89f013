"""Ratings: sign one, pass it on, gather and verify those of others (11.3, 11.4).

The ratee's copy has no privilege: whoever holds a rating may show it, and everybody
checks it alone against the slot and the FundAck that it carries.
"""

import hashlib
import logging
from typing import Final

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.lost_ratings import is_older, lost_ratings
from bazaar.app.notices import Notice, NoticeKind, tell
from bazaar.app.ports import Unit
from bazaar.app.rating_sets import Found, Gathered, counted
from bazaar.app.slot_chain import slots_of
from bazaar.app.trades import Trades
from bazaar.domain.envelope import Signed, verify_as
from bazaar.domain.errors import (
    BazaarError,
    NotAllowedError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.reputation import RatingsAnswer, RatingsGet
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.kinds import Kind
from bazaar.domain.messages import FundAck, Role
from bazaar.domain.rating import Rating
from bazaar.domain.rating_rules import Occasion, Opinion, check_rating, rate
from bazaar.domain.slots import Slot
from bazaar.domain.trade import Trade

log = logging.getLogger(__name__)

MAX_RATINGS: Final = 2_000
MAX_OF_ONE_SERIES: Final = 2
"""Two of one series and seq count as none and are the proof of it."""

MAX_SOURCES: Final = 8
GATHER_SECONDS: Final = 15.0
CODE_PREFIX: Final = b"v:"


class Ratings:
    """Signs, receives and gathers."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades

    async def rate(
        self, trade_id: bytes, whom: Role, opinion: Opinion, line: int
    ) -> Signed[Rating]:
        """Rate another role of a funded trade, once; kept, and owed to ratee and seats.

        Raises NotAllowedError before the funding, for oneself, or a second time, and
        RefusedError (BUSY) where a restored book cannot know whether it is the first.
        """
        await self._recall(trade_id, whom)
        with self._context.book.unit() as unit:
            trade = self._trades.load(unit, trade_id)
            signed = self._signed(unit, trade, whom, opinion, line)
            self._keep(unit, signed)
            for role, key in trade.contract.keys.items():
                if key != self._context.me and role in {
                    whom,
                    Role.PRIMARY,
                    Role.BACKUP,
                }:
                    unit.post(
                        key, signed.id, signed.envelope, trade_id, self._context.now()
                    )
            unit.set_fact(trade_id, rated_name(whom), signed.id)
        try:
            with trio.move_on_after(GATHER_SECONDS):
                await self._context.directory.provide(CODE_PREFIX + signed.body.ratee)
        except BazaarError as error:
            why = type(error).__name__
            log.info("the rating was not announced", extra={"why": why})
        return signed

    async def _recall(self, trade_id: bytes, whom: Role) -> None:
        """After a restore: take back own ratings that the others still hold."""
        with self._context.book.unit() as unit:
            trade = self._trades.load(unit, trade_id)
            is_known = unit.fact(trade_id, rated_name(whom)) is not None
            if is_known or whom not in trade.contract.keys:
                return
            if not is_older(unit, trade):
                return
        lost = await lost_ratings(self._context, trade, whom)
        with self._context.book.unit() as unit:
            for rating in lost:
                self._keep(unit, rating)
                unit.claim(f"rating:{trade_id.hex()}:{whom:d}:{rating.body.line}")
                unit.set_fact(trade_id, rated_name(whom), rating.id)

    def _signed(
        self, unit: Unit, trade: Trade, whom: Role, opinion: Opinion, line: int
    ) -> Signed[Rating]:
        role = self._trades.own_role(trade)
        if (
            role not in {Role.BUYER, Role.SELLER}
            or whom is role
            or whom not in trade.contract.keys
        ):
            raise NotAllowedError("you cannot rate this role", ReplyCode.WRONG_ROLE)
        if not trade.facts.funded:
            raise NotAllowedError(
                "rate once the money was bound", ReplyCode.WRONG_STATE
            )
        if not unit.claim(f"rating:{trade.id.hex()}:{whom:d}:{line}"):
            raise NotAllowedError("you have rated this already", ReplyCode.WRONG_STATE)
        fund_ack = trade.facts.fund_acks[0].envelope
        occasion = Occasion(whom, self._slot(trade, whom).envelope, fund_ack, line)
        key = self._context.identity.signing_key
        slot_key = key
        if role is Role.BUYER:
            slot_key = self._context.identity.rating_key(trade.contract.offer.nonce)
        return rate(opinion, occasion, key, slot_key, self._context.network.id)

    def _slot(self, trade: Trade, whom: Role) -> Signed[Slot]:
        author = trade.contract.keys[whom]
        for slot in slots_of(trade, self._context.network.id):
            if slot.author == author:
                return slot
        raise NotAllowedError("this role gave no slot", ReplyCode.WRONG_STATE)

    def _keep(self, unit: Unit, rating: Signed[Rating]) -> None:
        unit.keep_object(rating.id, Kind.RATING, rating.body.ratee, rating.envelope)

    def receive(self, unit: Unit, message: Signed[Rating]) -> None:
        """Keep a rating of a trade of ours. Raises PeerError if it is invalid.

        NotAllowedError for a trade that is not ours, RefusedError (LIMIT) once two of one
        series are held: they already count as none.
        """
        rated = check_rating(message, self._context.network.id)
        self._check_ours(unit, message.body)
        series = (rated.slot.id, rated.rating_key, message.body.line, message.body.seq)
        name = (
            f"rating-held:{hashlib.sha256(msgspec.msgpack.encode(series)).hexdigest()}"
        )
        held = unit.setting(name) or b""
        known = [held[start : start + 32] for start in range(0, len(held), 32)]
        if message.id in known:
            return
        if len(known) >= MAX_OF_ONE_SERIES:
            raise RefusedError(ReplyCode.LIMIT, "this was rated before")
        unit.set_setting(name, held + message.id)
        self._keep(unit, message)
        self._tell(unit, message)
        self._context.emit("order", {})

    def _tell(self, unit: Unit, message: Signed[Rating]) -> None:
        if message.body.ratee == self._context.me:
            ack = verify_as(FundAck, message.body.fund_ack, self._context.network.id)
            words = f"You were rated: {message.body.overall} of 5."
            name, trade = f"rating:{message.id.hex()}", ack.body.trade
            tell(unit, self._context, Notice(NoticeKind.RATING, name, words, trade))

    def _check_ours(self, unit: Unit, rating: Rating) -> None:
        """The FundAck must be one that a trade of ours holds; else anybody could fill the book."""
        ack = verify_as(FundAck, rating.fund_ack, self._context.network.id)
        keys = self._trades.keys(unit, ack.body.trade)
        rows = unit.messages(ack.body.trade) if keys else []
        if rating.ratee not in keys or ack.id not in {row.id for row in rows}:
            raise NotAllowedError("this rating is not about a trade of ours")

    def held(self, ratee: bytes) -> list[bytes]:
        """Envelopes that the book holds of ``ratee``."""
        with self._context.book.unit() as unit:
            return unit.objects(Kind.RATING, ratee)

    async def gather(self, ratee: bytes) -> Gathered:
        """Ask the ratee and who announced ratings of it; verify each alone.

        Raises CatalogueError if the disk fails; sources that fail are left out.
        """
        found = Found(ratee, self._context.network.id)
        await found.take(self.held(ratee))
        await found.take(await self._context.catalogue.ratings(ratee))
        found.refused = 0
        async with trio.open_nursery() as nursery:
            for source in await self._sources(ratee):
                nursery.start_soon(self._ask, source, found)
        for rating, rated in list(found.ratings.values()):
            await self._context.catalogue.keep_rating(rating, ratee, rated.slot.id)
        await self._context.catalogue.weigh(ratee)
        return Gathered(counted(found.ratings.values()), found.refused)

    async def _sources(self, ratee: bytes) -> list[bytes]:
        found: list[bytes] = []
        try:
            with trio.move_on_after(GATHER_SECONDS):
                found = await self._context.directory.find_providers(
                    CODE_PREFIX + ratee
                )
        except BazaarError as error:
            log.info("no sources of ratings", extra={"why": type(error).__name__})
        others = [
            key for key in dict.fromkeys((ratee, *found)) if key != self._context.me
        ]
        return others[:MAX_SOURCES]

    async def _ask(self, source: bytes, found: Found) -> None:
        asked = 0
        try:
            with trio.move_on_after(GATHER_SECONDS):
                while asked < MAX_RATINGS:
                    request = encode(RatingsGet(found.ratee, asked))
                    reply = await self._context.exchange.request(
                        source, RequestType.RATINGS, request
                    )
                    answer = decode(RatingsAnswer, reply)
                    await found.take(answer.envelopes)
                    asked += len(answer.envelopes)
                    if not answer.envelopes or asked >= answer.total:
                        break
        except BazaarError as error:
            why = type(error).__name__
            log.info("a source of ratings did not answer", extra={"why": why})


def rated_name(whom: Role) -> str:
    """Fact under which a trade notes the own rating of a role."""
    return f"rated:{whom:d}"
