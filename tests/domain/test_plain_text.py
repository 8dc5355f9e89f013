"""Plain ASCII takes a short way through folding; it must lead to the same place."""

from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.amounts.countries import has_bit, set_bit_numbers
from bazaar.domain.text.fold import fold


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_folds_as_it_does_beside_other_text(text: str) -> None:
    assert fold(f"{text} é") == f"{fold(text)} e".strip()


@given(st.binary(min_size=32, max_size=32))
def test_the_numbers_of_set_bits_are_those_that_are_set(bitmap: bytes) -> None:
    asked = [bit for bit in range(256) if has_bit(bitmap, bit)]
    assert set_bit_numbers(bitmap) == asked
