"""Country codes and their bits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.amounts.countries import (
    COUNTRIES,
    countries_of,
    country_bit,
    country_bits,
    has_bit,
    reaches,
    set_bit_numbers,
    set_bits,
)


def test_there_are_249_in_order() -> None:
    assert len(COUNTRIES) == 249
    assert list(COUNTRIES) == sorted(set(COUNTRIES))


@pytest.mark.parametrize(
    ("code", "bit"), [("AD", 0), ("AE", 1), ("ZW", 248), ("ZZ", 255)]
)
def test_the_bit_of_a_code(code: str, bit: int) -> None:
    assert country_bit(code) == bit
    assert set_bit_numbers(country_bits([code])) == [bit]


def test_bits_count_from_the_left() -> None:
    assert country_bits(["AD"])[0] == 0x80
    assert country_bits(["ZZ"])[31] == 0x01


@given(st.sets(st.integers(0, 255)))
def test_bits_read_back(bits: set[int]) -> None:
    bitmap = set_bits(bits)
    assert set(set_bit_numbers(bitmap)) == bits
    assert all(has_bit(bitmap, bit) for bit in bits)


def test_goods_reach_listed_countries_or_all() -> None:
    some = country_bits(["DE", "FR"])
    assert reaches(some, "DE")
    assert not reaches(some, "AT")
    assert reaches(country_bits(["ZZ"]), "AT")
    assert reaches(country_bits(["ZZ"]), "XK")


def test_a_code_outside_iso_has_no_bit() -> None:
    assert country_bit("XK") is None
    assert country_bits(["XK"]) == bytes(32)
    assert not reaches(country_bits(["DE"]), "XK")


def test_codes_come_back_from_their_bits() -> None:
    assert countries_of(country_bits(["DE", "AT"])) == ("AT", "DE")
    assert countries_of(country_bits(["DE", "ZZ"])) == ("ZZ",)
