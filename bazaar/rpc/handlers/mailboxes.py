"""mailbox: those chosen, volunteers, choosing and leaving."""

from collections.abc import Sequence

from bazaar.app.delivery import mail_agreements as agreements
from bazaar.app.delivery.mail_host import CONTACTS_ONLY, SERVES_MAIL
from bazaar.app.delivery.mailbox_search import volunteers
from bazaar.app.discovery.signposting import SERVES_SEARCH, TRUE
from bazaar.app.node import Node
from bazaar.app.shop.profiles import MAILBOXES
from bazaar.domain.delivery.mail import ENOUGH_MAILBOXES, MAX_MAILBOXES
from bazaar.domain.errors import InputError
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.mailboxes import (
    MailboxChoose,
    MailboxesView,
    MailboxFind,
    MailboxLeave,
    MailboxList,
    MailboxView,
    VolunteerView,
)
from bazaar.rpc.views.people import People


class MailboxCalls:
    """Own mailboxes and what this node does for others."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            MailboxList: self.chosen,
            MailboxFind: self.find,
            MailboxChoose: self.choose,
            MailboxLeave: self.leave,
        }

    async def chosen(self, _: MailboxList) -> MailboxesView:
        """In the order in which they were chosen."""
        context, people = self._node.context, People(self._node.context)
        with context.book.unit() as unit:
            wished = agreements.wished(unit)
            agreed = agreements.agreed(unit, context.now())
            mail, contacts, search = (
                unit.setting(name) == TRUE
                for name in (SERVES_MAIL, CONTACTS_ONLY, SERVES_SEARCH)
            )
        persons = [await people.person(key) for key in wished]
        return MailboxesView(
            mailboxes=tuple(
                MailboxView(
                    peer_id=one.peer_id,
                    name=one.name,
                    until=agreed.get(one.key, 0),
                    connected=one.online,
                )
                for one in persons
            ),
            most=MAX_MAILBOXES,
            enough=ENOUGH_MAILBOXES,
            serves_mail=mail,
            contacts_only=contacts,
            serves_search=search,
        )

    async def find(self, _: MailboxFind) -> tuple[VolunteerView, ...]:
        """Those connected first."""
        people, wished = People(self._node.context), self._wished()
        persons = [
            await people.person(key) for key in await volunteers(self._node.context)
        ]
        return tuple(
            VolunteerView(
                peer_id=one.peer_id,
                name=one.name,
                connected=one.online,
                chosen=one.key in wished,
            )
            for one in persons
        )

    async def choose(self, call: MailboxChoose) -> MailboxesView:
        """Ask it at once for its agreement."""
        key, wished = await resolve.peer(self._node, call.peer), self._wished()
        if key in wished:
            raise InputError("peer", "it keeps your mail already")
        await self._wish([*wished, key])
        self._node.mailboxes.nudge()
        return await self.chosen(MailboxList())

    async def leave(self, call: MailboxLeave) -> MailboxesView:
        """Mail that lies there is still collected while the agreement lasts."""
        key, wished = await resolve.peer(self._node, call.peer), self._wished()
        if key not in wished:
            raise InputError("peer", "it is none of your mailboxes")
        await self._wish([one for one in wished if one != key])
        self._node.mailboxes.nudge()
        return await self.chosen(MailboxList())

    def _wished(self) -> tuple[bytes, ...]:
        with self._node.context.book.unit() as unit:
            return agreements.wished(unit)

    async def _wish(self, keys: Sequence[bytes]) -> None:
        await self._node.profiles.change({MAILBOXES: ",".join(map(peer_id, keys))})
