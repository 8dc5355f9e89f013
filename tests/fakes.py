"""A network in memory that joins several nodes, with the faults that a real one has.

`tests/app/test_fake_network.py` runs one suite over it and over the real one.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence

import trio

from bazaar.app.ports import (
    AS_IT_IS,
    Cleaned,
    Connected,
    Edit,
    Handler,
    HeadSeen,
    Listening,
    Policy,
    Reachability,
    Reached,
    Request,
    Screen,
    Traffic,
)
from bazaar.domain.errors import (
    MalformedMessageError,
    PeerError,
    PeerUnreachableError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode
from bazaar.domain.exchange.messages import Put
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.keys.peer_ids import key_of, peer_id

Tamper = Callable[[Request], Awaitable[int]]
"""How often a request arrives: 0 lost, 1 as sent, 2 twice; may wait before it says so."""


class Wall:
    """A wall clock that stands still until a test moves it."""

    def __init__(self, now: int) -> None:
        self.time = now

    def now(self) -> int:
        return self.time

    def steady(self) -> float:
        """Moving this clock is time that passes."""
        return float(self.now())


async def faithfully(request: Request) -> int:
    """Every request arrives once."""
    del request
    return 1


class Wire:
    """Joins the exchanges of several nodes.

    Attributes:
        tamper: What the way there does to each request.
        deaf: Requests are carried out, but these askers never hear the answer.
        asked: Every request that arrived, in order.
    """

    def __init__(self) -> None:
        self.nodes: dict[bytes, MemoryExchange] = {}
        self.heads: dict[bytes, bytes] = {}
        self.tokens: dict[bytes, list[bytes]] = {}
        self.listeners: dict[bytes, list[HeadSeen]] = {}
        self.tamper: Tamper = faithfully
        self.deaf: set[bytes] = set()
        self.asked: list[Request] = []
        self._cut: set[frozenset[bytes]] = set()

    def cut(self, one: bytes, *others: bytes) -> None:
        """Nothing passes between ``one`` and the others, or anybody if none is named."""
        for other in others or tuple(self.nodes):
            self._cut.add(frozenset((one, other)))

    def heal(self) -> None:
        """Everything passes again; who is joined meets anew."""
        self._cut.clear()
        for node in list(self.nodes.values()):
            for peer in node.peers():
                node.tell(peer.key)

    def joined(self, one: bytes, other: bytes) -> bool:
        both_up = one in self.nodes and other in self.nodes
        return both_up and one != other and frozenset((one, other)) not in self._cut

    async def carry(self, peer: bytes, request: Request) -> bytes:
        """Bring a request to ``peer`` and its answer back."""
        if not self.joined(request.peer, peer):
            raise PeerUnreachableError("no connection")
        times = await self.tamper(request)
        await trio.lowlevel.checkpoint()
        if times == 0 or not self.joined(request.peer, peer):
            raise PeerUnreachableError("no answer")
        answers = [await self.nodes[peer].answer(request) for _ in range(times)]
        if request.peer in self.deaf:
            raise PeerUnreachableError("no answer came back")
        return answers[-1]


class MemoryExchange:
    """Fits ``bazaar.app.ports.Exchange``; live from its creation until ``close``."""

    def __init__(self, wire: Wire, key: bytes) -> None:
        self._wire = wire
        self._key = key
        self._handlers: dict[int, Handler] = {}
        self._screens: dict[int, Screen] = {}
        self._callbacks: list[Callable[[bytes], None]] = []
        self.faults: list[bytes] = []
        self.learned: list[tuple[bytes, tuple[str, ...], bytes | None]] = []
        self.reserved: frozenset[bytes] = frozenset()
        self.opens_port = False
        self._policy: Policy = lambda peer, kind: None
        wire.nodes[key] = self

    def close(self) -> None:
        if self._wire.nodes.get(self._key) is self:
            del self._wire.nodes[self._key]

    def serve(
        self,
        type: int,  # noqa: A002 - the port's word
        handler: Handler,
        screen: Screen | None = None,
    ) -> None:
        self._handlers[type] = handler
        if screen is not None:
            self._screens[type] = screen

    def police(self, policy: Policy) -> None:
        self._policy = policy

    def on_connected(self, callback: Callable[[bytes], None]) -> None:
        self._callbacks.append(callback)

    def tell(self, peer: bytes) -> None:
        for callback in self._callbacks:
            callback(peer)

    async def request(
        self,
        peer: bytes,
        type: int,  # noqa: A002 - the port's word
        body: bytes,
        *,
        addresses: Sequence[str] = (),
    ) -> bytes:
        del addresses
        return await self._wire.carry(peer, Request(self._key, type, body))

    async def answer(self, request: Request) -> bytes:
        """What the real inbox does with a request, without frames and rates."""
        self._wire.asked.append(request)
        handler = self._handlers.get(request.type)
        if handler is None:
            raise RefusedError(ReplyCode.UNKNOWN_VERSION)
        screen = self._screens.get(request.type)
        try:
            self._policy(request.peer, request.type)
            if screen is not None:
                start = request._replace(body=request.body[: screen.size])
                screen.check(start, len(request.body))
            return await handler(request)
        except PeerError as error:
            self.faults.append(request.peer)
            raise RefusedError(error.code) from error
        except RefusedError as error:
            raise RefusedError(
                error.code, "", error.numbers, error.retry_after_seconds
            ) from error
        except Exception as error:
            raise RefusedError(ReplyCode.BUSY, retry_after_seconds=60) from error

    async def approach(self, peer: bytes) -> None:
        await trio.lowlevel.checkpoint()
        if not self._wire.joined(self._key, peer):
            raise PeerUnreachableError("nobody is there")

    async def connect(self, address: str) -> bytes:
        named = address.rpartition("/p2p/")
        key = key_of(named[2]) if named[1] else bytes.fromhex(address)
        await trio.lowlevel.checkpoint()
        if not self._wire.joined(self._key, key):
            raise PeerUnreachableError("nobody is there")
        self.tell(key)
        self._wire.nodes[key].tell(self._key)
        return key

    async def disconnect(self, peer: bytes) -> None:
        await trio.lowlevel.checkpoint()
        self._wire.cut(self._key, peer)

    async def is_online(self, peer: bytes) -> bool:
        await trio.lowlevel.checkpoint()
        return self._wire.joined(self._key, peer)

    def peers(self) -> list[Connected]:
        return [
            Connected(key, peer_id(key), key.hex(), "outbound", 0.0)
            for key in self._wire.nodes
            if self._wire.joined(self._key, key)
        ]

    def addresses(self) -> list[str]:
        return [f"/ip4/127.0.0.1/tcp/4001/p2p/{peer_id(self._key)}"]

    def invitable(self) -> list[str]:
        return self.addresses()

    def tellable(self) -> list[str]:
        return self.addresses()

    def relays(self) -> list[str]:
        return []

    def reachability(self) -> Reachability:
        return Reachability(Reached.LOCAL, "a wire in one process")

    async def check_reachability(self) -> Reachability:
        await trio.lowlevel.checkpoint()
        return self.reachability()

    def on_reach(self, callback: Callable[[], None]) -> None:
        del callback

    def relay_for_others(self, *, agreed: bool) -> None:
        del agreed

    def open_port(self, *, wished: bool) -> None:
        self.opens_port = wished

    def reserve(self, keys: Iterable[bytes]) -> None:
        self.reserved = frozenset(keys)

    def learn(
        self, peer: bytes, addresses: Sequence[str], teller: bytes | None = None
    ) -> None:
        self.learned.append((peer, tuple(addresses), teller))

    def counters(self) -> dict[str, int]:
        return {}

    def traffic(self) -> Traffic:
        return Traffic(0, 0, 0, 0.0, 0.0, {})

    def blame(self, peer: bytes, error: Exception) -> None:
        del error
        self.faults.append(peer)


class MemoryDirectory:
    """Fits ``bazaar.app.ports.Directory``."""

    def __init__(self, wire: Wire, key: bytes) -> None:
        self._wire = wire
        self._key = key

    async def put_head(self, store: bytes, head: bytes) -> int:
        await trio.lowlevel.checkpoint()
        self._wire.heads[store] = head
        return 1

    async def find_head(self, store: bytes) -> bytes | None:
        await trio.lowlevel.checkpoint()
        return self._wire.heads.get(store)

    def neighbours(self) -> int:
        return 0

    async def find_addresses(self, peer: bytes) -> list[str]:
        del peer
        await trio.lowlevel.checkpoint()
        return []

    async def provide(self, token: bytes) -> None:
        await trio.lowlevel.checkpoint()
        self._wire.tokens.setdefault(token, []).append(self._key)

    def forget(self, store: bytes, token: bytes) -> None:
        del store
        providers = self._wire.tokens.get(token, [])
        if self._key in providers:
            providers.remove(self._key)

    def retract(self, token: bytes) -> None:
        self._wire.tokens[token].remove(self._key)

    async def find_providers(self, token: bytes) -> list[bytes]:
        await trio.lowlevel.checkpoint()
        return list(self._wire.tokens.get(token, []))


class MemoryGossip:
    """Fits ``bazaar.app.ports.Gossip``; heads reach every joined node at once."""

    def __init__(self, wire: Wire, key: bytes) -> None:
        self._wire = wire
        self._key = key

    async def publish_head(self, head: bytes) -> None:
        await trio.lowlevel.checkpoint()
        for key, listeners in self._wire.listeners.items():
            for listener in listeners if self._wire.joined(self._key, key) else ():
                listener(self._key, head)

    def on_head(self, callback: HeadSeen) -> None:
        self._wire.listeners[self._key] = [callback]

    def listen_for(self, chosen: Callable[[], Listening]) -> None:
        """Everything reaches everybody here."""


class PlainPictures:
    """Fits ``bazaar.app.ports.Pictures``: what starts with ``picture`` is one, and any PNG."""

    async def clean(self, data: bytes, edit: Edit = AS_IT_IS) -> Cleaned:
        del edit
        await trio.lowlevel.checkpoint()
        if not data.startswith((b"picture", b"\x89PNG")):
            raise MalformedMessageError("not a picture")
        return Cleaned(data, 640, 480)

    async def thumbnail(self, digest: bytes, data: bytes, size: int) -> str:
        await self.clean(data)
        return f"{digest.hex()}-{size}.jpg"

    def cached(self, digest: bytes, size: int) -> str | None:
        del digest, size
        return None

    def forget(self, digest: bytes) -> None:
        """Nothing is kept here."""


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until ``condition`` holds; an error after ``seconds``."""
    with trio.fail_after(seconds):
        while not condition():  # noqa: ASYNC110 - what is awaited tells nobody
            await trio.sleep(0.002)


def put_of(request: Request) -> Put | None:
    """The put in a request, if it is one."""
    return decode(Put, request.body) if request.type == RequestType.PUT else None
