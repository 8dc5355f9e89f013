"""Stores of people who are away: kept whole by who mirrors them, found and ordered from there."""

import hashlib
import zlib

import pytest
import trio

from bazaar.app.mirrors.mirror_list import mirrored
from bazaar.app.mirrors.mirrors import MAX_MIRRORS
from bazaar.app.ports import Handler, Request
from bazaar.domain.errors import (
    InputError,
    NotFoundError,
    PeerUnreachableError,
    RefusedError,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import BlobPart
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import EnvelopeList, HeadGet, Heads, PackedPage
from bazaar.domain.stores.mirroring import (
    GREATEST_QUOTA_BYTES,
    LEAST_QUOTA_BYTES,
    MirrorTell,
    mirror_token,
)
from bazaar.domain.stores.records import Contact
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind
from tests.app.town import LAMP, LIMIT, PATIENCE_SECONDS, Cast, Person
from tests.fakes import until

CATALOGUE = ("catalogue.db", "catalogue.db-wal", "catalogue.db-shm")
BOOK = {"title": "Book", "type": "service", "price": "5 EUR"}


def picture_of(seller: Person) -> bytes:
    return hashlib.sha256(b"picture of a lamp by " + seller.key).digest()


def is_whole(mirror: Person, seller: Person) -> bool:
    with mirror.book.unit() as unit:
        row = mirrored(unit).get(seller.key)
    return row is not None and row.whole > 0


async def mirroring(cast: Cast, mirror: Person) -> None:
    """Let ``mirror`` keep the seller's store until it has all of it."""
    mirror.node.mirrors.keep(cast.seller.key)
    await until(lambda: is_whole(mirror, cast.seller))
    tokens, name = cast.town.wire.tokens, mirror_token(cast.seller.key)
    await until(lambda: mirror.key in tokens.get(name, ()))
    await until(lambda: mirror.key in cast.seller.node.holders.holders())


async def forget_the_market(cast: Cast, person: Person) -> None:
    """``person`` comes back as somebody who never met any store."""
    await person.leave()
    for name in CATALOGUE:
        (person.home / name).unlink(missing_ok=True)
    await cast.town.start(person)


def answering(person: Person, kind: RequestType, handler: Handler) -> None:
    person.exchange._handlers[kind] = handler


async def picture(buyer: Person, seller: Person) -> bytes:
    return await buyer.node.files.any_picture(seller.key, picture_of(seller))


async def test_a_mirror_keeps_listings_and_pictures_whole(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    (state,) = await cast.primary.node.mirrors.states()
    copy = state.copy
    assert (copy.listings, copy.all_listings) == (1, 1)
    assert (copy.pictures, copy.all_pictures) == (1, 1)
    assert state.problem == ""
    assert copy.bytes > len(b"picture of a lamp by " + cast.seller.key)
    tokens = cast.town.wire.tokens[mirror_token(cast.seller.key)]
    assert tokens == [cast.primary.key]


async def test_a_newcomer_orders_from_a_store_whose_owner_is_away(cast: Cast) -> None:
    cast.seller.limit(cast.buyer, LIMIT)
    await cast.town.quiet()
    await mirroring(cast, cast.primary)
    await cast.seller.leave()
    await forget_the_market(cast, cast.buyer)
    assert await cast.buyer.node.market.refresh(cast.seller.key) is False
    await cast.buyer.knows(cast.lamp)
    assert (await picture(cast.buyer, cast.seller)).startswith(b"picture of a lamp")
    trade_id = await cast.buyer.order(cast.lamp)
    await cast.town.start(cast.seller)
    await cast.town.all_in("offered", trade_id, [cast.buyer, cast.seller])


async def test_a_mirror_follows_its_store(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    (book,) = await cast.seller.sell(BOOK)
    context = cast.primary.node.context
    with trio.fail_after(PATIENCE_SECONDS):
        while await context.catalogue.body(book) is None:  # noqa: ASYNC110 - a catalogue tells nobody
            await trio.sleep(0.005)
    await cast.seller.node.shop.remove("desk-lamp")
    kept = context.kept
    assert kept is not None
    await until(lambda: not kept.held(cast.seller.key))


async def test_who_stops_keeps_and_serves_nothing_more(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    await cast.primary.node.mirrors.stop(cast.seller.key)
    assert cast.primary.node.mirrors.picture(picture_of(cast.seller)) is None
    assert cast.town.wire.tokens[mirror_token(cast.seller.key)] == []
    assert cast.seller.node.holders.holders() == {}
    with pytest.raises(InputError):
        await cast.primary.node.mirrors.stop(cast.seller.key)


async def test_a_copy_is_there_after_a_restart_without_its_owner(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    await cast.seller.leave()
    await cast.town.restart(cast.primary)
    assert (await picture(cast.buyer, cast.seller)).startswith(b"picture of a lamp")
    (state,) = await cast.primary.node.mirrors.states()
    assert (state.copy.listings, state.copy.pictures) == (1, 1)


async def test_a_copy_is_not_dropped_to_make_room(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    with cast.primary.book.unit() as unit:
        unit.set_setting("catalogue-quota", b"1")
    await cast.primary.node.room.make()
    assert await cast.primary.node.context.catalogue.body(cast.lamp) is not None


async def test_nothing_of_somebody_blocked_is_served(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    await cast.seller.leave()
    cast.primary.node.talk.blocks.block(cast.seller.key)
    await cast.backup.leave()
    await forget_the_market(cast, cast.buyer)
    with pytest.raises(NotFoundError):
        await cast.buyer.node.market.refresh(cast.seller.key)
    with pytest.raises(RefusedError):
        await cast.buyer.node.files.fetch(
            cast.primary.key, picture_of(cast.seller), 1_000
        )


@pytest.mark.parametrize("quota", [LEAST_QUOTA_BYTES, GREATEST_QUOTA_BYTES])
async def test_a_quota_at_its_bounds(cast: Cast, quota: int) -> None:
    cast.primary.node.mirrors.keep(cast.seller.key, quota)
    assert cast.primary.node.mirrors.stores == {cast.seller.key}


@pytest.mark.parametrize("quota", [LEAST_QUOTA_BYTES - 1, GREATEST_QUOTA_BYTES + 1])
async def test_a_quota_beyond_its_bounds(cast: Cast, quota: int) -> None:
    with pytest.raises(InputError):
        cast.primary.node.mirrors.keep(cast.seller.key, quota)
    with pytest.raises(InputError):
        cast.primary.node.mirrors.keep(cast.primary.key)


async def test_one_store_beyond_the_most(cast: Cast) -> None:
    mirrors = cast.primary.node.mirrors
    for number in range(MAX_MIRRORS):
        mirrors.keep(bytes([number]) * 32)
    with pytest.raises(InputError):
        mirrors.keep(cast.seller.key)


async def test_pictures_beyond_the_quota_are_not_kept(cast: Cast) -> None:
    (cast.seller.home / "lamp.jpg").write_bytes(b"picture" + bytes(LEAST_QUOTA_BYTES))
    await cast.seller.node.shop.publish([LAMP | {"slug": "second"}], cast.seller.home)
    cast.primary.node.mirrors.keep(cast.seller.key, LEAST_QUOTA_BYTES)
    states = cast.primary.node.mirrors._states
    await until(
        lambda: (
            cast.seller.key in states
            and states[cast.seller.key].problem == "its room is full"
        )
    )
    kept = cast.primary.node.context.kept
    assert kept is not None
    assert sum(kept.held(cast.seller.key).values()) <= LEAST_QUOTA_BYTES


async def test_the_contact_names_a_mirror_that_is_a_contact(cast: Cast) -> None:
    cast.seller.limit(cast.primary, LIMIT)
    await cast.town.quiet()
    await mirroring(cast, cast.primary)

    def names() -> tuple[bytes, ...]:
        with cast.seller.book.unit() as unit:
            told = cast.seller.node.profiles.contact(unit)
        return told.mirrors if told else ()

    await until(lambda: names() == (cast.primary.key,))
    with trio.fail_after(PATIENCE_SECONDS):
        while not await _named(cast):  # noqa: ASYNC110 - a catalogue tells nobody
            await trio.sleep(0.005)


async def _named(cast: Cast) -> bool:
    held = await cast.buyer.node.context.catalogue.record(Kind.CONTACT, cast.seller.key)
    if held is None:
        return False
    contact = verify_as(Contact, held, cast.town.network.id).body
    return contact.mirrors == (cast.primary.key,)


async def test_a_stranger_that_mirrors_is_noted_but_not_named(cast: Cast) -> None:
    said = encode(MirrorTell(1, 1, 1, LEAST_QUOTA_BYTES))
    request = Request(b"s" * 32, RequestType.MIRROR_TELL, said)
    await cast.seller.node.holders.told(request)
    (holder,) = cast.seller.node.holders.holders().values()
    assert not holder.is_contact
    with cast.seller.book.unit() as unit:
        told = cast.seller.node.profiles.contact(unit)
    assert told is not None
    assert told.mirrors == ()


async def test_friends_mirror_each_other_if_both_want_it(cast: Cast) -> None:
    cast.seller.limit(cast.primary, LIMIT)
    await cast.seller.node.profiles.change({"mirror_friends": "yes"})
    await cast.town.quiet()
    cast.primary.node.mirrors.keep(cast.seller.key, 2 * LEAST_QUOTA_BYTES)
    await until(lambda: cast.primary.key in cast.seller.node.mirrors.stores)
    with cast.seller.book.unit() as unit:
        assert mirrored(unit)[cast.primary.key].quota == 2 * LEAST_QUOTA_BYTES


# ----------------------------------------------------------------- mirrors that lie


async def test_a_picture_with_another_hash_is_had_elsewhere(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    await mirroring(cast, cast.backup)
    await cast.seller.leave()

    async def lie(_: Request) -> bytes:
        return encode(BlobPart(7, b"picture"))

    answering(cast.primary, RequestType.BLOB_GET, lie)
    assert (await picture(cast.buyer, cast.seller)).startswith(b"picture of a lamp by")


async def test_wrong_pages_are_refused_and_had_elsewhere(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    await mirroring(cast, cast.backup)
    await cast.seller.leave()

    async def lie(_: Request) -> bytes:
        return encode(PackedPage(zlib.compress(b"\x90")))

    answering(cast.primary, RequestType.PAGE_PACKED, lie)
    await forget_the_market(cast, cast.buyer)
    await cast.buyer.node.market.refresh(cast.seller.key)
    await cast.buyer.knows(cast.lamp)


async def test_a_listing_of_somebody_else_is_none(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    (other,) = await cast.backup.sell(BOOK)
    foreign = await cast.backup.node.market.listing(other)
    await cast.seller.leave()
    await cast.backup.leave()

    async def lie(_: Request) -> bytes:
        return encode(EnvelopeList((foreign.envelope,)))

    answering(cast.primary, RequestType.LISTING_GET, lie)
    with pytest.raises(PeerUnreachableError):
        await cast.buyer.node.market.listings(cast.seller.key, (bytes(32),))


async def test_a_mirror_that_lags_takes_nothing_back(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    old = await _records(cast.primary, cast.seller)
    (book,) = await cast.seller.sell(BOOK)
    await cast.buyer.knows(book)

    async def lag(_: Request) -> bytes:
        return old

    answering(cast.primary, RequestType.HEAD_GET, lag)
    await cast.seller.leave()
    await cast.backup.leave()
    await cast.buyer.node.market.refresh(cast.seller.key)
    await cast.buyer.knows(book)


async def _records(mirror: Person, seller: Person) -> bytes:
    asked = Request(seller.key, RequestType.HEAD_GET, encode(HeadGet((seller.key,))))
    answer = await mirror.node.serving.heads(asked)
    assert decode(Heads, answer).stores[0].head is not None
    return answer


async def test_an_owner_who_says_it_is_gone_is_believed(cast: Cast) -> None:
    await mirroring(cast, cast.primary)

    async def gone(_: Request) -> bytes:
        return encode(EnvelopeList(()))

    answering(cast.seller, RequestType.LISTING_GET, gone)
    await forget_the_market(cast, cast.buyer)
    with pytest.raises(NotFoundError):
        await cast.buyer.node.market.listings(cast.seller.key, (cast.lamp,))


async def test_who_is_away_is_sought_once_an_hour(cast: Cast) -> None:
    await mirroring(cast, cast.primary)
    await cast.seller.leave()
    mirrors, wire = cast.primary.node.mirrors, cast.town.wire
    wire.asked.clear()
    await mirrors._copy.bring_up(cast.seller.key, LEAST_QUOTA_BYTES)
    assert not [one for one in wire.asked if one.peer == cast.primary.key]
    cast.town.wall.time += 3_600
    await mirrors._copy.bring_up(cast.seller.key, LEAST_QUOTA_BYTES)
    assert [one for one in wire.asked if one.type == RequestType.HEAD_GET]
