"""Asking the network: signed heads from peers and the DHT, nobody's word."""

from typing import Any

import pytest

from bazaar.app.ports import Request
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import MAX_FOUND_HEADS, EnvelopeList, Find
from bazaar.domain.stores import signposts
from tests.app.town import LAMP, Person, Town
from tests.fakes import until

GOODS: dict[str, Any] = {**LAMP, "categories": ["home"], "tags": ["oak"]}


async def shop(town: Town, name: str) -> tuple[Person, bytes]:
    person = await town.settle_in(name)
    (lamp,) = await person.sell(GOODS)
    return person, lamp


async def newcomer(town: Town, *knows_not: Person) -> Person:
    """Somebody who never heard of the shops of ``knows_not``."""
    cleo = Person(town, "cleo", 77)
    for other in knows_not:
        town.wire.cut(cleo.key, other.key)
    cleo.move_in(town._template)
    town.people.append(cleo)
    await town._nursery.start(cleo.live)
    return cleo


async def test_a_peer_tells_of_a_store_that_it_knows(town: Town) -> None:
    anna, lamp = await shop(town, "anna")
    ben = await town.settle_in("ben")
    await ben.knows(lamp)
    cleo = await newcomer(town)
    found = await cleo.node.asking.ask(Find("lamp", None, None))
    ((store, teller),) = found.stores
    assert store == anna.key
    assert teller in {anna.key, ben.key}
    assert found.asked == 2
    await cleo.knows(lamp)
    again = await cleo.node.asking.ask(Find("lamp", None, None))
    assert again.stores == ()


@pytest.mark.parametrize(
    "wish", [Find("lamp", None, None), Find("", "home", None), Find("", None, "DE")]
)
async def test_a_store_is_found_by_the_directory_alone(town: Town, wish: Find) -> None:
    anna, lamp = await shop(town, "anna")
    anna.node.signposting.pace_seconds = 0
    await anna.node.signposting.announce()
    cleo = await newcomer(town)
    cleo.exchange.peers = list  # nobody is there to be asked
    found = await cleo.node.asking.ask(wish)
    assert anna.key in {one.store for one in found.stores}
    await cleo.knows(lamp)


async def test_what_was_sold_out_of_the_shop_is_taken_back(town: Town) -> None:
    anna, _ = await shop(town, "anna")
    anna.node.signposting.pace_seconds = 0
    await anna.node.signposting.announce()
    assert town.wire.tokens[signposts.category("home")] == [anna.key]
    await anna.node.shop.remove("desk-lamp")
    await anna.node.signposting.announce()
    assert town.wire.tokens[signposts.category("home")] == []


async def test_mailbox_volunteers_are_announced_while_they_serve(town: Town) -> None:
    anna = await town.settle_in("anna")
    assert signposts.MAILBOX not in anna.node.signposting.wanted()
    await anna.node.profiles.change({"serves_mail": "yes", "serves_search": "yes"})
    assert set(anna.node.signposting.wanted()) == {signposts.MAILBOX, signposts.INDEXER}
    await anna.node.profiles.change({"mail_contacts_only": "yes"})
    assert set(anna.node.signposting.wanted()) == {signposts.INDEXER}


async def test_a_head_that_nobody_signed_is_not_taken(town: Town) -> None:
    anna, _ = await shop(town, "anna")
    ben = await town.settle_in("ben")
    cleo = await newcomer(town, anna)

    async def lie(request: Request) -> bytes:
        del request
        return encode(EnvelopeList((b"\x91" * 90,)))

    ben.exchange.serve(RequestType.FIND, lie)
    found = await cleo.node.asking.ask(Find("lamp", None, None))
    assert found.stores == ()
    assert ben.exchange is not None


async def test_an_answer_names_at_most_sixteen_stores(town: Town) -> None:
    anna, _ = await shop(town, "anna")
    request = Request(b"x" * 32, RequestType.FIND, encode(Find("lamp", None, None)))
    answer = decode(EnvelopeList, await anna.node.asking.answer(request))
    assert len(answer.envelopes) == 1 <= MAX_FOUND_HEADS
    none = Request(b"x" * 32, RequestType.FIND, encode(Find("zebra", None, None)))
    assert decode(EnvelopeList, await anna.node.asking.answer(none)).envelopes == ()
    await until(lambda: anna.node.asking._searching == 0)


def test_bounds_of_the_question() -> None:
    full = Find("w" * 120, "c" * 32, "DE")
    assert decode(Find, encode(full)) == full
    for bad in (
        Find("w" * 121, None, None),
        Find("", "c" * 200, None),
        Find("", None, "DEU"),
    ):
        with pytest.raises(MalformedMessageError):
            decode(Find, encode(bad))
