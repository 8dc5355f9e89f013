"""The window shows what strangers wrote: it has no door for rich text, nor for keys."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.sources import modules

IN_THE_NODE_ONLY = {
    "trio",
    "libp2p",
    "sqlalchemy",
    "pysqlite3",
    "nacl",
    "numpy",
    "bazaar.app",
}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                yield name, node
            case _:
                pass


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
