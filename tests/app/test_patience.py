"""A person stops waiting after a restore: the order goes on, at a risk that can come true."""

import pytest

from bazaar.app.recovery.index_notes import note_found
from bazaar.app.recovery.patience import (
    PATIENCE_SECONDS,
    may_resume_from,
    stop_waiting,
    words_lost,
)
from bazaar.app.recovery.resync_mode import since, waived
from bazaar.domain.errors import NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.recovery.trade_index import Open
from tests.app.test_recovery import awaits, keep, lose
from tests.app.town import Cast, Person
from tests.fakes import until


def resume(person: Person, trade_id: bytes) -> None:
    node = person.node
    with person.book.unit() as unit:
        trade = node.trades.load(unit, trade_id)
        stop_waiting(unit, node.context, node.trades, trade)
    node.changed(trade_id)


async def restored_beside_a_dead_seat(cast: Cast, who: Person) -> bytes:
    """One shipped order; ``who`` restored it, and the primary is gone for good."""
    trade_id = await cast.shipped()
    await cast.town.quiet()
    await cast.primary.leave()
    await lose(who, keep(who))
    await cast.town.start(who)
    await until(lambda: awaits(who) == 1)
    return trade_id


async def test_a_dead_seat_locks_no_order_for_ever(cast: Cast) -> None:
    buyer = cast.buyer
    trade_id = await restored_beside_a_dead_seat(cast, buyer)
    with pytest.raises(RefusedError, match="restored"):
        buyer.confirm(trade_id)
    cast.town.wall.time += PATIENCE_SECONDS - 1
    with pytest.raises(NotAllowedError, match="less than an hour") as early:
        resume(buyer, trade_id)
    assert early.value.code is ReplyCode.BUSY
    cast.town.wall.time += 1
    resume(buyer, trade_id)
    with buyer.book.unit() as unit:
        assert waived(unit, trade_id) == {cast.primary.key}
    buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, [cast.seller, buyer, cast.backup])
    with pytest.raises(NotAllowedError, match="nobody"):
        resume(buyer, trade_id)


async def test_a_seat_never_stops_waiting(cast: Cast) -> None:
    trade_id = await restored_beside_a_dead_seat(cast, cast.backup)
    cast.town.wall.time += PATIENCE_SECONDS
    with pytest.raises(NotAllowedError, match="arbiter") as refused:
        resume(cast.backup, trade_id)
    assert refused.value.code is ReplyCode.WRONG_ROLE
    with cast.backup.book.unit() as unit:
        trade = cast.backup.node.trades.load(unit, trade_id)
        assert may_resume_from(unit, cast.backup.node.context, trade) is None


async def test_a_later_restore_asks_again(cast: Cast) -> None:
    buyer = cast.buyer
    trade_id = await restored_beside_a_dead_seat(cast, buyer)
    cast.town.wall.time += PATIENCE_SECONDS
    resume(buyer, trade_id)
    await lose(buyer, keep(buyer))
    await cast.town.start(buyer)
    with buyer.book.unit() as unit:
        assert waived(unit, trade_id) == frozenset()


async def test_what_a_mailbox_knew_and_the_book_lacks_is_counted(cast: Cast) -> None:
    buyer = cast.buyer
    trade_id = await restored_beside_a_dead_seat(cast, buyer)
    with buyer.book.unit() as unit:
        trade = buyer.node.trades.load(unit, trade_id)
        last = max(r.seq for r in unit.messages(trade_id) if r.role == 0)
        assert words_lost(unit, buyer.node.trades, trade) == 0
        assert since(unit) is not None
        note_found(unit, [Open(trade_id, 0, last, ())], ())
        assert words_lost(unit, buyer.node.trades, trade) == 0
        note_found(unit, [Open(trade_id, 0, last + 2, ())], ())
        assert words_lost(unit, buyer.node.trades, trade) == 2
