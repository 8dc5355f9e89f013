"""``bazaar demo``: a whole market on this machine, from nine empty homes to settled accounts."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bazaar.demo import balances, farewell, play
from bazaar.demo.market import Market, gather
from bazaar.demo.narrator import Narrator
from bazaar.demo.processes import NETWORK, PROGRAM, DemoError, environment

INTERRUPTED: Final = 130
FAILED: Final = 1
DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""One of these variables leads to a display, or says how to do without."""

_INTRODUCTION: Final = (
    "Nine people, nine processes, no server between them. Network {network}: one day of a "
    "contract passes in ten seconds, and nothing here is worth money. Everything lies in "
    "{folder}; no other machine is asked for anything.\n"
)
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


def run_demo(keep: bool, gui: bool) -> int:  # noqa: FBT001 - the flags of the command line
    """Tell the whole story; 0 when every step was done, else its reason is printed.

    With ``keep`` the market goes on afterwards; otherwise nothing stays but pictures.
    """
    narrator = Narrator()
    market = gather(Path(tempfile.mkdtemp(prefix="bazaar-demo-")), narrator)
    stays = False
    try:
        with _interruptible():
            _tell(market)
            stays = keep
            farewell.show_around(market, keep=keep)
            if gui:
                _open_app(market)
    except KeyboardInterrupt:
        narrator.say("\nStopped.")
        return INTERRUPTED
    except (DemoError, OSError, subprocess.SubprocessError) as error:
        farewell.explain(market, error)
        return FAILED
    else:
        return 0
    finally:
        farewell.leave(market) if stays else farewell.clean_up(market)


def _tell(market: Market) -> None:
    narrator = market.narrator
    narrator.say("A market without a middleman", "bold")
    narrator.say(_INTRODUCTION.format(network=NETWORK, folder=market.folder))
    with narrator.live():
        play.perform(market)
    narrator.say()
    balances.show(market)
    narrator.say()


def _open_app(market: Market) -> None:
    """Show the app of the buyer until its window is closed. Raises DemoError."""
    if not any(map(os.environ.get, DISPLAYS)):
        market.narrator.say("This machine has no display: the app is not opened.")
        return
    market.narrator.say(f"The app of {market.buyer.name} opens; close it to end.")
    closed = subprocess.run(  # noqa: S603 - our own program with our own words
        [*PROGRAM, "--home", str(market.buyer.home)], check=False, env=environment()
    )
    if closed.returncode != 0:
        raise DemoError("the app did not open, or ended with an error")


@contextmanager
def _interruptible() -> Generator[None]:
    """Let an end from outside clean up as Ctrl+C does."""
    before = {number: signal.signal(number, _interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
