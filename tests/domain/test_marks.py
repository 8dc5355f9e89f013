"""Marks: what a length cannot say is still checked when a value decodes."""

from typing import Annotated

import pytest
from msgspec import Meta

from bazaar.domain.wire.bounds import Body, Key, UnitId, Word
from bazaar.domain.wire.marks import check_marks, is_key
from tests.domain.samples import SELLER


class Leaf(Body, frozen=True):
    word: Word
    flag: bool


class Other(Body, frozen=True):
    number: int


class Tree(Body, frozen=True):
    leaves: tuple[Leaf, ...]
    maybe: Leaf | None
    named: Word | None
    key: Key
    unit: UnitId
    words: Annotated[tuple[Word, ...], Meta(extra={"unique": True})]


def _tree(**fields: object) -> Tree:
    whole = {
        "leaves": (Leaf("a", flag=True),),
        "maybe": None,
        "named": None,
        "key": SELLER.key,
        "unit": "EUR",
        "words": ("a", "b"),
    }
    return Tree(**(whole | fields))  # pyright: ignore[reportArgumentType] - fields of any type


def test_a_tree_that_keeps_all_marks() -> None:
    check_marks(_tree())
    check_marks(_tree(maybe=Leaf("a", flag=False), named="b", leaves=(), words=()))
    check_marks(Other(5))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"leaves": (Leaf("a", flag=True), Leaf(" ", flag=True))},
            "leaves: word: a space",
        ),
        ({"maybe": Leaf("--", flag=True)}, "maybe: word: at least"),
        ({"named": "a  b"}, "named: two spaces"),
        ({"key": bytes(32)}, "key: not a valid"),
        ({"unit": "XYZ"}, "unit: XYZ"),
        ({"words": ("a", "a")}, "words: a list holds"),
        ({"words": ("a", "\n")}, "words: a new line"),
    ],
)
def test_the_error_names_the_way_to_the_field(
    fields: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=f"^{words}"):
        check_marks(_tree(**fields))


def test_a_union_of_two_marked_values_is_a_mistake_of_ours() -> None:
    class Both(Body, frozen=True):
        either: Word | Annotated[tuple[Word, ...], Meta(max_length=1)]

    with pytest.raises(TypeError, match="at most one kind"):
        check_marks(Both("a"))


def test_keys_are_of_the_main_subgroup() -> None:
    assert is_key(SELLER.key)
    assert not is_key(b"\x01" + bytes(31))
