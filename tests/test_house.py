"""The house rules that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources import OUR_CODE, ROOT, lines_with, modules, tracked

MAX_FILE_BYTES = 500_000
VAGUE = re.compile(r"^(utils?|helpers?|managers?|base|misc|common)$")
# A silenced check on a line of code, without "- a reason" after its code.
UNREASONED = re.compile(
    r"^\s*[^#\s].*#\s*(noqa|type: ignore|pyright: )(?!.*(\]|[A-Z]\d+|=\w+)\s+[-#]+\s*\w)"
)
UNFINISHED = re.compile(
    "|".join((r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b"))
)
# Joined here so that this file may be searched as well.
HOSTS = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "dev" + "pi", r"/sim" + "ple/"))
)
WORKPLACE = re.compile(
    "|".join((r"(?<![\w.])/wo" + "rk/", "/tmp/te" + "am", r"\bissues sh" + "ow"))
)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield module
            case _:
                pass


def test_folders_that_are_no_packages() -> None:
    assert not [
        name
        for name in tracked()
        if name.startswith(("tests/", "packaging/")) and name.endswith("__init__.py")
    ]


def test_no_file_names_a_package_host_or_a_workplace() -> None:
    assert lines_with(HOSTS) == []
    assert lines_with(WORKPLACE) == []


def test_no_file_is_large() -> None:
    assert not [
        name for name in tracked() if (ROOT / name).stat().st_size > MAX_FILE_BYTES
    ]


def test_the_first_line_of_a_module_tells_its_purpose() -> None:
    everywhere = (*OUR_CODE, "tests/", "packaging/")
    assert not [
        name for name, tree in modules(everywhere) if not ast.get_docstring(tree)
    ]


def test_a_file_is_named_after_its_noun() -> None:
    assert not [
        name
        for name in tracked()
        if name.startswith(OUR_CODE)
        and any(VAGUE.match(part) for part in Path(name).with_suffix("").parts)
    ]


def test_imports_are_absolute() -> None:
    assert not [
        f"{name}:{node.lineno}"
        for name, tree in modules((*OUR_CODE, "tests/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]


def test_nothing_outside_the_network_adapter_imports_libp2p() -> None:
    assert not [
        name
        for name, tree in modules(("bazaar/", "gui/", "store/"))
        if any(module.split(".")[0] == "libp2p" for module in imported(tree))
    ]


def test_nothing_is_left_for_later() -> None:
    assert lines_with(UNFINISHED, (".py", ".sh")) == []


def test_a_silenced_check_has_its_reason_beside_it() -> None:
    assert lines_with(UNREASONED, ".py") == []


@pytest.mark.parametrize(
    ("line", "silent"),
    [
        ("x = 1  # no" + "qa: E501", True),
        ("x = 1  # no" + "qa", True),
        ("x = 1  # no" + "qa: E501, S101 - too long for once", False),
        ("x = 1  # py" + "right: ignore[reportPrivateUsage]", True),
        ("x = 1  # py" + "right: ignore[reportPrivateUsage]  # libp2p hides it", False),
    ],
)
def test_what_counts_as_silenced_without_a_reason(line: str, *, silent: bool) -> None:
    assert bool(UNREASONED.search(line)) is silent
