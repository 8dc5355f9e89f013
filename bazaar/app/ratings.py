"""Ratings: sign one, pass it on, gather and verify those of others (11.3, 11.4).

The ratee's copy has no privilege: whoever holds a rating may show it, and everybody
checks it alone against the slot and the FundAck that it carries.
"""

import logging
from typing import Final, NamedTuple

import trio

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.slot_chain import slots_of
from bazaar.app.trades import Trades
from bazaar.domain.envelope import Signed, verify_as
from bazaar.domain.errors import BazaarError, NotAllowedError, ReplyCode
from bazaar.domain.exchange import (
    RatingsAnswer,
    RatingsGet,
    RequestType,
    decode,
    encode,
)
from bazaar.domain.kinds import Kind
from bazaar.domain.messages import Role
from bazaar.domain.rating import Rating
from bazaar.domain.rating_rules import Occasion, Opinion, check_rating, rate
from bazaar.domain.slots import Slot
from bazaar.domain.trade import Trade

log = logging.getLogger(__name__)

MAX_RATINGS: Final = 10_000
MAX_SOURCES: Final = 8
GATHER_SECONDS: Final = 15.0
CODE_PREFIX: Final = b"v:"


class Gathered(NamedTuple):
    """Valid ratings of a key, newest first, and how many were refused."""

    ratings: list[Signed[Rating]]
    refused: int


class Ratings:
    """Signs, receives and gathers."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades

    async def rate(
        self, trade_id: bytes, whom: Role, opinion: Opinion, line: int
    ) -> Signed[Rating]:
        """Rate another role of a funded trade, once; kept, and owed to ratee and seats.

        Raises NotAllowedError before the funding, for oneself, or a second time.
        """
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
            log.info("the rating was not announced", extra={"why": repr(error)})
        return signed

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
        return next(
            s for s in slots_of(trade, self._context.network.id) if s.author == author
        )

    def _keep(self, unit: Unit, rating: Signed[Rating]) -> None:
        unit.keep_object(rating.id, Kind.RATING, rating.body.ratee, rating.envelope)

    def receive(self, unit: Unit, message: Signed[Rating]) -> None:
        """Keep a rating that names a trade of ours, or us. Raises PeerError if it is invalid."""
        rated = check_rating(message, self._context.network.id)
        named = {
            rated.slot.author,
            *rated.slot.body.rating_keys,
            *rated.slot.body.seats,
        }
        if self._context.me not in named:
            raise NotAllowedError("this rating is not about a trade of ours")
        self._keep(unit, message)
        self._context.emit("order", {})

    def held(self, ratee: bytes) -> list[bytes]:
        """Envelopes that the book holds of ``ratee``."""
        with self._context.book.unit() as unit:
            return unit.objects(Kind.RATING, ratee)

    async def gather(self, ratee: bytes) -> Gathered:
        """Ask the ratee and who announced ratings of it; verify each alone. Never raises."""
        found: dict[bytes, Signed[Rating]] = {}
        refused = 0
        for envelope in (
            *self.held(ratee),
            *await self._context.catalogue.ratings(ratee),
        ):
            self._take(found, ratee, envelope)
        for source in await self._sources(ratee):
            for envelope in await self._ask(source, ratee):
                refused += not self._take(found, ratee, envelope)
        for rating in found.values():
            slot = check_rating(rating, self._context.network.id).slot
            await self._context.catalogue.keep_rating(rating, ratee, slot.id)
        newest = sorted(found.values(), key=lambda r: (-r.body.at, r.id))
        return Gathered(newest, refused)

    def _take(
        self, found: dict[bytes, Signed[Rating]], ratee: bytes, envelope: bytes
    ) -> bool:
        try:
            rating = verify_as(Rating, envelope, self._context.network.id)
            check_rating(rating, self._context.network.id)
        except BazaarError:
            return False
        if rating.body.ratee != ratee:
            return False
        found[rating.id] = rating
        return True

    async def _sources(self, ratee: bytes) -> list[bytes]:
        found: list[bytes] = []
        try:
            with trio.move_on_after(GATHER_SECONDS):
                found = await self._context.directory.find_providers(
                    CODE_PREFIX + ratee
                )
        except BazaarError as error:
            log.info("no sources of ratings found", extra={"why": repr(error)})
        others = [
            key for key in dict.fromkeys((ratee, *found)) if key != self._context.me
        ]
        return others[:MAX_SOURCES]

    async def _ask(self, source: bytes, ratee: bytes) -> list[bytes]:
        found: list[bytes] = []
        try:
            with trio.move_on_after(GATHER_SECONDS):
                while len(found) < MAX_RATINGS:
                    request = encode(RatingsGet(ratee, len(found)))
                    reply = await self._context.exchange.request(
                        source, RequestType.RATINGS, request
                    )
                    answer = decode(RatingsAnswer, reply)
                    found += answer.envelopes
                    if not answer.envelopes or len(found) >= answer.total:
                        break
        except BazaarError as error:
            log.info("a source of ratings did not answer", extra={"why": repr(error)})
        return found


def rated_name(whom: Role) -> str:
    """Fact under which a trade notes the own rating of a role."""
    return f"rated:{whom:d}"
