"""Where the door of a home is: its private folder, token, announcement and socket.

Only who holds the home's lock may write or remove anything here.
"""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from bazaar.rpc import auth
from bazaar.rpc.schema.call import PROTOCOL

MAX_SOCKET_PATH_BYTES: Final = 100
"""Below the shortest bound of the systems that we run on (104, with its end)."""

TCP_PREFIX: Final = "tcp:"
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_TEMPORARY: Final = "bazaar-door-"


class Door(Struct, frozen=True):
    """The announcement ``node.json``; ``socket`` is a path or ``tcp:127.0.0.1:PORT``."""

    pid: int
    socket: str
    protocol: int


def run_folder(home: Path) -> Path:
    """HOME/run, made when absent, for this user only."""
    folder = home / "run"
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    folder.chmod(_PRIVATE_FOLDER)
    return folder


def socket_path(home: Path) -> Path:
    """Where the socket shall be: HOME/run, or a fresh private folder when that is too long."""
    path = run_folder(home) / "node.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    return Path(tempfile.mkdtemp(prefix=_TEMPORARY)) / "node.sock"


def renew_token(home: Path) -> bytes:
    """Clear what the last node left and write a new token; its clients are out."""
    clear(home)
    token = auth.new_token()
    _write_token(home, token)
    return token


def lend_door(home: Path, address: str, token: bytes) -> None:
    """Make ``home`` the door to a node of another machine, reached at ``address``.

    ``home`` must have no node of its own.
    """
    forget_door(home)
    _write_token(home, token)
    announce(home, address)


def forget_door(home: Path) -> None:
    """Take back ``lend_door``; the socket is its maker's to remove."""
    for name in ("node.json", "token"):
        (run_folder(home) / name).unlink(missing_ok=True)


def _write_token(home: Path, token: bytes) -> None:
    path = run_folder(home) / "token"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(handle, "w") as file:
        file.write(token.hex() + "\n")


def read_token(home: Path) -> bytes:
    """The present token. Raises OSError, or ValueError when the file holds none."""
    token = bytes.fromhex((home / "run" / "token").read_text())
    if len(token) != auth.TOKEN_BYTES:
        raise ValueError(f"the token has {len(token)} bytes")
    return token


def announce(home: Path, address: str) -> None:
    """Say where the node listens; the file appears whole or not at all."""
    path = run_folder(home) / "node.json"
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(Door(os.getpid(), address, PROTOCOL)))
    fresh.replace(path)


def read_door(home: Path) -> Door | None:
    """What the last node announced, or None; it may be dead since."""
    try:
        return msgspec.json.decode((home / "run" / "node.json").read_bytes(), type=Door)
    except (OSError, msgspec.DecodeError):
        return None


def clear(home: Path) -> None:
    """Remove what this or a crashed node left: announcement, token, socket."""
    folder = run_folder(home)
    door = read_door(home)
    for name in ("node.json", "token", "node.sock"):
        (folder / name).unlink(missing_ok=True)
    if door is not None and Path(door.socket).parent.name.startswith(_TEMPORARY):
        with contextlib.suppress(OSError):
            Path(door.socket).unlink(missing_ok=True)
            Path(door.socket).parent.rmdir()
