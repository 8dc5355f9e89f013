"""order rate, reply, ratings; ratings of a peer."""

from collections.abc import Sequence
from typing import Final

import trio

from bazaar.app.node import Node
from bazaar.app.ports import Unit
from bazaar.app.reputation.rating_sets import Counted, Found
from bazaar.app.reputation.ratings import rated_name
from bazaar.app.reputation.reputation_export import ReputationExport as Exporting
from bazaar.app.reputation.slot_chain import slots_of
from bazaar.domain.errors import InputError
from bazaar.domain.reputation.rating import MAX_RATING_TEXT, MAX_REPLY_TEXT
from bazaar.domain.reputation.rating_rules import Opinion
from bazaar.domain.reputation.reputation_check import check_reputation
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.needs import PARTIES
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import id_of
from bazaar.domain.wire.kinds import Kind
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.new_file import write_new
from bazaar.rpc.schema.ratings import (
    OrderRate,
    OrderRatings,
    OrderRatingsView,
    OrderReply,
    Rated,
    Ratings,
    RatingsView,
    Replied,
    ReputationExport,
    ReputationView,
)
from bazaar.rpc.views.people import People
from bazaar.rpc.views.ratings import (
    ASPECTS,
    LAST_SEQ,
    RatingViews,
    history_views,
    way_views,
)

MAX_STARS: Final = 5
MAX_TAGS: Final = 5
LEAST_MASS: Final = 1.0
"""With less than one voice no number is shown."""

Held = tuple[bytes, list[bytes], list[bytes]]
SEATS: Final = {"primary": Role.PRIMARY, "backup": Role.BACKUP}


class RatingCalls:
    """What people say of each other after a trade."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            OrderRate: self.rate,
            OrderReply: self.reply,
            OrderRatings: self.of_order,
            Ratings: self.ratings,
            ReputationExport: self.export,
        }

    # ------------------------------------------------------------- saying

    async def rate(self, call: OrderRate) -> Rated:
        """Rate another role of the order, or correct that."""
        aspects = _aspects(call)
        _check_words(call)
        trade_id = resolve.order(self._node, call.id)
        with self._node.context.book.unit() as unit:
            mine = self._node.trades.own_role(self._node.trades.load(unit, trade_id))
        roles = SEATS | {"other": _other(mine), "arbiter": Role.PRIMARY}
        if call.whom not in roles:
            raise InputError("whom", f"one of {', '.join(sorted(roles))}")
        now = self._node.context.now()
        seq = int(call.correct)
        opinion = Opinion(call.stars, now, call.text, aspects, call.tags, seq)
        rating = await self._node.ratings.rate(
            trade_id,
            roles[call.whom],
            opinion,
            call.line,
            anonymous=call.anonymous,
        )
        self._node.changed(trade_id)
        return Rated(rating_id=rating.id.hex(), order_id=trade_id.hex())

    async def reply(self, call: OrderReply) -> Replied:
        """Answer a rating of oneself."""
        text = call.text.strip()
        if not 1 <= len(text) <= MAX_REPLY_TEXT:
            raise InputError("text", f"1 to {MAX_REPLY_TEXT} characters")
        rating = self._rating_of_me(call.rating)
        reply = self._node.replies.reply(rating, text)
        self._node.stir()
        return Replied(
            reply_id=reply.id.hex(),
            rating_id=rating.hex(),
            is_last=reply.body.seq >= LAST_SEQ,
        )

    def _rating_of_me(self, text: str) -> bytes:
        context = self._node.context
        with context.book.unit() as unit:
            held = unit.objects(Kind.RATING, context.me)
        ids = {id_of(one, context.network.id) for one in held}
        return resolve.among(ids, "rating", text)

    async def export(self, call: ReputationExport) -> ReputationView:
        """Write the own reputation, then say what a stranger will find in it."""
        node = self._node
        export = Exporting(node.context, node.gathering, node.histories)
        data = await export.make()
        path = await write_new(call.file, data)
        checked = await trio.to_thread.run_sync(check_reputation, data)
        sales = (one for one in checked.chains if one.chain == Kind.SALE_SLOT)
        return ReputationView(
            file=str(path),
            size=len(data),
            valid=not checked.problems,
            ratings=len(checked.ratings),
            sales=sum(len(one.walk.entries) for one in sales),
            problems=checked.problems,
        )

    # ------------------------------------------------------------- reading

    async def of_order(self, call: OrderRatings) -> OrderRatingsView:
        """The ratings that the book holds of one order."""
        trade_id = resolve.order(self._node, call.id)
        with self._node.context.book.unit() as unit:
            trade = self._node.trades.load(unit, trade_id)
            role = trade.contract.role_of(self._node.context.me)
            held = self._held(unit, trade)
            open_to = self._open_to(unit, trade, role)
        own, people = self._own(trade), People(self._node.context)
        views = RatingViews(people, self._node.context.now(), self._flagged())
        items = [
            await views.view(one, own)
            for found in held
            for one in await self._counted(*found)
        ]
        return OrderRatingsView(
            order_id=trade_id.hex(), open=open_to, items=tuple(items)
        )

    def _held(self, unit: Unit, trade: Trade) -> list[Held]:
        """What the book holds about each role of a trade."""
        node, found = self._node, list[Held]()
        for slot in slots_of(trade, node.context.network.id):
            ratings = node.ratings.of_slots(unit, [slot])
            replies = [
                reply.envelope
                for rating in ratings
                for reply in node.replies.of(unit, rating.id, slot.author)
            ]
            envelopes = [rating.envelope for rating in ratings]
            found.append((slot.author, envelopes, replies))
        return found

    async def _counted(
        self, ratee: bytes, ratings: Sequence[bytes], replies: Sequence[bytes]
    ) -> tuple[Counted, ...]:
        found = Found(ratee, self._node.context.network.id)
        await found.take(ratings)
        await found.take_replies(replies)
        return found.gathered().counted

    def _open_to(self, unit: Unit, trade: Trade, role: Role | None) -> tuple[str, ...]:
        if role is None or role not in PARTIES or not trade.facts.funded:
            return ()
        names = {"other": _other(role), **SEATS}
        return tuple(
            name
            for name, whom in names.items()
            if whom in trade.contract.keys
            and unit.fact(trade.id, rated_name(whom)) is None
        )

    def _own(self, trade: Trade) -> set[bytes]:
        """The keys under which this user rates in a trade."""
        identity = self._node.context.identity
        nonce = trade.contract.offer.nonce
        return {identity.key, bytes(identity.rating_key(nonce).verify_key)}

    def _flagged(self) -> set[bytes]:
        with self._node.context.book.unit() as unit:
            return unit.proof_signers()

    async def ratings(self, call: Ratings) -> RatingsView:
        """Gather and verify; what it is worth is never shown without its count."""
        ratee = await resolve.peer(self._node, call.peer)
        standing = await self._node.gathering.standing(ratee)
        people = People(self._node.context)
        blocked = self._node.talk.blocks.keys
        all_of = standing.gathered.counted
        shown = [one for one in all_of if one.rating.author not in blocked]
        score = await self._node.voices.score(ratee)
        now, flagged = self._node.context.now(), self._flagged()
        views = RatingViews(people, now, flagged, score.reached)
        own = {self._node.context.me}
        items = tuple([await views.view(one, own) for one in shown])
        is_heard = score.mass >= LEAST_MASS
        histories = history_views(standing.histories)
        return RatingsView(
            peer_id=(await people.person(ratee)).peer_id,
            score=_stars(score.score) if is_heard else None,
            lower_bound=_stars(score.lower) if is_heard else None,
            voices=score.good,
            against=score.against,
            ratings=len(items),
            unconnected=sum(not one.reached for one in items),
            since=score.since,
            ways=await way_views(people, score.ways),
            withheld=sum(one.unaccounted for one in histories),
            items=items,
            refused=standing.gathered.refused,
            hidden=len(all_of) - len(shown),
            histories=histories,
        )


def _stars(score: float) -> float:
    """0..1 as stars, 1 to 5."""
    return round(1 + (MAX_STARS - 1) * score, 1)


def _other(mine: Role) -> Role:
    return Role.SELLER if mine is Role.BUYER else Role.BUYER


def _aspects(call: OrderRate) -> tuple[int, int, int, int]:
    for name, stars in {"stars": call.stars, **call.aspects}.items():
        if name not in {"stars", *ASPECTS}:
            raise InputError("aspects", f"one of {', '.join(ASPECTS)}")
        if not 1 <= stars <= MAX_STARS:
            raise InputError(name, f"must be 1 to {MAX_STARS}")
    quality, description, delivery, service = (
        call.aspects.get(name, 0) for name in ASPECTS
    )
    return quality, description, delivery, service


def _check_words(call: OrderRate) -> None:
    if len(call.text) > MAX_RATING_TEXT:
        raise InputError("text", f"at most {MAX_RATING_TEXT} characters")
    if len(call.tags) > MAX_TAGS or len(set(call.tags)) != len(call.tags):
        raise InputError("tags", f"at most {MAX_TAGS}, each once")
