"""A clock that jumps stops what is automatic; a spell begins when mail is here."""

import pytest

from bazaar.app.clock_watch import JUMP_SECONDS
from bazaar.domain.errors import RefusedError
from bazaar.domain.stores.records import CLOCK_SECONDS
from bazaar.domain.trading.deadlines import Spell
from tests.app.town import Cast, Person
from tests.fakes import until


def spells(person: Person) -> list[Spell]:
    with person.book.unit() as unit:
        return [Spell(*one) for one in unit.spells(0)]


async def test_a_jump_of_two_minutes_stops_nothing_and_one_more_second_all(
    cast: Cast,
) -> None:
    cast.town.wire.cut(cast.buyer.key)
    cast.buyer.clock.jumped += JUMP_SECONDS
    assert not cast.buyer.node.clock.is_paused
    cast.buyer.clock.jumped += JUMP_SECONDS + 1
    assert cast.buyer.node.clock.is_paused
    assert "jumped forwards by 2 minutes" in cast.buyer.node.clock.words()
    cast.buyer.clock.jumped -= JUMP_SECONDS + 1
    assert not cast.buyer.node.clock.is_paused


async def test_nothing_is_ruled_on_a_clock_two_years_ahead(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    two_years = 2 * 366 * 86_400
    for person in cast.everybody:
        cast.town.wire.cut(person.key)
    for person in cast.everybody:
        person.clock.jumped += two_years
    cast.town.look()
    await cast.town.quiet()
    assert {person.state(trade_id) for person in cast.everybody} == {"shipped"}
    assert "jumped forwards by 732 days" in cast.primary.node.clock.words()
    with pytest.raises(RefusedError, match="no ruling now"):
        cast.primary.node.deeds.rule(trade_id, "", 0, None, "")  # pyright: ignore[reportArgumentType] # refused before it is read
    for person in cast.everybody:
        person.clock.jumped -= two_years
    assert not cast.primary.node.clock.is_paused


async def test_peers_who_agree_end_the_pause(cast: Cast) -> None:
    trade_id = await cast.funded()
    cast.buyer.clock.jumped += CLOCK_SECONDS
    assert cast.buyer.node.clock.is_paused
    await cast.buyer.node.clock._ask()
    assert not cast.buyer.node.clock.is_paused
    cast.buyer.clock.jumped += JUMP_SECONDS + 1
    assert cast.buyer.node.clock.is_paused
    await cast.buyer.node.clock._ask()
    assert "other nodes say another time" in cast.buyer.node.clock.words()
    cast.buyer.node.clock.confirm()
    assert not cast.buyer.node.clock.is_paused
    assert cast.buyer.state(trade_id) == "waiting"


async def test_time_that_went_back_while_the_node_was_off_is_seen_at_start(
    cast: Cast,
) -> None:
    await until(lambda: bool(spells(cast.buyer)))
    last = max(end for _, end in spells(cast.buyer))
    await cast.buyer.leave()
    cast.buyer.clock.ahead = last - cast.town.wall.time - JUMP_SECONDS - 1
    cast.town.wire.cut(cast.buyer.key)
    await cast.town.start(cast.buyer)
    assert "back by 2 minutes" in cast.buyer.node.clock.words()


async def test_a_spell_begins_when_mail_is_here(cast: Cast) -> None:
    """Absence is not judged before; it is g after."""
    trade_id = await cast.funded()
    await cast.town.quiet()
    seat = cast.primary
    with seat.book.unit() as unit:
        trade = seat.node.trades.load(unit, trade_id)
    deadline = trade.contract.deadlines.t1
    await seat.leave()
    cast.town.wall.time = deadline + cast.town.network.grace + 1
    seat.node.mailboxes._is_empty = False
    await cast.town.start(seat)
    seat.node.pulse._is_here = False
    with seat.book.unit() as unit:
        trade = seat.node.trades.load(unit, trade_id)
        receipts = seat.node.trades.receipts(unit, trade)
    now = cast.town.wall.time
    assert receipts.cut(trade, deadline) == now + cast.town.network.grace
    cast.town.wall.time += 50
    seat.node.pulse.arrive()
    with seat.book.unit() as unit:
        receipts = seat.node.trades.receipts(unit, trade)
    assert receipts.cut(trade, deadline) == now + 50 + cast.town.network.grace


async def test_a_break_ends_the_spell_until_mail_was_looked_for(cast: Cast) -> None:
    seat = cast.primary
    await until(lambda: not seat.node.pulse.is_away)
    before = spells(seat)
    cast.town.wall.time += cast.town.network.grace
    seat.node.pulse._beat()
    assert seat.node.pulse.is_away
    await until(lambda: not seat.node.pulse.is_away)
    assert spells(seat)[-1].start == cast.town.wall.time
    assert len(spells(seat)) == len(before) + 1
