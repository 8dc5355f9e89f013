"""All services of one node in one nursery, and what happens between them."""

import contextlib
import logging
from typing import Any, Final

import trio

from bazaar.app.account_recovery import AccountRecovery
from bazaar.app.accounts import Accounts
from bazaar.app.backup import Backups
from bazaar.app.briefing import Briefing
from bazaar.app.clearing import Clearing
from bazaar.app.clock_watch import ClockWatch
from bazaar.app.conduct import Conduct
from bazaar.app.consent import Consent
from bazaar.app.context import Context
from bazaar.app.counter import Counter
from bazaar.app.credit import CreditRail
from bazaar.app.credit_judge import CreditJudge
from bazaar.app.deeds import Deeds
from bazaar.app.deposits import Deposits
from bazaar.app.disclosure import Disclosure
from bazaar.app.doorkeeper import Doorkeeper
from bazaar.app.downloads import Downloads
from bazaar.app.files import Files
from bazaar.app.hub import Hub
from bazaar.app.hub_choice import HubChoice
from bazaar.app.inbound import Inbound, Receiver
from bazaar.app.mail_host import MailHost
from bazaar.app.mailboxes import Mailboxes
from bazaar.app.market import Market
from bazaar.app.ordering import Ordering
from bazaar.app.outbox import Outbox
from bazaar.app.partners import Partners
from bazaar.app.ports import BookError, Unit
from bazaar.app.prekeys import Prekeys
from bazaar.app.presence import Presence
from bazaar.app.profiles import Profiles
from bazaar.app.proofs import Proofs
from bazaar.app.pulse import Pulse
from bazaar.app.ratings import Ratings
from bazaar.app.recovery import Recovery
from bazaar.app.resync import Resync
from bazaar.app.room import Room
from bazaar.app.serving import Serving
from bazaar.app.shelf import Shelf
from bazaar.app.shop import Shop
from bazaar.app.talk import Talk
from bazaar.app.trades import Trades, contract_name
from bazaar.app.witness import Witness
from bazaar.domain.contract import HUB_PLACE
from bazaar.domain.envelope import Signed
from bazaar.domain.errors import BazaarError, RefusedError
from bazaar.domain.exchange import RequestType
from bazaar.domain.kinds import TRADE_KINDS, Kind
from bazaar.domain.messages import Role
from bazaar.domain.phases import Phase
from bazaar.domain.trade import Trade

log = logging.getLogger(__name__)

PROBLEM_RETRY_SECONDS: Final = 60
CONSENT_RETRY_SECONDS: Final = 5
LAST_CONSENT_RETRY_SECONDS: Final = 3600
MAX_CONSENTS: Final = 8
QUEUE: Final = 1000
"""Trades to consent to, or peers to greet, that wait at most."""


class Node:
    """Builds the services from one Context and runs them.

    Attributes are the services; the doors use them, nothing else does.
    """

    _touched: set[bytes]
    _consenting: set[bytes]
    _refusals: dict[bytes, int]

    def __init__(self, context: Context) -> None:
        self.context = context
        self.trades, self.accounts = Trades(context), Accounts(context)
        self.rail = CreditRail(context, self.accounts)
        self.clearing, self.hub = (
            Clearing(context, self.accounts),
            Hub(context, self.trades, self.accounts),
        )
        self.shop = Shop(context)
        self.profiles = Profiles(context, self.shop)
        self.market, self.files = Market(context), Files(context)
        self.room = Room(context, self.market)
        self.consent = Consent(context, self.trades, self.market, self.rail)
        self.ordering = Ordering(
            context,
            self.trades,
            self.market,
            self.rail,
            HubChoice(context, self.accounts),
        )
        self.disclosure, self.briefing, self.downloads = (
            Disclosure(context, self.trades),
            Briefing(context, self.trades),
            Downloads(context, self.trades),
        )
        self.counter, self.doorkeeper, self.shelf = (
            Counter(context, self.shop),
            Doorkeeper(context, self.profiles),
            Shelf(context, self.shop),
        )
        self.deeds = Deeds(context, self.trades, self.consent, self.rail, self.counter)
        self.conduct = Conduct(context, self.trades, self.rail, self.counter)
        self.ratings = Ratings(context, self.trades)
        self.proofs, self.partners = (
            Proofs(context),
            Partners(context, self.trades, self.market),
        )
        self.talk = Talk(context, self.trades, self.partners)
        self.backups = Backups(context, self.trades)
        self.prekeys = Prekeys(context, self.profiles)
        self.outbox = _outbox(context, self.partners)
        self.pulse = Pulse(context, self.trades, self._look_at, self._bound_trades)
        self.inbound = Inbound(context, self._receivers(), self._tend_soon)
        self.mailboxes = Mailboxes(
            context, self.profiles, self.prekeys, self.partners, self.inbound
        )
        self.mail_host = MailHost(context, context.mail) if context.mail else None
        self.resync = Resync(context, self.trades, self.inbound)
        self.recovery = Recovery(
            context,
            self.trades,
            self.resync,
            AccountRecovery(context, self.accounts),
            self.partners,
        )
        self.serving = Serving(context, self.shop, self.files, self.ratings)
        self._touched, self._consenting, self._refusals = set(), set(), {}
        self._open_queues()
        self._join()

    def _open_queues(self) -> None:
        """What callbacks, which must not wait, leave to the node's own tasks."""
        self._calls, self._to_tend = trio.open_memory_channel[None](1)
        self._consents, self._asked = trio.open_memory_channel[bytes](QUEUE)
        self._arrivals, self._to_greet = trio.open_memory_channel[bytes](QUEUE)

    def _join(self) -> None:
        """Tell services of each other where one must not know the other's class."""
        judge = CreditJudge(self.context, self.trades, self.hub, self.clearing)
        self.accounts.judge, self.accounts.advanced = judge.judge, judge.advanced
        self.accounts.shares, self.accounts.witnessed = judge.shares, judge.witnessed
        self.accounts.behind = self._greet_again
        self.trades.lost = self.recovery.nudge
        self.trades.is_away = lambda: self.pulse.is_away
        self.pulse.beaten = self.recovery.beat
        self._watch_time()
        self.trades.promised = self._promised_before
        self.recovery.tell(self._answered)
        self.profiles.changed = self._settings_changed
        self.mailboxes.posted = self.outbox.nudge
        self.resync.posted = self.outbox.nudge
        self.partners.learned = self.mailboxes.nudge
        self.counter.taken = self._recount
        self.inbound.keys = self.prekeys.keys
        self.outbox.heard = self.talk.acknowledged
        self.talk.chat.posted = self.outbox.nudge
        self.talk.chat.met = self.mailboxes.nudge
        self.talk.resync.posted = self.outbox.nudge
        self._listen()

    def _watch_time(self) -> None:
        """Spells begin late, and a clock that jumped stops what is automatic."""
        self.presence = Presence(
            self.context, self.trades, self.mailboxes, self.resync, self.pulse.arrive
        )
        self.pulse.left = self.presence.left
        self.clock = ClockWatch(self.context)
        self.conduct.is_paused = lambda: self.clock.is_paused
        self.deeds.clock_doubt = self.clock.words
        self.clock.ended = self._look_at_all

    def _look_at_all(self) -> None:
        """What was due during a pause is due now."""
        with self.context.book.unit() as unit:
            self._touched |= {row.id for row in unit.trades(open_only=True)}
        self._tend_soon()

    def _listen(self) -> None:
        exchange = self.context.exchange
        self.inbound.hear = Witness(self.context, self.proofs.nudge).hear
        for kind, handler in self.serving.handlers().items():
            exchange.serve(kind, handler)
        for kind, handler in self.proofs.handlers().items():
            exchange.serve(kind, handler)
        exchange.serve(RequestType.PUT, self.inbound.put)
        exchange.serve(RequestType.HUB, self.hub.answer)
        exchange.serve(RequestType.PUT_SEALED, self.inbound.put_sealed)
        self.talk.resync.listen()
        exchange.serve(RequestType.DIGEST, self.resync.digests)
        exchange.serve(RequestType.MISSING, self.resync.missing)
        self.recovery.serve(self.mailboxes)
        if self.mail_host is not None:
            self.mail_host.knows = self.partners.is_contact
            self.mail_host.listen()
        exchange.on_connected(self._connected)
        self.context.gossip.on_head(self.market.news.heard)

    def _receivers(self) -> dict[Kind, Receiver]:
        trade: dict[Kind, Receiver] = dict.fromkeys(TRADE_KINDS, self._receive_step)
        return trade | {
            Kind.ACCOUNT_PROPOSE: self._with_all_trades(self.accounts.receive_propose),
            Kind.ACCOUNT_ACCEPT: self._with_all_trades(self.accounts.receive_accept),
            Kind.ACCOUNT_REJECT: self._with_all_trades(self.accounts.receive_reject),
            Kind.CLEAR_SEEK: self.clearing.receive_seek,
            Kind.CLEAR_PLAN: self.clearing.receive_plan,
            Kind.CLEAR_VOTE: self.clearing.receive_vote,
            Kind.ADDRESS: self.conduct.receive_address,
            Kind.DISCLOSE: self.disclosure.receive,
            Kind.LISTING: self._receive_paper,
            Kind.ARBITER_OFFER: self._receive_paper,
            Kind.RATING: self.ratings.receive,
            Kind.PROFILE: self.partners.receive,
            Kind.CONTACT: self.partners.receive,
            Kind.CHAT: self.talk.chat.receive,
            Kind.ACK: self.outbox.receive_ack,
        }

    def _receive_step(self, unit: Unit, message: Signed[Any]) -> None:
        if self.trades.receive(unit, message):
            self._touched.add(getattr(message.body, "trade", b"") or message.id)
            self._touched.add(message.id)

    def _receive_paper(self, unit: Unit, message: Signed[Any]) -> None:
        self._touched |= self.briefing.receive(unit, message)

    def _with_all_trades(self, receive: Receiver) -> Receiver:
        """What an account says may matter to any trade with its partner."""

        def received(unit: Unit, message: Signed[Any]) -> None:
            bound = self._bound(unit, message.author)
            receive(unit, message)
            rows = unit.trades(open_only=True)
            ids = {row.id for row in rows} | bound | self._bound(unit, message.author)
            self._touched |= {
                one for one in ids if message.author in self.trades.keys(unit, one)
            }

        return received

    def _bound(self, unit: Unit, partner: bytes | None = None) -> set[bytes]:
        """Trades for which anything is still bound, ended ones too."""
        named = map(contract_name, self.rail.bound_contracts(unit, partner))
        return {trade for name in named if (trade := unit.setting(name)) is not None}

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
        self.proofs.nudge()
        touched, self._touched = self._touched, set()
        for trade in touched:
            with self.context.book.unit() as unit:
                is_known = unit.trade(trade) is not None
                waits = is_known and bool(unit.parked(trade))
            if waits:
                self.inbound.retry(trade)
            if is_known:
                self.tend(trade)
        with self.context.book.unit() as unit:
            self.clearing.tend(unit)
        self.outbox.nudge()

    def tend(self, trade: bytes) -> None:
        """Do what is due for a trade; accounts are judged again, consent is asked for."""
        try:
            done = self._advance(trade)
            with self.context.book.unit() as unit:
                judged = self.accounts.reconsider(unit)
                asked = self._asks_consent(unit, trade)
                row = unit.trade(trade)
                if row is not None and row.role != HUB_PLACE:
                    self.talk.tell_of(unit, trade)
            if judged:
                done = self._advance(trade)
            if not done:
                self.pulse.remind(trade, PROBLEM_RETRY_SECONDS)
            if asked:
                self._consents.send_nowait(trade)
        except trio.WouldBlock:
            log.warning("too many consents at once")
        except BazaarError as error:
            log.warning(
                "a trade could not be tended", extra={"why": type(error).__name__}
            )
        self.pulse.forget(trade)
        self.mailboxes.meet(trade)
        self.context.emit("order", {"order_id": trade.hex()})
        self.outbox.nudge()

    def _advance(self, trade: bytes) -> bool:
        """All own steps, as a role and as the hub; False if one was refused."""
        with self.context.book.unit() as unit:
            row = unit.trade(trade)
            carries = self.trades.hub(unit, trade) == self.context.me
        done = row is None or row.role == HUB_PLACE or self.conduct.tend(trade)
        if carries:
            self.hub.tend(trade)
        return done

    def _asks_consent(self, unit: Unit, trade: bytes) -> bool:
        """Whether a seat has not said yet that it will judge the trade."""
        row = unit.trade(trade)
        if self.clock.is_paused:
            return False
        if row is None or row.role not in {Role.PRIMARY, Role.BACKUP}:
            return False
        return row.phase == Phase.ACCEPTED

    def _look_at(self, trade: bytes | None) -> None:
        """Time has passed: first take what was dated ahead, then tend."""
        if trade is None:
            self.inbound.retry_due()
            with self.context.book.unit() as unit:
                self.clearing.tend(unit)
        else:
            self.tend(trade)

    def _recount(self, unit: Unit) -> None:
        """Stock was promised: orders that wait for an answer may no longer be served."""
        rows = unit.trades(role=Role.SELLER, open_only=True)
        self._touched |= {row.id for row in rows if row.phase == Phase.OFFERED}

    def _bound_trades(self) -> set[bytes]:
        with self.context.book.unit() as unit:
            return self._bound(unit)

    def stir(self) -> None:
        """Something was posted outside a trade; send it."""
        with self.context.book.unit() as unit:
            self.accounts.reconsider(unit)
        self.outbox.nudge()

    def _settings_changed(self) -> None:
        if self.mail_host is not None:
            self.mail_host.refresh()
        self.mailboxes.nudge()

    # ------------------------------------------------------------- running

    async def run(
        self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Run every service; started once the book was looked through. Ends by cancellation.

        Whatever is cut off is in the book and goes on at the next start.
        """
        self.recovery.begin()
        self.clock.begin()
        self.pulse.begin()
        with self.context.book.unit() as unit:
            self.profiles.refresh_contact(unit)
            self.accounts.reconsider(unit)
            self.clearing.tend(unit)
        self.inbound.retry()
        self._settings_changed()
        services = [
            self.outbox.run,
            self.market.news.run,
            self.room.run,
            self.resync.run,
            self.recovery.run,
            self.pulse.run,
            self.presence.run,
            self.clock.run,
            self.shop.run,
            self.shop.run_directory,
            self.counter.run,
            self.doorkeeper.run,
            self.proofs.run,
            self._run_tending,
            self._run_consents,
            self._run_greetings,
            self.partners.run,
            self.prekeys.run,
            self.mailboxes.run,
            self.downloads.run,
            self.talk.run,
        ]
        if self.mail_host is not None:
            services.append(self.mail_host.run)
        async with trio.open_nursery() as nursery:
            for service in services:
                nursery.start_soon(service)
            task_status.started()

    async def _run_tending(self) -> None:
        async for _ in self._to_tend:
            try:
                self._tend_touched()
            except BookError:
                log.warning("the book failed; what is due is done at the next look")

    async def _run_consents(self) -> None:
        """Consent to several contracts at once: a slow seller holds up only its own."""
        places = trio.CapacityLimiter(MAX_CONSENTS)
        async with trio.open_nursery() as nursery:
            async for trade in self._asked:
                if trade not in self._consenting:
                    self._consenting.add(trade)
                    nursery.start_soon(self._consent, trade, places)

    async def _consent(self, trade: bytes, places: trio.CapacityLimiter) -> None:
        try:
            async with places:
                signed = await self.consent.consent(trade)
            self._refusals.pop(trade, None)
            if signed:
                self._note_problem(trade, "")
                self.changed(trade)
        except BazaarError as error:
            log.info("no consent yet", extra={"why": type(error).__name__})
            self._note_problem(trade, str(error))
            times = self._refusals.get(trade, 0)
            self._refusals[trade] = times + 1
            wait = CONSENT_RETRY_SECONDS << min(times, 16)
            self.pulse.remind(trade, min(wait, LAST_CONSENT_RETRY_SECONDS))
        finally:
            self._consenting.discard(trade)
            self.outbox.nudge()

    def _note_problem(self, trade: bytes, words: str) -> None:
        with contextlib.suppress(BookError), self.context.book.unit() as unit:
            unit.set_fact(trade, "problem", words.encode() or None)

    def _promised_before(self, unit: Unit, trade: Trade) -> None:
        """An Accept that a restored book had lost; there may be too little left for it."""
        with contextlib.suppress(RefusedError):
            self.counter.promise(unit, trade)

    def _answered(self, peer: bytes) -> None:
        """``peer`` has shown what was missing here: go on where it was awaited."""
        with self.context.book.unit() as unit:
            ids = {row.id for row in unit.trades(open_only=True)} | self._bound(unit)
            self._touched |= {one for one in ids if peer in self.trades.keys(unit, one)}
        self._tend_soon()
        self.stir()

    def _greet_again(self, peer: bytes) -> None:
        try:
            self._arrivals.send_nowait(peer)
        except trio.WouldBlock:
            log.warning("too many arrivals at once")

    def _connected(self, peer: bytes) -> None:
        self._greet_again(peer)
        self.outbox.seen_online(peer)
        self.mailboxes.seen_online(peer)
        self.context.emit("peers", {})

    async def _run_greetings(self) -> None:
        async with trio.open_nursery() as nursery:
            async for peer in self._to_greet:
                nursery.start_soon(self._greet, peer)

    async def _greet(self, peer: bytes) -> None:
        await self.market.news.greet(peer)
        await self.resync.compare(peer)
        await self.talk.resync.compare(peer)
        await self.recovery.met(peer)
        await self.proofs.tell(peer)


def _outbox(context: Context, partners: Partners) -> Outbox:
    deposits = Deposits(context, partners)
    return Outbox(context, deposits.leave, deposits.close)
