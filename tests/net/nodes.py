"""What the network tests share: constants, types and a handler."""

from collections.abc import Awaitable, Callable

import trio

from bazaar.app.ports import Request
from net.peers import Libp2pNetwork

NETWORK = b"n" * 32
LOOPBACK = "/ip4/127.0.0.1/tcp/0"
PUT = 7
BODY = b"\x91\x01"
PATIENCE_SECONDS = 60

Make = Callable[..., Libp2pNetwork]
Start = Callable[[Libp2pNetwork], Awaitable[Libp2pNetwork]]
Pair = tuple[Libp2pNetwork, Libp2pNetwork]


async def echo(request: Request) -> bytes:
    return request.body


async def until(condition: Callable[[], object]) -> None:
    """Wait for what the library tells nobody of; an error after a minute."""
    with trio.fail_after(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await trio.sleep(0.01)
