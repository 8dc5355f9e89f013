"""The node's side of the greeting: nobody gets further who does not know the token."""

from typing import Final

import msgspec
import trio

from bazaar import __version__
from bazaar.rpc import auth
from bazaar.rpc.frames import MAX_GREETING_BYTES, Hello, NodeHello, Proof, Welcome, line
from bazaar.rpc.lines import LineError, Lines
from bazaar.rpc.schema.call import MAX_LINE_BYTES, PROTOCOL

FIRST_LINE_SECONDS: Final = 2.0
GREETING_SECONDS: Final = 5.0
CHUNK_BYTES: Final = 65_536

_hello: Final = msgspec.json.Decoder(Hello)
_proof: Final = msgspec.json.Decoder(Proof)


class StrangerError(Exception):
    """Who connected is no client of ours; hang up without a word."""


async def greet(stream: trio.SocketStream, token: bytes) -> Lines:
    """Let the client prove itself; returns its line reader, opened to full length.

    Raises StrangerError. Cancelling leaves a stream that is only good for closing.
    """
    lines = Lines(MAX_GREETING_BYTES)
    try:
        with trio.fail_after(GREETING_SECONDS):
            await _challenge(stream, lines, token)
            await stream.send_all(line(Welcome(PROTOCOL, __version__)))
    except (trio.TooSlowError, trio.BrokenResourceError, LineError) as error:
        raise StrangerError(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StrangerError(str(error)) from error
    lines.limit = MAX_LINE_BYTES
    return lines


async def next_line(stream: trio.SocketStream, lines: Lines) -> bytes | None:
    """The next line, or None at the end. Raises LineError; cancelling loses nothing."""
    while (text := lines.next()) is None:
        data = await stream.receive_some(CHUNK_BYTES)
        if not data:
            return None
        lines.feed(data)
    return text


async def _challenge(stream: trio.SocketStream, lines: Lines, token: bytes) -> None:
    with trio.fail_after(FIRST_LINE_SECONDS):
        hello = _hello.decode(await _some_line(stream, lines))
    nonce = auth.new_nonce()
    ours = auth.proof(token, "node", bytes.fromhex(hello.nonce))
    await stream.send_all(line(NodeHello(PROTOCOL, nonce.hex(), ours)))
    if hello.protocol != PROTOCOL:
        raise StrangerError(f"a client of protocol {hello.protocol}")
    claim = _proof.decode(await _some_line(stream, lines))
    if not auth.proves(claim.proof, token, "client", nonce):
        raise StrangerError("a wrong proof")


async def _some_line(stream: trio.SocketStream, lines: Lines) -> bytes:
    text = await next_line(stream, lines)
    if text is None:
        raise StrangerError("hung up")
    return text
