"""Arguments that several commands read in the same way."""

import argparse
import json
from pathlib import Path
from typing import Any

from bazaar.cli.failures import LocalError
from bazaar.domain.errors import InputError


def pair(text: str) -> tuple[str, str]:
    """``KEY=VALUE``; argparse turns the error into a misuse."""
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def json_file(path: str) -> Any:
    """What a JSON file holds. Raises InputError for bad content, OSError without a file."""
    try:
        return json.loads(Path(path).read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"is not JSON: {error}") from error


def whole_path(path: str) -> str:
    """The absolute path of a file that is there, for the node to read. Raises LocalError."""
    found = Path(path).absolute()
    if not found.is_file():
        raise LocalError("file", f"there is no file {path}")
    return str(found)
