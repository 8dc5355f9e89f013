"""Amounts of one unit: exact integers that refuse to meet another unit (PROTOCOL.md 1)."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from bazaar.domain.amounts.units import SCALES, UNIT_WORDS
from bazaar.domain.errors import InputError, UnitMismatchError
from bazaar.domain.wire.bounds import MAX_AMOUNT

NO_SCALES: Final[Mapping[str, int]] = MappingProxyType({})
_AMOUNT: Final = re.compile(r"(-?)([0-9]{1,16})(?:\.([0-9]{1,16}))?[ ]+(\S+)\Z")
_PLURALS: Final = MappingProxyType({"HOUR": ("hour", "hours")})


class Money(msgspec.Struct, frozen=True):
    """``minor`` units of ``unit``; -(2^53-1)..2^53-1.

    Adding, subtracting and ordering amounts of two units raises UnitMismatchError;
    leaving the range raises OverflowError.
    """

    minor: int
    unit: str

    def __post_init__(self) -> None:
        if not -MAX_AMOUNT <= self.minor <= MAX_AMOUNT:
            raise OverflowError("an amount is at most 2^53 - 1 minor units")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.unit)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.unit)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.unit)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def __str__(self) -> str:
        return (
            format_money(self)
            if self.unit in SCALES
            else f"{self.minor} of {self.unit}"
        )

    def _same(self, other: "Money") -> int:
        if self.unit != other.unit:
            raise UnitMismatchError(f"{self.unit} and {other.unit} do not mix")
        return other.minor


def scale_of(unit: str, scales: Mapping[str, int] = NO_SCALES) -> int:
    """Decimals of ``unit``; ``scales`` adds those of Unit records by unit id.

    Raises InputError for a unit that neither knows.
    """
    scale = SCALES.get(unit, scales.get(unit))
    if scale is None:
        raise InputError("unit", f"{unit} is not a known unit")
    return scale


def parse_money(
    words: str, field: str = "amount", scales: Mapping[str, int] = NO_SCALES
) -> Money:
    """The amount that a person wrote, such as ``26.15 EUR`` or ``3 hours``.

    Raises InputError naming ``field``. Nothing is rounded: too many decimals are refused.
    """
    found = _AMOUNT.match(words.strip())
    if found is None:
        raise InputError(
            field, "write a decimal number, a space and a unit, as in 26.15 EUR"
        )
    sign, whole, decimals = found[1], found[2], found[3] or ""
    unit = UNIT_WORDS.get(found[4].lower(), found[4])
    scale = _input_scale(unit, field, scales)
    if len(decimals) > scale:
        raise InputError(field, f"{unit} has at most {scale} decimals")
    minor = int(whole + decimals.ljust(scale, "0"))
    if minor > MAX_AMOUNT:
        raise InputError(field, "the amount is too large")
    return Money(-minor if sign else minor, unit)


def parse_amount(
    words: str, field: str = "amount", scales: Mapping[str, int] = NO_SCALES
) -> Money:
    """Like ``parse_money``, but refuses a negative amount."""
    money = parse_money(words, field, scales)
    if money.minor < 0:
        raise InputError(field, "the amount must not be negative")
    return money


def format_money(money: Money, scales: Mapping[str, int] = NO_SCALES) -> str:
    """``money`` in decimal with its unit; ``parse_money`` reads it back."""
    scale = scale_of(money.unit, scales)
    sign = "-" if money.minor < 0 else ""
    digits = str(abs(money.minor)).rjust(scale + 1, "0")
    number = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    if money.unit not in _PLURALS:
        return f"{sign}{number} {money.unit}"
    number = number.rstrip("0").rstrip(".")
    one, many = _PLURALS[money.unit]
    return f"{sign}{number} {one if number == '1' else many}"


def json_money(
    money: Money, scales: Mapping[str, int] = NO_SCALES
) -> dict[str, int | str]:
    """``money`` as scripts read it: minor units, unit and scale."""
    return {
        "minor": money.minor,
        "unit": money.unit,
        "scale": scale_of(money.unit, scales),
    }


def _input_scale(unit: str, field: str, scales: Mapping[str, int]) -> int:
    try:
        return scale_of(unit, scales)
    except InputError as error:
        raise InputError(field, f"{unit} is not a known unit") from error
