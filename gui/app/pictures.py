"""Saves pictures of the app's pages, taken from a running market without a screen.

``python -m gui.app.pictures --home H --folder F [--pages browse,orders] [--theme dark]``
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QEventLoop, QSize, QTimer

from bazaar.rpc.schema.orders import OrderList, OrderRow
from bazaar.rpc.schema.search import Search, SearchView
from gui.app.garbage import Garbage
from gui.app.main import application
from gui.app.theme import theme
from gui.app.window import Window
from gui.rpc.link import UP, Link

CALM_MS: Final = 400
"""Nothing asked and nothing decoded for this long means that a page is complete."""

PATIENCE_SECONDS: Final = 15.0
STEP_MS: Final = 20
PAGES: Final = (
    "browse", "listing", "checkout", "orders", "order", "shop", "editor", "accounts",
    "arbiter", "network", "settings",
)  # fmt: skip


class Look(NamedTuple):
    """How pictures are taken: theme, window size in px, seconds to wait for a node."""

    theme: str = "light"
    size: tuple[int, int] = (1280, 800)
    patience: float = PATIENCE_SECONDS


USUAL_LOOK: Final = Look()


class Shot(NamedTuple):
    """One picture: its file's name, the page and what it shows."""

    name: str
    page: str
    argument: str = ""


def save_pictures(
    home: Path,
    folder: Path,
    shots: Sequence[Shot] = (),
    *,
    look: Look = USUAL_LOOK,
) -> tuple[Path, ...]:
    """Save PNG files of pages of the node in ``home``; returns their paths in order.

    Without ``shots`` all pages are taken, with the newest listing and the first orders.
    Raises TimeoutError when no node answers there.
    """
    application(["bazaar"])
    theme().choose(look.theme)
    link = Link(home)
    window = Window(link)
    garbage = Garbage()
    window.resize(QSize(*look.size))
    link.connect_now()
    window.show()
    try:
        if not _wait(
            lambda: link.state == UP and window.status is not None, look.patience
        ):
            raise TimeoutError(f"no node answers in {home}")
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(
            _shoot(window, link, shot, folder) for shot in shots or usual(link)
        )
    finally:
        window.close()
        link.close()
        garbage.end()


def usual(link: Link) -> list[Shot]:
    """Return a shot of every page, with what the node has to show."""
    found: SearchView = ask(link, Search(sort="newest", limit=1))
    rows: tuple[OrderRow, ...] = ask(link, OrderList())
    made = [Shot("browse", "browse")]
    for card in found.results:
        made += [
            Shot("listing", "listing", card.listing_id),
            Shot("checkout", "checkout", card.listing_id),
            Shot("store", "store", card.seller),
        ]
    made += [
        Shot(f"order-{number}-{row.role}-{row.state}", "order", row.order_id)
        for number, row in enumerate(rows, 1)
    ]
    plain = ("orders", "shop", "editor", "accounts", "arbiter", "network", "settings")
    return made + [Shot(page, page) for page in plain]


def ask(link: Link, call: Any) -> Any:
    """Ask and wait for the answer; raises TimeoutError when it is refused."""
    got: list[Any] = []
    problems: list[Any] = []
    link.call(call, got.append, problems.append)
    _wait(lambda: bool(got or problems))
    if not got:
        raise TimeoutError(problems[0].words if problems else "no answer")
    return got[0]


def _shoot(window: Window, link: Link, shot: Shot, folder: Path) -> Path:
    window.go(shot.page, shot.argument)
    _settle(window, link)
    path = folder / f"{shot.name}.png"
    window.grab().save(str(path))
    return path


def _settle(window: Window, link: Link) -> None:
    for _ in range(3):
        _wait(lambda: not link.busy and not window.pictures.busy)
        _pause(CALM_MS)
        if not link.busy and not window.pictures.busy:
            return


def _wait(done: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    tries = round(seconds * 1000 / STEP_MS)
    while not done() and tries > 0:
        _pause(STEP_MS)
        tries -= 1
    return done()


def _pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; prints one path a line."""
    parser = argparse.ArgumentParser(prog="gui.app.pictures")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument(
        "--pages", default="", help="PAGE or PAGE=ARGUMENT, comma-separated"
    )
    parser.add_argument("--theme", default="light")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument(
        "--patience", type=float, default=PATIENCE_SECONDS, help="seconds"
    )
    args = parser.parse_args(argv)
    wide, _, high = args.size.partition("x")
    shots = _shots(args.pages)
    look = Look(args.theme, (int(wide), int(high)), args.patience)
    try:
        paths = save_pictures(args.home, args.folder, shots, look=look)
    except TimeoutError as error:
        sys.stderr.write(f"no pictures: {error}\n")
        return 3
    sys.stdout.write("".join(f"{path}\n" for path in paths))
    return 0


def _shots(words: str) -> list[Shot]:
    """Return a shot of each page named; a page named again gets a number."""
    made: list[Shot] = []
    for one in filter(None, words.split(",")):
        page, _, argument = one.partition("=")
        count = sum(shot.page == page for shot in made)
        name = f"{page}-{count + 1}" if count else page
        made.append(Shot(name, page, argument))
    return made


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
