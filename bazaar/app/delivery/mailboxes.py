"""Own mailboxes: agrees with the hosts that the user chose, collects, acknowledges, drops."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

import trio

from bazaar.app.context import Context
from bazaar.app.delivery import mail_agreements as agreements
from bazaar.app.delivery.partners import Partners
from bazaar.app.delivery.prekeys import Prekeys
from bazaar.app.ports import Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.shop.profiles import Profiles
from bazaar.app.trading.inbound import Inbound
from bazaar.domain.delivery.delivery import MAX_ACK_IDS, Ack
from bazaar.domain.delivery.mail import (
    ENOUGH_MAILBOXES,
    MAX_AGREEMENT_SECONDS,
    Pair,
    check_signed,
    drop_bytes,
    keep_bytes,
    kept_bytes,
    lock_of,
    sign,
    take_bytes,
    token,
)
from bazaar.domain.delivery.seal import open_mail
from bazaar.domain.errors import BazaarError, MalformedMessageError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.mail import (
    MAX_DROPS,
    MAX_TOKENS,
    Answered,
    Letter,
    MailDrop,
    MailDropped,
    MailKeep,
    MailKept,
    MailTake,
    MailTaken,
)
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import author_of

log = logging.getLogger(__name__)

COLLECT_SECONDS: Final = 60.0
VISIT_SECONDS: Final = 60.0
RENEW_SECONDS: Final = MAX_AGREEMENT_SECONDS * 2 // 3
MAX_WAITING: Final = 512
LATER: Final = frozenset(
    {
        ReplyCode.NOT_FOUND,
        ReplyCode.STALE,
        ReplyCode.BUSY,
        ReplyCode.WRONG_STATE,
        ReplyCode.NO_SPACE,
        ReplyCode.COLLISION,
        ReplyCode.LIMIT,
        ReplyCode.RATE_LIMITED,
    }
)
"""Refusals that another message may lift; such mail stays in the mailbox."""


B = TypeVar("B", bound=Body)


class Waiting(NamedTuple):
    """A letter that is opened, but cannot be taken yet."""

    host: bytes
    number: int
    sender: bytes
    envelope: bytes


class Mailboxes:
    """Visits the hosts at start, every minute, and when one is met."""

    def __init__(
        self,
        context: Context,
        profiles: Profiles,
        prekeys: Prekeys,
        partners: Partners,
        inbound: Inbound,
    ) -> None:
        self._context = context
        self._profiles = profiles
        self._prekeys = prekeys
        self._partners = partners
        self._inbound = inbound
        self.posted: Callable[[], None] = lambda: None
        """Told when Acks or records were put into the outbox."""

        self.agreed: Callable[[], None] = lambda: None
        """Told when a host has agreed to keep mail."""

        self._nudged = trio.Event()
        self._turned = trio.Event()
        self._begun = self._ended = 0
        self._is_empty = False
        self._met: set[bytes] = set()
        self._locks_made: dict[tuple[bytes, bytes], bytes] = {}
        self._said: dict[bytes, frozenset[bytes]] = {}
        self._after: dict[bytes, int] = {}
        self._waiting: list[Waiting] = []
        self._done: dict[bytes, set[int]] = {}

    def nudge(self) -> None:
        """Visit the hosts now."""
        self._nudged.set()

    def meet(self, trade: bytes) -> None:
        """Let the parties of a new trade leave mail with a token."""
        if trade not in self._met:
            self._met.add(trade)
            self.nudge()

    def seen_online(self, peer: bytes) -> None:
        """Visit at once if ``peer`` keeps mail for us or is chosen to."""
        with self._context.book.unit() as unit:
            hosts = self._hosts(agreements.agreed(unit, self._context.now()), unit)
        if peer in hosts:
            self.nudge()

    async def emptied(self) -> bool:
        """Wait for a whole round of visits that begins now; whether mail is all here.

        It is once any of the agreed hosts gave all it had: senders leave mail with each.
        Cancelling loses nothing.
        """
        wanted = self._begun + 1
        self.nudge()
        while self._ended < wanted:
            await self._turned.wait()
        return self._is_empty

    def warnings(self) -> tuple[str, ...]:
        """What is wrong with the mailboxes of who chose some, or sells or judges."""
        with self._context.book.unit() as unit:
            wished = len(agreements.wished(unit))
            serving = len(agreements.serving(unit, self._context.now()))
            profile = self._profiles.own(unit).body
        needs_some = wished or profile.sells or profile.arbitrates
        if serving >= ENOUGH_MAILBOXES or not needs_some:
            return ()
        return (
            f"{serving} mailboxes keep your mail while you are away, "
            f"at least {ENOUGH_MAILBOXES} should",
        )

    async def run(self) -> None:
        """Visit for ever; ends by cancellation, after which mail is collected again."""
        while True:
            self._nudged = trio.Event()
            self._begun += 1
            with self._context.book.unit() as unit:
                agreed = agreements.agreed(unit, self._context.now())
                hosts = self._hosts(agreed, unit)
            visited: set[bytes] = set()
            async with trio.open_nursery() as nursery:
                for host in hosts:
                    nursery.start_soon(self._visit, host, visited)
            self._is_empty = not agreed or bool(visited & agreed.keys())
            self._ended = self._begun
            self._turned.set()
            self._turned = trio.Event()
            await self._publish()
            with trio.move_on_after(COLLECT_SECONDS):
                await self._nudged.wait()

    def _hosts(self, agreed: Iterable[bytes], unit: Unit) -> list[bytes]:
        return list(dict.fromkeys((*agreements.wished(unit), *agreed)))

    async def _visit(self, host: bytes, visited: set[bytes]) -> None:
        try:
            with trio.move_on_after(VISIT_SECONDS):
                await self._agree(host)
                await self._collect(host)
                visited.add(host)
        except BazaarError as error:
            why = type(error).__name__
            log.info("a mailbox was not visited", extra={"why": why})

    async def _publish(self) -> None:
        """Say in the Contact who keeps our mail, when that has changed."""
        with self._context.book.unit() as unit:
            told = self._profiles.contact(unit)
            serving = agreements.serving(unit, self._context.now())
            if resync_mode.is_seeking(unit):
                return
            if (told.mailboxes if told else ()) == serving:
                return
            self._profiles.refresh_contact(unit)
            # whoever fetches the new profile fetches the Contact with it
            head = self._profiles.publish(unit, self._profiles.own(unit).body)
            self._partners.tell_all(unit)
        self.posted()
        await self._profiles.announce(head)

    # ------------------------------------------------------------- agreements

    async def _agree(self, host: bytes) -> None:
        """Renew the agreement when it grows old or other tokens are to be let in."""
        now, me = self._context.now(), self._context.me
        with self._context.book.unit() as unit:
            until = agreements.agreed(unit, now).get(host, 0)
            is_wished = host in agreements.wished(unit)
            keys = self._partners.keys(unit)
        locks = await self._locks(host, keys)
        is_said = self._said.get(host) == frozenset(locks)
        if not is_wished or (is_said and until - now > RENEW_SECONDS):
            return
        pair = Pair(self._context.network.id, host, me)
        said = keep_bytes(pair, now, now + MAX_AGREEMENT_SECONDS, locks)
        wish = MailKeep(now, now + MAX_AGREEMENT_SECONDS, locks, self._sign(said))
        kept = await self._ask(host, RequestType.MAIL_KEEP, wish, MailKept)
        check_signed(host, kept_bytes(pair, kept.until, said), kept.signature)
        self._said[host] = frozenset(locks)
        with self._context.book.unit() as unit:
            agreements.note_agreed(unit, host, kept)
        self.agreed()

    async def _locks(self, host: bytes, keys: Iterable[bytes]) -> tuple[bytes, ...]:
        """Locks of the tokens of all partners whose box key is known."""
        pair = Pair(self._context.network.id, host, self._context.me)
        own = self._context.identity.box_key
        wanted = [(host, key) for key in sorted(keys)[:MAX_TOKENS]]
        for _, key in [one for one in wanted if one not in self._locks_made]:
            profile = await self._partners.profile(key)
            if profile is not None:
                made = lock_of(token(own, profile.box_key, pair, key))
                self._locks_made[host, key] = made
        known = (self._locks_made.get(one) for one in wanted)
        return tuple(lock for lock in known if lock is not None)

    # ------------------------------------------------------------- collecting

    async def _collect(self, host: bytes) -> None:
        """Take all there is; what was committed is dropped afterwards."""
        first = MailTake(None, 0)
        taken = await self._ask(host, RequestType.MAIL_TAKE, first, MailTaken)
        challenge, is_done = taken.challenge, False
        pair = Pair(self._context.network.id, host, self._context.me)
        while not is_done and self._context.has_space():
            after = self._after.get(host, 0)
            said = take_bytes(pair, challenge, after)
            asked = MailTake(Answered(challenge, self._sign(said)), after)
            taken = await self._ask(host, RequestType.MAIL_TAKE, asked, MailTaken)
            is_done = not taken.letters
            self._read(host, taken.letters)
            challenge = await self._drop(pair, taken.challenge)

    async def _drop(self, pair: Pair, challenge: bytes) -> bytes:
        """Delete at a host what is done there; the next challenge."""
        done = self._done.setdefault(pair.host, set())
        while done:
            numbers = tuple(sorted(done)[:MAX_DROPS])
            said = drop_bytes(pair, challenge, numbers)
            asked = MailDrop(Answered(challenge, self._sign(said)), numbers)
            dropped = await self._ask(
                pair.host, RequestType.MAIL_DROP, asked, MailDropped
            )
            challenge = dropped.challenge
            done -= set(numbers)
        return challenge

    def _read(self, host: bytes, letters: Sequence[Letter]) -> None:
        """Open, take, and take again what waited, until nothing more is understood."""
        for letter in letters:
            self._after[host] = max(self._after.get(host, 0), letter.number)
            try:
                with self._context.book.unit() as unit:
                    keys = self._prekeys.keys(unit)
                envelope = open_mail(letter.blob, keys)
            except MalformedMessageError:
                self._done.setdefault(host, set()).add(letter.number)
                continue
            waiting = Waiting(host, letter.number, letter.sender, envelope)
            self._waiting.append(waiting)
        taken: list[tuple[Waiting, bytes]] = []
        while self._take_waiting(taken):
            pass
        del self._waiting[:-MAX_WAITING]
        if taken:
            self._acknowledge(taken)

    def _take_waiting(self, taken: list[tuple[Waiting, bytes]]) -> bool:
        """One round over what waits; True if anything was taken that may help the rest."""
        before, self._waiting = self._waiting, []
        count = len(taken)
        for one in before:
            outcome = self._inbound.take(one.envelope)
            if outcome.code in LATER:
                self._waiting.append(one)
                continue
            self._done.setdefault(one.host, set()).add(one.number)
            if outcome.id is not None:
                taken.append((one, outcome.id))
        return len(taken) > count and bool(self._waiting)

    def _acknowledge(self, taken: Sequence[tuple[Waiting, bytes]]) -> None:
        """Owe an Ack to authors, and to partners who passed on what others signed."""
        owed: dict[bytes, list[bytes]] = {}
        now, me = self._context.now(), self._context.me
        with self._context.book.unit() as unit:
            partners = self._partners.keys(unit)
            for one, subject in taken:
                for key in {author_of(one.envelope), *(partners & {one.sender})}:
                    owed.setdefault(key, []).append(subject)
            owed.pop(me, None)
            for key, subjects in owed.items():
                ids = tuple(dict.fromkeys(subjects))
                for start in range(0, len(ids), MAX_ACK_IDS):
                    ack = self._context.sign(Ack(me, ids[start : start + MAX_ACK_IDS]))
                    unit.post(key, ack.id, ack.envelope, None, now)
        self.posted()

    # ------------------------------------------------------------- asking

    async def _ask(
        self, host: bytes, kind: RequestType, body: Body, answer: type[B]
    ) -> B:
        return decode(answer, await self._partners.ask(host, kind, encode(body)))

    def _sign(self, said: bytes) -> bytes:
        return sign(self._context.identity.signing_key, said)
