"""The keys that work everywhere in the window."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

from gui.app.side_bar import PAGES

if TYPE_CHECKING:
    from gui.app.window import Window


def bind(window: "Window") -> None:
    """Give the window its keys."""
    acts: Mapping[str, Callable[[], object]] = {
        f"Ctrl+{number}": _goer(window, page)
        for number, (page, _) in enumerate(PAGES, 1)
    } | {
        "Ctrl+K": window.top.focus_search,
        "Ctrl+N": _goer(window, "editor"),
        "Alt+Left": window.back,
        "Alt+Right": window.forward,
        "Esc": window.back,
        "F5": window.again,
    }
    for keys, act in acts.items():
        QShortcut(QKeySequence(keys), window).activated.connect(act)


def _goer(window: "Window", page: str) -> Callable[[], None]:
    return lambda: window.go(page)
