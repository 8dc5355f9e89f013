"""Arguments that several commands read in the same way."""

import argparse
import json
import math
from pathlib import Path
from typing import Any, Final

from bazaar.cli.failures import LocalError
from bazaar.domain.errors import InputError

MAX_JSON_FILE_BYTES: Final = 16 * 1024 * 1024


def pair(text: str) -> tuple[str, str]:
    """``KEY=VALUE``; argparse turns the error into a misuse."""
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def finite(text: str) -> float:
    """A number that is one; argparse turns the error into a misuse."""
    number = float(text)
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return number


def json_file(path: str) -> Any:
    """What a JSON file holds. Raises InputError for bad content, OSError without a file."""
    with Path(path).open("rb") as file:
        data = file.read(MAX_JSON_FILE_BYTES + 1)
    if len(data) > MAX_JSON_FILE_BYTES:
        raise InputError(path, "is larger than 16 MiB")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"is not JSON: {error}") from error


def whole_path(path: str) -> str:
    """The absolute path of a file that is there, for the node to read. Raises LocalError."""
    found = Path(path).absolute()
    if not found.is_file():
        raise LocalError("file", f"there is no file {path}")
    return str(found)
