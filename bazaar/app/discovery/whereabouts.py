"""Where this node is reached, told to those who need it; where partners are, told to the network."""

import logging
from collections.abc import Callable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.delivery.mail_agreements import wished
from bazaar.app.delivery.partners import Partners
from bazaar.app.ports import Unit
from bazaar.app.shop.profiles import Profiles
from bazaar.domain.stores.records import Contact
from bazaar.domain.wire.envelope import verify_as

log = logging.getLogger(__name__)

SETTLE_SECONDS: Final = 2.0
"""Two relays are found one after the other; one Contact names both."""

LOOK_SECONDS: Final = 60.0
RELAYS_FOR_OTHERS: Final = "user:serves_relay"
OPENS_PORT: Final = "user:opens_port"


class Whereabouts:
    """Signs a Contact when our addresses change, and keeps slots for those we deal with."""

    def __init__(
        self, context: Context, profiles: Profiles, partners: Partners
    ) -> None:
        self._context = context
        self._profiles = profiles
        self._partners = partners
        self._changed = trio.Event()
        self.posted: Callable[[], None] = lambda: None
        """Told when partners are owed a new Contact."""

    def changed(self) -> None:
        """The ways to this node may be others; never blocks."""
        self._changed.set()

    def settings_changed(self) -> None:
        """Relay for others and have the router open a port, or no longer, as the user says."""
        with self._context.book.unit() as unit:
            agreed = unit.setting(RELAYS_FOR_OTHERS) == b"True"
            wished = unit.setting(OPENS_PORT) == b"True"
        self._context.exchange.relay_for_others(agreed=agreed)
        self._context.exchange.open_port(wished=wished)

    async def run(self) -> None:
        """Tell what changed, and look each minute whom to keep slots for; ends by cancellation.

        What was not told is told after the next start.
        """
        self._recall()
        while True:
            self._keep_slots()
            with trio.move_on_after(LOOK_SECONDS) as waiting:
                await self._changed.wait()
            if not waiting.cancelled_caught:
                await trio.sleep(SETTLE_SECONDS)
                self._changed = trio.Event()
                await self._publish()

    def _recall(self) -> None:
        """Where partners were when they last said; the network forgets with its process."""
        exchange, network = self._context.exchange, self._context.network.id
        with self._context.book.unit() as unit:
            for key in self._partners.keys(unit):
                row = unit.partner(key)
                if row is not None and row.contact is not None:
                    contact = verify_as(Contact, row.contact, network).body
                    exchange.learn(key, contact.ways)

    def _keep_slots(self) -> None:
        with self._context.book.unit() as unit:
            self._context.exchange.reserve(self._guests(unit))

    def _guests(self, unit: Unit) -> frozenset[bytes]:
        """Trade partners and seats, followed shops, own mailboxes."""
        followed = {row.key for row in unit.peers() if row.followed and not row.blocked}
        found = self._partners.dealt_with(unit) | followed | set(wished(unit))
        return frozenset(found - {self._context.me})

    async def _publish(self) -> None:
        with self._context.book.unit() as unit:
            if not self._profiles.refresh_contact(unit):
                return
            # whoever fetches the new profile fetches the Contact with it
            head = self._profiles.publish(unit, self._profiles.own(unit).body)
            self._partners.tell_all(unit)
        self.posted()
        log.info("the ways to this node have changed")
        self._context.emit("status", {})
        await self._profiles.announce(head)
