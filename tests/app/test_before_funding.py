"""Orders that end before money moves, and what keeps the money from moving."""

import pytest

from bazaar.domain.errors import RefusedError, ReplyCode, StaleStateError
from bazaar.domain.trading.messages import Fund, Withdraw
from bazaar.domain.wire.networks import DAY
from tests.app.town import LAMP, LIMIT, TOTAL, Cast, Person
from tests.fakes import until


async def test_too_little_credit_is_said_and_retried_when_it_is_raised(
    cast: Cast,
) -> None:
    trade_id = await cast.agreed()
    cast.buyer.fund(trade_id)
    words = cast.buyer.problem(trade_id)
    assert "the seller lets you owe 0.00 EUR more" in words
    assert "the order needs 30.15 EUR" in words
    cast.seller.limit(cast.buyer, TOTAL - 1)
    await until(lambda: cast.seller.allows(cast.buyer) == TOTAL - 1)
    await cast.town.quiet()
    assert cast.buyer.state(trade_id) == "agreed"
    cast.seller.limit(cast.buyer, TOTAL)
    await cast.town.all_in("waiting", trade_id, cast.everybody)
    assert cast.buyer.problem(trade_id) == ""


async def test_leaving_after_the_money_was_bound_frees_it(cast: Cast) -> None:
    cast.seller.limit(cast.buyer, LIMIT)
    trade_id = await cast.agreed()
    cast.town.wire.cut(cast.seller.key, cast.primary.key, cast.backup.key)

    async def without_fund_ack(request: object) -> int:
        del request
        return 1

    cast.town.wire.tamper = without_fund_ack
    cast.town.wire.cut(cast.seller.key, cast.buyer.key)
    cast.buyer.fund(trade_id)
    cast.buyer.node.deeds.withdraw(trade_id, "")
    cast.buyer.node.changed(trade_id)
    cast.town.wire.heal()
    await cast.town.all_in("aborted", trade_id, cast.everybody)
    cast.town.pass_time(2 * 60)
    await cast.town.quiet()
    assert cast.holds() == 0
    assert set(cast.balances().values()) == {0}


async def test_a_withdraw_that_crosses_the_accept_ends_the_order(cast: Cast) -> None:
    trade_id = await cast.ordered()
    cast.town.wire.cut(cast.buyer.key, cast.seller.key)
    await cast.seller.accept(trade_id)
    cast.buyer.node.deeds.withdraw(trade_id, "")
    cast.buyer.node.changed(trade_id)
    cast.town.wire.heal()
    await cast.town.all_in("aborted", trade_id, [cast.buyer, cast.seller])
    cast.town.pass_time(2 * 60)
    await cast.town.quiet()
    assert cast.holds() == 0
    assert stock_left(cast) == 3


async def test_a_withdraw_that_crosses_the_fund_ack_does_not_undo_it(
    cast: Cast,
) -> None:
    cast.seller.limit(cast.buyer, LIMIT)
    trade_id = await cast.agreed()
    wire = cast.town.wire
    cast.buyer.fund(trade_id)
    await until(lambda: cast.buyer.trade(trade_id).facts.of(Fund))
    wire.deaf.add(cast.seller.key)
    await until(lambda: cast.seller.state(trade_id) == "waiting")
    wire.cut(cast.buyer.key)
    cast.buyer.node.deeds.withdraw(trade_id, "") if cast.buyer.state(
        trade_id
    ) == "agreed" else None
    cast.buyer.node.changed(trade_id)
    wire.deaf.clear()
    wire.heal()
    await cast.town.all_in("waiting", trade_id, cast.everybody)
    cast.town.pass_time(2 * 60)
    await cast.town.quiet()
    assert cast.seller.account(cast.buyer).holds
    cast.seller.ship(trade_id)
    await cast.town.all_in("shipped", trade_id, cast.everybody)


async def test_nobody_answers_and_both_leave_at_t0(cast: Cast) -> None:
    trade_id = await cast.ordered()
    times = cast.buyer.trade(trade_id).contract.deadlines
    cast.town.pass_time(times.t0 + 1 - cast.town.wall.time)
    await cast.town.all_in("aborted", trade_id, [cast.buyer, cast.seller])
    with pytest.raises(RefusedError):
        await cast.seller.accept(trade_id)


async def test_money_is_not_bound_when_the_acknowledgement_would_be_late(
    cast: Cast,
) -> None:
    cast.seller.limit(cast.buyer, LIMIT)
    trade_id = await cast.agreed()
    times = cast.buyer.trade(trade_id).contract.deadlines
    cast.town.wall.time = times.t0 - DAY + 1
    cast.buyer.fund(trade_id)
    assert "has passed" in cast.buyer.problem(trade_id)
    await cast.town.quiet()
    assert not cast.buyer.account(cast.seller).holds


async def test_a_move_on_an_old_view_changes_nothing(cast: Cast) -> None:
    trade_id = await cast.ordered()
    seen = cast.buyer.trade(trade_id).digest.hex()
    await cast.seller.accept(trade_id)
    await cast.town.all_in("agreed", trade_id, [cast.buyer])
    before = cast.buyer.trade(trade_id).digest
    with pytest.raises(StaleStateError):
        cast.buyer.node.deeds.withdraw(trade_id, seen)
    assert cast.buyer.trade(trade_id).digest == before


async def test_two_buyers_of_one_item(cast: Cast) -> None:
    other = await cast.town.settle_in("other")
    (last,) = await cast.seller.sell(LAMP | {"slug": "last", "stock": 1})
    for person in (cast.buyer, other):
        await person.knows(last)
    first = await cast.buyer.order(last)
    second = await other.order(last)
    await cast.town.all_in("offered", first, [cast.seller])
    await cast.town.all_in("offered", second, [cast.seller])
    await cast.seller.accept(first)
    await cast.town.all_in("aborted", second, [cast.seller, other])
    assert withdrawn(other, second) == ReplyCode.OUT_OF_STOCK
    with pytest.raises(RefusedError) as refusal:
        await cast.seller.accept(second)
    assert refusal.value.code is ReplyCode.OUT_OF_STOCK
    await cast.town.all_in("agreed", first, [cast.buyer])
    cast.buyer.node.deeds.withdraw(first, "")
    cast.buyer.node.changed(first)
    await cast.town.all_in("aborted", first, [cast.seller])
    third = await other.order(last)
    await cast.town.all_in("offered", third, [cast.seller])
    await cast.seller.accept(third)


async def test_more_than_there_are_is_refused(cast: Cast) -> None:
    trade_id = await cast.buyer.order(cast.lamp, quantity=4)
    await cast.town.all_in("aborted", trade_id, [cast.buyer, cast.seller])
    assert withdrawn(cast.buyer, trade_id) == ReplyCode.OUT_OF_STOCK
    with cast.seller.book.unit() as unit:
        assert unit.reserve(b"t" * 32, "desk-lamp", -1, 3) is None


async def test_an_order_without_arbiters_goes_its_way(cast: Cast) -> None:
    cast.seller.limit(cast.buyer, LIMIT)
    trade_id = await cast.buyer.order(cast.lamp, direct=True)
    parties = [cast.buyer, cast.seller]
    await cast.town.all_in("offered", trade_id, parties)
    await cast.seller.accept(trade_id)
    await cast.town.all_in("agreed", trade_id, parties)
    cast.buyer.fund(trade_id)
    await cast.town.all_in("waiting", trade_id, parties)
    cast.seller.ship(trade_id)
    await cast.town.all_in("shipped", trade_id, parties)
    cast.buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, parties)
    assert cast.seller.is_owed(cast.buyer) == TOTAL


async def test_the_seller_opens_the_address_and_nobody_else_holds_it(
    cast: Cast,
) -> None:
    trade_id = await cast.agreed()
    await until(lambda: cast.seller.fact(trade_id, "address"))
    for person in (cast.primary, cast.backup):
        await person.leave()
        found = (
            (person.home / "book.db").read_bytes()
            + (person.home / "book.db-wal").read_bytes()
            if (person.home / "book.db-wal").exists()
            else (person.home / "book.db").read_bytes()
        )
        assert b"Ring 1" not in found


def withdrawn(person: Person, trade_id: bytes) -> int:
    (message,) = person.trade(trade_id).facts.of(Withdraw)
    return message.body.reason


def stock_left(cast: Cast) -> int:
    with cast.seller.book.unit() as unit:
        taken = unit.reserve(b"probe" + bytes(27), "desk-lamp", -1, 1_000)
    return taken or 0
