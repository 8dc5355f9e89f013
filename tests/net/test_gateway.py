"""A port opened at the router: a real child, and a small real router that may misbehave."""

import os
import socket
import threading
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import trio

from net.gateway import child, markup, web
from net.gateway.markup import Element, elements
from net.gateway.opening import RENEW_SECONDS, RETRY_SECONDS, PortOpening
from net.gateway.process import MAX_CODE, Mapping, _taken, ask
from net.gateway.web import MAX_ANSWER_BYTES, MAX_URL, Place, RouterError, place
from net.gateway.wire import ANSWER, Order, Outcome
from net.gateway.words import worded
from net.rules import LOCAL_RULES, PUBLIC_RULES
from net.wishes import Wishes
from tests.net.nodes import Make, until
from tests.net.router import DESCRIPTION, KIND, Router, running, write

PORT = 4_001
PUBLIC = "203.0.114.9"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><root>&b;</root>'
)


@pytest.fixture
def router() -> Generator[Router]:
    with running(Router()) as one:
        yield one


async def test_a_port_is_opened_with_a_lease_and_closed(router: Router) -> None:
    opened = await ask(Order.OPEN, PORT, router.at)
    assert opened == Mapping(Outcome.OPENED, PORT, 0, PUBLIC)
    assert router.mappings == {PORT: 3_600}
    closed = await ask(Order.CLOSE, PORT, router.at)
    assert closed.outcome is Outcome.CLOSED
    assert router.mappings == {}


async def test_a_router_that_knows_no_leases_opens_for_ever(router: Router) -> None:
    router.refuses = {True: 725}
    opened = await ask(Order.OPEN, PORT, router.at)
    assert opened.outcome is Outcome.PERMANENT
    assert router.mappings == {PORT: 0}
    assert (
        worded(opened) == "Your router opened port 4001, until it is told to close it."
    )


@pytest.mark.parametrize("address", ["192.168.1.7", "100.64.0.1", "127.0.0.1"])
async def test_an_external_address_that_is_private_is_no_hint(
    router: Router, address: str
) -> None:
    router.external = address
    opened = await ask(Order.OPEN, PORT, router.at)
    assert opened == Mapping(Outcome.OPENED, PORT, 0, None, is_behind=True)
    assert "behind another router" in worded(opened)


@pytest.mark.parametrize("address", ["", "x" * 4_000, "2001:db8::1", "1.2.3"])
async def test_an_external_address_that_is_none_is_unknown(
    router: Router, address: str
) -> None:
    router.external = address
    opened = await ask(Order.OPEN, PORT, router.at)
    assert opened == Mapping(Outcome.OPENED, PORT)


def padded(size: int) -> str:
    good = DESCRIPTION.format(kind=KIND, control="/control")
    return f"{good}<!--{'x' * (size - len(good) - 7)}-->"


async def test_a_description_at_the_limit_is_read(router: Router) -> None:
    router.description = padded(MAX_ANSWER_BYTES)
    assert (await ask(Order.OPEN, PORT, router.at)).outcome is Outcome.OPENED


def slow(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then: each read of it is soon over, the whole never."""
    while True:
        handler.wfile.write(b"H")
        handler.wfile.flush()
        threading.Event().wait(0.2)


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://192.0.2.1/root.xml")
    handler.end_headers()


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"<a>" * 10_000)


def described(text: str) -> Callable[[Router], None]:
    def change(router: Router) -> None:
        router.description = text

    return change


def written(
    writer: Callable[[BaseHTTPRequestHandler], None],
) -> Callable[[Router], None]:
    def change(router: Router) -> None:
        router.describes = writer

    return change


def located(location: str) -> Callable[[Router], None]:
    def change(router: Router) -> None:
        router.location = location

    return change


def refusing(**codes: int) -> Callable[[Router], None]:
    def change(router: Router) -> None:
        router.refuses = {True: codes["leased"], False: codes.get("ever", 0)}

    return change


NOBODY = Mapping(Outcome.NOBODY, PORT)
BAD: dict[str, tuple[Callable[[Router], None], Mapping]] = {
    "slow": (written(slow), NOBODY),
    "redirect": (written(elsewhere), NOBODY),
    "endless": (written(endless), NOBODY),
    "a byte too much": (described(padded(MAX_ANSWER_BYTES + 1)), NOBODY),
    "entity bomb": (described(BOMB), NOBODY),
    "no XML": (described("\0" * 50_000), NOBODY),
    "deep": (described("<a>" * 5_000), NOBODY),
    "control elsewhere": (
        described(DESCRIPTION.format(kind=KIND, control="http://192.0.2.1/c")),
        NOBODY,
    ),
    "no such service": (described(DESCRIPTION.format(kind="x", control="/c")), NOBODY),
    "description elsewhere": (located("http://192.0.2.1:80/root.xml"), NOBODY),
    "description in a file": (located("file:///etc/passwd"), NOBODY),
    "no description": (written(lambda one: write(one, 404, b"")), NOBODY),
    "refused": (refusing(leased=718), Mapping(Outcome.REFUSED, PORT, 718)),
    "refused for ever too": (
        refusing(leased=725, ever=606),
        Mapping(Outcome.REFUSED, PORT, 606),
    ),
    "a code beyond": (refusing(leased=99_999), Mapping(Outcome.REFUSED, PORT, 0)),
}


async def test_what_misbehaves_opens_nothing_and_says_why() -> None:
    """All at once: each of them takes a child seconds of waiting."""
    found: dict[str, Mapping] = {}

    async def one(name: str, change: Callable[[Router], None]) -> None:
        router = Router()
        change(router)
        with running(router):
            found[name] = await ask(Order.OPEN, PORT, router.at)
        assert router.mappings == {}

    async with trio.open_nursery() as nursery:
        for name, (change, _) in BAD.items():
            nursery.start_soon(one, name, change)
    assert found == {name: mapping for name, (_, mapping) in BAD.items()}


async def test_nobody_answers() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        found = await ask(Order.OPEN, PORT, deaf.getsockname())
    assert found == NOBODY
    assert worded(found) == "No router answered."


def children() -> list[Path]:
    """Processes that this one started to talk to routers."""
    lists = Path("/proc/self/task").glob(
        "*/children"
    )  # of the thread that started them
    own = " ".join(one.read_text() for one in lists)
    found = [Path("/proc") / one for one in own.split()]
    return [
        one for one in found if b"net.gateway.child" in (one / "cmdline").read_bytes()
    ]


async def test_the_child_has_nothing_and_ends_with_its_question(router: Router) -> None:
    router.describes = slow
    before = len(children())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, Order.OPEN, PORT, router.at)
        await until(lambda: len(children()) > before)
        (process,) = children()
        await until(
            lambda: "Max processes             0 " in (process / "limits").read_text()
        )
        assert (process / "environ").read_bytes() == b""
        files = [os.readlink(one) for one in (process / "fd").iterdir()]  # noqa: PTH115 - a socket's is no path
        kinds = {one.partition(":")[0] for one in files}
        assert kinds <= {"pipe", "socket", "/dev/null"}
        nursery.cancel_scope.cancel()
    assert len(children()) == before


@pytest.mark.parametrize(
    "said",
    [
        b"",
        ANSWER.pack(Outcome.OPENED, 0, PORT, bytes(4))[:-1],
        ANSWER.pack(Outcome.OPENED, 0, PORT, bytes(4)) + b"\0",
        ANSWER.pack(9, 0, PORT, bytes(4)),
        ANSWER.pack(Outcome.OPENED, 0, PORT + 1, bytes(4)),
        ANSWER.pack(Outcome.REFUSED, MAX_CODE + 1, PORT, bytes(4)),
    ],
)
def test_an_answer_that_is_none_counts_as_nobody(said: bytes) -> None:
    assert _taken(said, PORT) == NOBODY


def test_the_greatest_code_is_told() -> None:
    said = ANSWER.pack(Outcome.REFUSED, MAX_CODE, PORT, bytes(4))
    assert _taken(said, PORT) == Mapping(Outcome.REFUSED, PORT, MAX_CODE)
    assert worded(_taken(said, PORT)) == (
        "The router refused to open port 4001 (code 999)."
    )


def test_the_bounds_of_what_is_read() -> None:
    many = b"<r>" + b"<a/>" * (markup.MAX_ELEMENTS - 1) + b"</r>"
    assert len(elements(many)) == markup.MAX_ELEMENTS
    deep = b"<a>" * markup.MAX_DEPTH + b"</a>" * markup.MAX_DEPTH
    assert len(elements(deep)) == markup.MAX_DEPTH
    for beyond in (many.replace(b"</r>", b"<a/></r>"), b"<a>" + deep + b"</a>"):
        with pytest.raises(RouterError):
            elements(beyond)
    text = "x" * markup.MAX_TEXT
    assert elements(f"<p:a>{text}y</p:a>".encode()) == [Element("a", text)]


def test_places_are_at_the_router_alone() -> None:
    host = "192.168.1.1"
    start = f"http://{host}:5000/"
    longest = start + "x" * (MAX_URL - len(start))
    assert place(longest, host) == Place(host, 5000, longest[len(start) - 1 :])
    assert place("c?d=1", host, start) == Place(host, 5000, "/c?d=1")
    for bad in (longest + "x", "http://10.0.0.1/", f"https://{host}/", f"http://u@{host}/", f"http://{host}:99999/", f"http://{host}/\r\nX: y"):  # fmt: skip
        with pytest.raises(RouterError):
            place(bad, host)


@pytest.mark.parametrize(
    ("host", "at", "near"),
    [
        ("192.168.1.1", "239.255.255.250", True),
        ("172.31.0.1", "239.255.255.250", True),
        ("172.32.0.1", "239.255.255.250", False),
        ("8.8.8.8", "239.255.255.250", False),
        ("127.0.0.1", "239.255.255.250", False),
        ("127.0.0.1", "127.0.0.1", True),
    ],
)
def test_routers_stand_at_private_addresses(host: str, at: str, near: bool) -> None:
    assert child.is_near(host, at) is near


def test_a_packet_that_names_no_place() -> None:
    good = b"HTTP/1.1 200 OK\r\nLOCATION:  http://192.168.1.1/d \r\n\r\n"
    assert child.location(good) == "http://192.168.1.1/d"
    for bad in (b"", b"\xff" * 2_000, b"NOTIFY * HTTP/1.1\r\nLOCATION: x", good[:20]):
        assert child.location(bad) == ""


def test_an_alarm_is_taken_back() -> None:
    with pytest.raises(TimeoutError), web.within(0.01):
        threading.Event().wait(30)
    with web.within(30):
        pass


async def test_a_wish_opens_the_port_renews_it_and_the_end_closes_it(
    router: Router,
) -> None:
    opening = PortOpening(lambda: PORT, router.at)
    told: list[str] = []
    opening.changed = lambda: told.append(opening.words())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(opening.run)
        assert opening.words() == ""
        opening.wish(wished=True)
        assert opening.words() == "Your router is being asked."
        await until(lambda: opening.hint() is not None)
        assert opening.hint() == f"/ip4/{PUBLIC}/tcp/{PORT}"
        assert told == [f"Your router opened port {PORT}."]
        assert await opening._step() == RENEW_SECONDS
        assert router.asked.count("AddPortMapping") == 2
        nursery.cancel_scope.cancel()
    assert router.mappings == {}


async def test_a_wish_taken_back_closes_and_another_port_is_opened(
    router: Router,
) -> None:
    ports = [PORT]
    opening = PortOpening(lambda: ports[0], router.at)
    opening.wish(wished=True)
    await opening._step()
    ports[0] = PORT + 1
    await opening._step()
    assert router.mappings == {PORT + 1: 3_600}
    opening.wish(wished=False)
    await opening._step()
    assert router.mappings == {}
    assert opening.words() == ""
    assert opening.hint() is None


async def test_a_refusal_is_asked_again_later(router: Router) -> None:
    router.refuses = {True: 718}
    opening = PortOpening(lambda: PORT, router.at)
    opening.wish(wished=True)
    assert await opening._step() == RETRY_SECONDS
    assert opening.words() == (
        "The router refused to open port 4001 (another machine has this port; code 718)."
    )
    assert opening.hint() is None


@pytest.mark.parametrize(
    ("rules", "wishes", "words"),
    [
        (PUBLIC_RULES, Wishes(), "Your router is being asked."),
        (PUBLIC_RULES, Wishes(relay_only=True), ""),
        (LOCAL_RULES, Wishes(), ""),
    ],
)
def test_no_router_is_asked_where_that_would_tell_or_help_nobody(
    make: Make, rules: object, wishes: Wishes, words: str
) -> None:
    node = make(rules=rules, wishes=wishes)
    node.open_port(wished=True)
    assert node.reachability().port == words


def test_what_the_router_says_is_only_tried(make: Make) -> None:
    node = make(rules=PUBLIC_RULES)
    node.opening._mapping = Mapping(Outcome.OPENED, PORT, 0, PUBLIC)
    assert f"/ip4/{PUBLIC}/tcp/{PORT}" in node.reach._candidates()
    assert node.tellable() == []


async def test_where_no_process_can_be_started_nobody_answers(
    monkeypatch: pytest.MonkeyPatch, router: Router
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert await ask(Order.OPEN, PORT, router.at) == NOBODY
