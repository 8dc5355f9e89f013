"""Lists of licence codes: each code once, in order, within limits."""

import pytest

from bazaar.domain.errors import InputError
from bazaar.domain.listings.licences import (
    MAX_CODE_CHARACTERS,
    MAX_CODES,
    CodeList,
    taken,
    with_codes,
)


def test_lines_become_codes_and_doubles_are_counted() -> None:
    added = with_codes(CodeList(), ["A-1", " ", "B-2 ", "A-1"], 7)
    assert (added.codes.free, added.added, added.known) == (("A-1", "B-2"), 2, 1)
    assert added.codes.at == 7
    more = with_codes(added.codes, ["B-2", "C-3"], 8)
    assert (more.codes.free, more.added, more.known) == (("A-1", "B-2", "C-3"), 1, 1)
    anew = with_codes(more.codes, ["C-3", "D-4"], 9, replace=True)
    assert (anew.codes.free, anew.added, anew.known) == (("C-3", "D-4"), 2, 0)


def test_a_sold_code_is_never_taken_in_again() -> None:
    codes = with_codes(CodeList(), ["A", "B", "C"], 0).codes
    found = taken(codes, 2)
    assert found is not None
    given, left = found
    assert (given, left.free, left.count) == (("A", "B"), ("C",), 2)
    again = with_codes(left, ["A", "B", "D"], 0, replace=True)
    assert (again.codes.free, again.added, again.known) == (("D",), 1, 2)
    assert taken(left, 2) is None
    assert taken(left, 1) is not None


def test_limits_hold_at_the_edge_and_one_beyond() -> None:
    longest = "x" * MAX_CODE_CHARACTERS
    assert with_codes(CodeList(), [longest], 0).added == 1
    with pytest.raises(InputError, match="line 2"):
        with_codes(CodeList(), ["A", longest + "x"], 0)
    full = with_codes(CodeList(), map(str, range(MAX_CODES)), 0).codes
    with pytest.raises(InputError, match="at most"):
        with_codes(full, ["one more"], 0)
    assert with_codes(full, ["0"], 0).known == 1
