"""Keeps the folder of thumbnails within its quota: the least recently shown go first."""

from pathlib import Path
from typing import NamedTuple


class _File(NamedTuple):
    shown: float
    size: int
    path: Path


def evict(folder: Path, quota_bytes: int) -> int:
    """Delete thumbnails until ``folder`` holds at most ``quota_bytes``; returns how many.

    Blocks for as long as the folder takes to list; files that vanish meanwhile are ignored.
    """
    files = sorted(_files(folder))
    total = sum(file.size for file in files)
    gone = 0
    for file in files:
        if total <= quota_bytes:
            break
        file.path.unlink(missing_ok=True)
        total -= file.size
        gone += 1
    return gone


def _files(folder: Path) -> list[_File]:
    found: list[_File] = []
    for path in folder.glob("*/*.jpg"):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        found.append(_File(state.st_mtime, state.st_size, path))
    return found
