"""Who keeps a copy of the own store: they say so themselves; contacts are named to everybody."""

import logging
from collections.abc import Callable

from bazaar.app.context import Context
from bazaar.app.delivery.partners import Partners
from bazaar.app.mirrors.mirror_list import (
    MIRROR_FRIENDS,
    Holder,
    holders,
    mirrored,
    named,
    put_holder,
)
from bazaar.app.ports import Request
from bazaar.app.shop.profiles import Profiles
from bazaar.domain.errors import InputError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.stores.mirroring import (
    DEFAULT_QUOTA_BYTES,
    LEAST_QUOTA_BYTES,
    MirrorTell,
    MirrorTold,
)

log = logging.getLogger(__name__)


class MirrorHolders:
    """Answers ``mirror.tell``; mirrors a contact in return if the user wants that."""

    def __init__(
        self,
        context: Context,
        profiles: Profiles,
        partners: Partners,
        keep: Callable[[bytes, int], None],
    ) -> None:
        self._context = context
        self._profiles = profiles
        self._partners = partners
        self._keep = keep
        self.posted: Callable[[], None] = lambda: None
        """Told when records were put into the outbox."""

    def listen(self) -> None:
        """Serve from now on; before the network runs."""
        self._context.exchange.serve(RequestType.MIRROR_TELL, self.told)

    def holders(self) -> dict[bytes, Holder]:
        """Who has told within a week that it has a copy."""
        with self._context.book.unit() as unit:
            return holders(unit, self._context.now())

    async def told(self, request: Request) -> bytes:
        """A peer says that it keeps a copy, or with quota 0 that it does no more."""
        said, now = decode(MirrorTell, request.body), self._context.now()
        with self._context.book.unit() as unit:
            is_contact = self._partners.is_contact(unit, request.peer)
            row = Holder(
                now, said.seq, said.listings, said.pictures, said.quota, is_contact
            )
            put_holder(unit, request.peer, row if said.quota else None, now)
            is_named = request.peer in named(unit, now)
            in_return = (
                is_contact
                and said.quota >= LEAST_QUOTA_BYTES
                and unit.setting(MIRROR_FRIENDS) == b"True"
                and request.peer not in mirrored(unit)
            )
        if in_return:
            self._mirror_back(request.peer, said.quota)
        await self._publish()
        self._context.emit("mirror", {})
        return encode(MirrorTold(is_named))

    def _mirror_back(self, peer: bytes, quota: int) -> None:
        try:
            self._keep(peer, min(quota, DEFAULT_QUOTA_BYTES))
        except InputError as error:
            log.info("a friend is not mirrored in return", extra={"why": str(error)})

    async def _publish(self) -> None:
        """Say in the Contact who mirrors the store, when that has changed."""
        with self._context.book.unit() as unit:
            told = self._profiles.contact(unit)
            wanted = named(unit, self._context.now())
            if set(told.mirrors if told else ()) == set(wanted):
                return
            self._profiles.refresh_contact(unit)
            # whoever fetches the new profile fetches the Contact with it
            head = self._profiles.publish(unit, self._profiles.own(unit).body)
            self._partners.tell_all(unit)
        self.posted()
        await self._profiles.announce(head)
