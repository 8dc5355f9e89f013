"""Slugs: the part of a listing's name that stays when its title changes."""

import hashlib
import re
import unicodedata
from typing import Final

MAX_SLUG: Final = 70
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_HASH_DIGITS: Final = 12


def slug_of(title: str) -> str:
    """A slug made from ``title``; a title without Latin letters or digits gives a hash."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode(
        "ascii", "ignore"
    )
    slug = _OTHER.sub("-", plain.decode().lower()).strip("-")[:MAX_SLUG].rstrip("-")
    return slug or "item-" + hashlib.sha256(title.encode()).hexdigest()[:_HASH_DIGITS]
