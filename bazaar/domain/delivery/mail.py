"""Mailboxes: what is signed, how tokens are made, how much a host keeps (PROTOCOL.md 8.6)."""

import hashlib
import hmac
import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
from nacl.bindings import crypto_scalarmult
from nacl.exceptions import BadSignatureError as NaClBadSignatureError
from nacl.public import PrivateKey
from nacl.signing import SigningKey, VerifyKey

from bazaar.domain.delivery.work import bits_wanted
from bazaar.domain.errors import BadSignatureError, MalformedMessageError

MIB: Final = 1024 * 1024
DAY: Final = 86_400
MAX_TOKEN_MAIL_BYTES: Final = 256 * MIB
"""Mail with a token, per recipient."""

MAX_SENDER_BYTES: Final = MIB
MAX_STRANGERS_BYTES: Final = 64 * MIB
"""Strangers' mail, per recipient."""

MAX_HOST_BYTES: Final = 1024 * MIB
"""Strangers' mail of all recipients of a host."""

MAIL_LIFE_SECONDS: Final = 30 * DAY
MAX_AGREEMENT_SECONDS: Final = 90 * DAY
MAX_RECIPIENTS: Final = 256
MAX_MAILBOXES: Final = 3
ENOUGH_MAILBOXES: Final = 2

KEEP_TAG: Final = b"bazaar/1 mail keep\0"
KEPT_TAG: Final = b"bazaar/1 mail kept\0"
TAKE_TAG: Final = b"bazaar/1 mail take\0"
DROP_TAG: Final = b"bazaar/1 mail drop\0"
RECEIPT_TAG: Final = b"bazaar/1 mail receipt\0"
MAIL_OF: Final = b"k:"
"""A mailbox says in the directory that it provides this and a recipient's key."""

TOKEN_TAG: Final = b"bazaar/1 mail token\0"


class Used(NamedTuple):
    """Bytes that a host holds: for a recipient with and without token, of a sender, in all."""

    token: int = 0
    strangers: int = 0
    sender: int = 0
    host: int = 0

    @property
    def bits(self) -> int:
        """Difficulty of the next stranger's deposit."""
        return max(
            bits_wanted(self.strangers, MAX_STRANGERS_BYTES),
            bits_wanted(self.host, MAX_HOST_BYTES),
        )

    def has_room(self, size: int, *, token: bool) -> bool:
        """Whether ``size`` bytes more keep within every quota; tokens never meet strangers."""
        if token:
            return self.token + size <= MAX_TOKEN_MAIL_BYTES
        return (
            self.sender + size <= MAX_SENDER_BYTES
            and self.strangers + size <= MAX_STRANGERS_BYTES
            and self.host + size <= MAX_HOST_BYTES
        )


class Pair(NamedTuple):
    """Between whom something is signed, on which network (32 bytes each)."""

    network: bytes
    host: bytes
    recipient: bytes


def keep_bytes(pair: Pair, at: int, until: int, locks: Sequence[bytes]) -> bytes:
    """What the recipient signs to be served ``until``, with the ``locks`` of its tokens."""
    fields = msgspec.msgpack.encode([at, until, list(locks)])
    return KEEP_TAG + pair.network + pair.host + fields


def kept_bytes(pair: Pair, until: int, asked: bytes) -> bytes:
    """What the host signs in return; ``asked`` is what the recipient signed."""
    wanted = hashlib.sha256(asked).digest()
    return KEPT_TAG + pair.network + pair.recipient + struct.pack(">Q", until) + wanted


def take_bytes(pair: Pair, challenge: bytes, after: int) -> bytes:
    """What the recipient signs to collect mail numbered above ``after``."""
    return TAKE_TAG + pair.network + pair.host + challenge + struct.pack(">Q", after)


def drop_bytes(pair: Pair, challenge: bytes, numbers: Sequence[int]) -> bytes:
    """What the recipient signs to delete mail by number."""
    fields = msgspec.msgpack.encode(list(numbers))
    return DROP_TAG + pair.network + pair.host + challenge + fields


def receipt_bytes(pair: Pair, blob: bytes, at: int) -> bytes:
    """What the host signs for a deposit; ``blob`` is its SHA-256."""
    return RECEIPT_TAG + pair.network + pair.recipient + blob + struct.pack(">Q", at)


def sign(key: SigningKey, data: bytes) -> bytes:
    """64 bytes."""
    return key.sign(data).signature


def check_signed(key: bytes, data: bytes, signature: bytes) -> None:
    """Raise BadSignatureError unless ``key`` signed ``data``."""
    try:
        VerifyKey(key).verify(data, signature)
    except NaClBadSignatureError as error:
        raise BadSignatureError(key.hex()) from error


def token(own: PrivateKey, other: bytes, pair: Pair, sender: bytes) -> bytes:
    """The token with which ``sender`` deposits; both sides make it from their box keys alone.

    ``own`` is the box key of the recipient or of the sender, ``other`` the public box
    key of the other of the two. Raises MalformedMessageError if that key is none.
    """
    try:
        shared = crypto_scalarmult(bytes(own), other)
    except (RuntimeError, TypeError, ValueError) as error:
        raise MalformedMessageError("the box key is none") from error
    data = TOKEN_TAG + pair.network + pair.host + pair.recipient + sender
    return hmac.digest(shared, data, "sha256")


def lock_of(secret: bytes) -> bytes:
    """What a host is told of a token: its SHA-256."""
    return hashlib.sha256(secret).digest()
