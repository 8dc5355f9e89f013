"""What the demonstration says stays readable wherever it is printed."""

import io

import pytest
from rich.console import Console

from bazaar.demo.narrator import Narrator, Story
from bazaar.demo.trade_story import words_of
from bazaar.rpc.schema.call import MoneyView

LONG = "a step that has very much to tell, " * 8


def narrated(columns: int, *steps: str) -> list[str]:
    out = io.StringIO()
    narrator = Narrator(Console(file=out, width=columns, highlight=False))
    with narrator.live():
        for step in steps:
            narrator.awaits(Story.LAMP, "the seller")
            narrator.tell(Story.LAMP, step)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_step_is_one_line_where_there_is_room() -> None:
    (line,) = narrated(1_000, LONG)
    assert line.endswith(f"lamp      {LONG}".rstrip())


def test_a_long_step_goes_on_below_its_own_column() -> None:
    first, *rest = narrated(60, LONG)
    indent = first.index("a step")
    assert rest
    assert all(line[:indent].isspace() for line in rest)


def test_what_people_write_is_no_markup() -> None:
    (line,) = narrated(200, "[bold]5 of 5[/bold] :smile:")
    assert line.endswith("[bold]5 of 5[/bold] :smile:")


def test_the_sum_stands_below_aligned_numbers() -> None:
    out = io.StringIO()
    narrator = Narrator(Console(file=out, width=80))
    narrator.table(("person", "balance>"), [("Ana", "+1.00"), ("sum", "0.00")])
    _, first, last = (line.rstrip() for line in out.getvalue().splitlines())
    assert len(first) == len(last)


@pytest.mark.parametrize(
    ("minor", "scale", "words"),
    [(2615, 2, "26.15 X"), (-5, 2, "-0.05 X"), (0, 2, "0.00 X"), (7, 0, "7 X")],
)
def test_amounts_read_as_people_write_them(minor: int, scale: int, words: str) -> None:
    assert words_of(MoneyView(minor=minor, unit="X", scale=scale)) == words
