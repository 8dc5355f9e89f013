"""People and amounts as the doors show them."""

from typing import NamedTuple

from bazaar.app.context import Context
from bazaar.domain.envelope import verify_as
from bazaar.domain.errors import InputError
from bazaar.domain.fingerprint import fingerprint
from bazaar.domain.kinds import Kind
from bazaar.domain.money import scale_of
from bazaar.domain.peer_ids import peer_id
from bazaar.domain.records import Profile
from bazaar.rpc.schema import MoneyView


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
        self._online = {one.key for one in context.exchange.peers()} | {context.me}
        self._known: dict[bytes, Person] = {}

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
        else:
            envelope = await self._context.catalogue.record(Kind.PROFILE, key)
        if envelope is None:
            return None
        return verify_as(Profile, envelope, self._context.network.id).body


def money(minor: int, unit: str) -> MoneyView:
    """An amount; units that are not known here show whole numbers."""
    try:
        scale = scale_of(unit)
    except InputError:
        scale = 0
    return MoneyView(minor=minor, unit=unit, scale=scale)
