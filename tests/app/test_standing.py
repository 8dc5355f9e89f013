"""What a reputation is worth over RPC: to a party, to a stranger, to oneself; and as a file."""

from pathlib import Path

import pytest

from bazaar.domain.errors import InputError, NotAllowedError
from bazaar.domain.reputation.rating_rules import Opinion
from bazaar.domain.reputation.reputation_check import check_reputation
from bazaar.domain.trading.messages import Role
from bazaar.rpc.handlers.ratings import RatingCalls
from bazaar.rpc.schema.ratings import (
    OrderRate,
    OrderRatings,
    OrderReply,
    Ratings,
    RatingsView,
    ReputationExport,
)
from tests.app.town import Cast, Person
from tests.fakes import until


async def seen(viewer: Person, ratee: Person) -> RatingsView:
    return await RatingCalls(viewer.node).ratings(Ratings(peer=ratee.identity.peer_id))


async def rated(cast: Cast, stars: int = 5) -> str:
    trade = await cast.closed()
    opinion = Opinion(stars, cast.town.wall.time, "A lamp that lights.")
    await cast.buyer.node.ratings.rate(trade, Role.SELLER, opinion, 0)
    cast.buyer.node.changed(trade)
    await until(lambda: cast.seller.node.ratings.held(cast.seller.key))
    return trade.hex()


async def test_a_stranger_reaches_nobody_until_he_follows(cast: Cast) -> None:
    await rated(cast)
    stranger = await cast.town.settle_in("stranger")
    far = await seen(stranger, cast.seller)
    assert (far.score, far.voices, far.ratings, far.unconnected) == (None, 0, 1, 1)
    assert not far.items[0].reached
    stranger.node.follows.follow(cast.buyer.key, private=True)
    near = await seen(stranger, cast.seller)
    assert (near.voices, near.unconnected) == (1, 0)
    assert near.items[0].reached
    assert [way.people for way in near.ways] == [("buyer",)]
    assert near.since == cast.town.wall.time
    (sales,) = near.histories
    assert (sales.chain, sales.total, sales.rated, sales.unaccounted) == (
        "sales",
        1,
        1,
        0,
    )
    assert sales.words == "1 sale, 1 closed, 1 rated, 0 unaccounted"


async def test_ones_own_word_counts_for_oneself(cast: Cast) -> None:
    await rated(cast, 1)
    view = await seen(cast.buyer, cast.seller)
    assert (view.voices, view.against, len(view.ways)) == (0, 1, 1)
    assert view.ways[0].people == ()
    assert view.items[0].mine


async def test_a_correction_counts_instead_of_what_was_said(cast: Cast) -> None:
    order = await rated(cast, 1)
    assert (await seen(cast.buyer, cast.seller)).against == 1
    await RatingCalls(cast.buyer.node).rate(OrderRate(order, 5, correct=True))
    view = await seen(cast.buyer, cast.seller)
    assert (view.voices, view.against) == (1, 0)
    assert view.items[0].earlier is not None


async def test_one_is_shown_as_those_whom_one_follows_see_it(cast: Cast) -> None:
    await rated(cast)
    own = await seen(cast.seller, cast.seller)
    assert own.voices == 0
    cast.seller.node.follows.follow(cast.buyer.key, private=True)
    assert (await seen(cast.seller, cast.seller)).voices == 1
    assert own.items[0].may_reply


async def test_an_order_says_who_may_still_be_rated_and_answered(cast: Cast) -> None:
    order = await rated(cast)
    buyer, seller = (RatingCalls(one.node) for one in (cast.buyer, cast.seller))
    found = await buyer.of_order(OrderRatings(id=order))
    assert found.open == ("primary", "backup")
    assert found.items[0].mine
    assert found.items[0].correct_until is not None
    theirs = await seller.of_order(OrderRatings(id=order))
    assert theirs.open == ("other", "primary", "backup")
    rating = theirs.items[0].rating_id
    for last in (False, True):
        replied = await seller.reply(OrderReply(rating=rating[:8], text=" Thanks. "))
        assert replied.is_last is last
    answered = (await seller.of_order(OrderRatings(id=order))).items[0]
    assert answered.reply is not None
    assert (answered.reply.text, answered.may_reply) == ("Thanks.", False)
    judge = await RatingCalls(cast.primary.node).of_order(OrderRatings(id=order))
    assert judge.open == ()


async def test_what_cannot_be_said_is_named(cast: Cast) -> None:
    order = (await cast.ordered()).hex()
    rate = RatingCalls(cast.buyer.node).rate
    for call, field in (
        (OrderRate(order, 0), "stars"),
        (OrderRate(order, 6), "stars"),
        (OrderRate(order, 5, aspects={"quality": 6}), "quality"),
        (OrderRate(order, 5, aspects={"taste": 1}), "aspects"),
        (OrderRate(order, 5, "x" * 3_001), "text"),
        (OrderRate(order, 5, tags=tuple("abcdef")), "tags"),
        (OrderRate(order, 5, tags=("a", "a")), "tags"),
        (OrderRate(order, 5, whom="nobody"), "whom"),
    ):
        with pytest.raises(InputError) as refused:
            await rate(call)
        assert refused.value.field == field


async def test_a_reply_has_words_and_is_by_who_was_rated(cast: Cast) -> None:
    order = await rated(cast)
    rating = (
        await RatingCalls(cast.seller.node).of_order(OrderRatings(id=order))
    ).items
    for text in ("", " ", "x" * 1_001):
        call = OrderReply(rating=rating[0].rating_id, text=text)
        with pytest.raises(InputError):
            await RatingCalls(cast.seller.node).reply(call)
    with pytest.raises(NotAllowedError):
        cast.buyer.node.replies.reply(bytes.fromhex(rating[0].rating_id), "Me too.")


async def test_a_reputation_is_carried_in_a_file(cast: Cast, tmp_path: Path) -> None:
    order = await rated(cast)
    seller = RatingCalls(cast.seller.node)
    rating = (await seller.of_order(OrderRatings(id=order))).items[0].rating_id
    await seller.reply(OrderReply(rating=rating, text="Thank you."))
    await cast.agreed()
    file = tmp_path / "seller.bazaar"
    made = await seller.export(ReputationExport(file=str(file)))
    assert (made.valid, made.ratings, made.sales, made.problems) == (True, 1, 2, ())
    checked = check_reputation(file.read_bytes())
    assert checked.file.owner == cast.seller.key
    assert [one.tally[:6] for one in checked.chains] == [(2, 1, 0, 1, 1, 0)]
    assert [one.body.text for one in checked.replies] == ["Thank you."]
    with pytest.raises(InputError, match="cannot be written"):
        await seller.export(ReputationExport(file=str(file)))
    with pytest.raises(InputError, match="whole path"):
        await seller.export(ReputationExport(file="seller.bazaar"))
