"""One HTTP question to a router, bounded in bytes and time; redirects are refused.

Runs in the child, and uses the standard library alone.
"""

import http.client
import signal
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

MAX_ANSWER_BYTES: Final = 64 * 1024
ANSWER_SECONDS: Final = 4.0
MAX_URL: Final = 512
GOOD: Final = (200, 500)
"""SOAP says a refusal under status 500."""


class RouterError(Exception):
    """What answers does not behave as a router should."""


class Place(NamedTuple):
    """Where at the router."""

    host: str
    port: int
    path: str


class Said(NamedTuple):
    """What came back, and the own address from which it was asked."""

    status: int
    body: bytes
    own: str


def place(url: str, host: str, base: str = "") -> Place:
    """``url`` as a place at ``host``. Raises RouterError for any other host or scheme."""
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise RouterError("no address")
    try:
        parts = urlsplit(urljoin(base, url))
        port = parts.port or 80
    except ValueError as error:
        raise RouterError("no address") from error
    if parts.scheme != "http" or parts.hostname != host or parts.username is not None:
        raise RouterError("an address elsewhere")
    query = f"?{parts.query}" if parts.query else ""
    return Place(host, port, f"{parts.path or '/'}{query}")


def ask(
    at: Place, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Said:
    """GET, or POST ``body``. Raises RouterError for what is too long, too slow or redirects."""
    try:
        with within(ANSWER_SECONDS):
            return _ask(at, body, {**(headers or {}), "Connection": "close"})
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RouterError(type(error).__name__) from error


def _ask(at: Place, body: bytes | None, headers: Mapping[str, str]) -> Said:
    link = http.client.HTTPConnection(at.host, at.port, timeout=ANSWER_SECONDS)
    try:
        link.connect()
        own: str = link.sock.getsockname()[0]
        link.request("GET" if body is None else "POST", at.path, body, dict(headers))
        answer = link.getresponse()
        data = answer.read(MAX_ANSWER_BYTES + 1)
    finally:
        link.close()
    if answer.status not in GOOD or len(data) > MAX_ANSWER_BYTES:
        raise RouterError(f"status {answer.status}, {len(data)} bytes")
    return Said(answer.status, data, own)


@contextmanager
def within(seconds: float) -> Generator[None]:
    """Raise TimeoutError inside after ``seconds``, however slowly bytes trickle in.

    By the alarm of the process: a limit per read would begin anew with every byte.
    """

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
