"""What is owed is sent until its reader says that it has it."""

import pytest

from bazaar.app.delivery.outbox import (
    DAY,
    HOUR,
    LADDER,
    LAST_STEP_SECONDS,
    MINUTE,
    QUICK_TRIES,
    wait_seconds,
)
from bazaar.app.ports import OutboxRow, Request
from bazaar.domain.delivery.delivery import Ack
from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.messages import PutAnswer
from bazaar.domain.exchange.request_types import RequestType
from tests.app.letters import sign
from tests.app.town import Cast, Person
from tests.fakes import until

STEPS = [
    (0, MINUTE),
    (15 * MINUTE - 1, MINUTE),
    (15 * MINUTE, 5 * MINUTE),
    (HOUR - 1, 5 * MINUTE),
    (HOUR, 10 * MINUTE),
    (DAY, 15 * MINUTE),
    (7 * DAY, 30 * MINUTE),
    (30 * DAY, HOUR),
    (90 * DAY, 3 * HOUR),
    (180 * DAY, DAY),
    (365 * DAY - 1, DAY),
    (365 * DAY, 7 * DAY),
]


@pytest.mark.parametrize(("age", "wait"), STEPS)
def test_the_ladder_has_the_steps_of_the_protocol(age: int, wait: int) -> None:
    assert wait_seconds(age, 0) == wait
    assert wait_seconds(age, 1) == round(1.2 * wait)
    assert wait_seconds(age, -1) == round(0.8 * wait)


def test_the_ladder_never_ends() -> None:
    assert LADDER[-1][0] == 365 * DAY
    assert wait_seconds(100 * 365 * DAY, 0) == LAST_STEP_SECONDS


def owed(person: Person, to: Person) -> list[OutboxRow]:
    with person.book.unit() as unit:
        rows = unit.due(2**40, 1000)
    return [row for row in rows if row.recipient == to.key]


async def tried(cast: Cast, times: int) -> None:
    """Wait until the one letter of the buyer to the seller was tried so often."""
    await until(lambda: [r.tries for r in owed(cast.buyer, cast.seller)] == [times])


async def test_a_letter_to_who_is_away_climbs_the_ladder(cast: Cast) -> None:
    await cast.ordered()
    await cast.town.quiet()
    await cast.seller.leave()
    trade_id = await cast.buyer.order(cast.lamp)
    for tries in range(1, 4):
        await tried(cast, tries)
        (row,) = owed(cast.buyer, cast.seller)
        assert 0.8 * MINUTE <= row.due - cast.town.wall.time <= 1.2 * MINUTE
        cast.town.wall.time = row.due
        cast.buyer.node.outbox.nudge()
    await cast.town.start(cast.seller)
    await cast.town.all_in("offered", trade_id, [cast.seller])
    await until(lambda: not owed(cast.buyer, cast.seller))


async def test_who_lacks_something_is_asked_again_soon_a_few_times(cast: Cast) -> None:
    await cast.ordered()
    await cast.town.quiet()

    async def nothing(request: Request) -> bytes:
        del request
        return encode(PutAnswer((9,), None))

    cast.seller.exchange.serve(RequestType.PUT, nothing)
    await cast.buyer.order(cast.lamp)
    for tries in range(1, QUICK_TRIES + 2):
        await tried(cast, tries)
        (row,) = owed(cast.buyer, cast.seller)
        is_quick = row.due - cast.town.wall.time <= 2
        assert is_quick == (tries <= QUICK_TRIES)
        cast.town.wall.time = row.due
        cast.buyer.node.outbox.nudge()


async def test_only_the_recipient_acknowledges(cast: Cast) -> None:
    await cast.ordered()
    await cast.town.quiet()
    liar = cast.primary

    async def forged(request: Request) -> bytes:
        del request
        (row,) = owed(cast.buyer, cast.seller)
        ack = sign(liar, Ack(liar.key, (row.subject,)))
        return encode(PutAnswer((0,), ack.envelope))

    cast.seller.exchange.serve(RequestType.PUT, forged)
    await cast.buyer.order(cast.lamp)
    await tried(cast, 1)


async def test_letters_of_a_trade_that_ended_long_ago_stop(cast: Cast) -> None:
    trade_id = await cast.ordered()
    await cast.town.quiet()
    await cast.seller.leave()
    cast.buyer.node.deeds.withdraw(trade_id, "")
    cast.buyer.node.changed(trade_id)
    await tried(cast, 1)
    cast.town.wall.time += 31 * DAY
    cast.buyer.node.outbox.nudge()
    await tried(cast, 2)
    (row,) = owed(cast.buyer, cast.seller)
    assert row.due - cast.town.wall.time > 365 * DAY
