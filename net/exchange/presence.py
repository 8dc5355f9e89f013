"""Whether a connected peer is still there: the standard ping."""

import secrets
from typing import Final

import trio

from bazaar.domain.errors import PeerUnreachableError
from net.errors import NetworkDownError
from net.host import Host
from net.limits import PING_SECONDS

PING_PROTOCOL: Final = "/ipfs/ping/1.0.0"
PING_BYTES: Final = 32


async def is_there(host: Host, key: bytes) -> bool:
    """Whether the peer answers a ping within 2 s; cancelling resets the stream."""
    with trio.move_on_after(PING_SECONDS):
        try:
            stream = await host.open_stream(key, PING_PROTOCOL)
        except (PeerUnreachableError, NetworkDownError):
            return False
        try:
            sent = secrets.token_bytes(PING_BYTES)
            await stream.write(sent)
            return await stream.read(PING_BYTES) == sent
        except Exception:  # noqa: BLE001 - whatever the library raises, there was no answer
            return False
        finally:
            with trio.CancelScope(shield=True):
                await stream.reset()
    return False
