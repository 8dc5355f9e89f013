"""Ended orders are still compared: what a liar told one role alone comes out for 30 days."""

from collections.abc import Sequence

from bazaar.app.trading.resync import (
    ENDED_EVERY_SECONDS,
    ENDED_SECONDS,
    MAX_ENDED,
    digest_of,
    held_digest,
)
from bazaar.domain.exchange.coding import decode
from bazaar.domain.exchange.messages import MAX_TRADES, DigestRequest
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import Proposal
from tests.app.letters import step
from tests.app.test_proofs import proofs, the_other_branch
from tests.app.town import Cast, Person
from tests.fakes import until


async def closed(cast: Cast) -> bytes:
    trade_id = await cast.shipped()
    cast.buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await cast.town.quiet()
    return trade_id


def holds(person: Person, trade_id: bytes, message: bytes) -> bool:
    with person.book.unit() as unit:
        return message in {row.id for row in unit.messages(trade_id)}


def compared(cast: Cast) -> Sequence[bytes]:
    """Trades of which anybody asked, since the town was born."""
    asked = [r.body for r in cast.town.wire.asked if r.type == RequestType.DIGEST]
    return [one.trade for body in asked for one in decode(DigestRequest, body).trades]


async def test_what_one_role_alone_was_told_after_the_end_comes_out(cast: Cast) -> None:
    trade_id = await closed(cast)
    lie = step(cast.seller, cast.seller, trade_id, Proposal, 0, 15, 3000)
    cast.buyer.node.inbound.take_all([lie.envelope])
    assert not holds(cast.primary, trade_id, lie.id)
    cast.town.wall.time += ENDED_EVERY_SECONDS
    await cast.primary.node.resync.compare(cast.buyer.key)
    assert holds(cast.primary, trade_id, lie.id)
    await cast.buyer.node.resync.compare(cast.backup.key)
    await until(lambda: holds(cast.backup, trade_id, lie.id))


async def test_a_contradiction_told_to_who_then_fell_silent_is_proven(
    cast: Cast,
) -> None:
    trade_id = await closed(cast)
    buyer, others = cast.buyer, (cast.seller.key, cast.primary.key, cast.backup.key)
    cast.town.wire.cut(buyer.key, *others)
    other = the_other_branch(cast, trade_id)
    buyer.node.inbound.take_all([other.envelope])
    await until(lambda: bool(proofs(buyer)))
    assert not proofs(cast.primary)
    cast.town.wire.heal()
    cast.town.wall.time += ENDED_EVERY_SECONDS
    await cast.primary.node.resync.compare(buyer.key)
    await until(lambda: bool(proofs(cast.primary, cast.seller.key)))


async def test_an_ended_order_is_compared_once_a_day_and_for_thirty_days(
    cast: Cast,
) -> None:
    trade_id = await closed(cast)
    compare = cast.primary.node.resync.compare
    cast.town.wall.time += ENDED_EVERY_SECONDS
    before = len(compared(cast))
    await compare(cast.buyer.key)
    await compare(cast.buyer.key)
    assert list(compared(cast)[before:]) == [trade_id]
    with cast.primary.book.unit() as unit:
        ended = next(row.ended for row in unit.trades() if row.id == trade_id)
    assert ended is not None
    cast.town.wall.time = ended + ENDED_SECONDS - 1
    await compare(cast.buyer.key)
    assert len(compared(cast)) == before + 2
    cast.town.wall.time += ENDED_EVERY_SECONDS
    await compare(cast.buyer.key)
    assert len(compared(cast)) == before + 2


async def test_the_digest_of_rows_is_that_of_the_folded_trade(cast: Cast) -> None:
    trade_id = await closed(cast)
    for person in cast.everybody:
        with person.book.unit() as unit:
            quick = held_digest(unit, trade_id)
            whole = digest_of(person.node.trades.load(unit, trade_id))
        assert (quick.count, quick.total) == (whole.count, whole.total)
        assert sorted(quick.heads, key=lambda seen: seen.role) == sorted(
            whole.heads, key=lambda seen: seen.role
        )
    assert MAX_ENDED % MAX_TRADES == 0
