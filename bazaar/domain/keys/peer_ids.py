"""Peer ids: an Ed25519 key as libp2p writes it (PROTOCOL.md 2.3)."""

from functools import lru_cache
from types import MappingProxyType
from typing import Final

from bazaar.domain.errors import InputError
from bazaar.domain.wire.marks import is_key

PEER_ID_PREFIX: Final = bytes.fromhex("002408011220")
MAX_PEER_ID: Final = 60
_DIGITS: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES: Final = MappingProxyType({digit: value for value, digit in enumerate(_DIGITS)})
_KEY_BYTES: Final = 32
KEPT: Final = 4_096
"""Ids that are remembered: those of one's peers are written again and again."""


@lru_cache(KEPT)
def peer_id(key: bytes) -> str:
    """The text that people exchange for ``key`` (32 bytes); starts ``12D3KooW``."""
    return base58(PEER_ID_PREFIX + key)


def key_of(text: str) -> bytes:
    """The key (32 bytes) in the peer id ``text``. Raises InputError saying what is wrong."""
    found = _bytes_of(text.strip())
    if (
        not found.startswith(PEER_ID_PREFIX)
        or len(found) != len(PEER_ID_PREFIX) + _KEY_BYTES
    ):
        raise InputError(
            "peer id", "only Ed25519 peer ids are accepted; they start 12D3KooW"
        )
    key = found[len(PEER_ID_PREFIX) :]
    if not is_key(key):
        raise InputError("peer id", "it does not hold a valid key")
    return key


def base58(data: bytes) -> str:
    """``data`` in base58btc."""
    number = int.from_bytes(data, "big")
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = _DIGITS[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def _bytes_of(text: str) -> bytes:
    if not text or len(text) > MAX_PEER_ID:
        raise InputError("peer id", "a peer id has 52 characters and starts 12D3KooW")
    number = 0
    for character in text:
        if character not in _VALUES:
            raise InputError(
                "peer id", f"the character {character!r} does not occur in peer ids"
            )
        number = number * 58 + _VALUES[character]
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
