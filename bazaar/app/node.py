"""All services of one node in one nursery, and what happens between them."""

import contextlib
import logging
from typing import Any, Final

import trio

from bazaar.app.accounts import Accounts
from bazaar.app.conduct import Conduct
from bazaar.app.consent import Consent
from bazaar.app.context import Context
from bazaar.app.credit import CreditRail
from bazaar.app.credit_judge import CreditJudge
from bazaar.app.deeds import Deeds
from bazaar.app.files import Files
from bazaar.app.inbound import Inbound, Receiver
from bazaar.app.market import Market
from bazaar.app.ordering import Ordering
from bazaar.app.outbox import Outbox
from bazaar.app.ports import Unit
from bazaar.app.profiles import Profiles
from bazaar.app.pulse import Pulse
from bazaar.app.ratings import Ratings
from bazaar.app.resync import Resync
from bazaar.app.serving import Serving
from bazaar.app.shop import Shop
from bazaar.app.trades import Trades
from bazaar.domain.envelope import Signed
from bazaar.domain.errors import BazaarError
from bazaar.domain.exchange import RequestType
from bazaar.domain.kinds import TRADE_KINDS, Kind

log = logging.getLogger(__name__)

CONSENT_RETRY_SECONDS: Final = 5


class Node:
    """Builds the services from one Context and runs them.

    Attributes are the services; the doors use them, nothing else does.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.trades = Trades(context)
        self.accounts = Accounts(context)
        self.rail = CreditRail(context, self.accounts)
        self.shop = Shop(context)
        self.profiles = Profiles(context, self.shop)
        self.market = Market(context)
        self.files = Files(context)
        self.consent = Consent(context, self.trades, self.market, self.rail)
        self.ordering = Ordering(context, self.trades, self.market, self.rail)
        self.deeds = Deeds(context, self.trades, self.consent, self.rail)
        self.conduct = Conduct(context, self.trades, self.rail)
        self.ratings = Ratings(context, self.trades)
        self.outbox = Outbox(context)
        self.pulse = Pulse(context, self.trades, self.tend)
        self.inbound = Inbound(context, self._receivers(), self._tend_soon)
        self.resync = Resync(context, self.trades, self.inbound)
        self.serving = Serving(context, self.shop, self.files, self.ratings)
        judge = CreditJudge(context, self.trades)
        self.accounts.judge, self.accounts.advanced = judge.judge, judge.advanced
        self.accounts.shares = judge.shares
        self._touched: set[bytes] = set()
        self._calls, self._to_tend = trio.open_memory_channel[None](1)
        self._consents, self._asked = trio.open_memory_channel[bytes](1000)
        self._arrivals, self._to_greet = trio.open_memory_channel[bytes](1000)
        self._listen()

    def _listen(self) -> None:
        exchange = self.context.exchange
        for kind, handler in self.serving.handlers().items():
            exchange.serve(kind, handler)
        exchange.serve(RequestType.PUT, self.inbound.put)
        exchange.serve(RequestType.DIGEST, self.resync.digests)
        exchange.serve(RequestType.MISSING, self.resync.missing)
        exchange.on_connected(self._connected)
        self.context.gossip.on_head(self.market.heard)

    def _receivers(self) -> dict[Kind, Receiver]:
        trade: dict[Kind, Receiver] = dict.fromkeys(TRADE_KINDS, self._receive_step)
        return trade | {
            Kind.ACCOUNT_PROPOSE: self._with_all_trades(self.accounts.receive_propose),
            Kind.ACCOUNT_ACCEPT: self._with_all_trades(self.accounts.receive_accept),
            Kind.ACCOUNT_REJECT: self._with_all_trades(self.accounts.receive_reject),
            Kind.ADDRESS: self.conduct.receive_address,
            Kind.RATING: self.ratings.receive,
        }

    def _receive_step(self, unit: Unit, message: Signed[Any]) -> None:
        if self.trades.receive(unit, message):
            self._touched.add(getattr(message.body, "trade", b"") or message.id)
            self._touched.add(message.id)

    def _with_all_trades(self, receive: Receiver) -> Receiver:
        """What an account says may matter to any trade with its partner."""

        def received(unit: Unit, message: Signed[Any]) -> None:
            receive(unit, message)
            self._touched |= {
                row.id
                for row in unit.trades(open_only=True)
                if message.author in {row.buyer, row.seller} or row.role in {1, 2, 3}
            }

        return received

    # ------------------------------------------------------------- tending

    def changed(self, trade: bytes) -> None:
        """A person moved a trade: tend it, and send what came of it."""
        self._touched.add(trade)
        self._tend_touched()

    def _tend_soon(self) -> None:
        """Peers wait for their Ack meanwhile: what follows from it is done after that."""
        with contextlib.suppress(trio.WouldBlock):
            self._calls.send_nowait(None)

    def _tend_touched(self) -> None:
        touched, self._touched = self._touched, set()
        for trade in touched:
            with self.context.book.unit() as unit:
                is_known = unit.trade(trade) is not None
            if is_known:
                self.tend(trade)

    def tend(self, trade: bytes) -> None:
        """Do what is due for a trade; accounts are judged again, consent is asked for."""
        try:
            self.conduct.tend(trade)
            with self.context.book.unit() as unit:
                self.accounts.reconsider(unit)
            self.conduct.tend(trade)
        except BazaarError as error:
            log.warning("a trade could not be tended", extra={"why": repr(error)})
        self.pulse.forget(trade)
        try:
            self._consents.send_nowait(trade)
        except trio.WouldBlock:
            log.warning("too many consents at once")
        self.context.emit("order", {"order_id": trade.hex()})
        self.outbox.nudge()

    def stir(self) -> None:
        """Something was posted outside a trade; send it."""
        with self.context.book.unit() as unit:
            self.accounts.reconsider(unit)
        self.outbox.nudge()

    # ------------------------------------------------------------- running

    async def run(
        self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Run every service; started once the book was looked through. Ends by cancellation.

        Whatever is cut off is in the book and goes on at the next start.
        """
        self.pulse.begin()
        with self.context.book.unit() as unit:
            self.profiles.refresh_contact(unit)
            self._retry_parked(unit)
        services = (
            self.outbox.run,
            self.market.run,
            self.resync.run,
            self.pulse.run,
            self.shop.run,
            self.shop.run_directory,
            self._run_tending,
            self._run_consents,
            self._run_greetings,
        )
        async with trio.open_nursery() as nursery:
            for service in services:
                nursery.start_soon(service)
            task_status.started()

    def _retry_parked(self, unit: Unit) -> None:
        self.accounts.reconsider(unit)

    async def _run_tending(self) -> None:
        async for _ in self._to_tend:
            self._tend_touched()

    async def _run_consents(self) -> None:
        async for trade in self._asked:
            try:
                if await self.consent.consent(trade):
                    self.changed(trade)
            except BazaarError as error:
                log.info("no consent yet", extra={"why": repr(error)})
                with self.context.book.unit() as unit:
                    unit.set_fact(trade, "problem", str(error).encode())
                self.pulse.remind(trade, CONSENT_RETRY_SECONDS)
            self.outbox.nudge()

    def _connected(self, peer: bytes) -> None:
        try:
            self._arrivals.send_nowait(peer)
        except trio.WouldBlock:
            log.warning("too many arrivals at once")
        self.outbox.seen_online(peer)
        self.context.emit("peers", {})

    async def _run_greetings(self) -> None:
        async with trio.open_nursery() as nursery:
            async for peer in self._to_greet:
                nursery.start_soon(self._greet, peer)

    async def _greet(self, peer: bytes) -> None:
        await self.market.greet(peer)
        await self.resync.compare(peer)
