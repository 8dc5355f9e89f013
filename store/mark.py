"""The count beside the book that only rises: ``HOME/mark``, decimal digits."""

from pathlib import Path
from typing import Final

from store.files import write_durably

MARK: Final = "mark"
MAX_DIGITS: Final = 20


class FileMark:
    """Fits ``bazaar.app.ports.Mark``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / MARK

    def read(self) -> int:
        """The count; 0 if there is none, or what is there is none. Raises OSError."""
        try:
            text = self._path.read_text(errors="replace")[:MAX_DIGITS]
        except FileNotFoundError:
            return 0
        return int(text) if text.isascii() and text.isdigit() else 0

    def write(self, count: int) -> None:
        """Write it durably. Raises OSError."""
        write_durably(self._path, str(count).encode())
