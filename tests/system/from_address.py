"""Connections from an address of one's choice: every 127.x.y.z is this machine."""

import contextlib
from collections.abc import Generator
from contextvars import ContextVar
from typing import Any, Final
from unittest.mock import patch

import trio

_source: Final[ContextVar[str | None]] = ContextVar("source", default=None)
_open: Final = trio.open_tcp_stream


@contextlib.contextmanager
def many_addresses() -> Generator[None]:
    """Inside, ``come_from`` decides where this task's new connections come from."""

    async def opened(host: str, port: int, **named: Any) -> trio.SocketStream:
        named.setdefault("local_address", _source.get())
        return await _open(host, port, **named)

    with patch.object(trio, "open_tcp_stream", opened):
        yield


def come_from(address: str) -> None:
    """Let this task's connections, and those of its children, come from ``address``."""
    _source.set(address)
