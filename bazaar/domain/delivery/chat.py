"""Chat: one signed line from one person to one, or to the others of an order (12)."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Annotated, Final

from msgspec import Meta

from bazaar.domain.trading.messages import NO_ID
from bazaar.domain.wire.bounds import U8, U32, Body, Id, Key, Time
from bazaar.domain.wire.kinds import Kind

MAX_CHAT_TEXT: Final = 2_000
MAX_CHAT_BYTES: Final = 7_000
MAX_READERS: Final = 3
MAX_ATTACHMENTS: Final = 4
MAX_ATTACHMENT_BYTES: Final = 2 * 1024 * 1024
MAX_MISSING: Final = 64
"""Places of one chain that are asked for at once."""

MAX_MISSING_OF_A_GAP: Final = 16
"""So a gap that can never be filled leaves room for those that can."""

RESTORE_JUMP: Final = 1_000
"""Places that the first message after a restore leaves out: they may have been taken."""

MAX_ROOMS: Final = 64


class AttachmentType(IntEnum):
    """What the author says a file is; nothing is opened because of it."""

    FILE = 0
    PICTURE = 1


class Attachment(Body, frozen=True):
    """One file by hash, served by the author to the readers alone."""

    hash: Id
    size: Annotated[int, Meta(ge=1, le=MAX_ATTACHMENT_BYTES)]
    type: U8


class Chat(Body, frozen=True, tag=int(Kind.CHAT)):
    """One message; its author's chain runs per peer, or per order.

    Attributes:
        seq: Place in the chain, from 0.
        prev: Id of the author's message before it; zeros at 0.
    """

    by: Key
    to: Annotated[
        tuple[Key, ...],
        Meta(min_length=1, max_length=MAX_READERS, extra={"unique": True}),
    ]
    trade: Id | None
    seq: U32
    prev: Id
    at: Time
    text: Annotated[str, Meta(max_length=MAX_CHAT_TEXT, extra={"text": "text"})]
    reply_to: Id | None
    attachments: Annotated[
        tuple[Attachment, ...],
        Meta(max_length=MAX_ATTACHMENTS, extra={"unique": True}),
    ]


class Held(Body, frozen=True):
    """What the asker holds of one author's chain in one conversation.

    Attributes:
        next: One above the greatest seq held.
        missing: Places below it that are empty.
    """

    trade: Id | None
    by: Key
    next: U32
    missing: Annotated[
        tuple[U32, ...], Meta(max_length=MAX_MISSING, extra={"unique": True})
    ]


class ChatHeld(Body, frozen=True):
    """Chains that asker and answerer share; what is lacking is sent as any message is."""

    chains: Annotated[tuple[Held, ...], Meta(min_length=1, max_length=MAX_ROOMS)]


class ChatRead(Body, frozen=True):
    """The answerer's messages to the asker were read up to ``seq``."""

    seq: U32


class ChatTyping(Body, frozen=True):
    """The asker is writing to the answerer just now; nothing follows from it."""


def first_missing(places: Sequence[int]) -> tuple[int, ...]:
    """The first empty places of each gap below the last of ``places``, which ascend."""
    found: list[int] = []
    after = 0
    for seq in places:
        found += range(after, min(seq, after + MAX_MISSING_OF_A_GAP))
        after = seq + 1
        if len(found) >= MAX_MISSING:
            break
    return tuple(found[:MAX_MISSING])


def check_chat(chat: Chat) -> None:
    """Check what the fields say together. Raises ValueError naming the field."""
    if chat.by in chat.to:
        raise ValueError("to: nobody writes to himself")
    if chat.trade is None and len(chat.to) != 1:
        raise ValueError("to: without an order there is one reader")
    if (chat.seq == 0) != (chat.prev == NO_ID):
        raise ValueError("prev: zeros stand at seq 0 alone")
    if len(chat.text.encode()) > MAX_CHAT_BYTES:
        raise ValueError(f"text: more than {MAX_CHAT_BYTES} bytes")
    if not chat.text.strip() and not chat.attachments:
        raise ValueError("text: nothing is said")
