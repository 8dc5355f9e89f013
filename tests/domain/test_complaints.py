"""What a person is told when a value breaks a bound."""

import pytest

from bazaar.domain.stores.records import Profile
from bazaar.domain.wire.complaints import in_words, of_record, split_place


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Expected `str` of length >= 1", "it must have at least 1 character"),
        ("Expected `str` of length <= 40", "it must have at most 40 characters"),
        ("Expected `array` of length <= 10", "it must have at most 10 entries"),
        ("Expected `int` >= 2", "it must be at least 2"),
        ("Expected `str`, got `int`", "it must be str, not int"),
        ("Expected `str` matching regex '^a'", "it is not of the right form"),
        (
            "Expected `str` matching regex '^[A-Z]{2}\\\\Z'",
            "it must be a code of two capital letters",
        ),
        ("the list holds an element twice", "the list holds an element twice"),
    ],
)
def test_bounds_are_said_in_words(reason: str, words: str) -> None:
    assert in_words(reason) == words


def test_the_place_is_split_off() -> None:
    words = "Expected `int` >= 2 - at `$.deadlines.ship_days`"
    assert split_place(words) == ("deadlines.ship_days", "Expected `int` >= 2")
    assert split_place("no place") == ("", "no place")


def test_a_field_of_a_record_is_named_and_not_numbered() -> None:
    error = of_record("Expected `str` of length >= 1 - at `$[4]`", Profile, "profile")
    assert str(error) == "name: it must have at least 1 character"


def test_what_names_no_field_is_said_as_it_is() -> None:
    assert str(of_record("too large", Profile, "profile")) == "profile: too large"
