"""Asks the child that talks to routers; takes its answer only if every field is in bounds."""

import logging
import subprocess
import sys
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final, NamedTuple

import trio

from net.gateway.wire import ANSWER, QUESTION, Order, Outcome

log = logging.getLogger(__name__)

ROOT: Final = Path(__file__).resolve().parents[2]
BOOT: Final = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from net.gateway.child import main; main()"
)
"""An isolated interpreter (-I) knows neither our folder nor the user's."""

SEARCHED_AT: Final = ("239.255.255.250", 1900)
LEASE_SECONDS: Final = 3_600
CHILD_SECONDS: Final = 20.0
MAX_CODE: Final = 999


class Mapping(NamedTuple):
    """What became of a question.

    Attributes:
        code: The router's own number for a refusal; 0 if it gave none.
        external: The router's address as it says; None if unknown or not public.
        is_behind: It says an address that is not public: another router stands before it.
    """

    outcome: Outcome
    port: int
    code: int = 0
    external: str | None = None
    is_behind: bool = False


async def ask(order: Order, port: int, at: tuple[str, int] = SEARCHED_AT) -> Mapping:
    """Have a router open or close ``port`` (TCP). Never raises: no child is no router.

    Cancelling kills the child; a router may or may not have acted.
    """
    host, search_port = at
    asked = QUESTION.pack(
        order, port, IPv4Address(host).packed, search_port, LEASE_SECONDS
    )
    said = b""
    try:
        with trio.move_on_after(CHILD_SECONDS):
            said = await _run(asked)
    except OSError as error:
        log.info("no process for the router", extra={"error": repr(error)})
    return _taken(said, port)


async def _run(asked: bytes) -> bytes:
    process = await trio.lowlevel.open_process(
        [sys.executable, "-I", "-c", BOOT, str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 - both were asked for
    assert process.stdout is not None  # noqa: S101 - both were asked for
    try:
        async with process.stdin, process.stdout:
            return await _exchanged(process.stdin, process.stdout, asked)
    finally:
        process.kill()
        with trio.CancelScope(shield=True):
            await process.wait()


async def _exchanged(
    sink: trio.abc.SendStream, source: trio.abc.ReceiveStream, asked: bytes
) -> bytes:
    said = b""
    try:
        await sink.send_all(asked)
        while len(said) <= ANSWER.size:
            more = await source.receive_some(ANSWER.size + 1 - len(said))
            if not more:
                break
            said += more
    except trio.BrokenResourceError:
        return b""
    return said


def _taken(said: bytes, port: int) -> Mapping:
    """The answer; whatever is not exactly one counts as no answer."""
    nothing = Mapping(Outcome.NOBODY, port)
    if len(said) != ANSWER.size:
        return nothing
    outcome, code, its_port, external = ANSWER.unpack(said)
    is_known = outcome in set(Outcome)
    if not is_known or code > MAX_CODE or its_port != port:
        return nothing
    where = IPv4Address(external)
    is_public = where.is_global and not where.is_multicast
    return Mapping(
        Outcome(outcome),
        port,
        code,
        str(where) if is_public else None,
        is_behind=not (is_public or where.is_unspecified),
    )
