"""The line core keeps its bounds whatever the pieces are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.rpc.lines import MAX_NESTING, LineError, Lines, check_nesting


def drained(lines: Lines) -> list[bytes]:
    return list(iter(lines.next, None))


@given(
    texts=st.lists(st.binary(max_size=20).map(lambda text: text.replace(b"\n", b""))),
    size=st.integers(1, 30),
)
def test_any_cut_gives_the_same_lines(texts: list[bytes], size: int) -> None:
    stream = b"".join(text + b"\n" for text in texts)
    lines = Lines()
    got: list[bytes] = []
    for start in range(0, len(stream), size):
        lines.feed(stream[start : start + size])
        got += drained(lines)
    assert got == texts


def test_a_line_at_the_limit_passes_and_one_byte_more_does_not() -> None:
    lines = Lines(limit=8)
    lines.feed(b"x" * 8 + b"\n")
    assert drained(lines) == [b"x" * 8]
    lines.feed(b"x" * 9 + b"\n")
    with pytest.raises(LineError):
        lines.next()


def test_an_endless_line_is_refused_before_its_end() -> None:
    lines = Lines(limit=8)
    lines.feed(b"x" * 8)
    assert lines.next() is None
    lines.feed(b"x")
    with pytest.raises(LineError):
        lines.next()


def test_nesting_at_the_limit_passes_and_one_level_more_does_not() -> None:
    check_nesting(b"[" * MAX_NESTING + b"]" * MAX_NESTING)
    with pytest.raises(LineError):
        check_nesting(b"[" * (MAX_NESTING + 1))


def test_brackets_side_by_side_or_inside_text_do_not_count() -> None:
    check_nesting(b"[" + b"{}," * 500 + b"{}]")
    check_nesting(b'["' + b"[{" * 500 + b'","\\"' + b"[" * 500 + b'"]')
