"""The process that talks to routers: it holds no keys, does one thing and ends.

Any machine of the local network may answer it, with any bytes. It imports the standard
library alone, reads one question from standard input and writes one answer of fixed
length (see ``wire``); all that it reads of the network stays in it.
"""

import resource
import socket
import sys
import time
from collections.abc import Generator
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Final, NamedTuple

from net.gateway import soap
from net.gateway.web import RouterError
from net.gateway.wire import ANSWER, QUESTION, Order, Outcome

MEMORY_BYTES: Final = 256 * 1024 * 1024
CPU_SECONDS: Final = 3
OPEN_FILES: Final = 16

LISTEN_SECONDS: Final = 3.0
"""How long routers may take to answer; they are asked to do so within one second."""

MAX_PACKETS: Final = 32
MAX_PACKET_BYTES: Final = 2_048
MAX_ROUTERS: Final = 3
ROUTERS: Final = (
    "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
    "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
)
NEAR: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
ONLY_PERMANENT: Final = 725
UNKNOWN: Final = bytes(4)


class Question(NamedTuple):
    """What the node asks; see ``wire``."""

    order: Order
    port: int
    at: str
    at_port: int
    lease: int


class Result(NamedTuple):
    """What it is told; see ``wire``."""

    outcome: Outcome
    code: int = 0
    external: bytes = UNKNOWN


def main() -> None:
    """Answer the one question that stands on standard input."""
    confine()
    order, port, at, at_port, lease = QUESTION.unpack(
        sys.stdin.buffer.read(QUESTION.size)
    )
    asked = Question(Order(order), port, socket.inet_ntoa(at), at_port, lease)
    outcome, code, external = answer(asked)
    sys.stdout.buffer.write(ANSWER.pack(outcome, code, port, external))
    sys.stdout.buffer.flush()


def confine() -> None:
    """Give up memory, files and children; the network is what it is here for."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def answer(asked: Question) -> Result:
    """Do it at the first router that does it; a refusal counts if nobody does."""
    refused = Result(Outcome.NOBODY)
    for host, url in found(asked.at, asked.at_port):
        try:
            return _done(asked, soap.service(url, host))
        except soap.ActionRefusedError as error:
            refused = Result(Outcome.REFUSED, error.code)
        except RouterError:
            continue
    return refused


def _done(asked: Question, at: soap.Service) -> Result:
    if asked.order is Order.CLOSE:
        soap.delete(at, asked.port)
        return Result(Outcome.CLOSED)
    outcome = Outcome.OPENED
    try:
        soap.add(at, asked.port, asked.lease)
    except soap.ActionRefusedError as error:
        if error.code != ONLY_PERMANENT:
            raise
        soap.add(at, asked.port, 0)
        outcome = Outcome.PERMANENT
    return Result(outcome, 0, _external(at))


def _external(at: soap.Service) -> bytes:
    try:
        return IPv4Address(soap.external(at)).packed
    except (AddressValueError, RouterError, soap.ActionRefusedError):
        return UNKNOWN


def found(at: str, port: int) -> Generator[tuple[str, str]]:
    """Address and description of each router that answers, at most ``MAX_ROUTERS``."""
    seen: set[str] = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as voice:
        for kind in ROUTERS:
            voice.sendto(_search(at, port, kind), (at, port))
        until = time.monotonic() + LISTEN_SECONDS
        for _ in range(MAX_PACKETS):
            left = until - time.monotonic()
            if left <= 0 or len(seen) == MAX_ROUTERS:
                return
            voice.settimeout(left)
            try:
                packet, (host, _) = voice.recvfrom(MAX_PACKET_BYTES)
            except OSError:
                return
            url = location(packet)
            if url and host not in seen and is_near(host, at):
                seen.add(host)
                yield host, url


def is_near(host: str, at: str) -> bool:
    """Whether a router may stand at ``host``: private, or on this machine if asked there."""
    where = IPv4Address(host)
    if where.is_loopback:
        return IPv4Address(at).is_loopback
    return any(where in one for one in NEAR)


def location(packet: bytes) -> str:
    """The address that an answer to a search names; empty if it is none."""
    try:
        status, *lines = packet.decode("ascii").split("\r\n")
    except UnicodeDecodeError:
        return ""
    if not status.startswith("HTTP/1.1 200"):
        return ""
    fields = (line.partition(":") for line in lines)
    named = (text for name, _, text in fields if name.strip().lower() == "location")
    return next(named, "").strip()


def _search(at: str, port: int, kind: str) -> bytes:
    return (
        f"M-SEARCH * HTTP/1.1\r\nHOST: {at}:{port}\r\n"
        f'MAN: "ssdp:discover"\r\nMX: 1\r\nST: {kind}\r\n\r\n'
    ).encode()


if __name__ == "__main__":
    main()
