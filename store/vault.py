"""The keystore file as bytes; what is inside is sealed by ``bazaar.domain.keys.keystore``."""

from pathlib import Path
from typing import Final

from store.files import write_durably

MAX_KEYSTORE_BYTES: Final = 4096


def read_vault(path: Path) -> bytes | None:
    """The keystore file, or None if there is none. Raises OSError, ValueError above its limit."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_KEYSTORE_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(data) > MAX_KEYSTORE_BYTES:
        raise ValueError(
            f"{path.name} is larger than {MAX_KEYSTORE_BYTES} bytes; it is no keystore"
        )
    return data


def write_vault(path: Path, data: bytes) -> None:
    """Replace the keystore file durably with mode 0600. Raises OSError, ValueError."""
    if len(data) > MAX_KEYSTORE_BYTES:
        raise ValueError(f"a keystore of {len(data)} bytes; limit {MAX_KEYSTORE_BYTES}")
    write_durably(path, data)
