"""Chat: conversations of two people, and one room per order."""

from typing import Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call, Done, MoneyView
from bazaar.rpc.schema.search import PictureView


class ChatSend(Call, frozen=True, tag="chat.send"):
    """Say something to ``peer``, or in the room of ``order``; ``files`` are whole paths."""

    peer: str = ""
    order: str = ""
    text: str = ""
    reply_to: str = ""
    files: tuple[str, ...] = ()


class ChatSuggest(Call, frozen=True, tag="chat.suggest"):
    """A seat's suggestion for a part; amounts as text, the missing one is the rest."""

    order: str
    buyer: str | None = None
    seller: str | None = None
    part: int = 0
    text: str = ""


class ChatSent(Answer, frozen=True):
    """The message; ``state`` is queued until it lies somewhere else."""

    message_id: str
    state: str


class ChatList(Call, frozen=True, tag="chat.list"):
    """All conversations, lately used first."""


class ChatShow(Call, frozen=True, tag="chat.show"):
    """One conversation, with its newest messages; ``mark`` marks it as read."""

    peer: str = ""
    order: str = ""
    limit: int = 200
    mark: bool = False


class ChatMark(Call, frozen=True, tag="chat.read"):
    """All of a conversation was read."""

    peer: str = ""
    order: str = ""


class ChatTyping(Call, frozen=True, tag="chat.typing"):
    """The user writes to ``peer`` just now; told if it is connected, at most every 3 s."""

    peer: str


class ChatDelete(Call, frozen=True, tag="chat.delete"):
    """Delete messages here, or without ``messages`` the text of all."""

    peer: str = ""
    order: str = ""
    messages: tuple[str, ...] = ()


class ChatAccept(Call, frozen=True, tag="chat.accept"):
    """Accept the request of a stranger."""

    peer: str


class ChatRefuse(Call, frozen=True, tag="chat.refuse"):
    """Refuse it; what he wrote is deleted and nothing more of him is taken."""

    peer: str


class ChatHandOver(Call, frozen=True, tag="chat.give"):
    """Give the arbiters of a disputed order earlier messages of its room."""

    order: str
    messages: tuple[str, ...]


class ChatFile(Call, frozen=True, tag="chat.file"):
    """Path of an attachment, fetched from its author when needed."""

    message: str
    hash: str


class ConversationView(Answer, frozen=True):
    """One conversation.

    Attributes:
        title: The other's name, or the order's title.
        state: request, open or refused.
        blocked: The user blocked this peer.
        last: The newest message in one line.
        unread: How many messages of others were not read.
        can_write: Whether something said now would be allowed.
        can_give: Whether earlier messages can be given to arbiters.
    """

    peer_id: str
    order_id: str
    title: str
    fingerprint: tuple[str, ...]
    colour: str
    online: bool
    state: str
    blocked: bool
    last: str
    at: int
    unread: int
    can_write: bool = True
    can_give: bool = False
    can_suggest: bool = False


class AttachmentView(Answer, frozen=True):
    """A file by hash; only pictures are ever shown, re-encoded."""

    hash: str
    size: int
    picture: bool


class SuggestionView(Answer, frozen=True):
    """How a seat would split a part."""

    part: int
    to_buyer: MoneyView
    to_seller: MoneyView


class ChatLineView(Answer, frozen=True):
    """One message.

    Attributes:
        sender: Peer id of the author; ``from`` in JSON.
        state: queued, in_mailbox, delivered or read; of others always delivered.
        states: The same by reader, own messages.
        gap: How many messages of the author before this one are not here.
        suggestion: What a seat's line suggests, where a party may propose it.
    """

    message_id: str
    sender: str = field(name="from")
    name: str
    role: str
    own: bool
    at: int
    text: str
    delivered: bool
    state: str
    states: dict[str, str]
    gap: int
    reply_to: str
    quoted: str
    attachments: tuple[AttachmentView, ...]
    suggestion: SuggestionView | None = None


class ChatView(Answer, frozen=True):
    """A conversation with its newest messages, oldest first."""

    conversation: ConversationView
    messages: tuple[ChatLineView, ...]


class BlockPeer(Call, frozen=True, tag="block"):
    """Refuse messages in both directions, hide goods and reviews."""

    peer: str


class Unblock(Call, frozen=True, tag="unblock"):
    """Take that back."""

    peer: str


class Blocked(Call, frozen=True, tag="blocked"):
    """Whom the user blocked."""


class BlockedView(Answer, frozen=True):
    """One blocked person."""

    peer_id: str
    name: str
    fingerprint: tuple[str, ...]
    colour: str


CALLS: Final[Answers] = {
    ChatSend: ChatSent,
    ChatSuggest: ChatSent,
    ChatList: tuple[ConversationView, ...],
    ChatShow: ChatView,
    ChatMark: Done,
    ChatTyping: Done,
    ChatDelete: Done,
    ChatAccept: Done,
    ChatRefuse: Done,
    ChatHandOver: Done,
    ChatFile: PictureView,
    BlockPeer: Done,
    Unblock: Done,
    Blocked: tuple[BlockedView, ...],
}
