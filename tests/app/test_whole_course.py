"""Whole trades among four nodes: everybody is honest, the accounts tell the end."""

from tests.app.town import TOTAL, Cast


async def test_a_sale_from_the_offer_to_the_closing(cast: Cast) -> None:
    trade_id = await cast.closed()
    await cast.town.quiet()
    assert cast.seller.is_owed(cast.buyer) == TOTAL
    assert cast.buyer.is_owed(cast.seller) == -TOTAL
    assert cast.balances() == {
        "seller": TOTAL,
        "buyer": -TOTAL,
        "primary": 0,
        "backup": 0,
    }
    assert cast.holds() == 0
    folds = {person.trade(trade_id).digest for person in cast.everybody}
    assert len(folds) == 1
