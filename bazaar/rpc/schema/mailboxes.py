"""Mailboxes: who keeps the own mail, who would, and what this node does for others."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call


class MailboxList(Call, frozen=True, tag="mailbox.list"):
    """The mailboxes that were chosen."""


class MailboxFind(Call, frozen=True, tag="mailbox.find"):
    """Look in the directory for who keeps mail for anybody; takes some seconds."""


class MailboxChoose(Call, frozen=True, tag="mailbox.choose"):
    """Let ``peer`` keep the own mail: a name, a peer id or the end of one."""

    peer: str


class MailboxLeave(Call, frozen=True, tag="mailbox.leave"):
    """Let ``peer`` keep it no longer."""

    peer: str


class MailboxView(Answer, frozen=True):
    """One that was chosen.

    Attributes:
        until: When its agreement ends, Unix seconds; 0 while it has not agreed.
        connected: Whether it is connected now.
    """

    peer_id: str
    name: str
    until: int
    connected: bool


class VolunteerView(Answer, frozen=True):
    """Who says that he keeps mail for anybody; ``chosen`` already or not."""

    peer_id: str
    name: str
    connected: bool
    chosen: bool


class MailboxesView(Answer, frozen=True):
    """All of it.

    Attributes:
        most: How many may be chosen.
        enough: How many should keep mail, so that one may fail.
        serves_mail: This node keeps mail of others, of contacts alone with ``contacts_only``.
        serves_search: This node answers searches for anybody.
    """

    mailboxes: tuple[MailboxView, ...]
    most: int
    enough: int
    serves_mail: bool
    contacts_only: bool
    serves_search: bool


CALLS: Final[Answers] = {
    MailboxList: MailboxesView,
    MailboxFind: tuple[VolunteerView, ...],
    MailboxChoose: MailboxesView,
    MailboxLeave: MailboxesView,
}
