"""What the book keeps of talk: notices to its own user, conversations and their messages."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bazaar.app.ports.rows import OutboxRow


class NoticeRow(NamedTuple):
    """One thing that happened and that the user should know of.

    Attributes:
        no: Its number; 0 before it is stored.
        name: Which event it is of; the same name is told once.
        trade, peer: What it is about and where it leads to.
        seen: When the user saw it, or None.
    """

    no: int
    name: str
    kind: str
    words: str
    trade: bytes | None
    peer: bytes | None
    at: int
    seen: int | None


class RoomRow(NamedTuple):
    """One conversation.

    Attributes:
        id: The peer's key, or the id of the trade whose roles talk.
        state: request, open or refused.
        read: Number of the last message that the user has read.
    """

    id: bytes
    trade: bytes | None
    peer: bytes | None
    state: str
    updated: int
    read: int


class ChatRow(NamedTuple):
    """One message at its place in its author's chain.

    Attributes:
        no: Its number in the order of arrival; 0 before it is stored.
        envelope: None once it was deleted here.
        seen: When its reader told that he read it (own messages).
    """

    no: int
    id: bytes
    room: bytes
    author: bytes
    seq: int
    prev: bytes
    received: int
    envelope: bytes | None
    seen: int | None


class NoticeUnit(Protocol):
    """Notices in one transaction of the book."""

    def put_notice(self, row: NoticeRow) -> bool:
        """Store a notice; False if one of its name was ever stored."""
        ...

    def renew_notice(self, row: NoticeRow) -> None:
        """Store a notice, or bring the one of its name back as new."""
        ...

    def notices(self, limit: int) -> list[NoticeRow]:
        """Newest first."""
        ...

    def unseen_notices(self) -> int: ...
    def see_notices(self, numbers: list[int] | None, now: int) -> None:
        """Mark as seen; None means all."""
        ...

    def drop_notices(self, numbers: list[int] | None, now: int) -> None:
        """Throw away; None means all. Their names stay known."""
        ...


class ChatUnit(Protocol):
    """Conversations in one transaction of the book."""

    def chat_room(self, room: bytes) -> RoomRow | None: ...
    def chat_rooms(self) -> list[RoomRow]:
        """Lately used first."""
        ...

    def put_room(self, row: RoomRow) -> None: ...
    def put_chat(self, row: ChatRow) -> bool:
        """Store a message; False if its id is there, deleted or not."""
        ...

    def chat(self, message: bytes) -> ChatRow | None: ...
    def chat_at(self, room: bytes, author: bytes, seq: int) -> ChatRow | None: ...
    def chats(self, room: bytes, limit: int | None = None) -> list[ChatRow]:
        """In the order of arrival; with a limit the newest."""
        ...

    def chat_places(self, room: bytes, author: bytes) -> list[int]:
        """All seq held of one author's chain, ascending."""
        ...

    def chats_since(self, room: bytes, author: bytes, since: int) -> int:
        """How many of an author came after a time."""
        ...

    def unread_chats(self, room: bytes, me: bytes, after: int) -> int:
        """How many of others came after the message numbered ``after``."""
        ...

    def erase_chats(self, room: bytes, messages: Sequence[bytes] | None) -> None:
        """Delete the text of some, or of all; what is still owed to others stays owed."""
        ...

    def see_chats(self, room: bytes, author: bytes, upto: int, now: int) -> bool:
        """Note that messages up to seq ``upto`` were read; True if that is new."""
        ...

    def outbox_of_subjects(self, subjects: Sequence[bytes]) -> list[OutboxRow]: ...
    def mailed_of(self, numbers: Sequence[int]) -> frozenset[int]:
        """Which of these outbox rows lie in a mailbox at least."""
        ...

    def owe_again(self, recipient: bytes, subject: bytes, now: int) -> None:
        """The recipient lost what it once acknowledged."""
        ...
