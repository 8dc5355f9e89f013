"""People and amounts as the doors show them."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from bazaar.app.context import Context
from bazaar.domain.amounts.money import scale_of
from bazaar.domain.errors import InputError
from bazaar.domain.keys.fingerprint import fingerprint
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.stores.records import Profile
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind
from bazaar.rpc.schema.call import MoneyView

PROFILES: Final = 2_000


class Person(NamedTuple):
    """A key with what is shown beside it."""

    key: bytes
    peer_id: str
    name: str
    words: tuple[str, ...]
    colour: str
    online: bool


class People:
    """Looks up names; one instance per answer, so that each key is asked for once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.me = context.me
        self._online = {one.key for one in context.exchange.peers()} | {context.me}
        self._known: dict[bytes, Person] = {}
        self._read: dict[bytes, bytes | None] = {}

    async def meet(self, keys: Iterable[bytes]) -> None:
        """Read the profiles of all ``keys`` at once, for ``person`` to be quick."""
        strangers = [key for key in set(keys) if key not in self._known]
        found = await self._context.catalogue.records_of(Kind.PROFILE, strangers)
        self._read |= {key: found.get(key) for key in strangers}

    async def person(self, key: bytes) -> Person:
        """The person of ``key``; the short peer id stands for an unknown name."""
        if key not in self._known:
            profile = await self.profile(key)
            mark = fingerprint(key)
            text = peer_id(key)
            name = profile.name if profile else f"…{text[-8:]}"
            self._known[key] = Person(
                key, text, name, mark.words, mark.hex_colour, key in self._online
            )
        return self._known[key]

    async def profile(self, key: bytes) -> Profile | None:
        """Own or last known profile."""
        envelope: bytes | None
        if key == self._context.me:
            with self._context.book.unit() as unit:
                row = unit.record(Kind.PROFILE)
            envelope = row.envelope if row else None
        elif key in self._read:
            envelope = self._read[key]
        else:
            envelope = await self._context.catalogue.record(Kind.PROFILE, key)
        if envelope is None:
            return None
        return _profile(envelope, self._context.network.id)


@lru_cache(PROFILES)
def _profile(envelope: bytes, network: bytes) -> Profile:
    """A profile is verified once, however often it is shown."""
    return verify_as(Profile, envelope, network).body


def money(minor: int, unit: str) -> MoneyView:
    """An amount; units that are not known here show whole numbers."""
    try:
        scale = scale_of(unit)
    except InputError:
        scale = 0
    return MoneyView(minor=minor, unit=unit, scale=scale)
