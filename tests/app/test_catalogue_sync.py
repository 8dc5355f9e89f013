"""Reconciliation between whole nodes, and pages from whoever has them."""

import zlib
from collections.abc import Awaitable, Callable

import pytest
import trio

from bazaar.app.catalogue.sync_budget import RUN_EVERY_SECONDS, SyncBudget
from bazaar.app.ports import Keep, Request
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import (
    EnvelopeList,
    HeadsById,
    PackedPage,
    PageGet,
    Pages,
)
from bazaar.domain.stores.head_set import END
from bazaar.domain.stores.reconcile import (
    MAX_ROUNDS,
    MAX_RUN_BYTES,
    Mode,
    Range,
    Sync,
    encode_sync,
)
from bazaar.domain.stores.records import HEAD_SECONDS, StoreHead
from bazaar.domain.wire.envelope import verify_as
from tests.app.town import LAMP, Person, Town
from tests.fakes import until

CHAIR = {**LAMP, "slug": "chair", "title": "Oak chair"}


async def apart(town: Town) -> tuple[Person, Person, Person]:
    """A seller, somebody who knows the shop, and a newcomer who cannot reach the seller."""
    seller, friend = await town.settle_in("seller"), await town.settle_in("friend")
    (lamp,) = await seller.sell(LAMP)
    await friend.knows(lamp)
    await seller.leave()
    newcomer = await town.settle_in("newcomer")
    return seller, friend, newcomer


async def lamp_of(person: Person) -> bytes:
    (listing,) = await person.node.context.catalogue.listing_ids(b"", 0)
    return listing


async def test_a_newcomer_finds_a_shop_whose_owner_is_away_by_who_knows_it(
    town: Town,
) -> None:
    seller, friend, newcomer = await apart(town)
    await newcomer.knows(await lamp_of(friend))
    asked = {one.type for one in town.wire.asked if one.peer == newcomer.key}
    assert {RequestType.SYNC, RequestType.HEADS_BY_ID, RequestType.PAGE_PACKED} <= asked
    held = await newcomer.node.context.catalogue.store(seller.key)
    assert held is not None
    assert newcomer.node.market.synced is not None


async def test_who_is_asked_learns_too(town: Town) -> None:
    _, friend, newcomer = await apart(town)
    lamp = await lamp_of(friend)
    await newcomer.knows(lamp)
    late = Person(town, "late", len(town.people) + 1)
    town.wire.cut(late.key, *(one.key for one in town.people))
    town.people.append(late)
    late.move_in(town._template)
    await town.start(late)
    town.wire._cut.clear()
    assert await friend.node.market.reconciling.reconcile(late.key) == 0
    await late.knows(lamp)


async def test_what_was_remembered_before_a_kill_is_fetched_after_it(
    town: Town,
) -> None:
    _, friend, newcomer = await apart(town)
    lamp = await lamp_of(friend)
    await newcomer.knows(lamp)
    late = await town.settle_in("late")
    await late.knows(lamp)
    await late.leave()
    (late.home / "catalogue.db").unlink()
    town.wire.cut(late.key)
    await town.start(late)
    head = await friend.node.context.catalogue.newest_head(
        (await friend.node.context.catalogue.stores(1))[0].key
    )
    assert head is not None
    signed = verify_as(StoreHead, head, town.network.id)
    assert await late.node.context.catalogue.keep_heads([signed]) == [True]
    await town.restart(late)
    assert (await late.node.context.catalogue.left_out()).listings == 1
    town.wire.heal()
    await late.knows(lamp)
    assert (await late.node.context.catalogue.left_out()).listings == 0


async def test_who_knows_no_packed_pages_is_asked_for_plain_ones(town: Town) -> None:
    _, friend, newcomer = await apart(town)
    del friend.exchange._handlers[RequestType.PAGE_PACKED]
    await newcomer.knows(await lamp_of(friend))
    asked = [one.type for one in town.wire.asked if one.peer == newcomer.key]
    assert asked.count(RequestType.PAGE_GET) == 2


def lies_about_pages(liar: Person, *, is_packed: bool) -> None:
    honest = liar.node.serving.pages

    async def packed(_: Request) -> bytes:
        return encode(PackedPage(zlib.compress(b"\x90")))

    async def pages(request: Request) -> bytes:
        if not decode(PageGet, request.body).ids:
            return await honest(request)
        return encode(Pages((b"\x90",)))

    liar.exchange._handlers[RequestType.PAGE_GET] = pages
    liar.exchange._handlers[RequestType.PAGE_PACKED] = packed
    if not is_packed:
        del liar.exchange._handlers[RequestType.PAGE_PACKED]


@pytest.mark.parametrize("is_packed", [True, False])
async def test_a_wrong_page_costs_its_sender_and_another_is_asked(
    town: Town, *, is_packed: bool
) -> None:
    _, friend, newcomer = await apart(town)
    lamp = await lamp_of(friend)
    await newcomer.knows(lamp)
    for liar in (friend, newcomer):
        lies_about_pages(liar, is_packed=is_packed)
    late = await town.settle_in("late")
    await until(lambda: {friend.key, newcomer.key} & set(late.exchange.faults))
    assert await late.node.context.catalogue.counts() == (0, 0)
    friend.exchange._handlers |= {
        RequestType.PAGE_GET: friend.node.serving.pages,
        RequestType.PAGE_PACKED: friend.node.serving.packed_page,
    }
    head = await friend.node.context.catalogue.newest_head(
        (await friend.node.context.catalogue.stores(1))[0].key
    )
    assert head is not None
    signed = verify_as(StoreHead, head, town.network.id)
    await late.node.market.fetch.take_head(signed, [newcomer.key, friend.key])
    await late.knows(lamp)
    assert newcomer.key in late.exchange.faults


Answer = Callable[[Request], Awaitable[bytes]]


def claims(liar: Person, envelope: bytes) -> None:
    """Says that it holds a head of id ``i...``; hands out ``envelope`` when asked for it."""

    async def sync(request: Request) -> bytes:
        del request
        await trio.lowlevel.checkpoint()
        return encode_sync(Sync((Range(END, Mode.NEWS, b"i" * 16),)))

    async def heads(request: Request) -> bytes:
        assert decode(HeadsById, request.body).ids == (b"i" * 16,)
        await trio.lowlevel.checkpoint()
        return encode(EnvelopeList((envelope,)))

    liar.exchange._handlers[RequestType.SYNC] = sync
    liar.exchange._handlers[RequestType.HEADS_BY_ID] = heads


@pytest.mark.parametrize("forged", ["another's", "broken"])
async def test_a_forged_head_is_not_taken_and_costs_who_sent_it(
    town: Town, forged: str
) -> None:
    seller, liar = await town.settle_in("seller"), await town.settle_in("liar")
    (lamp,) = await seller.sell(LAMP)
    await liar.knows(lamp)
    head = await liar.node.context.catalogue.newest_head(seller.key)
    assert head is not None
    claims(liar, head if forged == "another's" else head[:-1] + bytes([head[-1] ^ 1]))
    await seller.leave()
    victim = await town.settle_in("victim")
    await until(lambda: liar.key in victim.exchange.faults)
    assert len(await victim.node.context.catalogue.known()) == 0


async def test_a_peer_gets_eight_messages_a_minute(town: Town) -> None:
    one, other = await town.settle_in("one"), await town.settle_in("other")
    await town.quiet()
    budget = SyncBudget()
    for _ in range(MAX_ROUNDS):
        budget.check(one.key, 1, 0.0)
    with pytest.raises(RefusedError) as refused:
        budget.check(one.key, 1, RUN_EVERY_SECONDS - 1)
    assert refused.value.code == ReplyCode.RATE_LIMITED
    budget.check(one.key, MAX_RUN_BYTES, RUN_EVERY_SECONDS)
    with pytest.raises(RefusedError):
        budget.check(one.key, 1, RUN_EVERY_SECONDS)
    assert budget.may_begin(other.key, 0.0)
    assert not budget.may_begin(other.key, RUN_EVERY_SECONDS - 0.1)
    assert budget.may_begin(other.key, RUN_EVERY_SECONDS)
    message = encode_sync(Sync((Range(END, Mode.FINGERPRINT, bytes(16)),)))
    codes: set[ReplyCode] = set()
    for _ in range(MAX_ROUNDS + 1):
        try:
            await one.exchange.request(other.key, RequestType.SYNC, message)
        except RefusedError as error:
            codes.add(error.code)
    assert codes == {ReplyCode.RATE_LIMITED}


async def test_what_has_run_out_is_forgotten_but_for_whom_we_deal_with(
    town: Town,
) -> None:
    seller, buyer = await town.settle_in("seller"), await town.settle_in("buyer")
    (lamp,) = await seller.sell(LAMP)
    await buyer.knows(lamp)
    await seller.leave()
    catalogue = buyer.node.context.catalogue
    town.wall.time += HEAD_SECONDS + 1
    await buyer.knows(lamp, shown=False)
    kept = Keep(frozenset({seller.key}), frozenset())
    assert await catalogue.forget_expired(kept) == 0
    assert await catalogue.store(seller.key) is not None
    assert await catalogue.forget_expired(Keep(frozenset(), frozenset())) == 1
    assert await catalogue.store(seller.key) is None
    assert len(await catalogue.known()) == 0
