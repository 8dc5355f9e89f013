"""Ratings: of a funded trade, once, verified by everybody alone."""

from typing import Any

import pytest
import trio
from nacl.signing import SigningKey

from bazaar.app.ports import Handler, Request
from bazaar.app.reputation.rating_sets import Found, counted
from bazaar.domain.errors import NotAllowedError, PeerError, RefusedError, ReplyCode
from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.reputation import RatingsAnswer
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.reputation.rating import CORRECTION_SECONDS, Rating
from bazaar.domain.reputation.rating_rules import Occasion, Opinion, rate
from bazaar.domain.reputation.slots import FIRST_HEAD, SaleSlot
from bazaar.domain.trading.messages import FundAck, Role
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, seal, verify_as
from bazaar.domain.wire.kinds import Kind
from tests.app.letters import put, sign
from tests.app.town import NETWORK, Cast, Person
from tests.fakes import until


async def rated(cast: Cast, stars: int = 5) -> tuple[bytes, Signed[Rating]]:
    trade_id = await cast.closed()
    opinion = Opinion(stars, cast.town.wall.time, "a lamp that lights")
    rating = await cast.buyer.node.ratings.rate(trade_id, Role.SELLER, opinion, 0)
    cast.buyer.node.changed(trade_id)
    for person in (cast.seller, cast.primary, cast.backup):
        await until(lambda person=person: person.node.ratings.held(cast.seller.key))
    return trade_id, rating


def again(cast: Cast, trade_id: bytes, **changes: Any) -> Signed[Rating]:
    """What the buyer's key could sign besides: another opinion on the same slot."""
    trade = cast.buyer.trade(trade_id)
    accept = trade.contract.accept
    assert accept is not None
    ack = trade.facts.fund_acks[0]
    opinion = Opinion(1, cast.town.wall.time)._replace(**changes)
    slot_key = cast.buyer.identity.rating_key(trade.contract.offer.nonce)
    occasion = Occasion(Role.SELLER, accept.sale_slot, ack.envelope)
    key = cast.buyer.identity.signing_key
    return rate(opinion, occasion, key, slot_key, NETWORK.id)


async def test_a_third_node_gathers_and_verifies_a_rating(cast: Cast) -> None:
    stranger = await cast.town.settle_in("stranger")
    _, rating = await rated(cast)
    gathered = await stranger.node.gathering.gather(cast.seller.key)
    assert [one.id for one in gathered.ratings] == [rating.id]
    assert gathered.refused == 0
    for person in (cast.primary, cast.backup):
        await until(lambda person=person: person.node.ratings.held(cast.seller.key))


async def test_one_rates_once_another_and_only_what_was_funded(cast: Cast) -> None:
    agreed = await cast.agreed()
    opinion = Opinion(5, cast.town.wall.time)
    ratings = cast.buyer.node.ratings
    with pytest.raises(NotAllowedError, match="once the money was bound"):
        await ratings.rate(agreed, Role.SELLER, opinion, 0)
    trade_id, _ = await rated(cast)
    with pytest.raises(NotAllowedError, match="already"):
        await ratings.rate(trade_id, Role.SELLER, opinion, 0)
    with pytest.raises(NotAllowedError, match="cannot rate"):
        await ratings.rate(trade_id, Role.BUYER, opinion, 0)
    with pytest.raises(NotAllowedError, match="cannot rate"):
        await cast.primary.node.ratings.rate(trade_id, Role.SELLER, opinion, 0)
    await ratings.rate(trade_id, Role.PRIMARY, opinion, 0)
    await cast.seller.node.ratings.rate(trade_id, Role.BUYER, opinion, 0)


async def test_two_of_one_series_count_as_none_and_a_third_is_not_kept(
    cast: Cast,
) -> None:
    trade_id, first = await rated(cast)
    second, third = again(cast, trade_id), again(cast, trade_id, overall=2)
    assert await put(cast.seller, first) == (ReplyCode.OK,)
    assert await put(cast.seller, second) == (ReplyCode.OK,)
    assert await put(cast.seller, third) == (ReplyCode.LIMIT,)
    gathered = await cast.backup.node.gathering.gather(cast.seller.key)
    assert gathered.ratings == []


async def test_a_correction_in_time_replaces_the_first(cast: Cast) -> None:
    trade_id, first = await rated(cast)
    second = again(cast, trade_id, seq=1, at=first.body.at + CORRECTION_SECONDS)
    late = again(cast, trade_id, seq=1, at=first.body.at + CORRECTION_SECONDS + 1)
    for correction, expected in ((second, second), (late, first)):
        found = Found(cast.seller.key, NETWORK.id)
        await found.take([first.envelope, correction.envelope])
        assert counted(found.ratings.values()) == [expected]


def made_up(liar: Person, names: Person) -> Signed[Rating]:
    """A slot, a FundAck and a rating that one key signs alone."""
    rater = SigningKey(b"r" * 32)
    slot = sign(
        liar,
        SaleSlot(
            liar.key,
            1,
            FIRST_HEAD,
            (rater.verify_key.encode(),),
            (b"l" * 32,),
            1,
            "EUR",
            0,
            (names.key,),
        ),
    )
    ack = FundAck(b"t" * 32, 1, 1, b"p" * 32, (), 0, b"c" * 32, (slot.id, b"s" * 32))
    occasion = Occasion(Role.SELLER, slot.envelope, sign(liar, ack).envelope)
    return rate(Opinion(5, 1), occasion, rater, rater, NETWORK.id)


async def test_a_rating_of_a_trade_that_is_not_ours_is_not_kept(cast: Cast) -> None:
    stranger = await cast.town.settle_in("stranger")
    rating = made_up(stranger, cast.primary)
    assert await put(cast.primary, rating) == (ReplyCode.WRONG_ROLE,)
    with cast.primary.book.unit() as unit:
        assert unit.objects(Kind.RATING) == []


async def test_an_invalid_rating_is_a_fault_of_its_sender(cast: Cast) -> None:
    _, rating = await rated(cast)
    stranger = await cast.town.settle_in("stranger")
    stolen = rating.body.__class__(
        **{
            name: getattr(rating.body, name)
            for name in rating.body.__struct_fields__
            if name != "by"
        },
        by=stranger.key,
    )
    forged = seal(stolen, stranger.identity.signing_key, NETWORK.id)
    with pytest.raises(PeerError):
        await put(cast.seller, forged)


def answering(body: Body) -> Handler:
    """A handler that gives one answer to everybody."""

    async def answer(_request: Request) -> bytes:
        await trio.lowlevel.checkpoint()
        return encode(body)

    return answer


async def test_liars_among_the_sources_are_counted_and_left_out(cast: Cast) -> None:
    trade_id, rating = await rated(cast)
    liar, reader = [await cast.town.settle_in(name) for name in ("liar", "reader")]
    foreign = made_up(liar, cast.primary)
    false = RatingsAnswer(2, (foreign.envelope, b"garbage"), ())
    liar.exchange.serve(RequestType.RATINGS, answering(false))
    await liar.node.context.directory.provide(b"v:" + cast.seller.key)
    await cast.primary.leave()
    gathered = await reader.node.gathering.gather(cast.seller.key)
    assert [one.id for one in gathered.ratings] == [rating.id]
    assert gathered.refused == 2
    assert verify_as(Rating, rating.envelope, NETWORK.id).body.overall == 5
    with pytest.raises(RefusedError):
        await reader.node.ratings.rate(trade_id, Role.SELLER, Opinion(1, 1), 0)
