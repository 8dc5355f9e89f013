"""report; warnings show, publish, use, drop, allow."""

from collections.abc import Iterable
from typing import Final

from bazaar.app.node import Node
from bazaar.app.people.lists import UsedList
from bazaar.domain.errors import InputError
from bazaar.domain.stores.records import ReportReason
from bazaar.domain.wire.marks import is_key
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.people import (
    Report,
    ReportWithdraw,
    UsedListView,
    WarningsAllow,
    WarningsDrop,
    WarningsPublish,
    WarningsShow,
    WarningsUse,
    WarningsView,
    WarningView,
)
from bazaar.rpc.views.people import People

SHOWN_ENTRIES: Final = 50
REASONS: Final = {reason.name.lower(): reason for reason in ReportReason}
HEX_DIGITS: Final = 64


class WarningCalls:
    """The own list of reports, and the lists of others that are used."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lists = node.lists

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            Report: self.report,
            ReportWithdraw: self.withdraw,
            WarningsShow: self.show,
            WarningsPublish: self.publish,
            WarningsUse: self.use,
            WarningsDrop: self.drop,
            WarningsAllow: self.allow,
        }

    async def report(self, call: Report) -> Done:
        """Put a subject on the own list."""
        if call.reason not in REASONS:
            raise InputError("reason", f"one of {', '.join(REASONS)}")
        subject = await self._subject(call.subject)
        self._lists.report(subject, REASONS[call.reason])
        with self._node.context.book.unit() as unit:
            published = self._lists.own(unit).published
        where = "others can read your list" if published else "nobody else sees it"
        return Done(words=f"reported; {where}")

    async def withdraw(self, call: ReportWithdraw) -> Done:
        """Take a report back."""
        self._lists.withdraw(await self._subject(call.subject))
        return Done(words="taken back")

    async def show(self, _: WarningsShow) -> WarningsView:
        """All of it."""
        people = People(self._node.context)
        with self._node.context.book.unit() as unit:
            own, used = self._lists.own(unit), self._lists.used(unit)
            allowed = self._lists.allowed(unit)
        return WarningsView(
            title=own.title,
            published=own.published,
            own=await self._entries(people, own.entries),
            used=tuple([await self._used(people, one) for one in used]),
            allowed=await self._entries(people, [(one, 0) for one in allowed]),
        )

    async def publish(self, call: WarningsPublish) -> WarningsView:
        """Let others read it, or no longer."""
        self._lists.publish(call.title, published=call.published)
        return await self.show(WarningsShow())

    async def use(self, call: WarningsUse) -> WarningsView:
        """Use the list of somebody."""
        await self._lists.use(await resolve.peer(self._node, call.peer))
        return await self.show(WarningsShow())

    async def drop(self, call: WarningsDrop) -> WarningsView:
        """Use it no longer."""
        self._lists.drop(await resolve.peer(self._node, call.peer))
        return await self.show(WarningsShow())

    async def allow(self, call: WarningsAllow) -> Done:
        """The user's own word counts for more than any list."""
        subject = await self._subject(call.subject)
        self._lists.allow(subject, allowed=call.allowed)
        return Done(words="shown from now on" if call.allowed else "left to the lists")

    async def _subject(self, text: str) -> bytes:
        """A listing by hex, else a person."""
        typed = text.strip().lower()
        try:
            if len(typed) == HEX_DIGITS:
                return bytes.fromhex(typed)
        except ValueError:
            pass
        try:
            return await resolve.peer(self._node, text)
        except InputError:
            return await resolve.listing(self._node, text)

    async def _used(self, people: People, one: UsedList) -> UsedListView:
        person, read = await people.person(one.key), self._lists.read(one)
        entries = read.body.entries if read else ()
        shown = [(entry.subject, entry.reason) for entry in entries[:SHOWN_ENTRIES]]
        return UsedListView(
            peer_id=person.peer_id,
            name=person.name,
            fingerprint=person.words,
            colour=person.colour,
            title=read.body.title if read else "",
            count=len(entries),
            issued=read.body.issued if read else 0,
            fetched=one.fetched,
            entries=await self._entries(people, shown),
        )

    async def _entries(
        self, people: People, entries: Iterable[tuple[bytes, int]]
    ) -> tuple[WarningView, ...]:
        return tuple([await self._entry(people, *one) for one in entries])

    async def _entry(self, people: People, subject: bytes, reason: int) -> WarningView:
        """What is no listing known here is taken for a person, as far as its key is one."""
        found = await self._node.context.catalogue.card(subject)
        words = ReportReason(reason).name.lower() if reason else ""
        if found is not None:
            return WarningView(
                subject=subject.hex(),
                title=found.card.title,
                reason=words,
                is_person=False,
            )
        if not await self._is_person(people, subject):
            return WarningView(
                subject=subject.hex(), title="", reason=words, is_person=False
            )
        person = await people.person(subject)
        return WarningView(
            subject=person.peer_id, title=person.name, reason=words, is_person=True
        )

    async def _is_person(self, people: People, subject: bytes) -> bool:
        if not is_key(subject):
            return False
        with self._node.context.book.unit() as unit:
            met = unit.peer(subject) is not None
        return met or await people.profile(subject) is not None
