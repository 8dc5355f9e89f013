"""Notices: what happened that needs the user."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call, Done


class NoticeList(Call, frozen=True, tag="notice.list"):
    """The newest first; ``kind`` filters, ``unread`` leaves out what was seen."""

    kind: str = ""
    unread: bool = False
    limit: int = 200


class NoticeView(Answer, frozen=True):
    """One notice.

    Attributes:
        title: What it is about: an order's title or a person's name.
        opens: Where it leads: order, chat, peer, settings or network.
        argument: Which one: an order's id or a peer id.
    """

    notice_id: int
    kind: str
    title: str
    words: str
    at: int
    seen: bool
    order_id: str
    peer_id: str
    opens: str
    argument: str


class NoticesView(Answer, frozen=True):
    """``unread`` counts all that were not seen, whatever was asked for."""

    unread: int
    items: tuple[NoticeView, ...]
    off: tuple[str, ...] = ()


class NoticeRead(Call, frozen=True, tag="notice.read"):
    """Mark as read; without ids all."""

    ids: tuple[int, ...] = ()


class NoticeDelete(Call, frozen=True, tag="notice.delete"):
    """Throw away; without ids all."""

    ids: tuple[int, ...] = ()


class NoticeOff(Call, frozen=True, tag="notice.off"):
    """The kinds one does not want to hear of; all others are told."""

    kinds: tuple[str, ...] = ()


CALLS: Final[Answers] = {
    NoticeList: NoticesView,
    NoticeRead: Done,
    NoticeDelete: Done,
    NoticeOff: Done,
}
