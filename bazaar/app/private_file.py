"""Files that only this user may read, replaced whole or not at all."""

import os
from pathlib import Path

from bazaar.domain.errors import InputError


def write_private(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` with mode 0600. Raises InputError; blocks."""
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(part, flags, 0o600), "wb") as file:
            file.write(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        words = f"{path.name} cannot be written: {error.strerror}"
        raise InputError("file", words) from error
