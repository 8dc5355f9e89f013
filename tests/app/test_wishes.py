"""Who keeps an eye on a listing hears of its price, its stock and its end, and nobody else."""

import msgspec
import pytest

from bazaar.app.people.wishes import DAY_SECONDS, MAX_WISHES, WISHES
from bazaar.domain.errors import InputError, NotFoundError
from tests.app.test_notices import told
from tests.app.town import LAMP, PRICE, Cast
from tests.fakes import until


def wishes(cast: Cast) -> list[str]:
    return [words for kind, words in told(cast.buyer) if kind == "wish"]


async def test_price_stock_and_end_are_told_once_each(cast: Cast) -> None:
    node = cast.buyer.node
    row = await node.wishes.add(cast.lamp)
    assert (row.price, row.first) == (PRICE, PRICE)
    await cast.seller.sell(LAMP | {"price": "20.00 EUR"})
    await until(lambda: len(wishes(cast)) == 1)
    assert wishes(cast) == ["Desk lamp: the price went from 26"]
    await cast.seller.sell(LAMP | {"price": "20.00 EUR", "stock": 0})
    await until(lambda: len(wishes(cast)) == 2)
    await cast.seller.sell(LAMP | {"price": "20.00 EUR", "stock": 2})
    await until(lambda: len(wishes(cast)) == 3)
    await cast.seller.node.shop.remove("desk-lamp")
    await until(lambda: len(wishes(cast)) == 4)
    assert [words.split(": ")[1] for words in wishes(cast)[1:]] == [
        "it is sold out",
        "it can be bought again",
        "it is not sold any more",
    ]
    with cast.buyer.book.unit() as unit:
        (row,) = node.wishes.rows(unit)
    assert (row.state, row.first) == (0, PRICE)
    node.wishes.remove(row.listing)
    with pytest.raises(NotFoundError):
        node.wishes.remove(row.listing)


async def test_the_end_is_told_a_day_before_and_when_it_came(cast: Cast) -> None:
    node = cast.buyer.node
    row = await node.wishes.add(cast.lamp)
    node.wishes.remind()
    assert wishes(cast) == []
    cast.town.wall.time = row.expires - DAY_SECONDS
    node.wishes.remind()
    node.wishes.remind()
    assert wishes(cast) == ["Desk lamp: it ends within a day"]
    cast.town.wall.time = row.expires
    node.wishes.remind()
    assert wishes(cast)[1:] == ["Desk lamp: it has ended"]


async def test_a_wish_is_kept_by_eviction_and_across_a_restart(cast: Cast) -> None:
    await cast.buyer.node.wishes.add(cast.lamp)
    await cast.town.restart(cast.buyer)
    with cast.buyer.book.unit() as unit:
        kept = cast.buyer.node.room.kept(unit)
    assert cast.seller.key in kept.stores
    assert cast.lamp in kept.listings


async def test_the_list_ends_at_its_limit(cast: Cast) -> None:
    node = cast.buyer.node
    row = await node.wishes.add(cast.lamp)
    with cast.buyer.book.unit() as unit:
        many = [
            msgspec.structs.replace(row, slug=f"lamp-{number}", listing=bytes(32))
            for number in range(MAX_WISHES - 1)
        ]
        unit.set_setting(WISHES, msgspec.msgpack.encode(many))
    await node.wishes.add(cast.lamp)
    (other,) = await cast.seller.sell(LAMP | {"slug": "other"})
    await cast.buyer.knows(other)
    with pytest.raises(InputError, match="at most 1,000"):
        await node.wishes.add(other)
