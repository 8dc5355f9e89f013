"""Which stores the user mirrors, and which mirrors of the own store are named, as the book has it."""

from typing import Final

import msgspec

from bazaar.app.ports import Unit
from bazaar.domain.stores.mirroring import MAX_MIRRORS_NAMED

MIRROR: Final = "mirror:"
HELD_BY: Final = "mirrored-by:"
MIRROR_FRIENDS: Final = "user:mirror_friends"
"""Whether a contact that mirrors the own store is mirrored in return."""

TOLD_SECONDS: Final = 7 * 86_400
"""A mirror that has not told of itself for so long is named no more."""

MAX_HOLDERS: Final = 200


class Mirrored(msgspec.Struct, frozen=True):
    """A store that the user keeps a copy of.

    Attributes:
        quota: Bytes that its listings and pictures may have.
        since: When it was begun.
        whole: When all of it was last here under the newest head, or 0.
    """

    quota: int
    since: int
    whole: int = 0


class Holder(msgspec.Struct, frozen=True):
    """A node that said it keeps a copy of the own store."""

    at: int
    seq: int
    listings: int
    pictures: int
    quota: int
    is_contact: bool


def mirrored(unit: Unit) -> dict[bytes, Mirrored]:
    """Every store that is mirrored."""
    return {
        bytes.fromhex(name): msgspec.msgpack.decode(value, type=Mirrored)
        for name, value in unit.settings(MIRROR).items()
    }


def put_mirrored(unit: Unit, store: bytes, row: Mirrored | None) -> None:
    """Mirror a store, or with None no more."""
    value = None if row is None else msgspec.msgpack.encode(row)
    unit.set_setting(MIRROR + store.hex(), value)


def holders(unit: Unit, now: int) -> dict[bytes, Holder]:
    """Who has told within a week that it mirrors the own store."""
    found = {
        bytes.fromhex(name): msgspec.msgpack.decode(value, type=Holder)
        for name, value in unit.settings(HELD_BY).items()
    }
    return {key: row for key, row in found.items() if row.at > now - TOLD_SECONDS}


def put_holder(unit: Unit, key: bytes, row: Holder | None, now: int) -> None:
    """Note a mirror of the own store; beyond 200 a stranger is not noted."""
    live = holders(unit, now)
    for name in unit.settings(HELD_BY):
        if bytes.fromhex(name) not in live:
            unit.set_setting(HELD_BY + name, None)
    if row is not None and key not in live and len(live) >= MAX_HOLDERS:
        return
    value = None if row is None else msgspec.msgpack.encode(row)
    unit.set_setting(HELD_BY + key.hex(), value)


def named(unit: Unit, now: int) -> tuple[bytes, ...]:
    """Mirrors that the own Contact names: contacts alone, the fullest first."""
    ours = [(row, key) for key, row in holders(unit, now).items() if row.is_contact]
    ours.sort(key=lambda one: (-one[0].listings, one[1]))
    return tuple(key for _, key in ours[:MAX_MIRRORS_NAMED])
