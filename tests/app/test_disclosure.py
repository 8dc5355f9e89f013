"""Address and delivery are for two; a seat reads them only when a party hands them over."""

import pytest

from bazaar.app.trading.sealed import new_delivery, seal_for, sealed_address
from bazaar.domain.delivery.delivery import AddressBlock, Disclose, Disclosed
from bazaar.domain.errors import (
    BazaarError,
    InputError,
    MalformedMessageError,
    NotAllowedError,
    NotFoundError,
)
from bazaar.domain.trading.messages import Role
from tests.app.test_parcels import shown
from tests.app.town import ADDRESS, Cast, Person


async def test_a_buyer_hands_the_address_to_one_seat(cast: Cast) -> None:
    trade_id = await cast.shipped()
    cast.buyer.node.disclosure.disclose(trade_id, Disclosed.ADDRESS, Role.PRIMARY)
    cast.buyer.node.changed(trade_id)
    await cast.town.quiet()
    seen = await shown(cast.primary, trade_id)
    assert (seen.address["city"], seen.memo) == (ADDRESS["city"], "ring twice")
    assert (await shown(cast.backup, trade_id)).address == {}
    assert (await shown(cast.buyer, trade_id)).disclosed == ("address:primary",)


@pytest.mark.parametrize("who", ["buyer", "seller"])
async def test_either_party_hands_over_the_deliveries(cast: Cast, who: str) -> None:
    trade_id = await cast.shipped()
    assert (await shown(cast.backup, trade_id)).delivery == ""
    party: Person = getattr(cast, who)
    party.node.disclosure.disclose(trade_id, Disclosed.DELIVERY, Role.BACKUP)
    party.node.changed(trade_id)
    await cast.town.quiet()
    assert (await shown(cast.backup, trade_id)).delivery == "track me"
    assert (await shown(cast.primary, trade_id)).delivery == ""


async def test_what_is_not_there_is_not_disclosed(cast: Cast) -> None:
    trade_id = await cast.ordered()
    disclose = cast.buyer.node.disclosure.disclose
    with pytest.raises(NotAllowedError, match="stands by"):
        disclose(trade_id, Disclosed.ADDRESS, Role.PRIMARY)
    await cast.seller.accept(trade_id)
    await cast.town.all_in("agreed", trade_id, cast.everybody)
    with pytest.raises(InputError, match="no delivery"):
        disclose(trade_id, Disclosed.DELIVERY, Role.PRIMARY)
    with pytest.raises(NotAllowedError, match="only buyer and seller"):
        cast.primary.node.disclosure.disclose(trade_id, Disclosed.ADDRESS, Role.BACKUP)


async def test_a_seat_believes_only_what_the_hash_proves(cast: Cast) -> None:
    trade_id = await cast.shipped()
    seat = cast.primary
    box = bytes(seat.identity.box_key.public_key)
    other = sealed_address(AddressBlock(*["x"] * 10), "", "")
    lies: dict[type[BazaarError], tuple[int, bytes, Person, bytes]] = {
        MalformedMessageError: (1, seal_for(box, other), cast.buyer, seat.key),
        NotFoundError: (2, seal_for(box, new_delivery("x")), cast.buyer, seat.key),
        NotAllowedError: (1, seal_for(box, other), cast.backup, seat.key),
    }
    for error, (what, sealed, author, to) in lies.items():
        said = Disclose(author.key, trade_id, to, what, sealed)
        with pytest.raises(error), seat.book.unit() as unit:
            seat.node.disclosure.receive(unit, author.node.context.sign(said))
    noise = Disclose(cast.buyer.key, trade_id, seat.key, 1, b"noise")
    with pytest.raises(MalformedMessageError), seat.book.unit() as unit:
        seat.node.disclosure.receive(unit, cast.buyer.node.context.sign(noise))
    assert (await shown(seat, trade_id)).address == {}
