"""Coupons that may be used so often: counted with the Accept, by the seller's node alone."""

from typing import Any

import pytest
import trio

from bazaar.app.trading.ordering import WantedLine
from bazaar.domain.errors import InputError, RefusedError, ReplyCode
from bazaar.domain.trading.messages import Withdraw
from bazaar.domain.trading.phases import Phase
from bazaar.rpc.views.orders import called_off
from tests.app.town import LAMP, PATIENCE_SECONDS, Cast, Person

CODE = "SPRING26"


async def publish(cast: Cast, **limits: int) -> None:
    coupon = {"title": "Spring", "code": CODE, "amount": "1.00 EUR"} | limits
    (cast.lamp,) = await cast.seller.sell(LAMP | {"stock": 9, "coupons": [coupon]})
    await cast.town.quiet()


def using(cast: Cast) -> dict[str, Any]:
    return {"lines": [WantedLine(cast.lamp, 1, {}, None, (CODE,))]}


async def known(buyer: Person, listing: bytes, seller: Person) -> None:
    """Wait until the newest head of the store has come, by whichever way."""
    with trio.fail_after(PATIENCE_SECONDS):
        while await buyer.node.context.catalogue.card(listing) is None:
            await buyer.node.market.refresh(seller.key)
            await trio.sleep(0.01)


async def offered(cast: Cast, buyer: Person) -> bytes:
    await known(buyer, cast.lamp, cast.seller)
    trade_id = await buyer.order(cast.lamp, **using(cast))
    await cast.town.all_in("offered", trade_id, [buyer, cast.seller])
    return trade_id


async def test_a_buyer_uses_a_coupon_as_often_as_he_may_and_no_more(cast: Cast) -> None:
    await publish(cast, per_buyer=2)
    trades = [await offered(cast, cast.buyer) for _ in range(3)]
    await cast.seller.accept(trades[0])
    await cast.seller.accept(trades[1])
    await cast.town.all_in("aborted", trades[2], [cast.buyer, cast.seller])
    with pytest.raises(RefusedError, match="used up") as refusal:
        await cast.seller.accept(trades[2])
    assert refusal.value.code is ReplyCode.LIMIT
    assert called_off(cast.buyer.trade(trades[2])) == "limit"
    another = await cast.town.settle_in("another")
    await cast.seller.accept(await offered(cast, another))


async def test_the_last_use_of_all_goes_to_one(cast: Cast) -> None:
    await publish(cast, uses=1)
    another = await cast.town.settle_in("another")
    first = await offered(cast, cast.buyer)
    second = await offered(cast, another)
    await cast.seller.accept(first)
    await cast.town.all_in("aborted", second, [another, cast.seller])
    (said,) = another.trade(second).facts.of(Withdraw)
    assert said.body.reason == ReplyCode.LIMIT
    assert cast.seller.state(first) == Phase.ACCEPTED


async def test_an_order_that_came_to_nothing_gives_its_use_back(cast: Cast) -> None:
    await publish(cast, uses=1, per_buyer=1)
    first = await offered(cast, cast.buyer)
    await cast.seller.accept(first)
    await cast.town.quiet()
    cast.buyer.node.deeds.withdraw(first, "")
    cast.buyer.node.changed(first)
    await cast.town.all_in("aborted", first, [cast.buyer, cast.seller])
    await cast.town.quiet()
    await cast.seller.accept(await offered(cast, cast.buyer))


async def test_a_limit_that_is_none_limits_nothing(cast: Cast) -> None:
    await publish(cast)
    for _ in range(3):
        await cast.seller.accept(await offered(cast, cast.buyer))
    lines = [WantedLine(cast.lamp, 1, {}, None, ("SPRING27",))]
    with pytest.raises(InputError, match="not a code"):
        await cast.buyer.order(cast.lamp, lines=lines)
