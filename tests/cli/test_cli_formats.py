"""Amounts, moments and counts in words."""

import pytest

from bazaar.cli.formats import counted, distance, moment, money, printable
from bazaar.rpc.schema.call import MoneyView


@pytest.mark.parametrize(
    ("minor", "scale", "text"),
    [
        (2615, 2, "26.15"),
        (0, 2, "0.00"),
        (-5, 2, "-0.05"),
        (3, 0, "3"),
        (1, 8, "0.00000001"),
    ],
)
def test_amounts_keep_every_decimal(minor: int, scale: int, text: str) -> None:
    assert money(MoneyView(minor=minor, unit="EUR", scale=scale)) == f"{text} EUR"


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (0, "in 0 seconds"),
        (1, "in 1 second"),
        (59, "in 59 seconds"),
        (60, "in 1 minute"),
        (7_200, "in 2 hours"),
        (86_399, "in 23 hours"),
        (-86_400, "1 day ago"),
    ],
)
def test_distances(away: int, words: str) -> None:
    assert distance(1000 + away, 1000) == words


def test_a_moment_that_is_none_is_a_dash() -> None:
    assert moment(None) == "-"
    assert len(moment(0)) == len("1970-01-01 00:00")


def test_counts() -> None:
    assert [counted(count, "vote") for count in (0, 1, 2)] == [
        "0 votes",
        "1 vote",
        "2 votes",
    ]


def test_printable_keeps_letters_of_all_scripts_and_line_ends() -> None:
    assert printable("Grüße, 世界\nहिन्दी") == "Grüße, 世界\nहिन्दी"
    assert printable("\x1b\x07\r\u202e\u2066\x9b") == "\N{REPLACEMENT CHARACTER}" * 6
