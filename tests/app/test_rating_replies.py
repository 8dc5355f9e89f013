"""Replies, corrections and ratings without a name: signed once, passed on, shown beneath."""

import pytest

from bazaar.app.delivery.mail_agreements import serving
from bazaar.domain.errors import NotAllowedError, PeerError, ReplyCode
from bazaar.domain.reputation.rating import CORRECTION_SECONDS, RatingReply
from bazaar.domain.reputation.rating_rules import Opinion
from bazaar.domain.trading.messages import Role
from tests.app.letters import put, sign
from tests.app.test_ratings import rated
from tests.app.town import Cast, Person
from tests.fakes import until


def replies(person: Person, rating: bytes, ratee: bytes) -> list[str]:
    with person.book.unit() as unit:
        held = person.node.replies.of(unit, rating, ratee)
    return [one.body.text for one in held]


async def test_a_reply_spreads_with_its_rating(cast: Cast) -> None:
    _, rating = await rated(cast, 2)
    cast.seller.node.replies.reply(rating.id, "It was the post.")
    cast.seller.node.stir()
    for person in (cast.buyer, cast.primary, cast.backup):
        await until(
            lambda person=person: replies(person, rating.id, cast.seller.key) != []
        )
    await cast.seller.leave()
    stranger = await cast.town.settle_in("stranger")
    gathered = await stranger.node.gathering.gather(cast.seller.key)
    assert [one.reply.body.text for one in gathered.counted if one.reply] == [
        "It was the post."
    ]
    again = await stranger.node.gathering.gather(cast.seller.key)
    assert again.counted[0].reply == gathered.counted[0].reply


async def test_one_answers_once_and_changes_it_once(cast: Cast) -> None:
    _, rating = await rated(cast)
    answer = cast.seller.node.replies.reply
    assert [
        answer(rating.id, words).body.seq for words in ("Thanks.", "Thank you.")
    ] == [
        0,
        1,
    ]
    with pytest.raises(NotAllowedError, match="changed your reply already"):
        answer(rating.id, "Thank you!")
    for person in (cast.buyer, cast.primary):
        with pytest.raises(NotAllowedError, match="only who was rated"):
            person.node.replies.reply(rating.id, "Me too.")
    cast.seller.node.stir()
    await until(
        lambda: (
            replies(cast.buyer, rating.id, cast.seller.key) == ["Thank you.", "Thanks."]
        )
    )
    gathered = await cast.backup.node.gathering.gather(cast.seller.key)
    assert gathered.counted[0].reply is not None
    assert gathered.counted[0].reply.body.text == "Thank you."


async def test_a_reply_by_somebody_else_is_a_fault(cast: Cast) -> None:
    _, rating = await rated(cast)
    now = cast.town.wall.time
    false = sign(cast.primary, RatingReply(cast.primary.key, 0, rating.id, "No.", now))
    with pytest.raises(PeerError):
        await put(cast.buyer, false)
    early = sign(cast.seller, RatingReply(cast.seller.key, 0, b"r" * 32, "No.", now))
    assert await put(cast.buyer, early) == (ReplyCode.NOT_FOUND,)


async def test_two_answers_in_one_place_count_as_none_and_are_a_proof(
    cast: Cast,
) -> None:
    _, rating = await rated(cast)
    now = cast.town.wall.time
    said = [
        sign(cast.seller, RatingReply(cast.seller.key, 0, rating.id, words, now))
        for words in ("Yes.", "No.", "Perhaps.")
    ]
    codes = [(await put(cast.primary, one))[0] for one in said]
    assert codes == [ReplyCode.OK, ReplyCode.OK, ReplyCode.LIMIT]
    gathered = await cast.primary.node.gathering.gather(cast.seller.key)
    assert gathered.counted[0].reply is None
    with cast.primary.book.unit() as unit:
        assert len(unit.proofs(cast.seller.key)) == 1


async def test_a_correction_shows_what_was_said_before(cast: Cast) -> None:
    trade, first = await rated(cast, 1)
    cast.town.wall.time += CORRECTION_SECONDS
    ratings = cast.buyer.node.ratings
    now = cast.town.wall.time
    better = Opinion(4, now, "It came after all.", seq=1)
    second = await ratings.rate(trade, Role.SELLER, better, 0)
    cast.buyer.node.changed(trade)
    await until(lambda: len(cast.seller.node.ratings.held(cast.seller.key)) == 2)
    gathered = await cast.backup.node.gathering.gather(cast.seller.key)
    (one,) = gathered.counted
    assert (one.rating, one.earlier) == (second, first)
    with pytest.raises(NotAllowedError, match="corrected this already"):
        await ratings.rate(trade, Role.SELLER, better, 0)


async def test_a_correction_comes_in_time_or_not_at_all(cast: Cast) -> None:
    trade, _ = await rated(cast)
    ratings = cast.buyer.node.ratings
    with pytest.raises(NotAllowedError, match="have not rated"):
        await ratings.rate(trade, Role.PRIMARY, Opinion(1, 1, seq=1), 0)
    cast.town.wall.time += CORRECTION_SECONDS + 1
    late = Opinion(1, cast.town.wall.time, seq=1)
    with pytest.raises(NotAllowedError, match="90 days"):
        await ratings.rate(trade, Role.SELLER, late, 0)


async def test_a_buyer_may_hide_his_name_and_a_seller_may_not(cast: Cast) -> None:
    trade = await cast.closed()
    opinion = Opinion(2, cast.town.wall.time)
    rating = await cast.buyer.node.ratings.rate(
        trade, Role.SELLER, opinion, 0, anonymous=True
    )
    assert rating.author != cast.buyer.key
    cast.buyer.node.changed(trade)
    await until(lambda: cast.seller.node.ratings.held(cast.seller.key))
    gathered = await cast.backup.node.gathering.gather(cast.seller.key)
    assert gathered.counted[0].rated.anonymous
    with pytest.raises(NotAllowedError, match="own name"):
        await cast.seller.node.ratings.rate(
            trade, Role.BUYER, opinion, 0, anonymous=True
        )


async def test_ratings_wait_at_the_raters_mailboxes(cast: Cast) -> None:
    """A mailbox keeps what its recipient says; a stranger's rating it does not take."""
    keeper = await cast.town.settle_in("keeper")
    keeper.node.ratings.keeps_mail_of = lambda key: key == cast.buyer.key
    _, rating = await rated(cast)
    assert await put(keeper, rating) == (ReplyCode.OK,)
    assert keeper.node.ratings.held(cast.seller.key) == [rating.envelope]
    other = await cast.town.settle_in("other")
    assert await put(other, rating) == (ReplyCode.WRONG_ROLE,)
    with cast.buyer.book.unit() as unit:
        assert serving(unit, cast.town.wall.time) == ()
