"""``order wait`` before the order is here, and what it says when time is over."""

import pytest
import trio

from bazaar.domain.errors import NotAllowedError, NotFoundError
from bazaar.rpc.handlers.dispatch import Changes
from bazaar.rpc.handlers.orders import OrderCalls
from bazaar.rpc.schema.orders import OrderView, OrderWait
from tests.app.town import Cast, Person


def calls(person: Person) -> OrderCalls:
    """The door of a person, told of every change."""
    changes = Changes()
    person.told = changes.tell
    return OrderCalls(person.node, changes.next)


async def test_an_order_that_is_still_on_its_way_is_waited_for(
    cast: Cast, nursery: trio.Nursery
) -> None:
    door = calls(cast.seller)
    await cast.buyer.node.market.listing(cast.lamp, cast.seller.key)
    cast.town.wire.cut(cast.seller.key)
    trade = await cast.buyer.order(cast.lamp)
    answers: list[OrderView] = []

    async def wait() -> None:
        call = OrderWait(id=trade.hex(), state="offered")
        answers.append(await door.wait(call))

    nursery.start_soon(wait)
    await cast.town.quiet()
    assert not answers
    cast.town.wire.heal()
    await cast.town.all_in("offered", trade, [cast.seller])
    await cast.town.quiet()
    assert [view.state for view in answers] == ["offered"]


async def test_an_order_that_never_comes_is_not_found_in_the_end(cast: Cast) -> None:
    call = OrderWait(id="0" * 64, state="offered", timeout=0.01)
    with pytest.raises(NotFoundError):
        await calls(cast.seller).wait(call)


async def test_who_waited_in_vain_is_told_for_which_order(cast: Cast) -> None:
    trade = await cast.ordered()
    call = OrderWait(id=trade.hex()[:8], state="accepted", timeout=0.01)
    with pytest.raises(
        NotAllowedError, match=f"{trade.hex()} is offered, not accepted"
    ):
        await calls(cast.seller).wait(call)
