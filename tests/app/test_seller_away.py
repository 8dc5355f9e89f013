"""The seller accepts and goes: arbiters who never saw the listing check the order without him."""

import pytest

from bazaar.domain.errors import NotFoundError
from bazaar.domain.wire.envelope import kind_of
from bazaar.domain.wire.kinds import Kind
from tests.app.town import LIMIT, Cast, Person
from tests.fakes import until

CATALOGUE = ("catalogue.db", "catalogue.db-wal", "catalogue.db-shm")


async def accepted_and_gone(cast: Cast) -> bytes:
    """An order whose seats were away while the seller accepted; then he leaves."""
    cast.seller.limit(cast.buyer, LIMIT)
    await cast.town.quiet()
    for seat in (cast.primary, cast.backup):
        await seat.leave()
    trade_id = await cast.ordered()
    await cast.seller.accept(trade_id)
    await cast.town.all_in("accepted", trade_id, [cast.buyer, cast.seller])
    await cast.seller.leave()
    return trade_id


def asks_for_fee(seat: Person, seller: Person) -> bool:
    """Whether the seat has checked the contract: only the seller's signature is awaited."""
    with seat.book.unit() as unit:
        owed = [row for row in unit.due(2**40, 100) if row.recipient == seller.key]
    return any(kind_of(row.envelope) == Kind.ACCOUNT_PROPOSE for row in owed)


@pytest.mark.parametrize("forgetful", [False, True])
async def test_seats_check_an_order_while_the_seller_is_away(
    cast: Cast, forgetful: bool
) -> None:
    trade_id = await accepted_and_gone(cast)
    seats = (cast.primary, cast.backup)
    for seat in seats:
        for name in CATALOGUE if forgetful else ():
            (seat.home / name).unlink(missing_ok=True)
        await cast.town.start(seat)
    await until(lambda: all(asks_for_fee(seat, cast.seller) for seat in seats))
    await cast.buyer.leave()
    await cast.town.start(cast.seller)
    await cast.town.all_in("agreed", trade_id, [cast.seller, *seats])
    await cast.town.start(cast.buyer)
    await cast.town.all_in("agreed", trade_id, cast.everybody)


@pytest.mark.parametrize("ends", [False, True])
async def test_papers_that_come_late_are_taken_all_the_same(
    cast: Cast, ends: bool
) -> None:
    trade_id = await cast.agreed()
    with cast.buyer.book.unit() as unit:
        offer = cast.buyer.node.trades.load(unit, trade_id).contract.offer
    if ends:
        cast.buyer.node.deeds.withdraw(trade_id, "")
        cast.buyer.node.changed(trade_id)
        await cast.town.all_in("aborted", trade_id, cast.everybody)
    listing = await cast.buyer.node.market.listing(offer.lines[0].listing)
    with cast.primary.book.unit() as unit:
        assert cast.primary.node.briefing.receive(unit, listing) == set()


async def test_a_seat_keeps_only_what_its_orders_name(cast: Cast) -> None:
    (other,) = await cast.seller.sell(
        {"title": "Book", "type": "service", "price": "5 EUR"}
    )
    listing = await cast.buyer.node.market.listing(other, cast.seller.key)
    with pytest.raises(NotFoundError), cast.primary.book.unit() as unit:
        cast.primary.node.briefing.receive(unit, listing)
    with cast.primary.book.unit() as unit:
        assert unit.object(other) is None


async def test_a_listing_comes_from_any_role_when_the_seller_is_gone(
    cast: Cast,
) -> None:
    trade_id = await accepted_and_gone(cast)
    contract = cast.buyer.trade(trade_id).contract
    await cast.town.start(cast.primary)
    found = await cast.primary.node.market.fetch_listings(
        cast.seller.key, (cast.lamp,), source=contract.offer.buyer
    )
    assert [one.id for one in found] == [cast.lamp]
