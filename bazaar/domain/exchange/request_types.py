"""Types of the requests between nodes, by their number on the wire (PROTOCOL.md 3.6)."""

from enum import IntEnum


class RequestType(IntEnum):
    """What a frame of ``/bazaar/exchange/1.0.0`` asks; the answer to ``t`` is ``128 + t``.

    CARD_GET is reserved: its bounds stand, nobody serves it yet.
    """

    HELLO = 1
    HEAD_GET = 2
    PAGE_GET = 3
    CARD_GET = 4
    LISTING_GET = 5
    BLOB_GET = 6
    PUT = 7
    DIGEST = 8
    MISSING = 9
    ACCOUNT_STATE = 10
    SLOTS = 11
    RATINGS = 12
    PEERS = 13
    MAIL_PUT = 14
    MAIL_TAKE = 15
    MAIL_DROP = 16
    SYNC = 17
    RECORD_GET = 18
    HEADS_RECENT = 19
    MAIL_KEEP = 20
    PROOF_ANNOUNCE = 21
    PROOF_GET = 22
    HEADS_BY_ID = 23
    HUB = 24
    PUT_SEALED = 25
    CHAT_HELD = 26
    CHAT_READ = 27
    CHAT_TYPING = 28
    CLOCK = 29
    SHARED = 30
    ACCOUNT_SINCE = 31
    INDEX_PUT = 32
    INDEX_GET = 33
    SEALED_GET = 34
    MIRROR_TELL = 40
    SEEN_GET = 41
    SEGMENT_LIST = 42
    SEGMENT_GET = 43
    FIND = 45
    PAGE_PACKED = 46
