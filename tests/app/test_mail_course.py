"""Trades with who is away: the orders wait in mailboxes, and nobody needs to meet anybody."""

from collections.abc import Sequence

import pytest

from bazaar.app import mail_agreements
from bazaar.domain.mail import MAX_STRANGERS_BYTES
from tests.app.town import TOTAL, Cast, Person
from tests.fakes import until

Hosts = list[Person]


@pytest.fixture
async def hosts(cast: Cast) -> Hosts:
    """Three hosts; everybody of the cast is served by all of them, and knows it of all."""
    found = [await cast.town.settle_in(f"host{n}") for n in range(3)]
    for host in found:
        await host.node.profiles.change({"serves_mail": "yes"})
    for person in cast.everybody:
        await choose(person, found)
    await until(lambda: all(len(served(p)) == 3 for p in cast.everybody))
    for person in cast.everybody:
        for other in (*cast.everybody, *found):
            if other is not person:
                await knows(person, other)
    return found


async def knows(person: Person, other: Person) -> None:
    await person.node.market.greet(other.key)


async def choose(person: Person, hosts: Sequence[Person]) -> None:
    names = ",".join(host.identity.peer_id for host in hosts)
    await person.node.profiles.change({"mailboxes": names})


def served(person: Person) -> tuple[bytes, ...]:
    with person.book.unit() as unit:
        return mail_agreements.serving(unit, person.clock.now())


def letters(host: Person, recipient: Person) -> int:
    return len(host.mail.take(recipient.key, 0, MAX_STRANGERS_BYTES))


def mailed(person: Person, trade: bytes) -> int:
    with person.book.unit() as unit:
        return len(unit.mailed(trade))


def owes(person: Person, *others: Person) -> bool:
    """Whether anything but records is owed to the others that is not in a mailbox."""
    with person.book.unit() as unit:
        rows = unit.due(person.clock.now() + 10**9, 1000)
        keys = {one.key for one in others}
        return any(row.recipient in keys and not unit.deposits(row.no) for row in rows)


async def settled(person: Person, *others: Person) -> None:
    """Wait until all that a person owes to others lies in their mailboxes."""
    await until(lambda: not owes(person, *others), 20)


async def seen(person: Person, trade: bytes, state: str) -> None:
    await until(lambda: person.state(trade) == state, 20)


async def home(person: Person, hosts: Hosts, *others: Person) -> None:
    """Come home, read all mail, and leave what is owed to the others in their mailboxes."""
    await person.town.start(person)
    await until(lambda: not any(letters(host, person) for host in hosts), 20)
    await person.town.quiet()
    await settled(person, *others)


async def by_turns(
    first: Person, second: Person, hosts: Hosts, state: str, trade: bytes
) -> None:
    """Both come home in turn, never at once, until both see ``state``; all are away then."""
    for _ in range(6):
        for person, other in ((first, second), (second, first)):
            await home(person, hosts, other)
            reached = person.state(trade) == state
            await person.leave()
        if reached:
            return
    raise AssertionError(f"not {state}")


async def test_buyer_and_seller_never_meet(cast: Cast, hosts: Hosts) -> None:
    buyer, seller = cast.buyer, cast.seller
    trade = await ordered_from_who_is_away(cast, hosts)
    await agreed_by_mail(cast, hosts, trade)
    await home(buyer, hosts, seller)
    await seen(buyer, trade, "agreed")
    buyer.fund(trade)
    await gone(buyer, seller)
    await by_turns(seller, buyer, hosts, "waiting", trade)
    await home(seller, hosts, buyer)
    seller.ship(trade)
    await gone(seller, buyer)
    await home(buyer, hosts, seller)
    await seen(buyer, trade, "shipped")
    buyer.confirm(trade)
    await gone(buyer, seller)
    await by_turns(seller, buyer, hosts, "closed", trade)
    await home(buyer, hosts, seller)
    assert buyer.is_owed(seller) == -TOTAL
    assert mailed(buyer, trade) >= 4
    with buyer.book.unit() as unit:
        assert all(row.delivered for row in unit.outbox_of(trade))


async def ordered_from_who_is_away(cast: Cast, hosts: Hosts) -> bytes:
    buyer, seller = cast.buyer, cast.seller
    await buyer.node.market.listing(cast.lamp, seller.key)
    seller.limit(buyer, 100_000)
    await cast.town.quiet()
    await seller.leave()
    trade = await buyer.order(cast.lamp)
    await settled(buyer, seller)
    assert mailed(buyer, trade) == 1
    assert [letters(host, seller) >= 1 for host in hosts] == [True] * 3
    await buyer.leave()
    return trade


async def agreed_by_mail(cast: Cast, hosts: Hosts, trade: bytes) -> None:
    buyer, seller = cast.buyer, cast.seller
    await home(seller, hosts, buyer)
    await seen(seller, trade, "offered")
    await seller.accept(trade)
    await seen(seller, trade, "agreed")
    await gone(seller, buyer)


async def gone(person: Person, *others: Person) -> None:
    """Leave the house once all that is owed to the others is in the mail."""
    await settled(person, *others)
    await person.leave()


async def test_one_mailbox_of_three_is_enough(cast: Cast, hosts: Hosts) -> None:
    trade = await ordered_from_who_is_away(cast, hosts)
    for host in hosts[:2]:
        await host.leave()
    seller = cast.seller
    await cast.town.start(seller)
    await seen(seller, trade, "offered")


async def test_what_a_mailbox_holds_says_nothing(cast: Cast, hosts: Hosts) -> None:
    trade = await ordered_from_who_is_away(cast, hosts)
    markers = (b"Ring 1", b"ring twice", b"Desk lamp", b"EUR", trade, cast.lamp)
    for host in hosts:
        disk = b"".join(path.read_bytes() for path in host.home.glob("mail.db*"))
        assert cast.seller.key in disk
        assert not [marker for marker in markers if marker in disk]


async def test_who_comes_home_is_acknowledged_by_mail(cast: Cast, hosts: Hosts) -> None:
    trade = await ordered_from_who_is_away(cast, hosts)
    buyer, seller = cast.buyer, cast.seller
    await home(seller, hosts, buyer)
    await seller.leave()
    await cast.town.start(buyer)
    await until(lambda: not open_letters(buyer, trade), 20)
    assert buyer.state(trade) == "offered"


def open_letters(person: Person, trade: bytes) -> int:
    with person.book.unit() as unit:
        return sum(row.delivered is None for row in unit.outbox_of(trade))


async def test_a_full_disk_leaves_mail_where_it_is(cast: Cast, hosts: Hosts) -> None:
    trade = await ordered_from_who_is_away(cast, hosts)
    seller = cast.seller
    seller.has_space = False
    await cast.town.start(seller)
    await cast.town.quiet()
    assert letters(hosts[0], seller) >= 1
    assert seller.state(trade) == "unknown"
    seller.has_space = True
    seller.node.mailboxes.nudge()
    await seen(seller, trade, "offered")


async def test_a_new_prekey_opens_old_mail_too(cast: Cast, hosts: Hosts) -> None:
    trade = await ordered_from_who_is_away(cast, hosts)
    cast.town.wall.time += 8 * 86_400
    seller = cast.seller
    await cast.town.start(seller)
    await until(lambda: seller.state(trade) != "unknown", 20)
    with seller.book.unit() as unit:
        keys = unit.prekeys()
        profile = seller.node.profiles.own(unit).body
    assert len(keys) == 2
    assert profile.prekey == keys[0].public
    assert keys[1].replaced == keys[0].made


async def test_an_old_prekey_is_forgotten_after_five_weeks(cast: Cast) -> None:
    seller, week = cast.seller, 7 * 86_400
    for _ in range(7):
        cast.town.wall.time += week
        await seller.node.prekeys.tend()
        await seller.node.prekeys.tend()
    with seller.book.unit() as unit:
        ages = [cast.town.wall.time - (row.replaced or 0) for row in unit.prekeys()[1:]]
    assert ages == [n * week for n in range(6)]
