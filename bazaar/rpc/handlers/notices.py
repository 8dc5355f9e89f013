"""notice list, read, delete, off."""

from typing import Final

from bazaar.app.node import Node
from bazaar.app.people.notices import NoticeKind
from bazaar.app.ports import NoticeRow
from bazaar.domain.errors import InputError
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.notices import (
    NoticeDelete,
    NoticeList,
    NoticeOff,
    NoticeRead,
    NoticesView,
    NoticeView,
)
from bazaar.rpc.views.people import People
from bazaar.rpc.views.titles import Titles

PLACES: Final = {NoticeKind.BACKUP: "settings", NoticeKind.NETWORK: "network"}


class NoticeCalls:
    """What the user should know of, and what he did with it."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._titles = Titles(node.context)

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            NoticeList: self.notices,
            NoticeRead: self.read,
            NoticeDelete: self.delete,
            NoticeOff: self.choose_off,
        }

    async def notices(self, call: NoticeList) -> NoticesView:
        """The newest first."""
        kind = _kind(call.kind) if call.kind else None
        rows = [
            row
            for row in self._node.talk.notices.newest()
            if kind in {None, row.kind} and not (call.unread and row.seen is not None)
        ]
        people = People(self._node.context)
        return NoticesView(
            unread=self._node.talk.notices.unseen(),
            items=tuple(
                [await self._view(row, people) for row in rows[: max(call.limit, 0)]]
            ),
            off=tuple(sorted(self._node.talk.notices.off())),
        )

    async def _view(self, row: NoticeRow, people: People) -> NoticeView:
        opens, argument = _place(row)
        title = self._node.searches.title(int(argument)) if opens == "search" else ""
        if row.trade is not None:
            title = self._titles.title(row.trade)
        elif row.peer is not None:
            title = (await people.person(row.peer)).name
        return NoticeView(
            notice_id=row.no,
            kind=row.kind,
            title=title,
            words=row.words,
            at=row.at,
            seen=row.seen is not None,
            order_id=row.trade.hex() if row.trade else "",
            peer_id=peer_id(row.peer) if row.peer else "",
            opens=opens,
            argument=argument,
        )

    async def read(self, call: NoticeRead) -> Done:
        """Mark as read."""
        self._node.talk.notices.see(call.ids or None)
        return Done(words="read")

    async def delete(self, call: NoticeDelete) -> Done:
        """Throw away."""
        self._node.talk.notices.drop(call.ids or None)
        return Done(words="deleted")

    async def choose_off(self, call: NoticeOff) -> Done:
        """Choose the kinds that are not told."""
        self._node.talk.notices.choose_off(frozenset(map(_kind, call.kinds)))
        return Done(words="chosen")


def _kind(text: str) -> NoticeKind:
    try:
        return NoticeKind(text)
    except ValueError as error:
        raise InputError("kind", f"one of {', '.join(NoticeKind)}") from error


def _place(row: NoticeRow) -> tuple[str, str]:
    """Where it leads, and to which."""
    if row.kind == NoticeKind.CHAT and row.peer is not None:
        return "chat", peer_id(row.peer)
    if row.kind == NoticeKind.SEARCH:
        return "search", row.name.split(":")[1]
    if row.kind == NoticeKind.WISH:
        return "listing", row.name.split(":")[1]
    if row.trade is not None:
        return "order", row.trade.hex()
    if row.peer is not None:
        return "peer", peer_id(row.peer)
    return PLACES.get(NoticeKind(row.kind), "network"), ""
