"""The house rules that no linter knows."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAX_FILE_BYTES = 500_000
OUR_CODE = ("bazaar/", "gui/", "net/", "store/")
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
IN_THE_NODE_ONLY = {
    "trio",
    "libp2p",
    "sqlalchemy",
    "pysqlite3",
    "nacl",
    "numpy",
    "bazaar.app",
}


def tracked() -> list[str]:
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    out = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in out.stdout.splitlines() if (ROOT / name).is_file()]


def texts(suffixes: str | tuple[str, ...] = "") -> Iterator[tuple[str, str]]:
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if name.endswith(suffixes) and b"\0" not in content:
            yield name, content.decode()


def modules(folders: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    for name, text in texts(".py"):
        if name.startswith(folders):
            yield name, ast.parse(text)


def lines_with(
    pattern: re.Pattern[str], suffixes: str | tuple[str, ...] = ""
) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts(suffixes)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                yield name, node
            case _:
                pass


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


def _plain(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant()]:
            return True
        case [
            ast.Call(
                func=ast.Name(id="escape" | "tr") | ast.Attribute(attr="escape" | "tr")
            )
        ]:
            return True
        case _:
            return False


RISKS: dict[str, Callable[[ast.Call], bool]] = {
    "setHtml": lambda _: True,
    "setMarkdown": lambda _: True,
    "insertHtml": lambda _: True,
    "QLabel": lambda _: True,
    "setToolTip": lambda call: not _plain(call),
}


def risky(tree: ast.AST) -> list[str]:
    return [name for name, call in calls(tree) if name in RISKS and RISKS[name](call)]


def test_the_gui_has_no_door_for_rich_text_of_others() -> None:
    assert not [
        (name, found) for name, tree in modules(("gui/",)) if (found := risky(tree))
    ]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("view.setHtml(x)", 1),
        ("QLabel('x')", 1),
        ("QtWidgets.QLabel()", 1),
        ("row.setToolTip(name)", 1),
        ("row.setToolTip(f'{name}')", 1),
        ("row.setToolTip('Copy')", 0),
        ("row.setToolTip(escape(name))", 0),
        ("Text('x')", 0),
    ],
)
def test_what_counts_as_such_a_door(line: str, count: int) -> None:
    assert len(risky(ast.parse(line))) == count


def test_importing_the_gui_leaves_the_node_outside() -> None:
    script = (
        "import gui, importlib, pkgutil, sys\n"
        "for found in pkgutil.walk_packages(gui.__path__, 'gui.'):\n"
        "    found.name.endswith('__main__') or importlib.import_module(found.name)\n"
        "print(*sys.modules)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert IN_THE_NODE_ONLY.isdisjoint(out.stdout.split())
