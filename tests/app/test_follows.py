"""Following is open or private, the followed hear of it, and new listings are told once."""

import pytest

from bazaar.app.people.follows import (
    HOUR_SECONDS,
    MAX_FOLLOWERS,
    NEW_FOLLOWERS_PER_DAY,
    news_words,
)
from bazaar.app.ports import FollowerRow
from bazaar.domain.errors import (
    InputError,
    MalformedMessageError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.keys.identity import Identity
from bazaar.domain.stores.records import MAX_FOLLOWED, Follow
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.kinds import Kind
from tests.app.test_notices import told
from tests.app.town import LAMP, NETWORK, Cast, Person
from tests.fakes import until


def people_of(person: Person) -> list[bytes]:
    with person.book.unit() as unit:
        return [row.key for row in unit.followers(10)]


def heard(person: Person, number: int, seq: int = 1, *, names: bool = True) -> None:
    """A Follow of a stranger arrives."""
    identity = Identity(number.to_bytes(32, "big"))
    body = Follow(identity.key, seq, 0, (person.key,) if names else ())
    message: Signed[Follow] = seal(body, identity.signing_key, NETWORK.id)
    with person.book.unit() as unit:
        person.node.follows.receive(unit, message)


async def test_an_open_follow_is_heard_and_taken_back(cast: Cast) -> None:
    seller, buyer = cast.seller, cast.buyer
    buyer.node.follows.follow(seller.key, private=False)
    await until(lambda: people_of(seller) == [buyer.key])
    assert ("follow", "Follows you now") in told(seller)
    around = await cast.primary.node.follows.around(buyer.key)
    assert around == ((seller.key,), ())
    around = await cast.primary.node.follows.around(seller.key)
    assert around == ((), (buyer.key,))
    with buyer.book.unit() as unit:
        assert seller.key in buyer.node.room.kept(unit).stores
    buyer.node.follows.unfollow(seller.key)
    await until(lambda: people_of(seller) == [])
    with pytest.raises(NotFoundError):
        buyer.node.follows.unfollow(seller.key)


async def test_a_private_follow_leaves_no_trace_outside(cast: Cast) -> None:
    seller, buyer = cast.seller, cast.buyer
    buyer.node.follows.follow(seller.key, private=True)
    await cast.town.quiet()
    assert people_of(seller) == []
    with buyer.book.unit() as unit:
        assert unit.record(Kind.FOLLOW) is None
        assert buyer.node.follows.following(unit) == (seller.key,)
    assert (await cast.primary.node.follows.around(buyer.key)).following == ()
    buyer.node.follows.follow(seller.key, private=False)
    await until(lambda: people_of(seller) == [buyer.key])
    buyer.node.follows.follow(seller.key, private=True)
    await until(lambda: people_of(seller) == [])
    assert buyer.node.follows.follows(seller.key)


async def test_followers_are_hidden_on_wish(cast: Cast) -> None:
    cast.buyer.node.follows.follow(cast.seller.key, private=False)
    await until(lambda: people_of(cast.seller) == [cast.buyer.key])
    await cast.seller.node.profiles.change({"hide_followers": "yes"})
    around = await cast.primary.node.follows.around(cast.seller.key)
    assert around.followers == ()


async def test_new_listings_of_a_followed_shop_are_one_notice_an_hour(
    cast: Cast,
) -> None:
    buyer = cast.buyer
    buyer.node.follows.follow(cast.seller.key, private=True)
    for number in range(3):
        file = LAMP | {"title": f"Lamp {number}", "slug": f"lamp-{number}"}
        (listing,) = await cast.seller.sell(file)
        await buyer.knows(listing)
    await cast.seller.sell(LAMP | {"price": "1.00 EUR"})
    await cast.town.quiet()
    assert told(buyer) == [("follow", "3 new in the shop: Lamp 2, Lamp 1, Lamp 0")]
    cast.town.wall.time += HOUR_SECONDS
    (listing,) = await cast.seller.sell(LAMP | {"title": "Late", "slug": "late"})
    await buyer.knows(listing)
    await until(lambda: len(told(buyer)) == 2)
    assert told(buyer)[1] == ("follow", "New in the shop: Late")


async def test_a_followed_shop_is_fetched_after_the_start(cast: Cast) -> None:
    buyer = cast.buyer
    buyer.node.follows.follow(cast.seller.key, private=True)
    await buyer.leave()
    (listing,) = await cast.seller.sell(LAMP | {"title": "New", "slug": "new"})
    await cast.town.start(buyer)
    await buyer.knows(listing)
    await until(lambda: told(buyer) == [("follow", "New in the shop: New")])


async def test_the_bounds_of_following(cast: Cast) -> None:
    follows = cast.buyer.node.follows
    with pytest.raises(InputError, match="this is you"):
        follows.follow(cast.buyer.key, private=False)
    keys = [Identity(n.to_bytes(32, "big")).key for n in range(900, 901 + MAX_FOLLOWED)]
    with cast.buyer.book.unit() as unit:
        follows._publish(unit, (), tuple(keys[: MAX_FOLLOWED - 1]))
    follows.follow(keys[MAX_FOLLOWED - 1], private=False)
    with pytest.raises(InputError, match="at most 400"):
        follows.follow(keys[MAX_FOLLOWED], private=False)
    assert not follows.follows(keys[MAX_FOLLOWED])
    follows.follow(keys[MAX_FOLLOWED], private=True)
    cast.buyer.node.talk.blocks.block(cast.primary.key)
    with pytest.raises(InputError, match="blocked"):
        follows.follow(cast.primary.key, private=False)


async def test_a_flood_of_followers_ends_and_is_one_notice(cast: Cast) -> None:
    seller = cast.seller
    for number in range(NEW_FOLLOWERS_PER_DAY):
        heard(seller, 1_000 + number)
    with pytest.raises(RefusedError) as refused:
        heard(seller, 5_000)
    assert refused.value.code is ReplyCode.RATE_LIMITED
    heard(seller, 1_000, 2)
    (only,) = told(seller)
    assert only == ("follow", "Follows you now, and 199 more since the hour began")
    heard(seller, 1_000, 3, names=False)
    heard(seller, 1_000, 2)
    with seller.book.unit() as unit:
        at = cast.town.wall.now() - 10**6
        for number in range(MAX_FOLLOWERS - NEW_FOLLOWERS_PER_DAY + 1):
            key = number.to_bytes(32, "big")
            unit.put_follower(FollowerRow(key, 1, b"x", at))
    with pytest.raises(RefusedError) as refused:
        heard(seller, 6_000)
    assert refused.value.code is ReplyCode.LIMIT


async def test_the_blocked_cannot_follow(cast: Cast) -> None:
    cast.seller.node.talk.blocks.block(Identity((77).to_bytes(32, "big")).key)
    with pytest.raises(RefusedError) as refused:
        heard(cast.seller, 77)
    assert refused.value.code is ReplyCode.BLOCKED


async def test_who_is_blocked_is_no_longer_followed_and_follows_no_more(
    cast: Cast,
) -> None:
    seller, buyer = cast.seller, cast.buyer
    buyer.node.follows.follow(seller.key, private=False)
    seller.node.follows.follow(buyer.key, private=False)
    await until(lambda: people_of(buyer) == [seller.key])
    buyer.node.talk.blocks.block(seller.key)
    assert not buyer.node.follows.follows(seller.key)
    assert people_of(buyer) == []
    with buyer.book.unit() as unit:
        assert buyer.node.follows.open_ones(unit) == ()
    await until(lambda: people_of(seller) == [])


def test_nobody_follows_himself() -> None:
    one = Identity(bytes([9]) * 32)
    with pytest.raises(MalformedMessageError, match="himself"):
        seal(Follow(one.key, 1, 0, (one.key,)), one.signing_key, NETWORK.id)


def test_news_in_words() -> None:
    assert news_words(["A"]) == "New in the shop: A."
    assert news_words(["A", "B", "C", "D"]) == "4 new in the shop: A, B, C and 1 more."
