"""A DHT stream as the library's server sees it: one request in, one lean answer out."""

from collections.abc import Callable

from libp2p.abc import INetStream
from libp2p.kad_dht.pb.kademlia_pb2 import Message
from libp2p.utils import encode_varint_prefixed

from net._patches import CrowdedError
from net.exchange.frames import TooLargeError
from net.limits import KAD_REQUEST_BYTES

MORE_BIT = 0x80
VALUE_BITS = 7


class OneRequest:
    """A stream that carries one request of bounded size; whatever comes after it is refused."""

    def __init__(self, stream: INetStream, blame: Callable[[Exception], None]) -> None:
        self._stream = stream
        self._blame = blame
        self._left = KAD_REQUEST_BYTES
        self._is_answered = False
        self._answer = b""

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    async def read(self, n: int | None = None) -> bytes:
        """As the stream's; raises TooLargeError or CrowdedError at the bound."""
        data = await self._stream.read(n)
        self._left -= len(data)
        error: Exception | None = None
        if self._left < 0:
            error = TooLargeError("a DHT request that is too long")
        elif data and self._is_answered:
            error = CrowdedError("a second DHT request on one stream")
        if error is not None:  # the library would swallow it
            self._blame(error)
            raise error
        return data

    async def write(self, data: bytes) -> None:
        """Hold what the library writes in pieces until the answer is whole, then send it lean."""
        self._is_answered = True
        self._answer += data
        start = _whole(self._answer)
        if start is not None:
            body, self._answer = self._answer[start:], b""
            await self._stream.write(encode_varint_prefixed(lean(body)))


def lean(answer: bytes) -> bytes:
    """``answer`` without the answerer's own record: identify told it when they connected."""
    message = Message()
    message.ParseFromString(answer)
    message.ClearField("senderRecord")
    return message.SerializeToString()


def _whole(data: bytes) -> int | None:
    """Where the body behind its length begins, once all of it is there."""
    length = 0
    for place, byte in enumerate(data):
        length |= (byte & ~MORE_BIT) << VALUE_BITS * place
        if not byte & MORE_BIT:
            return place + 1 if len(data) == place + 1 + length else None
    return None
