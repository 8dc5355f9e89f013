"""Reasons are shown by the app as well as by the terminal: they name no flag and no command."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gui.texts import entries

ROOT = Path(__file__).parents[1]
ROOMS = ("bazaar/app", "bazaar/domain", "bazaar/rpc", "net", "store")
SQL = ("PRAGMA", "CREATE TABLE")
FLAG = re.compile(r"(?<![\w-])--[a-z]")
COMMAND = re.compile(
    r"\bbazaar (account|attach|backup|cart|init|keep|listing|node|order|peer|profile|search)"
)
SETTING = re.compile(r"\b[a-z]+_[a-z_]+=")


def is_terminal(words: str) -> bool:
    """Whether only who types commands understands it."""
    return any(one.search(words) for one in (FLAG, COMMAND, SETTING))


def docstrings(tree: ast.AST) -> set[int]:
    """Constants that stand as a statement of their own."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Texts of several words that code says, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in silent:
            words: object = node.value
            if isinstance(words, str) and " " in words.strip():
                yield node.lineno, words


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def test_no_reason_speaks_of_the_command_line() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in modules()
        for line, words in sentences(path)
        if is_terminal(words) and not any(one in words for one in SQL)
    ]
    assert found == []


def test_no_text_of_the_app_speaks_of_the_command_line() -> None:
    texts = [
        (key, text)
        for key, entry in entries().items()
        for text in ((entry,) if isinstance(entry, str) else entry)
    ]
    assert [key for key, text in texts if is_terminal(text)] == []


@pytest.mark.parametrize(
    "words",
    [
        "order with --direct",
        "run bazaar init first",
        "set profile mailboxes: bazaar profile set",
        "give stay_on=yes",
    ],
)
def test_words_of_the_terminal_are_known(words: str) -> None:
    assert is_terminal(words)
