"""From the press of a key to painted results: the app offscreen, a real node, 100,000 listings."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import trio

from bazaar.compose.home import SystemClock
from bazaar.domain.wire.networks import network
from store.catalogue.catalogue import open_catalogue
from store.home import open_home
from tests.bench.figures import heading, percentile, spread, tell
from tests.bench.filling import put, settled
from tests.bench.goods import Shop, Words, shops
from tests.bench.processes import NETWORK, load, made, start

LISTINGS: Final = 100_000
AT_ONCE: Final = 100
SEARCHES: Final = 30
LETTERS: Final = 5
SEED: Final = 1
TYPING: Final = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from gui.app.main import application
from gui.app.theme import theme
from gui.app.window import Window
from gui.rpc.link import UP, Link

class Painted(QObject):
    count = 0
    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            self.count += 1
        return False

def until(what):
    end = time.monotonic() + 20
    while not what():
        app.processEvents()
        if time.monotonic() > end:
            raise SystemExit("nothing was painted")

app = application(["bazaar"])
theme().choose("light")
link = Link(Path(sys.argv[1]))
link.connect_now()
until(lambda: link.state == UP)
window = Window(link)
window.resize(1280, 800)
window.show()
window.go("browse")
page = window.page()
until(lambda: page.state.answered)
painted = Painted()
page.grid.viewport().installEventFilter(painted)
field = window.top.search
for word in sys.argv[2:]:
    field.clear()
    for letter in word:
        began = time.perf_counter()
        QTest.keyClicks(field, letter)
        before, text = painted.count, field.text()
        def shown():
            state = page.state
            return state.query.words == text and not state.loading
        until(shown)
        if page.state.cards:
            page.grid.viewport().update()
            until(lambda: painted.count > before)
        print((time.perf_counter() - began) * 1000)
        QTest.qWait(60)
"""


async def test_key_to_paint(tmp_path: Path) -> None:
    words = Words(SEED)
    home = made(tmp_path / "home", "Ann")
    with open_home(home) as opened:
        async with open_catalogue(opened.catalogue, SystemClock()) as catalogue:
            waiting: list[Shop] = []
            for shop in shops(words, LISTINGS, network(NETWORK).id, bodies=False):
                waiting.append(shop)
                if len(waiting) == AT_ONCE:
                    await put(catalogue, waiting)
                    waiting = []
            await settled(catalogue)
    node = await trio.to_thread.run_sync(start, home)
    heading(f"Key press to painted results, {LISTINGS} listings, offscreen", load())
    long = [word for word in words.all if len(word) >= LETTERS]
    sought = [word[:LETTERS] for word in long[:SEARCHES]]
    told = await trio.to_thread.run_sync(_typed, home, sought)
    node.stop()
    spread("key to paint", told, "ms", "p95 < 50")
    tell(
        f"    p99 {percentile(told, 0.99):.1f} ms; whole words of {LETTERS} letters alone:"
    )
    spread("last letter", told[LETTERS - 1 :: LETTERS])


def _typed(home: Path, sought: list[str]) -> list[float]:
    said = subprocess.run(
        [sys.executable, "-c", TYPING, str(home), *sought],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        check=True,
        capture_output=True,
    )
    return [float(line) for line in said.stdout.split()]
