"""What the app itself remembers between starts; nothing that the node needs."""

from pathlib import Path
from typing import Final

import msgspec

from bazaar.rpc.schema.search import SearchView

STATE_FILE: Final = "app.json"
BROWSE_FILE: Final = "app-browse.json"


class Memory(msgspec.Struct, frozen=True):
    """The app's own settings.

    Attributes:
        unchecked: The words were shown but not asked again.
        country: Where prices are shown delivered to, two letters; the system's without.
        at_close: ask, keep or stop the node when the window closes.
    """

    theme: str = "system"
    unchecked: bool = False
    at_close: str = "ask"
    country: str = ""


def recall(home: Path) -> Memory:
    """Read the settings; broken or absent ones are the usual ones."""
    try:
        return msgspec.json.decode((home / STATE_FILE).read_bytes(), type=Memory)
    except (OSError, msgspec.DecodeError):
        return Memory()


def remember(home: Path, memory: Memory) -> None:
    """Write the settings; the file appears whole or not at all."""
    write_whole(home / STATE_FILE, msgspec.json.encode(memory))


def recall_browse(home: Path) -> SearchView | None:
    """Return the last first page of Browse, so that a start has something to show."""
    try:
        return msgspec.json.decode((home / BROWSE_FILE).read_bytes(), type=SearchView)
    except (OSError, msgspec.DecodeError):
        return None


def remember_browse(home: Path, view: SearchView) -> None:
    """Keep the first page of Browse."""
    write_whole(home / BROWSE_FILE, msgspec.json.encode(view))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file of the app; it appears whole or not at all."""
    try:
        fresh = path.with_suffix(".new")
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError:
        return  # only comfort is lost
