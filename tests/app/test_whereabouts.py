"""Where a node is reached is told to partners when it changes; slots are kept for those it deals with."""

import pytest

from bazaar.app.discovery import whereabouts
from bazaar.domain.stores.records import Contact
from bazaar.domain.wire.envelope import verify_as
from tests.app.town import Cast, Person
from tests.fakes import until

RELAY = (
    "/ip4/20.1.0.1/tcp/4001/p2p/"
    "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN/p2p-circuit"
)


def told(reader: Person, owner: Person) -> tuple[str, ...]:
    """The relays that the owner's Contact names, as the reader holds it."""
    with reader.book.unit() as unit:
        row = unit.partner(owner.key)
    if row is None or row.contact is None:
        return ()
    return verify_as(Contact, row.contact, reader.town.network.id).body.relays


async def test_partners_hear_of_new_relays_and_keep_a_slot(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whereabouts, "SETTLE_SECONDS", 0.0)
    seller, buyer = cast.seller, cast.buyer
    seller.limit(buyer, 1_000)
    await cast.town.quiet()
    monkeypatch.setattr(seller.exchange, "relays", lambda: [RELAY])
    seller.node.whereabouts.changed()
    await until(lambda: told(buyer, seller) == (RELAY,))
    learned = {key: addresses for key, addresses, _ in buyer.exchange.learned}
    assert RELAY in learned[seller.key]
    await until(lambda: buyer.key in seller.exchange.reserved)
    assert seller.key not in seller.exchange.reserved


async def test_an_unchanged_address_is_not_signed_again(cast: Cast) -> None:
    seller = cast.seller
    with seller.book.unit() as unit:
        before = seller.node.profiles.contact(unit)
    await seller.node.whereabouts._publish()
    with seller.book.unit() as unit:
        assert seller.node.profiles.contact(unit) == before


async def test_after_a_restart_partners_are_where_they_were(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whereabouts, "SETTLE_SECONDS", 0.0)
    seller, buyer = cast.seller, cast.buyer
    seller.limit(buyer, 1_000)
    monkeypatch.setattr(seller.exchange, "relays", lambda: [RELAY])
    seller.node.whereabouts.changed()
    await until(lambda: told(buyer, seller) == (RELAY,))
    await cast.town.restart(buyer)
    await until(lambda: buyer.exchange.learned)
    assert any(
        key == seller.key and RELAY in addresses
        for key, addresses, _ in buyer.exchange.learned
    )
    await until(lambda: seller.key in buyer.exchange.reserved)


async def test_a_router_is_asked_only_on_request_and_after_a_restart_too(
    cast: Cast,
) -> None:
    seller = cast.seller
    assert not seller.exchange.opens_port
    await seller.node.profiles.change({"opens_port": "yes"})
    assert seller.exchange.opens_port
    await cast.town.restart(seller)
    assert seller.exchange.opens_port
    await seller.node.profiles.change({"opens_port": "no"})
    assert not seller.exchange.opens_port
