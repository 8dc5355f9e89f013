"""A real door on a real socket, and ways to knock at it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import trio

from bazaar.domain.errors import (
    InputError,
    MalformedMessageError,
    NotFoundError,
    PeerUnreachableError,
    StaleStateError,
)
from bazaar.rpc.client import Client, connect
from bazaar.rpc.paths import renew_token
from bazaar.rpc.schema.call import Call, Done
from bazaar.rpc.schema.listings import ListingRemove
from bazaar.rpc.schema.node import Status
from bazaar.rpc.schema.search import Facets, Search, Store
from bazaar.rpc.server import Server, serve_home
from bazaar.rpc.session import Session

ERRORS: dict[str, Exception] = {
    "stale": StaleStateError("the order has moved on"),
    "missing": NotFoundError("no such listing"),
    "input": InputError("slug", "is not one"),
    "peer": MalformedMessageError("not canonical"),
    "silent": PeerUnreachableError(),
    "slow": trio.TooSlowError(),
    "bug": ZeroDivisionError("secret"),
    "group": ExceptionGroup("one", [ExceptionGroup("inside", [StaleStateError()])]),
    "groups": ExceptionGroup("two", [StaleStateError(), StaleStateError()]),
}


async def answers(call: Call) -> object:
    """Raise what a slug names, hang on a store, else be done."""
    match call:
        case ListingRemove(slug=slug) if slug in ERRORS:
            raise ERRORS[slug]
        case ListingRemove(slug="object"):
            return object()
        case ListingRemove(slug="large"):
            return Done(words="x" * 8 * 1024 * 1024)
        case ListingRemove(slug="big"):
            return Done(words="x" * 1_000_000)
        case Store():
            await trio.sleep_forever()
        case Search(words="slow") | Facets(words="slow"):
            await trio.sleep_forever()
        case Status():
            return {"peer_id": 4}
        case _:
            pass
    return Done(words=type(call).__name__)


class House:
    """A home with a served door."""

    def __init__(self, home: Path, server: Server, address: str, token: bytes) -> None:
        self.home = home
        self.server = server
        self.address = address
        self.token = token


T = TypeVar("T")


@asynccontextmanager
async def opened(home: Path) -> AsyncGenerator[House]:
    token = renew_token(home)
    server = Server(answers, token)
    async with trio.open_nursery() as nursery:
        address: str = await nursery.start(serve_home, server, home)
        yield House(home, server, address, token)
        nursery.cancel_scope.cancel()


async def greeted(house: House) -> trio.SocketStream:
    """An asynchronous client, for tests on the mock clock."""
    session = Session(house.token)
    stream = await knock(house)
    await stream.send_all(session.start())
    while session.welcome is None:
        got = session.receive(await stream.receive_some())
        if got.send:
            await stream.send_all(got.send)
    return stream


async def knock(house: House) -> trio.SocketStream:
    plain = trio.socket.socket(trio.socket.AF_UNIX, trio.socket.SOCK_STREAM)
    await plain.connect(house.address)
    return trio.SocketStream(plain)


async def with_client(house: House, use: Callable[[Client], T]) -> T:
    """Let the blocking client work in a thread."""

    def run() -> T:
        with connect(house.home) as client:
            return use(client)

    return await trio.to_thread.run_sync(run)
