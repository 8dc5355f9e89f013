"""What a cell of a spreadsheet means: amounts, lists, counts, yes and no (docs/IMPORT.md)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from bazaar.domain.errors import InputError

UNLIMITED: Final = "unlimited"
YES: Final = frozenset({"true", "yes", "1", "ja", "wahr", "y", "x"})
NO: Final = frozenset({"", "false", "no", "0", "-1", "nein", "falsch", "n"})
GRAMS_A_KILOGRAM: Final = 1000
_SIGNS: Final = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "EURO": "EUR",
    "Euro": "EUR",
    "euro": "EUR",
}
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,' \u00a0\u202f]*\Z")
_WHOLE: Final = re.compile(r"[0-9]{1,16}(?:[.,]0+)?\Z")
_WHOLE_PART: Final = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:[.,][0-9]{3})+)\Z")
_UNIT: Final = r"([A-Za-z]{1,10}|u[0-9a-f]{64})"
_LIST: Final = re.compile(r"\\(.)|([|;,\n])|([^\\|;,\n]+)|(\\)", re.DOTALL)
_PATHS: Final = re.compile(r"\\([|;\n\\])|([|;\n])|([^\\|;\n]+)|(\\)", re.DOTALL)


def amount_words(cell: str, unit: str) -> str:
    """``cell`` as ``26.15 EUR``; an amount without its own unit is of ``unit``.

    A point or comma that stands alone is the decimal one; of two kinds the last is.
    Raises InputError.
    """
    number, own = _parted(cell)
    if not _NUMBER.match(number):
        raise InputError("", f"{cell[:40]!r} is no amount such as 26.15")
    plain = _decimal(re.sub(r"[' \u00a0\u202f]", "", number.strip()))
    if not own and not unit:
        raise InputError("", "say of which unit it is, as in 26.15 EUR")
    return f"{plain} {own or unit}"


def count_of(cell: str) -> int | None:
    """A count of things; None for unlimited. Raises InputError."""
    if cell.lower() == UNLIMITED:
        return None
    return whole_of(cell)


def whole_of(cell: str) -> int:
    """A whole number of at least 0. Raises InputError."""
    if not _WHOLE.match(cell):
        raise InputError("", f"{cell[:40]!r} is no whole number of at least 0")
    return int(re.split("[.,]", cell)[0])


def grams_of(kilograms: str) -> str:
    """Whole grams of ``kilograms``, rounded up; what is no number stays as it is."""
    number = kilograms.replace(",", ".")
    if not re.match(r"[0-9]{1,7}(?:\.[0-9]{1,9})?\Z", number):
        return kilograms
    whole, _, decimals = number.partition(".")
    rest = decimals.ljust(3, "0")
    up = 1 if rest[3:].strip("0") else 0
    return str(int(whole) * GRAMS_A_KILOGRAM + int(rest[:3]) + up)


def moment_of(cell: str) -> int:
    """Seconds of a day or moment such as ``2027-01-31`` or ``2027-01-31T12:00:00+00:00``.

    Without a zone it is UTC. Raises InputError.
    """
    try:
        found = datetime.fromisoformat(cell)
    except ValueError as error:
        words = f"{cell[:40]!r} is no date such as 2027-01-31"
        raise InputError("", words) from error
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def moment_cell(seconds: int) -> str:
    """The cell that ``moment_of`` reads back."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def truth_of(cell: str) -> bool:
    """Yes or no. Raises InputError."""
    word = cell.lower()
    if word not in YES | NO:
        raise InputError("", f"{cell[:40]!r} is neither yes nor no")
    return word in YES


def list_of(cell: str) -> list[str]:
    r"""Entries parted by ``|``, ``;``, ``,`` or a line; ``\`` before one keeps it."""
    return [entry for entry in _entries(cell, _LIST) if entry]


def list_cell(entries: Iterable[str]) -> str:
    """The cell that ``list_of`` reads back."""
    return " | ".join(re.sub(r"([\\|;,\n])", r"\\\1", entry) for entry in entries)


def paths_of(cell: str) -> list[str]:
    """Like ``list_of``, but commas are part of an entry and empty entries stay."""
    return _entries(cell, _PATHS) if cell else []


def paths_cell(entries: Iterable[str]) -> str:
    """The cell that ``paths_of`` reads back."""
    return " | ".join(re.sub(r"([\\|;\n])", r"\\\1", entry) for entry in entries)


def _parted(cell: str) -> tuple[str, str]:
    """(number, unit) of an amount; the unit stands before, behind or nowhere."""
    words = cell.strip()
    for sign, unit in _SIGNS.items():
        if words.startswith(sign) or words.endswith(sign):
            return words.strip(sign).strip(), unit
    if found := re.match(rf"(.*[0-9])[ \u00a0]*{_UNIT}\Z", words):
        return found[1], found[2]
    if found := re.match(r"([A-Z]{3,4})[ \u00a0]*([0-9].*)\Z", words):
        return found[2], found[1]
    return words, ""


def _decimal(number: str) -> str:
    """Digits and one point; marks of thousands are dropped where they part by three."""
    digits = number.lstrip("+-")
    sign = "-" if number.startswith("-") else ""
    last = max(digits.rfind("."), digits.rfind(","))
    is_grouped = last >= 0 and digits.count(digits[last]) > 1
    whole, decimals = (digits, "") if is_grouped or last < 0 else _cut(digits, last)
    if not _WHOLE_PART.match(whole) or not re.match(r"[0-9]*\Z", decimals):
        raise InputError("", f"{number[:40]!r} is no amount such as 26.15")
    plain = sign + re.sub("[.,]", "", whole)
    return f"{plain}.{decimals}" if decimals else plain


def _cut(digits: str, at: int) -> tuple[str, str]:
    return digits[:at], digits[at + 1 :]


def _entries(cell: str, tokens: re.Pattern[str]) -> list[str]:
    found = [""]
    for kept, mark, plain, alone in tokens.findall(cell):
        if mark:
            found.append("")
        else:
            found[-1] += kept or plain or alone
    return [entry.strip() for entry in found]
