"""Trades with who is away: the orders wait in mailboxes, and nobody needs to meet anybody."""

from collections.abc import Sequence

import pytest
import trio

from bazaar.app.delivery import mail_agreements
from bazaar.domain.delivery.delivery import Ack
from bazaar.domain.delivery.mail import MAX_STRANGERS_BYTES
from bazaar.domain.delivery.seal import open_mail
from bazaar.domain.errors import ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import Put, PutAnswer
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.wire.kinds import Kind
from tests.app.town import PATIENCE_SECONDS, TOTAL, Cast, Person
from tests.fakes import until

Hosts = list[Person]


@pytest.fixture
async def hosts(cast: Cast) -> Hosts:
    """Two hosts that keep the mail of buyer and seller, and all four know it of each other."""
    found = [await cast.town.settle_in(f"host{n}") for n in range(2)]
    for host in found:
        await host.node.profiles.change({"serves_mail": "yes"})
    parties = (cast.buyer, cast.seller)
    for person in parties:
        await choose(person, found)
    await until(lambda: all(len(served(p)) == 2 for p in parties))
    for person in parties:
        for other in {*parties, *found} - {person}:
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
    await until(lambda: not owes(person, *others))


async def seen(person: Person, trade: bytes, state: str) -> None:
    await until(lambda: person.state(trade) == state)


async def home(person: Person, hosts: Hosts, *others: Person) -> None:
    """Come home, read all mail, and leave what is owed to the others in their mailboxes."""
    await person.town.start(person)
    await until(lambda: not any(letters(host, person) for host in hosts))
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
    assert [letters(host, seller) >= 1 for host in hosts] == [True] * 2
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


async def test_one_mailbox_of_two_is_enough(cast: Cast, hosts: Hosts) -> None:
    trade = await ordered_from_who_is_away(cast, hosts)
    await hosts[0].leave()
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
    await until(lambda: not open_letters(buyer, trade))
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
    await until(lambda: seller.state(trade) != "unknown")
    with seller.book.unit() as unit:
        keys = unit.prekeys()
        profile = seller.node.profiles.own(unit).body
    assert len(keys) == 2
    assert profile.prekey == keys[0].public
    assert keys[1].replaced == keys[0].made


async def test_who_has_no_fresh_prekey_is_written_to_by_his_box_key(
    cast: Cast, hosts: Hosts
) -> None:
    cast.town.wall.time += 7 * 86_400
    trade = await ordered_from_who_is_away(cast, hosts)
    seller = cast.seller
    (letter, *_) = hosts[0].mail.take(seller.key, 0, MAX_STRANGERS_BYTES)
    assert open_mail(letter.blob, [seller.identity.box_key])
    await cast.town.start(seller)
    await seen(seller, trade, "offered")


async def test_nobody_else_can_say_that_mail_arrived(cast: Cast, hosts: Hosts) -> None:
    trade = await ordered_from_who_is_away(cast, hosts)
    await cast.town.start(cast.buyer)
    forged = cast.primary.node.context.sign(Ack(cast.primary.key, (trade,)))
    await put(cast.primary, cast.buyer, forged.envelope)
    assert open_letters(cast.buyer, trade) == 1
    await cast.town.start(cast.seller)
    await until(lambda: not open_letters(cast.buyer, trade))


async def test_records_are_taken_from_partners_alone(cast: Cast, hosts: Hosts) -> None:
    stranger, seller = await cast.town.settle_in("stranger"), cast.seller
    with stranger.book.unit() as unit:
        contact = unit.record(Kind.CONTACT)
    assert contact is not None
    answer = await put(stranger, seller, contact.envelope)
    assert answer.codes == (ReplyCode.NOT_FOUND,)
    await stranger.node.market.refresh(seller.key)
    await stranger.knows(cast.lamp)
    await stranger.order(cast.lamp, direct=True)
    await cast.town.quiet()
    answer = await put(stranger, seller, contact.envelope)
    assert answer.codes == (ReplyCode.OK,)
    with seller.book.unit() as unit:
        kept = unit.partner(stranger.key)
    assert kept is not None
    assert kept.contact == contact.envelope


async def put(sender: Person, recipient: Person, envelope: bytes) -> PutAnswer:
    body = encode(Put((envelope,)))
    return decode(
        PutAnswer, await sender.exchange.request(recipient.key, RequestType.PUT, body)
    )


async def test_a_new_mailbox_is_told_to_partners(cast: Cast, hosts: Hosts) -> None:
    buyer, seller = cast.buyer, cast.seller
    await cast.ordered()
    await choose(seller, hosts[:1])

    async def known() -> tuple[bytes, ...]:
        contact = await buyer.node.partners.contact(seller.key)
        return contact.mailboxes if contact else ()

    with trio.fail_after(PATIENCE_SECONDS):
        while len(await known()) != 1:  # noqa: ASYNC110 - what is awaited tells nobody
            await trio.sleep(0.01)
    with buyer.book.unit() as unit:
        assert unit.partner(seller.key) is not None


async def test_an_old_prekey_is_forgotten_after_five_weeks(cast: Cast) -> None:
    seller, week = cast.seller, 7 * 86_400
    for _ in range(7):
        cast.town.wall.time += week
        await seller.node.prekeys.tend()
        await seller.node.prekeys.tend()
    with seller.book.unit() as unit:
        ages = [cast.town.wall.time - (row.replaced or 0) for row in unit.prekeys()[1:]]
    assert ages == [n * week for n in range(6)]
