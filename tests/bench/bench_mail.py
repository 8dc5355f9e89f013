"""Figures of mailboxes: what a refusal costs, how soon an order to who is away is safe and seen."""

import hashlib
import time
from itertools import count
from pathlib import Path

import pytest

from bazaar.app.ports import Deposit, Request
from bazaar.domain.delivery.work import HOUR_SECONDS, LEAST_BITS, Work
from bazaar.domain.errors import PeerError, RefusedError
from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.mail import MAIL_SCREEN_BYTES, MailHeader, MailPut
from bazaar.rpc.schema.placing import OrderPlace, OrderPlaced
from store.book.book import open_book
from tests.app.town import Person, a_town
from tests.bench.figures import MS, US, heading, spread, tell
from tests.bench.processes import load
from tests.system.test_mailboxes import delivery, looked_at, mail_town, state, until

REFUSALS = 2_000
SPAM = 100_000
LETTERS = 100
ROUNDS = 5
TOKEN = b"t" * 32


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.db"
    open_book(path).close()
    return path


def starts(host: Person, recipient: bytes) -> dict[str, bytes]:
    """The first bytes of deposits that are refused, by what is wrong with them."""
    hour = host.clock.now() // HOUR_SECONDS
    blob = bytes(64 * 1024)
    right = MailHeader(recipient, None, hour, 0, hashlib.sha256(blob).digest())
    wrong = {
        "for nobody": MailHeader(b"n" * 32, None, hour, 0, right.hash),
        "no work": right,
        "work of an old hour": MailHeader(recipient, None, hour - 2, 0, right.hash),
        "a wrong token": MailHeader(recipient, TOKEN, hour, 0, right.hash),
    }
    found = {what: encode(MailPut(encode(h), blob)) for what, h in wrong.items()}
    return found | {"no header": bytes(66_000)}


async def test_refusals(tmp_path: Path, template: Path) -> None:
    """Goal of network.md 7.5: below 200 us each, by the header alone."""
    async with a_town(tmp_path, template) as town:
        host, anna = await town.settle_in("host"), await town.settle_in("anna")
        await host.node.profiles.change({"serves_mail": "yes"})
        await anna.node.profiles.change({"mailboxes": host.identity.peer_id})
        while host.mail.agreement(anna.key) is None:
            await town.quiet()
        heading("A host refuses a deposit of 64 KiB", load())
        for what, whole in starts(host, anna.key).items():
            spread(what, _refused(host, anna, whole, REFUSALS), "us", "< 200")
        await _spam(host, anna)


def _refused(host: Person, sender: Person, whole: bytes, times: int) -> list[float]:
    screen = host.node.mail_host
    assert screen is not None
    request = Request(sender.key, 14, whole[:MAIL_SCREEN_BYTES])
    taken: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        try:
            screen._screen(request, len(whole))
        except (RefusedError, PeerError):
            taken.append((time.perf_counter() - began) * US)
    assert len(taken) == times
    return taken


async def _spam(host: Person, anna: Person) -> None:
    """100,000 strangers' messages between the letters of friends."""
    spam = starts(host, anna.key)["no work"]
    began = time.perf_counter()
    for number in range(LETTERS):
        _refused(host, anna, spam, SPAM // LETTERS)
        blob = number.to_bytes(4, "big") * 256
        host.mail.put(Deposit(anna.key, b"f" * 32, 1, True, blob))
    seconds = time.perf_counter() - began
    kept = host.mail.used(anna.key, b"").token // 1024
    tell(f"  {SPAM} spam refused in {seconds:.1f} s; {kept} of {LETTERS} letters kept")


def test_work() -> None:
    heading("Work of one deposit", load())
    taken: list[float] = []
    for number in range(20):
        work = Work(b"h" * 32, b"r" * 32, number, b"b" * 32)
        began = time.perf_counter()
        work.find(LEAST_BITS, count())
        taken.append((time.perf_counter() - began) * MS)
    spread(f"{LEAST_BITS} bits", taken)


@pytest.mark.timeout(600)
def test_an_order_to_who_is_away() -> None:
    """Goals of issue 3: in his mailboxes below 2 s, seen below 5 s after his start."""
    left: list[float] = []
    seen: list[float] = []
    with mail_town() as town:
        seller, buyer, first = town["seller"], town["buyer"], town["host1"]
        listing = looked_at(buyer)
        for _ in range(ROUNDS):
            seller.kill()
            began = time.perf_counter()
            wanted = OrderPlace(listing=listing, accept_days=30, direct=True)
            placed: OrderPlaced = buyer.ask(wanted)
            order = placed.order_id
            until(
                lambda order=order: delivery(buyer, order) == ["in_mailbox"], pause=0.01
            )
            left.append(time.perf_counter() - began)
            began = time.perf_counter()
            seller.start(first.address)
            until(lambda order=order: state(seller, order) == "offered", pause=0.01)
            seen.append(time.perf_counter() - began)
    heading(
        "An order to a seller who is away; three hosts, all nodes processes", load()
    )
    spread("in a mailbox", left, "s", "< 2")
    spread("seen after his start", seen, "s", "< 5")
