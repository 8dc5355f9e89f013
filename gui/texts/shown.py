"""Amounts, times and sizes as a person reads them."""

from datetime import UTC, datetime
from typing import Final

from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.placing import AmountLine
from gui.texts import tr, tr_or

MINUTE: Final = 60
HOUR: Final = 3_600
DAY: Final = 86_400
KILOBYTE: Final = 1_000
MEGABYTE: Final = 1_000_000
GIGABYTE: Final = 1_000_000_000
ID_CHARACTERS: Final = 6


def money(amount: MoneyView) -> str:
    """Return ``1,026.15 EUR``."""
    return f"{number(amount)} {amount.unit}"


def number(amount: MoneyView) -> str:
    """Return the figure without its unit."""
    whole, rest = divmod(abs(amount.minor), 10**amount.scale)
    sign = "-" if amount.minor < 0 else ""
    decimals = f".{rest:0{amount.scale}d}" if amount.scale else ""
    return f"{sign}{whole:,}{decimals}"


def count_words(count: int) -> str:
    """Return ``12,300``."""
    return f"{count:,}"


def category_words(category: str) -> str:
    """Return a category as a person reads it."""
    return tr_or(f"category.{category}", category.replace("_", " ").capitalize())


def plain(amount: MoneyView) -> str:
    """Return the amount as a call wants it: ``1026.15 EUR``."""
    return f"{number(amount).replace(',', '')} {amount.unit}"


def like(amount: MoneyView, minor: int) -> MoneyView:
    """Return another amount of the same unit."""
    return MoneyView(minor=minor, unit=amount.unit, scale=amount.scale)


def local(at: int) -> datetime:
    """Return a time of the user's clock."""
    return datetime.fromtimestamp(at, tz=UTC).astimezone()


def day(at: int) -> str:
    """Return ``20 Nov 2026``."""
    return f"{local(at):%d %b %Y}".lstrip("0")


def moment(at: int) -> str:
    """Return ``20 Nov, 10:02``."""
    return f"{local(at):%d %b, %H:%M}".lstrip("0")


def ago(at: int, now: int) -> str:
    """Return how long ago in one unit, ``just now`` under a minute."""
    seconds = max(now - at, 0)
    for size, key in (
        (DAY, "time.days"),
        (HOUR, "time.hours"),
        (MINUTE, "time.minutes"),
    ):
        if seconds >= size:
            return tr("time.ago", span=tr(key, n=seconds // size))
    return tr("time.just_now")


def span(seconds: int) -> str:
    """Return a length in its two largest units: ``6 d 3 h``."""
    seconds = max(seconds, 0)
    if seconds >= DAY:
        return _two("time.d_h", "time.d", seconds // DAY, seconds % DAY // HOUR)
    if seconds >= HOUR:
        return _two("time.h_m", "time.h", seconds // HOUR, seconds % HOUR // MINUTE)
    if seconds >= MINUTE:
        return _two("time.m_s", "time.m", seconds // MINUTE, seconds % MINUTE)
    return tr("time.s", s=seconds)


def _two(both: str, one: str, large: int, small: int) -> str:
    return tr(both, large=large, small=small) if small else tr(one, large=large)


def size(count: int) -> str:
    """Return bytes in kB, MB or GB."""
    if count >= GIGABYTE:
        return f"{count / GIGABYTE:.1f} GB"
    return (
        f"{count / MEGABYTE:.1f} MB"
        if count >= MEGABYTE
        else f"{max(count // KILOBYTE, 1)} kB"
    )


def without_total(
    receipt: tuple[AmountLine, ...], total: MoneyView
) -> list[AmountLine]:
    """Return the rows of a receipt but a last one that only repeats the sum."""
    rows = list(receipt)
    if len(rows) > 1 and rows[-1].amount == total:
        rows.pop()
    return rows


def key_of(word: str) -> str:
    """Return ``few_left`` for what the node calls ``few left``."""
    return word.strip().lower().replace(" ", "_")


def sentence(words: str) -> str:
    """Return words of the node with a capital at the beginning."""
    return words[:1].upper() + words[1:]


def short_id(whole: str) -> str:
    """Return the first characters of an id, upper case, as people read it out."""
    return whole[:ID_CHARACTERS].upper()
