"""Which ratings the book holds of a slot, without reading all of them."""

from typing import Final

from bazaar.app.ports import Unit
from bazaar.domain.reputation.rating import Rating
from bazaar.domain.wire.envelope import Signed, id_of, verify_as
from bazaar.domain.wire.kinds import Kind

ID_BYTES: Final = 32
MARK: Final = "slot-ratings"


def keep_rating(unit: Unit, rating: Signed[Rating], network: bytes) -> None:
    """Keep a verified rating, to be found by its ratee and by its slot."""
    unit.keep_object(rating.id, Kind.RATING, rating.body.ratee, rating.envelope)
    _note(unit, rating, network)


def ratings_of_slot(unit: Unit, slot: bytes) -> tuple[bytes, ...]:
    """Ids of the ratings that are held of a slot, in the order of their coming."""
    held = unit.setting(_name(slot)) or b""
    return tuple(held[at : at + ID_BYTES] for at in range(0, len(held), ID_BYTES))


def index_ratings(unit: Unit, network: bytes) -> None:
    """Note the slots of ratings that a book held before there was this index."""
    if unit.setting(MARK) is not None:
        return
    for envelope in unit.objects(Kind.RATING):
        _note(unit, verify_as(Rating, envelope, network), network)
    unit.set_setting(MARK, b"1")


def _note(unit: Unit, rating: Signed[Rating], network: bytes) -> None:
    slot = id_of(rating.body.slot, network)
    held = ratings_of_slot(unit, slot)
    if rating.id not in held:
        unit.set_setting(_name(slot), b"".join((*held, rating.id)))


def _name(slot: bytes) -> str:
    return f"{MARK}:{slot.hex()}"
