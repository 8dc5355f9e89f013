"""Listings that are not published yet, kept on this computer as they are typed."""

from pathlib import Path
from typing import Final

import msgspec

from gui.app.memory import write_whole
from gui.pages.editor.draft import Draft

DRAFTS_FILE: Final = "app-drafts.json"
NEW: Final = ""
"""The key of a listing that was never published; others are kept by their slug."""


class Drafts:
    """The drafts of one home; a broken file counts as none."""

    def __init__(self, home: Path) -> None:
        self._path = home / DRAFTS_FILE

    def get(self, key: str) -> Draft | None:
        """Return what was typed last, None without anything."""
        return self._all().get(key)

    def put(self, key: str, draft: Draft) -> None:
        """Keep a draft."""
        self._write(self._all() | {key: draft})

    def drop(self, key: str) -> None:
        """Forget a draft: it is published, or not wanted."""
        kept = self._all()
        if kept.pop(key, None) is not None:
            self._write(kept)

    def _all(self) -> dict[str, Draft]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Draft])
        except (OSError, msgspec.DecodeError):
            return {}

    def _write(self, drafts: dict[str, Draft]) -> None:
        write_whole(self._path, msgspec.json.encode(drafts))
