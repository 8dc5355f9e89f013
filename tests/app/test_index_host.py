"""A host of trade indexes: whom it serves, what it refuses, and what replaces what."""

import pytest

from bazaar.domain.delivery.mail import MAIL_OF
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.recovery import IndexGet, IndexKept, IndexPut, IndexShown
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.recovery.trade_index import INDEX_SIZES
from bazaar.domain.stores.records import CLOCK_SECONDS
from tests.app.test_mail_host import Post, keep, post
from tests.app.town import Person
from tests.fakes import until

__all__ = ["post"]
SMALL, GREAT = bytes(INDEX_SIZES[0]), bytes(INDEX_SIZES[-1])


async def put(post: Post, person: Person, at: int, blob: bytes = SMALL) -> int:
    asked = encode(IndexPut(at, blob))
    host = post.host.key
    reply = await person.exchange.request(host, RequestType.INDEX_PUT, asked)
    return decode(IndexKept, reply).at


async def shown(post: Post, person: Person) -> IndexShown:
    host = post.host.key
    reply = await person.exchange.request(
        host, RequestType.INDEX_GET, encode(IndexGet())
    )
    return decode(IndexShown, reply)


async def test_the_newest_index_is_shown_to_its_owner_alone(post: Post) -> None:
    now = post.anna.clock.now()
    assert await shown(post, post.anna) == IndexShown(0, None)
    assert await put(post, post.anna, now) == now
    assert await put(post, post.anna, now, GREAT) == now
    assert (await shown(post, post.anna)).blob == GREAT
    await keep(post, post.eve)
    assert await shown(post, post.eve) == IndexShown(0, None)
    tokens = post.host.town.wire.tokens
    await until(lambda: tokens.get(MAIL_OF + post.anna.key) == [post.host.key])


async def test_an_older_index_replaces_nothing(post: Post) -> None:
    now = post.anna.clock.now()
    await put(post, post.anna, now)
    with pytest.raises(RefusedError) as refused:
        await put(post, post.anna, now - 1)
    assert refused.value.code is ReplyCode.STALE


async def test_a_clock_is_ahead_by_ten_minutes_at_most(post: Post) -> None:
    latest = post.host.clock.now() + CLOCK_SECONDS
    assert await put(post, post.anna, latest) == latest
    with pytest.raises(RefusedError) as refused:
        await put(post, post.anna, latest + 1)
    assert refused.value.code is ReplyCode.STALE


@pytest.mark.parametrize("size", [INDEX_SIZES[0] - 1, INDEX_SIZES[0] + 1])
async def test_an_index_of_another_size_is_refused(post: Post, size: int) -> None:
    with pytest.raises(RefusedError) as refused:
        await put(post, post.anna, post.anna.clock.now(), bytes(size))
    assert refused.value.code is ReplyCode.MALFORMED


async def test_who_is_not_served_is_told_so(post: Post) -> None:
    for ask in (put(post, post.eve, 5), shown(post, post.eve)):
        with pytest.raises(RefusedError) as refused:
            await ask
        assert refused.value.code is ReplyCode.NOT_FOUND


async def test_the_end_of_the_agreement_is_the_end_of_the_index(post: Post) -> None:
    await put(post, post.anna, post.anna.clock.now())
    await keep(post, post.anna, days=0)
    await keep(post, post.anna)
    assert await shown(post, post.anna) == IndexShown(0, None)


async def test_a_full_disk_keeps_no_index(post: Post) -> None:
    post.host.has_space = False
    with pytest.raises(RefusedError) as refused:
        await put(post, post.anna, post.anna.clock.now())
    assert refused.value.code is ReplyCode.NO_SPACE
