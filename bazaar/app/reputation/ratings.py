"""Ratings: sign one, correct it, pass it on, receive those of others (11.3, 11.4).

Anybody may show a rating; everybody checks it alone, against the slot and the FundAck
that it carries. ``rating_gathering`` asks for those of one key.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import msgspec
import trio

from bazaar.app.context import Context
from bazaar.app.delivery.mail_agreements import serving
from bazaar.app.people.notices import Notice, NoticeKind, tell
from bazaar.app.ports import Unit
from bazaar.app.reputation.lost_ratings import is_older, lost_ratings
from bazaar.app.reputation.rating_index import (
    index_ratings,
    keep_rating,
    ratings_of_slot,
)
from bazaar.app.reputation.slot_chain import slots_of
from bazaar.app.trading.proofs import Contradiction, note
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import (
    BazaarError,
    NotAllowedError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.reputation.rating import CORRECTION_SECONDS, Rating
from bazaar.domain.reputation.rating_rules import (
    Occasion,
    Opinion,
    Rated,
    check_rating,
    rate,
)
from bazaar.domain.reputation.slots import Slot
from bazaar.domain.stores.signposts import RATINGS_OF
from bazaar.domain.trading.messages import FundAck, Role
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

MAX_OF_ONE_SERIES: Final = 2
"""Two of one series and seq count as none and are the proof of it."""

MAX_KEPT_FOR_ONE: Final = 500
"""Ratings by one recipient of our mailbox that are kept for everybody."""

ANNOUNCE_SECONDS: Final = 15.0


class _Place(NamedTuple):
    """What a rating is of, and whether it hides who wrote it."""

    whom: Role
    line: int
    anonymous: bool


class Ratings:
    """Signs and receives."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades
        self.found: Callable[[], None] = lambda: None
        """Called after a proof was noted; must not block."""

        self.keeps_mail_of: Callable[[bytes], bool] = _nobody
        """Whether this node keeps mail for a key."""

    def begin(self) -> None:
        """Bring the index of an older book up to date."""
        with self._context.book.unit() as unit:
            index_ratings(unit, self._context.network.id)

    # ------------------------------------------------------------- saying

    async def rate(
        self,
        trade_id: bytes,
        whom: Role,
        opinion: Opinion,
        line: int,
        *,
        anonymous: bool = False,
    ) -> Signed[Rating]:
        """Rate another role of a funded trade, once; kept, and owed to ratee and seats.

        ``anonymous`` is a buyer's rating under the order's own key. ``opinion.seq`` 1 corrects what was said before. Raises NotAllowedError before the
        funding, for oneself, a second time, or for a correction that comes too late;
        RefusedError (BUSY) where a restored book cannot know whether it is the first.
        """
        await self._recall(trade_id, whom)
        with self._context.book.unit() as unit:
            trade = self._trades.load(unit, trade_id)
            place = _Place(whom, line, anonymous)
            signed = self._signed(unit, trade, place, opinion)
            keep_rating(unit, signed, self._context.network.id)
            self._spread(unit, trade, signed)
            unit.set_fact(trade_id, rated_name(whom), signed.id)
        try:
            with trio.move_on_after(ANNOUNCE_SECONDS):
                await self._context.directory.provide(RATINGS_OF + signed.body.ratee)
        except BazaarError as error:
            why = type(error).__name__
            log.info("the rating was not announced", extra={"why": why})
        return signed

    def _spread(self, unit: Unit, trade: Trade, rating: Signed[Rating]) -> None:
        """Owe a rating to its ratee, both seats and the own mailboxes."""
        now = self._context.now()
        keys = {rating.body.ratee, *serving(unit, now)}
        keys |= {seat.key for seat in trade.contract.seats.values()}
        for key in sorted(keys - {self._context.me}):
            unit.post(key, rating.id, rating.envelope, trade.id, now)

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
                keep_rating(unit, rating, self._context.network.id)
                unit.claim(_claim(trade, whom, rating.body.line, rating.body.seq))
                unit.set_fact(trade_id, rated_name(whom), rating.id)

    def _signed(
        self, unit: Unit, trade: Trade, place: _Place, opinion: Opinion
    ) -> Signed[Rating]:
        role, (whom, line, anonymous) = self._trades.own_role(trade), place
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
        key = self._context.identity.signing_key
        slot_key = key
        if role is Role.BUYER:
            slot_key = self._context.identity.rating_key(trade.contract.offer.nonce)
        elif anonymous:
            raise NotAllowedError(
                "a seller rates under his own name", ReplyCode.WRONG_ROLE
            )
        author = slot_key if anonymous else key
        slot = self._slot(trade, whom)
        if opinion.seq:
            self._check_correction(unit, slot, line, bytes(author.verify_key))
        if not unit.claim(_claim(trade, whom, line, opinion.seq)):
            what = "corrected" if opinion.seq else "rated"
            raise NotAllowedError(
                f"you have {what} this already", ReplyCode.WRONG_STATE
            )
        fund_ack = trade.facts.fund_acks[0].envelope
        occasion = Occasion(whom, slot.envelope, fund_ack, line)
        return rate(opinion, occasion, author, slot_key, self._context.network.id)

    def _check_correction(
        self, unit: Unit, slot: Signed[Slot], line: int, author: bytes
    ) -> None:
        """A correction is by the name under which one rated, and comes in time."""
        first = [
            one.body
            for one in self.of_slots(unit, [slot])
            if one.author == author and one.body.line == line
        ]
        if not first:
            raise NotAllowedError(
                "you have not rated this under this name", ReplyCode.WRONG_STATE
            )
        if self._context.now() > first[0].at + CORRECTION_SECONDS:
            raise NotAllowedError(
                "a rating can be corrected for 90 days", ReplyCode.STALE
            )

    def _slot(self, trade: Trade, whom: Role) -> Signed[Slot]:
        author = trade.contract.keys[whom]
        for slot in slots_of(trade, self._context.network.id):
            if slot.author == author:
                return slot
        raise NotAllowedError("this role gave no slot", ReplyCode.WRONG_STATE)

    # ------------------------------------------------------------- hearing

    def receive(self, unit: Unit, message: Signed[Rating]) -> None:
        """Keep a rating of a trade of ours, or one by somebody whose mail we keep.

        Raises PeerError if it is invalid, NotAllowedError if it is none of ours,
        RefusedError (LIMIT) once two of one series are held: they already count as none.
        """
        rated = check_rating(message, self._context.network.id)
        name = _series_name(message.body, rated)
        held = unit.setting(name) or b""
        known = [held[start : start + 32] for start in range(0, len(held), 32)]
        if message.id in known:
            return
        if not self._is_of_our_trade(unit, message.body):
            self._check_kept_for(unit, message)
        if len(known) >= MAX_OF_ONE_SERIES:
            raise RefusedError(ReplyCode.LIMIT, "this was rated before")
        unit.set_setting(name, held + message.id)
        keep_rating(unit, message, self._context.network.id)
        self._compare(unit, message, known)
        self._tell(unit, message)
        self._context.emit("order", {})

    def _compare(
        self, unit: Unit, message: Signed[Rating], known: Iterable[bytes]
    ) -> None:
        """Two of one author for one place are a proof (10, class 3)."""
        others = [unit.object(one) for one in known]
        found = (
            Contradiction(message.author, other, message.envelope)
            for other in others
            if other is not None
        )
        if note(unit, self._context, found):
            self.found()

    def _tell(self, unit: Unit, message: Signed[Rating]) -> None:
        if message.body.ratee == self._context.me:
            ack = verify_as(FundAck, message.body.fund_ack, self._context.network.id)
            what = "changed their rating of you" if message.body.seq else "rated you"
            words = f"Somebody {what}: {message.body.overall} of 5."
            name, trade = f"rating:{message.id.hex()}", ack.body.trade
            tell(unit, self._context, Notice(NoticeKind.RATING, name, words, trade))

    def _is_of_our_trade(self, unit: Unit, rating: Rating) -> bool:
        """Whether a trade of ours holds its FundAck; else anybody could fill the book."""
        ack = verify_as(FundAck, rating.fund_ack, self._context.network.id)
        keys = self._trades.keys(unit, ack.body.trade)
        rows = unit.messages(ack.body.trade) if keys else []
        return rating.ratee in keys and ack.id in {row.id for row in rows}

    def _check_kept_for(self, unit: Unit, message: Signed[Rating]) -> None:
        if not self.keeps_mail_of(message.author):
            raise NotAllowedError("this rating is not about a trade of ours")
        name = f"ratings-kept-for:{message.author.hex()}"
        count = int(unit.setting(name) or b"0") + 1
        if count > MAX_KEPT_FOR_ONE:
            raise RefusedError(ReplyCode.NO_SPACE, "enough of your ratings are here")
        unit.set_setting(name, str(count).encode())

    # ------------------------------------------------------------- reading

    def held(self, ratee: bytes) -> list[bytes]:
        """Envelopes that the book holds of ``ratee``."""
        with self._context.book.unit() as unit:
            return unit.objects(Kind.RATING, ratee)

    def of_slots(
        self, unit: Unit, slots: Iterable[Signed[Slot]]
    ) -> list[Signed[Rating]]:
        """Ratings that are held of these slots; corrections before what they correct."""
        envelopes = [
            unit.object(one) for slot in slots for one in ratings_of_slot(unit, slot.id)
        ]
        network = self._context.network.id
        found = [verify_as(Rating, one, network) for one in envelopes if one]
        return sorted(found, key=lambda one: (one.body.at, one.body.seq), reverse=True)


def rated_name(whom: Role) -> str:
    """Fact under which a trade notes the own rating of a role."""
    return f"rated:{whom:d}"


def _claim(trade: Trade, whom: Role, line: int, seq: int) -> str:
    name = f"rating:{trade.id.hex()}:{whom:d}:{line}"
    return f"{name}:{seq}" if seq else name


def _series_name(body: Rating, rated: Rated) -> str:
    series = (rated.slot.id, rated.rating_key, body.line, body.seq)
    return f"rating-held:{hashlib.sha256(msgspec.msgpack.encode(series)).hexdigest()}"


def _nobody(_key: bytes) -> bool:
    return False
