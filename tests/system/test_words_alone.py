"""Node processes: the disk is lost with everything on it, and 24 words bring the open order back."""

import subprocess
from collections.abc import Generator
from shutil import rmtree

import msgspec
import pytest

from bazaar.app.recovery.index_notes import FOUND, Found
from bazaar.compose.home import unlock
from bazaar.demo.processes import NETWORK, PROGRAM, Person, environment
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.wire.kinds import Kind
from bazaar.rpc.schema.moves import OrderAccept, OrderConfirm, OrderFund, OrderShip
from bazaar.rpc.schema.orders import OrderList
from bazaar.rpc.schema.profile import ProfileSet, ProfileShow
from store.engine import open_handle
from tests.system.test_mailboxes import (
    Town,
    looked_at,
    mail_town,
    ordered,
    state,
    status,
    until,
)

RECOVERY_SECONDS = 120.0


@pytest.fixture
def town() -> Generator[Town]:
    with mail_town() as people:
        yield people


def shipped(seller: Person, buyer: Person) -> str:
    """A direct order up to its shipment."""
    order = ordered(buyer, looked_at(buyer))
    until(lambda: state(seller, order) == "offered")
    seller.ask(OrderAccept(id=order))
    buyer.wait(order, "agreed")
    buyer.ask(OrderFund(id=order))
    seller.wait(order, "funded")
    seller.ask(OrderShip(id=order, text="on its way"))
    buyer.wait(order, "shipped")
    return order


def has_index(host: Person, person: Person) -> bool:
    """Whether a mailbox keeps an index of this person that is made after the shipment."""
    handle = open_handle(str(host.home / "mail.db"))
    try:
        row = handle.execute(
            "SELECT at FROM trade_index WHERE recipient = ?", (key_of(person.peer_id),)
        ).fetchone()
    finally:
        handle.close()
    return row is not None


def lost_and_restored(buyer: Person) -> None:
    """The home is gone; ``init --phrase-file`` makes it anew from the words alone."""
    phrase = unlock(buyer.home, "").phrase
    buyer.kill()
    rmtree(buyer.home)
    words = buyer.home.with_name("words.txt")
    words.write_text(phrase, encoding="utf-8")
    command = [*PROGRAM, "--home", str(buyer.home), "--network", NETWORK]
    made = ["init", "--name", "Nobody yet", "--phrase-file", str(words)]
    subprocess.run(
        [*command, *made], check=True, capture_output=True, env=environment()
    )


def said(person: Person) -> dict[tuple[bytes, int, int], bytes]:
    """The message at every place of every chain in a book; no proof lies there."""
    handle = open_handle(str(person.home / "book.db"))
    assert handle.execute("SELECT count(*) FROM proof").fetchone()[0] == 0
    rows = handle.execute("SELECT trade, role, seq, id FROM message").fetchall()
    handle.close()
    return {(trade, role, seq): name for trade, role, seq, name in rows}


@pytest.mark.timeout(400)
def test_the_words_alone_find_the_open_order_and_it_closes(town: Town) -> None:
    seller, buyer, host = town["seller"], town["buyer"], town["host2"]
    buyer.ask(ProfileSet(values={"about": "I mend lamps"}))
    order = shipped(seller, buyer)
    until(lambda: has_index(host, buyer))
    lost_and_restored(buyer)
    buyer.start(town["host1"].address)
    buyer.until(
        OrderList(),
        lambda rows: any(row.order_id == order for row in rows),
        "the order that was under way",
        RECOVERY_SECONDS,
    )
    until(lambda: not status(buyer).problems, RECOVERY_SECONDS)
    buyer.until(
        ProfileShow(),
        lambda one: (one.name, one.about) == ("Buyer", "I mend lamps"),
        "the own profile as others knew it",
        RECOVERY_SECONDS,
    )
    buyer.wait(order, "shipped", RECOVERY_SECONDS)
    buyer.ask(OrderConfirm(id=order))
    for person in (seller, buyer):
        person.wait(order, "closed", RECOVERY_SECONDS)
    until(lambda: not status(buyer).warnings)
    for person in (seller, buyer):
        person.stop()
    ours, theirs = said(buyer), said(seller)
    assert ours == theirs
    assert {place[1] for place in ours} == {0, 1}


CATALOGUE = ("catalogue.db", "catalogue.db-wal", "catalogue.db-shm")


def knows_contact(person: Person, other: Person) -> bool:
    """Whether a node's catalogue holds the Contact of ``other``, which names mailboxes."""
    handle = open_handle(str(person.home / "catalogue.db"))
    try:
        rows = handle.execute(
            "SELECT 1 FROM record WHERE kind = ? AND key = ?",
            (int(Kind.CONTACT), key_of(other.peer_id)),
        ).fetchall()
    finally:
        handle.close()
    return bool(rows)


def has_found_index(person: Person) -> bool:
    """Whether a mailbox has shown an index that names a trade."""
    handle = open_handle(str(person.home / "book.db"))
    try:
        row = handle.execute(
            "SELECT value FROM setting WHERE name = ?", (FOUND,)
        ).fetchone()
    finally:
        handle.close()
    return row is not None and bool(msgspec.msgpack.decode(row[0], type=Found).trades)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_the_directory_alone_leads_to_the_mailbox_that_keeps_the_index(
    town: Town,
) -> None:
    """Nobody who is met holds the Contact that names the mailboxes."""
    seller, buyer, host = town["seller"], town["buyer"], town["host2"]
    order = shipped(seller, buyer)
    until(lambda: has_index(host, buyer))
    for away in (seller, town["host1"], town["host3"], host):
        away.kill()
    lost_and_restored(buyer)
    for name in CATALOGUE:
        (host.home / name).unlink(missing_ok=True)
    host.start()
    stranger = Person("Stranger", buyer.home.with_name("stranger"))
    town["stranger"] = stranger
    stranger.make()
    stranger.start(host.address)
    assert not knows_contact(host, buyer)
    assert not knows_contact(stranger, buyer)
    buyer.start(stranger.address)
    until(lambda: has_found_index(buyer), RECOVERY_SECONDS)
    seller.start(stranger.address)
    buyer.until(
        OrderList(),
        lambda rows: any(row.order_id == order for row in rows),
        "the order that was under way",
        RECOVERY_SECONDS,
    )
    until(lambda: not status(buyer).problems, RECOVERY_SECONDS)
    buyer.wait(order, "shipped", RECOVERY_SECONDS)
    buyer.ask(OrderConfirm(id=order))
    for person in (seller, buyer):
        person.wait(order, "closed", RECOVERY_SECONDS)
