"""Opens the app: ``main(home, argv)`` returns the exit code."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from gui.app.fonts import load
from gui.app.garbage import Garbage
from gui.app.icons import own_icon
from gui.app.memory import recall
from gui.app.start import Start
from gui.app.theme import theme
from gui.rpc.node_process import made, network_of

APP_ID: Final = "p2p-bazaar"


def application(argv: Sequence[str]) -> QApplication:
    """Return the one QApplication of this process, dressed for its first window."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([*argv])
    app.setApplicationName("Bazaar")
    app.setDesktopFileName(APP_ID)
    app.setWindowIcon(own_icon())
    load()
    return app


def main(home: Path, argv: Sequence[str] = ()) -> int:
    """Show the window of the identity that lives in ``home`` until it is closed.

    ``--network`` counts for a first start only, ``--theme`` for this time only;
    ``--link`` is opened as soon as the node answers.
    """
    options = _options(argv)
    app = application(["bazaar"])
    theme().choose(options.theme or recall(home).theme)
    app.styleHints().colorSchemeChanged.connect(theme().follow)
    network = network_of(home) if made(home) else options.network
    start = Start(home, network)
    start.begin(options.link)
    garbage = Garbage()
    code = app.exec()
    garbage.end()
    start.link.close()
    return code


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bazaar")
    parser.add_argument("--network", default="main")
    parser.add_argument("--theme", default="")
    parser.add_argument("--link", default="")
    return parser.parse_args(argv)
