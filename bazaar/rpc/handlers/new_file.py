"""Files that a person asked for: made anew, for its owner alone."""

import os
from pathlib import Path
from typing import Final

import trio

from bazaar.domain.errors import InputError

OWNER_ALONE: Final = 0o600


async def write_new(file: str, data: bytes) -> Path:
    """Write ``data`` to a new file, in a thread; what is there is never overwritten.

    Raises InputError in words. Cancelling may leave the whole file.
    """
    path = Path(file)
    if not path.is_absolute():
        raise InputError("file", "give the whole path")
    await trio.to_thread.run_sync(_write, path, data)
    return path


def _write(path: Path, data: bytes) -> None:
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(path, flags, OWNER_ALONE), "wb") as file:
            file.write(data)
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise InputError("file", f"{path.name} cannot be written: {words}") from error
