"""The same trades over a network that loses, repeats, reorders and parts, and over restarts."""

import random
import shutil
from collections.abc import Callable

import pytest
import trio

from bazaar.app.ports import Request
from tests.app.threads_at_work import all_still
from tests.app.town import LIMIT, PATIENCE_SECONDS, TOTAL, Cast
from tests.fakes import Tamper, until


def losing(chances: random.Random) -> Tamper:
    """One request in four is lost."""

    async def tamper(request: Request) -> int:
        del request
        await trio.lowlevel.checkpoint()
        return 0 if chances.random() < 0.25 else 1

    return tamper


def repeating(chances: random.Random) -> Tamper:
    """Every request arrives twice."""

    del chances

    async def tamper(request: Request) -> int:
        del request
        await trio.lowlevel.checkpoint()
        return 2

    return tamper


def reordering(chances: random.Random) -> Tamper:
    """Requests overtake each other."""

    async def tamper(request: Request) -> int:
        del request
        for _ in range(chances.randrange(40)):
            await trio.lowlevel.checkpoint()
        return chances.randrange(1, 3)

    return tamper


async def go_on_until(cast: Cast, trade_id: bytes, state: str) -> None:
    """Let the clock run, so that what was lost is sent again, until all are there."""
    with trio.fail_after(PATIENCE_SECONDS):
        while any(person.state(trade_id) != state for person in cast.everybody):
            cast.town.pass_time(3)
            await all_still(0.002)


@pytest.mark.parametrize("way", [losing, repeating, reordering])
async def test_a_sale_comes_to_its_end_all_the_same(
    cast: Cast, way: Callable[[random.Random], Tamper]
) -> None:
    cast.seller.limit(cast.buyer, LIMIT)
    await until(lambda: cast.buyer.account(cast.seller).limit_a + 1)
    await cast.town.quiet()
    trade_id = await cast.buyer.order(cast.lamp)
    cast.town.wire.tamper = way(random.Random(7))
    with trio.fail_after(PATIENCE_SECONDS):
        while cast.seller.state(trade_id) != "offered":
            cast.town.pass_time(3)
            await all_still(0.002)
    await accept(cast, trade_id)
    await go_on_until(cast, trade_id, "agreed")
    cast.buyer.fund(trade_id)
    await go_on_until(cast, trade_id, "waiting")
    cast.seller.ship(trade_id)
    await go_on_until(cast, trade_id, "shipped")
    cast.buyer.confirm(trade_id)
    await go_on_until(cast, trade_id, "closed")
    with trio.fail_after(PATIENCE_SECONDS):
        while cast.holds():
            cast.town.pass_time(3)
            await all_still(0.002)
    assert cast.seller.is_owed(cast.buyer) == TOTAL
    assert sum(cast.balances().values()) == 0
    assert len({person.trade(trade_id).digest for person in cast.everybody}) == 1


async def accept(cast: Cast, trade_id: bytes) -> None:
    await cast.seller.accept(trade_id)


async def test_an_answer_that_never_came_back_does_no_harm(cast: Cast) -> None:
    """The request was carried out, its sender does not know: it is sent again."""
    await cast.ordered()
    cast.town.wire.deaf.update(person.key for person in cast.everybody)
    trade_id = await cast.buyer.order(cast.lamp)
    await until(lambda: cast.seller.state(trade_id) == "offered")
    cast.town.wire.deaf.clear()
    for _ in range(40):
        cast.town.pass_time(3)
        await all_still(0.002)
    assert cast.buyer.owes_letters() == 0


async def test_every_node_is_killed_after_every_step(cast: Cast) -> None:
    async def kill_all() -> None:
        for person in cast.everybody:
            await cast.town.restart(person)

    cast.seller.limit(cast.buyer, LIMIT)
    await kill_all()
    trade_id = await cast.buyer.order(cast.lamp)
    await kill_all()
    await cast.town.all_in("offered", trade_id, [cast.buyer, cast.seller])
    await cast.seller.accept(trade_id)
    await kill_all()
    await cast.town.all_in("agreed", trade_id, cast.everybody)
    cast.buyer.fund(trade_id)
    await kill_all()
    await cast.town.all_in("waiting", trade_id, cast.everybody)
    cast.seller.ship(trade_id)
    await kill_all()
    await cast.town.all_in("shipped", trade_id, cast.everybody)
    cast.buyer.confirm(trade_id)
    await kill_all()
    await cast.town.all_in("closed", trade_id, cast.everybody)
    cast.town.pass_time(120)
    await cast.town.quiet()
    assert cast.holds() == 0
    assert cast.seller.is_owed(cast.buyer) == TOTAL


async def test_a_parted_network_heals_to_one_state(cast: Cast) -> None:
    trade_id = await cast.funded()
    cast.town.wire.cut(cast.seller.key)
    cast.seller.ship(trade_id)
    cast.buyer.node.deeds.extend(trade_id, "", 5)
    cast.buyer.node.changed(trade_id)
    await cast.town.quiet()
    assert cast.buyer.state(trade_id) == "waiting"
    cast.town.wire.heal()
    await cast.town.all_in("shipped", trade_id, cast.everybody)
    await cast.town.quiet()
    assert len({person.trade(trade_id).digest for person in cast.everybody}) == 1


async def test_a_seat_with_an_old_book_learns_the_rest_by_resync(cast: Cast) -> None:
    trade_id = await cast.agreed()
    await cast.town.quiet()
    old = cast.primary.home.parent / "old"
    await cast.primary.leave()
    shutil.copytree(cast.primary.home, old)
    await cast.town.start(cast.primary)
    cast.seller.limit(cast.buyer, LIMIT)
    cast.buyer.fund(trade_id)
    await cast.town.all_in("waiting", trade_id, cast.everybody)
    cast.seller.ship(trade_id)
    await cast.town.all_in("shipped", trade_id, cast.everybody)
    await cast.town.quiet()
    await cast.primary.leave()
    shutil.rmtree(cast.primary.home)
    shutil.copytree(old, cast.primary.home)
    await cast.town.start(cast.primary)
    await cast.town.all_in("shipped", trade_id, [cast.primary])
