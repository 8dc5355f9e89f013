"""Percentages as people write them, kept as basis points: 10,000 is 100 %."""

import re
from typing import Final

from bazaar.domain.errors import InputError
from bazaar.domain.wire.bounds import MAX_BASIS_POINTS

_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?\s*%?\Z")


def parse_percent(words: str, field: str = "percent") -> int:
    """Basis points of ``19``, ``8.1`` or ``10 %``. Raises InputError naming ``field``."""
    found = _PERCENT.match(words.strip())
    if found is None:
        raise InputError(
            field, "write a percentage with at most two decimals, as in 8.1"
        )
    bp = int(found[1] + (found[2] or "").ljust(2, "0"))
    if bp > MAX_BASIS_POINTS:
        raise InputError(field, "at most 100 percent")
    return bp


def format_percent(bp: int) -> str:
    """``bp`` basis points in percent, without needless zeros."""
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")
