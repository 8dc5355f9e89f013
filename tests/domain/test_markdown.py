"""The safe Markdown subset: blocks of plain text, whatever is thrown at it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.text.inline import Span, Style, spans_of
from bazaar.domain.text.markdown import (
    MAX_LIST_DEPTH,
    MAX_MARKDOWN,
    MAX_MARKDOWN_LINES,
    Block,
    Code,
    Heading,
    Item,
    Paragraph,
    parse,
)


def _plain(text: str) -> tuple[Span, ...]:
    return (Span(text),)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", ()),
        (
            "one\ntwo\n\nthree",
            (Paragraph(_plain("one\ntwo")), Paragraph(_plain("three"))),
        ),
        ("### Title ##\ntext", (Heading(_plain("Title")), Paragraph(_plain("text")))),
        ("# Big", (Heading(_plain("Big")),)),
        ("#no", (Paragraph(_plain("#no")),)),
        ("- a\n* b\n+ c", tuple(Item(1, None, _plain(word)) for word in "abc")),
        ("1. a\n27) b", (Item(1, 1, _plain("a")), Item(1, 27, _plain("b")))),
        (
            "- a\n  - b\n    1. c",
            (
                Item(1, None, _plain("a")),
                Item(2, None, _plain("b")),
                Item(3, 1, _plain("c")),
            ),
        ),
        ("-no", (Paragraph(_plain("-no")),)),
        (
            "```py\n<b>x</b>\n\n  y\n```\nz",
            (Code("<b>x</b>\n\n  y"), Paragraph(_plain("z"))),
        ),
        ("```\nopen", (Code("open"),)),
        ("a\n- b", (Paragraph(_plain("a")), Item(1, None, _plain("b")))),
        ("<b>x</b>", (Paragraph(_plain("<b>x</b>")),)),
        ("![x](file:///etc/passwd)", (Paragraph(_plain("![x](file:///etc/passwd)")),)),
    ],
)
def test_blocks(text: str, blocks: tuple[Block, ...]) -> None:
    assert parse(text) == (blocks, False)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a **b** c", (("a ", 0), ("b", 1), (" c", 0))),
        ("*i* _i_ __b__", (("i", 2), (" ", 0), ("i", 2), (" ", 0), ("b", 1))),
        ("**b _both_**", (("b ", 1), ("both", 3))),
        ("`a*b*`", (("a*b*", Style.CODE),)),
        ("**`c`**", (("c", 5),)),
        ("snake_case_name", (("snake_case_name", 0),)),
        ("2 * 3 * 4", (("2 * 3 * 4", 0),)),
        ("**open", (("**open", 0),)),
        ("open **", (("open **", 0),)),
        (r"\*no\* \_", (("*no* _", 0),)),
        ("a*b*c", (("a", 0), ("b", 2), ("c", 0))),
        ("``", (("``", 0),)),
    ],
)
def test_spans(text: str, spans: tuple[tuple[str, int], ...]) -> None:
    assert spans_of(text) == tuple(Span(*span) for span in spans)


def test_lists_are_never_deeper_than_four() -> None:
    found = parse(f"{' ' * 6}- d\n{' ' * 8}- e").blocks
    assert [block.depth for block in found if isinstance(block, Item)] == [
        4,
        MAX_LIST_DEPTH,
    ]


def test_text_is_cut_at_its_limits() -> None:
    assert not parse("x" * MAX_MARKDOWN).is_cut
    longer = parse("x" * (MAX_MARKDOWN + 1))
    assert longer == ((Paragraph(_plain("x" * MAX_MARKDOWN)),), True)
    assert not parse("\n".join(["- x"] * MAX_MARKDOWN_LINES)).is_cut
    more = parse("\n".join(["- x"] * (MAX_MARKDOWN_LINES + 1)))
    assert more.is_cut
    assert len(more.blocks) == MAX_MARKDOWN_LINES


@given(st.text(alphabet="ab *_`#-1.\\\n<>"))
def test_any_text_parses_and_nothing_is_invented(text: str) -> None:
    shown = ""
    for block in parse(text).blocks:
        shown += (
            block.text
            if isinstance(block, Code)
            else "".join(s.text for s in block.spans)
        )
    assert all(shown.count(letter) <= text.count(letter) for letter in set(shown))
    outside = (
        text.split("```", maxsplit=1)[0].split("\n", maxsplit=1)[0]
        if "```" not in text
        else ""
    )
    assert outside.count("a") <= shown.count("a")
