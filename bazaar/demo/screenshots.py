"""Pictures of the app's pages, taken from the running market by the app itself."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from bazaar.demo import cast
from bazaar.demo.market import Market
from bazaar.demo.narrator import Story
from bazaar.demo.processes import DemoError, Person, environment
from bazaar.demo.trade_story import Bought

QT_LIBRARIES: Final = (
    "libegl1",
    "libgl1",
    "libglib2.0-0",
    "libgssapi-krb5-2",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "fonts-dejavu-core",
)
"""Debian's names of what Qt needs from the system; packaging/setup.sh has the same."""

PROGRAM: Final = (sys.executable, "-P", "-m", "gui.app.pictures")
TRY_QT: Final = "import PySide6.QtNetwork, PySide6.QtSvg, PySide6.QtWidgets"
TRY_SECONDS: Final = 30.0
TAKE_SECONDS: Final = 90.0


class Shot(NamedTuple):
    """One picture: the name of its file, whose app, and the page with what it shows."""

    name: str
    who: Person
    page: str
    argument: str = ""
    theme: str = "light"


def missing() -> str:
    """Why there can be no pictures, with the line that changes it; "" when there can."""
    tried = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-P", "-c", TRY_QT],
        capture_output=True,
        timeout=TRY_SECONDS,
        check=False,
    )
    if tried.returncode == 0:
        return ""
    words = tried.stderr.decode(errors="replace").strip().splitlines()
    if words and "PySide6" in words[-1]:
        return "no pictures: PySide6 is not installed (pip install 'p2p-bazaar[gui]')"
    line = f"sudo apt-get install --no-install-recommends {' '.join(QT_LIBRARIES)}"
    return (
        f"no pictures: Qt lacks system libraries; on Debian this installs them: {line}"
    )


def while_trading(market: Market, lamp: Bought, case: str) -> list[Shot]:
    """What can be seen while the case waits for its ruling."""
    buyer, seller = market.buyer, market.sellers[cast.LAMP_ORDER.shop]
    potter = market.sellers[cast.TEAPOT_ORDER.shop]
    return [
        Shot("01-browse", buyer, "browse"),
        Shot("02-listing", buyer, "listing", lamp.listing),
        Shot("03-checkout", buyer, "checkout", lamp.listing),
        Shot("04-order-as-buyer", buyer, "order", lamp.order),
        Shot("05-orders", buyer, "orders"),
        Shot("06-order-as-seller", seller, "order", lamp.order),
        Shot("07-new-listing", seller, "editor"),
        Shot("08-shop", potter, "shop"),
        Shot("09-case-as-arbiter", market.arbiter, "order", case),
        Shot("10-arbiters", market.arbiter, "arbiter"),
        Shot("11-network", market.arbiter, "network"),
        Shot("12-browse-dark", buyer, "browse", theme="dark"),
    ]


def at_the_end(market: Market, case: str) -> list[Shot]:
    """What can be seen once everything is settled."""
    return [
        Shot("13-case-settled", market.buyer, "order", case),
        Shot("14-accounts", market.buyer, "accounts"),
    ]


def take(market: Market, shots: Iterable[Shot]) -> None:
    """Save pictures into the market's folder of pictures. Raises DemoError."""
    runs: dict[tuple[Person, str], list[Shot]] = {}
    for shot in shots:
        runs.setdefault((shot.who, shot.theme), []).append(shot)
    for (person, theme), own in runs.items():
        market.narrator.awaits(
            Story.MARKET, f"taking pictures of the app of {person.name}"
        )
        _take(person, theme, own, market.pictures)
    market.narrator.awaits(Story.MARKET, "")


def _take(person: Person, theme: str, shots: Sequence[Shot], folder: Path) -> None:
    fresh = folder / "new"
    pages = [f"{s.page}={s.argument}" if s.argument else s.page for s in shots]
    what = ["--folder", str(fresh), "--pages", ",".join(pages), "--theme", theme]
    done = subprocess.run(  # noqa: S603 - our own program with our own words
        [*PROGRAM, "--home", str(person.home), *what],
        capture_output=True,
        timeout=TAKE_SECONDS,
        check=False,
        env=environment() | {"QT_QPA_PLATFORM": "offscreen"},
    )
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip() or "no reason was given"
        last = words.splitlines()[-1]
        raise DemoError(f"the app of {person.name} gave no pictures: {last}")
    for path, shot in zip(done.stdout.decode().splitlines(), shots, strict=True):
        Path(path).replace(folder / f"{shot.name}.png")
    fresh.rmdir()
