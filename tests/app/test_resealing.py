"""What a restore cannot open is sealed anew by the partner; what it has rated is not rated twice."""

import pytest
from nacl.public import PrivateKey

from bazaar.app.trading.deliveries import deliveries
from bazaar.domain.errors import NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.recovery import Resealed, SealedGet
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.reputation.rating_rules import Opinion
from bazaar.domain.trading.messages import Role
from tests.app.test_recovery import awaits, keep, lose
from tests.app.town import ADDRESS, START, Cast, Person
from tests.fakes import until

KEY = PrivateKey(b"\x07" * 32)


def read(person: Person, trade_id: bytes) -> list[str]:
    with person.book.unit() as unit:
        if unit.trade(trade_id) is None:
            return []
        trade = person.node.trades.load(unit, trade_id)
        return [one.data for one in deliveries(unit, trade, Role.BUYER).values()]


async def test_a_buyer_reads_again_what_was_delivered(cast: Cast) -> None:
    buyer = cast.buyer
    copy = keep(buyer)
    trade_id = await cast.shipped()
    await cast.town.quiet()
    before = read(buyer, trade_id)
    assert before
    await lose(buyer, copy)
    await cast.town.start(buyer)
    await until(lambda: awaits(buyer) == 0)
    await until(lambda: read(buyer, trade_id) == before)


async def test_a_seller_reads_the_address_again(cast: Cast) -> None:
    seller = cast.seller
    copy = keep(seller)
    trade_id = await cast.shipped()
    await cast.town.quiet()
    assert ADDRESS["street"].encode() in (seller.fact(trade_id, "address") or b"")
    await lose(seller, copy)
    await cast.town.start(seller)
    await until(lambda: awaits(seller) == 0)
    await until(
        lambda: ADDRESS["street"].encode() in (seller.fact(trade_id, "address") or b"")
    )


async def test_nobody_but_the_other_party_is_answered(cast: Cast) -> None:
    trade_id = await cast.shipped()
    asked = encode(SealedGet(trade_id, bytes(KEY.public_key)))
    for person in (cast.primary, cast.backup):
        with pytest.raises(RefusedError) as refused:
            await person.exchange.request(cast.buyer.key, RequestType.SEALED_GET, asked)
        assert refused.value.code is ReplyCode.NOT_FOUND
    reply = await cast.buyer.exchange.request(
        cast.seller.key, RequestType.SEALED_GET, asked
    )
    assert decode(Resealed, reply).address is None


async def test_a_rating_that_was_lost_is_not_given_twice(cast: Cast) -> None:
    buyer, opinion = cast.buyer, Opinion(5, START, "good")
    trade_id = await cast.shipped()
    await cast.town.quiet()
    copy = keep(buyer)
    first = await buyer.node.ratings.rate(trade_id, Role.SELLER, opinion, 0)
    buyer.node.changed(trade_id)
    await until(lambda: cast.seller.node.ratings.held(cast.seller.key))
    await lose(buyer, copy)
    await cast.town.start(buyer)
    await until(lambda: awaits(buyer) == 0)
    with pytest.raises(NotAllowedError, match="already"):
        await buyer.node.ratings.rate(trade_id, Role.SELLER, opinion, 0)
    assert buyer.fact(trade_id, f"rated:{Role.SELLER:d}") == first.id
    await buyer.node.ratings.rate(trade_id, Role.PRIMARY, opinion, 0)


async def test_while_nobody_can_be_asked_nothing_is_rated(cast: Cast) -> None:
    buyer, opinion = cast.buyer, Opinion(5, START, "good")
    trade_id = await cast.shipped()
    await cast.town.quiet()
    await lose(buyer, keep(buyer))
    await cast.town.start(buyer)
    await until(lambda: awaits(buyer) == 0)
    others = (cast.seller.key, cast.primary.key, cast.backup.key)
    cast.town.wire.cut(buyer.key, *others)
    with pytest.raises(RefusedError, match="restored") as refused:
        await buyer.node.ratings.rate(trade_id, Role.SELLER, opinion, 0)
    assert refused.value.code is ReplyCode.BUSY
