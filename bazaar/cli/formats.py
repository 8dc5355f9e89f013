"""Amounts, moments, ids and foreign text as a person reads them in a terminal."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from bazaar.rpc.schema.call import MoneyView

SHORT_ID: Final = 10
"""Characters of an id in a table; the node takes any prefix of six or more."""

_STEPS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def money(amount: MoneyView) -> str:
    """Such as ``26.15 EUR``."""
    return f"{Decimal(amount.minor).scaleb(-amount.scale):f} {amount.unit}"


def moment(seconds: int | None) -> str:
    """Local date and time, or a dash."""
    if seconds is None:
        return "-"
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone():%Y-%m-%d %H:%M}"


def distance(seconds: int, now: int) -> str:
    """Such as ``in 3 days`` or ``2 hours ago``."""
    away = abs(seconds - now)
    size, name = next((step for step in _STEPS if away >= step[0]), _STEPS[-1])
    words = counted(away // size, name)
    return f"in {words}" if seconds >= now else f"{words} ago"


def counted(count: int, noun: str) -> str:
    """Such as ``1 vote`` and ``2 votes``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def short(identity: str) -> str:
    """The first characters of an id."""
    return identity[:SHORT_ID]


def yes(fact: bool) -> str:  # noqa: FBT001 - it is what is shown
    """A fact in a word."""
    return "yes" if fact else "no"


def printable(text: str) -> str:
    """Text of others without characters that steer a terminal or turn its direction."""
    return "".join(
        one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}"
        for one in text
    )
