"""What who was rated answers, beneath the rating (11.4): signed once, corrected once, passed on."""

from typing import Final

from bazaar.app.context import Context
from bazaar.app.delivery.mail_agreements import serving
from bazaar.app.people.notices import Notice, NoticeKind, tell
from bazaar.app.ports import Unit
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.reputation.rating import Rating, RatingReply
from bazaar.domain.reputation.rating_rules import check_reply
from bazaar.domain.trading.messages import FundAck
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind

LAST_SEQ: Final = 1
MAX_OF_ONE_SEQ: Final = 2
"""The second is the proof that the first is none."""


class RatingReplies:
    """Signs and receives replies to ratings that the book holds."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades

    def reply(self, rating_id: bytes, text: str) -> Signed[RatingReply]:
        """Answer a rating of oneself; a second answer takes the place of the first.

        Raises NotFoundError for a rating that is not here, NotAllowedError for one of
        somebody else or a third answer.
        """
        with self._context.book.unit() as unit:
            rating = self._rating(unit, rating_id)
            if rating.body.ratee != self._context.me:
                raise NotAllowedError(
                    "only who was rated replies", ReplyCode.WRONG_ROLE
                )
            seq = next(
                (n for n in range(LAST_SEQ + 1) if unit.claim(_claim(rating.id, n))),
                None,
            )
            if seq is None:
                raise NotAllowedError(
                    "you have changed your reply already", ReplyCode.WRONG_STATE
                )
            now = self._context.now()
            body = RatingReply(self._context.me, seq, rating.id, text, now)
            signed = self._context.sign(body)
            self._keep(unit, signed)
            self._spread(unit, rating, signed)
        self._context.emit("order", {})
        return signed

    def _spread(
        self, unit: Unit, rating: Signed[Rating], reply: Signed[RatingReply]
    ) -> None:
        """Owe a reply to everybody who was owed the rating."""
        now = self._context.now()
        ack = verify_as(FundAck, rating.body.fund_ack, self._context.network.id)
        keys = {rating.body.by, *serving(unit, now)}
        keys |= self._trades.keys(unit, ack.body.trade)
        for key in sorted(keys - {self._context.me}):
            unit.post(key, reply.id, reply.envelope, ack.body.trade, now)

    def receive(self, unit: Unit, message: Signed[RatingReply]) -> None:
        """Keep a reply to a rating that is here.

        Raises NotFoundError without that rating (it is sent again), PeerError for a false
        one, RefusedError (LIMIT) once two of one place are held.
        """
        rating = self._rating(unit, message.body.rating)
        check_reply(message, rating)
        held = self.of(unit, rating.id, rating.body.ratee)
        if message.id in {one.id for one in held}:
            return
        same = [one for one in held if one.body.seq == message.body.seq]
        if len(same) >= MAX_OF_ONE_SEQ:
            raise RefusedError(ReplyCode.LIMIT, "this was answered before")
        self._keep(unit, message)
        if rating.author == self._context.me:
            ack = verify_as(FundAck, rating.body.fund_ack, self._context.network.id)
            words = "Your rating was answered."
            name, trade = f"reply:{message.id.hex()}", ack.body.trade
            tell(unit, self._context, Notice(NoticeKind.RATING, name, words, trade))
        self._context.emit("order", {})

    def of(self, unit: Unit, rating: bytes, ratee: bytes) -> list[Signed[RatingReply]]:
        """Replies that are held to a rating, the newest first."""
        noted = unit.setting(_name(rating)) or b""
        ids = [noted[at : at + 32] for at in range(0, len(noted), 32)]
        network = self._context.network.id
        envelopes = [unit.object(one) for one in ids]
        found = [verify_as(RatingReply, one, network) for one in envelopes if one]
        ours = [one for one in found if one.author == ratee]
        return sorted(ours, key=lambda one: -one.body.seq)

    def held(self, ratee: bytes) -> list[bytes]:
        """Envelopes that the book holds of ``ratee``."""
        with self._context.book.unit() as unit:
            return unit.objects(Kind.RATING_REPLY, ratee)

    def _keep(self, unit: Unit, reply: Signed[RatingReply]) -> None:
        unit.keep_object(reply.id, Kind.RATING_REPLY, reply.author, reply.envelope)
        name = _name(reply.body.rating)
        unit.set_setting(name, (unit.setting(name) or b"") + reply.id)

    def _rating(self, unit: Unit, rating: bytes) -> Signed[Rating]:
        envelope = unit.object(rating)
        if envelope is None:
            raise NotFoundError("there is no such rating here")
        return verify_as(Rating, envelope, self._context.network.id)


def _name(rating: bytes) -> str:
    return f"rating-replies:{rating.hex()}"


def _claim(rating: bytes, seq: int) -> str:
    return f"reply:{rating.hex()}:{seq}"
