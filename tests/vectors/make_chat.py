"""Vectors of chat (PROTOCOL.md 18, item 19): bodies at and beyond their limits, suggestions."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from bazaar.domain.delivery.chat import Attachment, Chat
from bazaar.domain.trading.messages import NO_ID
from bazaar.domain.wire.bodies import encode_body
from bazaar.domain.wire.bounds import MAX_TIME, MAX_U32
from tests.domain.samples import ARBITER, BACKUP, BUYER, SELLER

ID: Final = b"\xff" * 32
TWO_MIB: Final = 2 * 1024 * 1024
LETTER: Final = "\N{OLD ITALIC LETTER A}"
"""Four bytes of UTF-8."""

HELLO: Final = Chat(
    BUYER.key, (SELLER.key,), None, 0, NO_ID, 1_800_000_000, "hello", None, ()
)
FILES: Final = tuple(
    Attachment(bytes((number,)) * 32, TWO_MIB, number % 2) for number in range(4)
)
# (text, unit, amounts of the parts, [part, to seller, to buyer] or None)
SUGGESTIONS: Final = (
    ("I suggest 40/60", "EUR", [3_015], [0, 1_809, 1_206]),
    ("I suggest 33/67", "EUR", [101], [0, 68, 33]),
    ("I suggest 0/100\nbecause it came", "EUR", [3_015], [0, 3_015, 0]),
    ("I suggest 100/0.", "EUR", [3_015], [0, 0, 3_015]),
    (
        "I suggest 12.06 EUR to the buyer and 18.09 EUR to the seller",
        "EUR",
        [3_015],
        [0, 1_809, 1_206],
    ),
    ("I suggest 50/50 for part 1", "EUR", [3_015, 200], [1, 100, 100]),
    ("I suggest 50/50 for part 0", "EUR", [3_015], [0, 1_508, 1_507]),
    ("I suggest 50/50", "EUR", [3_015, 200], None),
    ("I suggest 50/50 for part 2", "EUR", [3_015, 200], None),
    ("I suggest 40/50", "EUR", [3_015], None),
    ("I suggest 140/-40", "EUR", [3_015], None),
    ("i suggest 40/60", "EUR", [3_015], None),
    ("Well, I suggest 40/60", "EUR", [3_015], None),
    ("\nI suggest 40/60", "EUR", [3_015], None),
    (
        "I suggest 12.06 EUR to the buyer and 18.08 EUR to the seller",
        "EUR",
        [3_015],
        None,
    ),
    (
        "I suggest 12.06 GBP to the buyer and 18.09 GBP to the seller",
        "EUR",
        [3_015],
        None,
    ),
    ("I suggest \N{ARABIC-INDIC DIGIT FOUR}0/60", "EUR", [3_015], None),
)


def chat() -> dict[str, Any]:
    """Bodies, and what first lines suggest."""
    return {
        "bodies": [
            {"why": why, "body": encode_body(body).hex(), "accept": accept}
            for accept, rows in ((True, _accepted()), (False, _refused()))
            for why, body in rows
        ],
        "suggestions": [
            {"text": text, "unit": unit, "amounts": amounts, "suggests": suggests}
            for text, unit, amounts, suggests in SUGGESTIONS
        ],
    }


def _with(**fields: Any) -> Chat:
    return msgspec.structs.replace(HELLO, **fields)


def _accepted() -> Iterator[tuple[str, Chat]]:
    yield "plain", HELLO
    yield "text of 2,000", _with(text="x" * 2_000)
    yield "text of 7,000 bytes", _with(text=LETTER * 1_750)
    yield "two lines", _with(text="one\ntwo")
    yield "files without a word", _with(text="", attachments=FILES)
    yield "an answer", _with(seq=MAX_U32, prev=ID, at=MAX_TIME, reply_to=ID)
    others = (SELLER.key, ARBITER.key, BACKUP.key)
    yield "to all of an order", _with(trade=ID, to=others)


def _refused() -> Iterator[tuple[str, Chat]]:
    yield "text of 2,001", _with(text="x" * 2_001)
    yield "text of 7,004 bytes", _with(text=LETTER * 1_751)
    yield "nothing said", _with(text=" \n ")
    yield "a turn of direction", _with(text="a\u202eb")
    yield "an isolate", _with(text="a\u2066b")
    yield "a zero-width space", _with(text="a\u200bb")
    yield "a bell", _with(text="\x07")
    yield "not NFC", _with(text="e\u0301")
    yield "nobody", _with(to=())
    yield "four readers", _with(trade=ID, to=(SELLER.key,) * 4)
    yield "a reader twice", _with(trade=ID, to=(SELLER.key,) * 2)
    yield "to oneself", _with(to=(BUYER.key,))
    yield "two readers without an order", _with(to=(SELLER.key, ARBITER.key))
    yield "prev at 0", _with(prev=ID)
    yield "no prev at 1", _with(seq=1)
    yield "seq above u32", _with(seq=MAX_U32 + 1, prev=ID)
    fifth = Attachment(ID, 1, 0)
    yield "five files", _with(attachments=(*FILES, fifth))
    yield "a file twice", _with(attachments=(fifth, fifth))
    yield "a file of 0", _with(attachments=(Attachment(ID, 0, 0),))
    yield "a file above 2 MiB", _with(attachments=(Attachment(ID, TWO_MIB + 1, 0),))
