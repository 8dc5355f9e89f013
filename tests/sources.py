"""Reads the files of this repository for the tests of the house."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUR_CODE = ("bazaar/", "gui/", "net/", "store/")


def tracked() -> list[str]:
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    out = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in out.stdout.splitlines() if (ROOT / name).is_file()]


def texts(suffixes: str | tuple[str, ...] = "") -> Iterator[tuple[str, str]]:
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if name.endswith(suffixes) and b"\0" not in content:
            yield name, content.decode()


def modules(folders: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    for name, text in texts(".py"):
        if name.startswith(folders):
            yield name, ast.parse(text)


def lines_with(
    pattern: re.Pattern[str], suffixes: str | tuple[str, ...] = ""
) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts(suffixes)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
