"""The 24 words of an identity, and precise words for what is wrong with them (PROTOCOL.md 2.1)."""

import hashlib
import unicodedata
from difflib import get_close_matches
from functools import cache
from typing import Final

from mnemonic import Mnemonic

from bazaar.domain.errors import InputError

PHRASE_WORDS: Final = 24
ENTROPY_BYTES: Final = 32
WORD_BITS: Final = 11
SEED_ROUNDS: Final = 2048
MAX_PHRASE: Final = 2000
_SALT: Final = b"mnemonic"
_FIELD: Final = "phrase"


def words_of(entropy: bytes) -> str:
    """The 24 English words of ``entropy`` (32 bytes), joined by spaces.

    Raises ValueError for another length.
    """
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"the entropy has {ENTROPY_BYTES} bytes")
    return _bip39().to_mnemonic(entropy)


def entropy_of(phrase: str) -> bytes:
    """The 32 bytes that ``phrase`` stands for.

    Raises InputError that names the wrong count, the unknown word with its place and a
    likely correction, or the failed checksum.
    """
    if len(phrase) > MAX_PHRASE:
        raise InputError(_FIELD, f"it is longer than {MAX_PHRASE} characters")
    words = unicodedata.normalize("NFKD", phrase).lower().split()
    if len(words) != PHRASE_WORDS:
        raise InputError(
            _FIELD, f"{PHRASE_WORDS} words are needed, {len(words)} were given"
        )
    for place, word in enumerate(words, 1):
        _check_known(place, word)
    return _checked(words)


def seed_of(entropy: bytes) -> bytes:
    """The BIP39 seed of ``entropy`` with an empty BIP39 passphrase; 64 bytes."""
    return hashlib.pbkdf2_hmac("sha512", words_of(entropy).encode(), _SALT, SEED_ROUNDS)


@cache
def word_list() -> tuple[str, ...]:
    """The 2,048 English words of BIP39, in order."""
    return tuple(_bip39().wordlist)


@cache
def _bip39() -> Mnemonic:
    return Mnemonic("english")


def _check_known(place: int, word: str) -> None:
    if word in word_list():
        return
    near = get_close_matches(word[:20], word_list(), 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise InputError(
        _FIELD, f"word {place}, {word[:20]!r}, is not in the word list{hint}"
    )


def _checked(words: list[str]) -> bytes:
    number = 0
    for word in words:
        number = number << WORD_BITS | word_list().index(word)
    checksum = number & 0xFF
    entropy = (number >> 8).to_bytes(ENTROPY_BYTES, "big")
    if hashlib.sha256(entropy).digest()[0] != checksum:
        raise InputError(
            _FIELD,
            "all words are known, but their checksum is wrong: a word is mistaken or two are swapped",
        )
    return entropy
