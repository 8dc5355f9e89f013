"""Every text that the code names exists, and amounts and times read well."""

import ast
import re

import pytest

from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.placing import AmountLine
from gui.pages.order.moves import MOVES
from gui.texts import entries, tr, tr_or
from gui.texts.shown import ago, money, number, plain, size, span, without_total
from tests.sources import modules

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def euro(minor: int) -> MoneyView:
    return MoneyView(minor=minor, unit="EUR", scale=2)


def named_keys() -> set[str]:
    return {
        call.args[0].value
        for _, tree in modules(("gui/",))
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "tr"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_every_named_text_exists() -> None:
    assert sorted(named_keys() - entries().keys()) == []


def test_every_move_has_its_texts() -> None:
    for name, look in MOVES.items():
        needed = [f"move.{name}", f"title.{name}", f"did.{name}"]
        needed += [f"send.{name}"] if look.form else []
        needed += [f"ask.{name}"] if look.asks else []
        assert set(needed) <= entries().keys(), name


def test_both_forms_of_a_plural_take_the_same_values() -> None:
    for entry in entries().values():
        if isinstance(entry, tuple):
            one, other = (set(re.findall(r"{(\w+)}", form)) for form in entry)
            assert one - {"n"} == other - {"n"}


@pytest.mark.parametrize(
    ("n", "words"), [(0, "0 peers"), (1, "1 peer"), (1_200, "1,200 peers")]
)
def test_counts_have_plural_forms(n: int, words: str) -> None:
    assert tr("status.peers", n=n) == words


def test_an_unknown_state_of_a_newer_node_is_shown_as_it_is() -> None:
    assert tr_or("state.teleported", "teleported") == "teleported"


@pytest.mark.parametrize(
    ("minor", "scale", "shown"),
    [(2_615, 2, "26.15"), (-5, 2, "-0.05"), (1_234_567, 2, "12,345.67"), (3, 0, "3")],
)
def test_amounts_have_their_decimals(minor: int, scale: int, shown: str) -> None:
    amount = MoneyView(minor=minor, unit="hours", scale=scale)
    assert number(amount) == shown
    assert money(amount) == f"{shown} hours"
    assert plain(amount) == f"{shown.replace(',', '')} hours"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "59 s"),
        (MINUTE, "1 min"),
        (HOUR + 120, "1 h 2 min"),
        (DAY, "1 d"),
        (-5, "0 s"),
    ],
)
def test_spans_have_at_most_two_units(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_times_past_have_one_unit() -> None:
    assert ago(0, 30) == "just now"
    assert ago(0, 3 * HOUR) == "3 hours ago"
    assert ago(10, 0) == "just now"


def test_sizes() -> None:
    assert (size(1), size(412_000), size(2_500_000)) == ("1 kB", "412 kB", "2.5 MB")


def test_a_receipt_loses_only_a_row_that_repeats_the_sum() -> None:
    rows = (
        AmountLine(label="lamp", amount=euro(5)),
        AmountLine(label="sum", amount=euro(5)),
    )
    assert without_total(rows, euro(5)) == [rows[0]]
    assert without_total(rows[:1], euro(5)) == [rows[0]]
    assert without_total(rows, euro(9)) == list(rows)
