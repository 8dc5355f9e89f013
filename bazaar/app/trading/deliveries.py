"""What was delivered with each shipment, as those keep it who may read it (7.3, 13)."""

from collections.abc import Iterator, Mapping

import msgspec

from bazaar.app.ports import Unit
from bazaar.app.trading.sealed import delivery_hash, open_delivery
from bazaar.domain.delivery.delivery import SealedDelivery
from bazaar.domain.exchange.coding import encode
from bazaar.domain.trading.goods import delivery_of
from bazaar.domain.trading.messages import Role, Ship
from bazaar.domain.trading.trade import Trade


def keep_delivery(unit: Unit, trade: bytes, delivery: SealedDelivery) -> bytes:
    """Remember what was sealed, or what a party disclosed; its hash."""
    digest = delivery_hash(delivery)
    unit.set_fact(trade, _name(digest), encode(delivery))
    return digest


def deliveries(unit: Unit, trade: Trade, role: Role) -> dict[bytes, SealedDelivery]:
    """What ``role`` can read of each Ship, by the Ship's id."""
    key = unit.secret(trade.id, "box") if role is Role.BUYER else None
    found: dict[bytes, SealedDelivery] = {}
    for ship in trade.facts.of(Ship):
        digest = ship.body.delivery_hash
        kept = unit.fact(trade.id, _name(digest))
        opened = msgspec.msgpack.decode(kept, type=SealedDelivery) if kept else None
        if opened is None and key is not None:
            opened = open_delivery(ship.body.delivery, key, digest)
        if opened is not None:
            found[ship.id] = opened
    return found


def notes_of(trade: Trade, read: Mapping[bytes, SealedDelivery]) -> dict[bytes, str]:
    """Tracking, link or code of each Ship that was ``read``, without the keys of its files."""
    return {
        ship.id: delivery_of(read[ship.id].data, len(ship.body.goods))[0]
        for ship in trade.facts.of(Ship)
        if ship.id in read
    }


def delivery_names(trade: Trade) -> Iterator[str]:
    """Facts under which deliveries of ``trade`` are kept."""
    for ship in trade.facts.of(Ship):
        yield _name(ship.body.delivery_hash)


def _name(digest: bytes) -> str:
    return f"delivery:{digest.hex()}"
