"""Money: exact, one unit at a time, the same read as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.amounts.money import (
    Money,
    format_money,
    json_money,
    parse_amount,
    parse_money,
    scale_of,
)
from bazaar.domain.amounts.units import SCALES, check_unit
from bazaar.domain.errors import InputError, UnitMismatchError
from bazaar.domain.wire.bounds import MAX_AMOUNT

UNIT_RECORD = "u" + "0f" * 32


@pytest.mark.parametrize(
    ("words", "money"),
    [
        ("26.15 EUR", Money(2615, "EUR")),
        ("3 hours", Money(300, "HOUR")),
        ("1.5 h", Money(150, "HOUR")),
        ("1 hour", Money(100, "HOUR")),
        ("100 jpy", Money(100, "JPY")),
        ("0.00000001 BTC", Money(1, "BTC")),
        ("2.125 kWh", Money(2125, "KWH")),
        (" 1.250  BHD ", Money(1250, "BHD")),
        ("-2.5 EUR", Money(-250, "EUR")),
        ("90071992547409.91 EUR", Money(MAX_AMOUNT, "EUR")),
    ],
)
def test_reads_what_people_write(words: str, money: Money) -> None:
    assert parse_money(words) == money


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("26,15 EUR", "decimal number"),
        ("EUR 26.15", "decimal number"),
        ("26.15EUR", "decimal number"),
        ("26.15", "decimal number"),
        (".5 EUR", "decimal number"),
        ("1e3 EUR", "decimal number"),
        ("\u0661 EUR", "decimal number"),
        ("26.155 EUR", "at most 2 decimals"),
        ("1.5 JPY", "at most 0 decimals"),
        ("1 XYZ", "not a known unit"),
        ("90071992547409.92 EUR", "too large"),
    ],
)
def test_refuses_and_names_the_field(words: str, rule: str) -> None:
    with pytest.raises(InputError, match=f"price: .*{rule}"):
        parse_money(words, "price")


def test_an_amount_is_not_negative() -> None:
    assert parse_amount("0 EUR").minor == 0
    with pytest.raises(InputError, match="negative"):
        parse_amount("-1 EUR")


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT), st.sampled_from(sorted(SCALES)))
def test_what_is_written_reads_back(minor: int, unit: str) -> None:
    money = Money(minor, unit)
    assert parse_money(format_money(money)) == money


def test_formats_for_people_and_scripts() -> None:
    assert format_money(Money(5, "EUR")) == "0.05 EUR"
    assert format_money(Money(100, "HOUR")) == "1 hour"
    assert format_money(Money(350, "HOUR")) == "3.5 hours"
    assert str(Money(-7, "JPY")) == "-7 JPY"
    assert str(Money(7, UNIT_RECORD)).startswith("7 of u0f")
    assert json_money(Money(2615, "EUR")) == {"minor": 2615, "unit": "EUR", "scale": 2}


def test_units_of_records_bring_their_scale() -> None:
    scales = {UNIT_RECORD: 1}
    assert parse_money(f"1.5 {UNIT_RECORD}", scales=scales) == Money(15, UNIT_RECORD)
    assert scale_of(UNIT_RECORD, scales) == 1
    with pytest.raises(InputError):
        scale_of(UNIT_RECORD)


def test_units_never_mix() -> None:
    euro, hour = Money(1, "EUR"), Money(1, "HOUR")
    for meet in (
        lambda: euro + hour,
        lambda: euro - hour,
        lambda: euro < hour,
        lambda: euro <= hour,
        lambda: euro > hour,
        lambda: euro >= hour,
    ):
        with pytest.raises(UnitMismatchError):
            meet()
    assert euro != hour


def test_arithmetic_is_exact_and_bounded() -> None:
    most = Money(MAX_AMOUNT, "EUR")
    assert most - most == Money(0, "EUR")
    assert -most + most == Money(0, "EUR")
    assert Money(1, "EUR") < Money(2, "EUR") <= Money(2, "EUR") < most
    assert most > Money(2, "EUR") >= Money(2, "EUR")
    with pytest.raises(OverflowError):
        _ = most + Money(1, "EUR")
    with pytest.raises(OverflowError):
        Money(-MAX_AMOUNT - 1, "EUR")


def test_units_are_known_or_named_by_id() -> None:
    for unit in ("EUR", "BTC", "HOUR", "KWH", UNIT_RECORD):
        check_unit(unit)
    for unit in ("XYZ", "eur", "u00", UNIT_RECORD + "0", "XAU"):
        with pytest.raises(ValueError, match="not a unit"):
            check_unit(unit)
