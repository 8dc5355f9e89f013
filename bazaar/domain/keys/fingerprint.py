"""Six words and a colour by which people recognise a key (PROTOCOL.md 2.5)."""

import hashlib
from typing import Final, NamedTuple

from bazaar.domain.keys.phrase import WORD_BITS, word_list

WORDS_TAG: Final = b"bazaar/1 words\0"
FINGERPRINT_WORDS: Final = 6
_COLOUR_BITS: Final = 24
_HASH_BITS: Final = 256


class Fingerprint(NamedTuple):
    """What is shown beside every name; ``colour`` is u24, red first."""

    words: tuple[str, ...]
    colour: int

    def __str__(self) -> str:
        return " ".join(self.words)

    @property
    def hex_colour(self) -> str:
        """The colour as ``#rrggbb``."""
        return f"#{self.colour:06x}"


def fingerprint(key: bytes) -> Fingerprint:
    """The fingerprint of ``key`` (32 bytes)."""
    number = int.from_bytes(hashlib.sha256(WORDS_TAG + key).digest(), "big")
    words: list[str] = []
    left = _HASH_BITS
    for _ in range(FINGERPRINT_WORDS):
        left -= WORD_BITS
        words.append(word_list()[number >> left & (1 << WORD_BITS) - 1])
    colour = number >> left - _COLOUR_BITS & (1 << _COLOUR_BITS) - 1
    return Fingerprint(tuple(words), colour)
