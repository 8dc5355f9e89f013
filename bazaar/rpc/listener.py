"""Listening sockets of the door: a private Unix socket, or loopback where there is none."""

import os
import socket
import struct
from pathlib import Path
from typing import Final

import trio

from bazaar.rpc.paths import TCP_PREFIX

BACKLOG: Final = 64
_CREDENTIALS: Final = struct.Struct("3i")


def unix_listener(path: Path) -> trio.SocketListener:
    """Listen at ``path``, which must not exist, for this user only. Raises OSError."""
    plain = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        plain.bind(os.fspath(path))
        path.chmod(0o600)
        plain.listen(BACKLOG)
        return trio.SocketListener(trio.socket.from_stdlib_socket(plain))
    except BaseException:
        plain.close()
        raise


async def loopback_listener() -> trio.SocketListener:
    """Listen on a free port of this machine. Raises OSError."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    return listener


def address_of(listener: trio.SocketListener) -> str:
    """As ``node.json`` names it."""
    name = listener.socket.getsockname()
    return name if isinstance(name, str) else f"{TCP_PREFIX}{name[0]}:{name[1]}"


def is_of_user(stream: trio.SocketStream, user: int) -> bool:
    """Whether the other end belongs to the account ``user``.

    Where the system does not tell (loopback, macOS), the folder's mode and the
    challenge stand alone, and this is True.
    """
    wanted = getattr(socket, "SO_PEERCRED", None)
    if wanted is None or stream.socket.family != socket.AF_UNIX:
        return True
    credentials = stream.socket.getsockopt(socket.SOL_SOCKET, wanted, _CREDENTIALS.size)
    return _CREDENTIALS.unpack(credentials)[1] == user
