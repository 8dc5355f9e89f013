"""The kinds of signed objects and the greatest size of each envelope (PROTOCOL.md 3.3, 4)."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

KIB: Final = 1024


class Kind(IntEnum):
    """Number of a signed object; the first element of its body."""

    PROFILE = 1
    ARBITER_OFFER = 2
    LISTING = 3
    STORE_HEAD = 4
    RATING = 5
    RATING_REPLY = 6
    FOLLOW = 7
    BLOCK_LIST = 8
    UNIT = 9
    PROOF = 10
    ALERT = 11
    KEY_CHANGE = 12
    CONTACT = 13
    SALES_HEAD = 14
    OFFER = 32
    ACCEPT = 33
    WITHDRAW = 34
    SEAT_ACK = 35
    FUND = 36
    FUND_ACK = 37
    SHIP = 38
    DECLINE = 39
    PROPOSAL = 40
    AGREE = 41
    DISPUTE = 42
    EVIDENCE = 43
    RULING = 45
    SETTLED = 47
    EXTEND = 48
    SALE_SLOT = 52
    BUY_SLOT = 53
    CASE_SLOT = 54
    ACCOUNT_PROPOSE = 64
    ACCOUNT_ACCEPT = 65
    ACCOUNT_REJECT = 66
    CLEAR_SEEK = 68
    CLEAR_PLAN = 69
    CLEAR_VOTE = 70
    ADDRESS = 80
    CHAT = 81
    DISCLOSE = 82
    ACK = 83


TRADE_KINDS: Final = frozenset(
    kind for kind in Kind if Kind.OFFER <= kind <= Kind.EXTEND
)
SLOT_KINDS: Final = frozenset({Kind.SALE_SLOT, Kind.BUY_SLOT, Kind.CASE_SLOT})
ACCOUNT_KINDS: Final = frozenset(
    {Kind.ACCOUNT_PROPOSE, Kind.ACCOUNT_ACCEPT, Kind.ACCOUNT_REJECT}
)

OTHER_ENVELOPE_BYTES: Final = 4 * KIB
MAX_ENVELOPE_BYTES: Final = 64 * KIB

ENVELOPE_BYTES: Final[Mapping[int, int]] = MappingProxyType(
    {
        **dict.fromkeys(TRADE_KINDS | ACCOUNT_KINDS, 32 * KIB),
        **dict.fromkeys(
            (
                Kind.PROFILE,
                Kind.ARBITER_OFFER,
                Kind.RATING,
                Kind.RATING_REPLY,
                Kind.FOLLOW,
                Kind.BLOCK_LIST,
                Kind.ADDRESS,
                Kind.DISCLOSE,
            ),
            16 * KIB,
        ),
        Kind.LISTING: MAX_ENVELOPE_BYTES,
        Kind.STORE_HEAD: 300,
        Kind.CONTACT: 1500,
        Kind.CHAT: 8 * KIB,
    }
)


def greatest_envelope_bytes(kind: int) -> int:
    """Greatest size in bytes of an envelope of ``kind``."""
    return ENVELOPE_BYTES.get(kind, OTHER_ENVELOPE_BYTES)
