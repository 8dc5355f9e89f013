"""G12: the first window with a cached page, warm, each time in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

from gui.app.memory import remember_browse
from tests.bench.figures import MS, heading, spread
from tests.bench.processes import load
from tests.rpc_samples import FOUND

STARTS: Final = 9
CARDS: Final = 60
BARE_WINDOW: Final = """
import time
began = time.perf_counter()
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1200, 800)
window.show()
window.grab()
print(time.perf_counter() - began)
"""
FIRST_WINDOW: Final = """
import sys, time
began = time.perf_counter()
from pathlib import Path
from gui.app.main import application
from gui.app.theme import theme
from gui.app.window import Window
from gui.rpc.link import Link
app = application(["bazaar"])
theme().choose("light")
window = Window(Link(Path(sys.argv[1])))
window.go("browse")
window.show()
window.grab()
print(time.perf_counter() - began)
"""


def test_first_window_with_a_cached_page(tmp_path: Path) -> None:
    cards = (FOUND.results * CARDS)[:CARDS]
    remember_browse(tmp_path, msgspec.structs.replace(FOUND, results=cards))
    heading("First window, offscreen, from the first import to painted", load())
    bare: list[float] = []
    first: list[float] = []
    for _ in range(STARTS):
        bare.append(_told(BARE_WINDOW))
        first.append(_told(FIRST_WINDOW, str(tmp_path)))
    spread("anchor: bare window", bare)
    spread(f"cached page of {CARDS} cards", first, "ms", "< 400, <= 2.5 x")


def _told(program: str, *words: str) -> float:
    said = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        check=True,
        capture_output=True,
    )
    return float(said.stdout) * MS
