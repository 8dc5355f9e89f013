"""One node: its services, joined and run in one nursery."""

from collections.abc import Awaitable, Callable

import trio

from bazaar.app.context import Context
from bazaar.app.services import Services
from bazaar.app.wiring import join, settings_changed


class Node(Services):
    """Runs the services; the doors use its attributes, nothing else does."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        join(self)

    def changed(self, trade: bytes) -> None:
        """A person moved a trade: tend it, and send what came of it."""
        self.tending.changed(trade)

    def tend(self, trade: bytes) -> None:
        """Do what is due for a trade."""
        self.tending.tend(trade)

    def stir(self) -> None:
        """Something was posted outside a trade; send it."""
        self.tending.stir()

    async def run(
        self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Run every service; started once the book was looked through. Ends by cancellation.

        Whatever is cut off is in the book and goes on at the next start.
        """
        self._begin()
        async with trio.open_nursery() as nursery:
            for service in self._running():
                nursery.start_soon(service)
            task_status.started()

    def _begin(self) -> None:
        self.recovery.begin()
        self.ratings.begin()
        self.clock.begin()
        self.pulse.begin()
        with self.context.book.unit() as unit:
            self.profiles.refresh_contact(unit)
            self.accounts.reconsider(unit)
            self.clearing.tend(unit)
        self.inbound.retry()
        settings_changed(self)

    def _running(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        hosted = () if self.mail_host is None else (self.mail_host.run,)
        indexes = () if self.index_host is None else (self.index_host.run,)
        return (
            self.outbox.run,
            self.market.run,
            self.room.run,
            self.acquaintances.run,
            self.signposting.run,
            self.resync.run,
            self.recovery.run,
            self.homecoming.run,
            self.trade_index.run,
            self.resealing.run,
            self.backup_schedule.run,
            self.shredding.run,
            self.pulse.run,
            self.presence.run,
            self.clock.run,
            self.shop.run,
            self.shop.run_directory,
            self.counter.run,
            self.doorkeeper.run,
            self.proofs.run,
            self.tending.run,
            self.greetings.run,
            self.partners.run,
            self.prekeys.run,
            self.mailboxes.run,
            self.whereabouts.run,
            self.downloads.run,
            self.talk.run,
            self.wishes.run,
            self.searches.run,
            self.follows.run,
            self.lists.run,
            self.mirrors.run,
            self.sightings.run,
            self.segments.run,
            self.fresh_join.run,
            *hosted,
            *indexes,
        )
