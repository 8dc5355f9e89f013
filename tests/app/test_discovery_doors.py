"""The local door of discovery: asking the network, links, and the page of the network."""

from typing import Any

import pytest

from bazaar.domain.errors import InputError
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.stores.links import Link, LinkKind, read, written
from bazaar.rpc.handlers.dispatch import Changes, Dispatcher
from bazaar.rpc.handlers.links import qr
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.links import LinkMake, LinkOpen
from bazaar.rpc.schema.network import NetworkState
from bazaar.rpc.schema.search import Search, SearchAsk
from bazaar.rpc.views.limits import limits
from tests.app.town import LAMP, NETWORK, Person, Town


async def ask(person: Person, call: Call) -> Any:
    return await Dispatcher(person.node, Changes(), lambda: None)(call)


async def stranger(town: Town) -> Person:
    """Somebody who has greeted nobody yet."""
    person = Person(town, "cleo", 77)
    person.move_in(town._template)
    town.people.append(person)
    await town._nursery.start(person.live)
    return person


async def test_asking_fills_the_catalogue_and_says_who_told(town: Town) -> None:
    anna = await town.settle_in("anna")
    await anna.sell(LAMP)
    cleo = await stranger(town)
    assert (await ask(cleo, Search(words="lamp"))).total == 0
    told = await ask(cleo, SearchAsk(words="Lamp"))
    assert [(one.name, one.listings, one.through) for one in told.stores] == [
        ("anna", 1, "anna")
    ]
    assert (await ask(cleo, Search(words="lamp"))).total == 1
    with pytest.raises(InputError):
        await ask(cleo, SearchAsk())


async def test_a_link_to_a_store_and_a_listing_leads_there(town: Town) -> None:
    anna = await town.settle_in("anna")
    (lamp,) = await anna.sell(LAMP)
    made = await ask(anna, LinkMake(kind="listing", item=lamp.hex()))
    assert made.qr.startswith("<?xml")
    link = read(made.link)
    assert (link.peer, link.item) == (peer_id(anna.key), lamp.hex())
    assert link.addresses == tuple(anna.exchange.invitable())
    cleo = await stranger(town)
    target = await ask(cleo, LinkOpen(link=made.link))
    assert (target.kind, target.known, target.item) == ("listing", True, lamp.hex())
    shop = await ask(cleo, LinkMake(kind="store", peer=peer_id(anna.key)))
    assert (await ask(cleo, LinkOpen(link=shop.link))).known


async def test_the_other_links(town: Town) -> None:
    anna = await town.settle_in("anna")
    made = await ask(anna, LinkMake(kind="search", words="red lamp", category="home"))
    target = await ask(anna, LinkOpen(link=made.link))
    assert (target.kind, target.words, target.category) == (
        "search",
        "red lamp",
        "home",
    )
    for call in (LinkMake(kind="shop"), LinkOpen(link="bazaar:nowhere")):
        with pytest.raises(InputError):
            await ask(anna, call)


async def test_a_link_of_another_market_is_refused_by_name(town: Town) -> None:
    anna = await town.settle_in("anna")
    link = written(Link(LinkKind.STORE, peer_id(anna.key), network="elsewhere"))
    with pytest.raises(InputError, match=f"elsewhere; this one is {NETWORK.name}"):
        await ask(anna, LinkOpen(link=link))


async def test_an_invitation_that_nobody_answers_is_said(town: Town) -> None:
    anna = await town.settle_in("anna")
    with pytest.raises(InputError, match="nobody answered"):
        await ask(anna, LinkOpen(link=written(Link(LinkKind.JOIN))))


async def test_the_page_of_the_network(town: Town) -> None:
    anna, ben = await town.settle_in("anna"), await town.settle_in("ben")
    await anna.sell(LAMP)
    await town.quiet()
    await ben.leave()
    with anna.book.unit() as unit:
        for subject in (b"1" * 32, b"2" * 32):
            unit.post(ben.key, subject, b"letter", None, town.wall.time)
    state = await ask(anna, NetworkState())
    assert state.peers == ()
    assert state.published is not None
    assert state.published.have == 1
    ((name, messages, mailed),) = [
        (one.name, one.messages, one.mailed) for one in state.queue
    ]
    assert (name, messages, mailed) == ("ben", 2, 0)
    assert state.reason


def test_a_text_that_fits_no_code_has_none() -> None:
    assert qr("bazaar:search?words=a").startswith("<?xml")
    assert qr("a" * 5000) == ""


def test_limits_are_sentences_the_most_met_first() -> None:
    counters = {"inbox.full": 1, "gossip.too_fast": 1_200, "dial.tries": 9}
    assert limits(counters) == (
        "1,200 announcements were dropped: their sender sent too many",
        "1 requests were refused: too many at once, or from a banned peer",
    )
    assert limits({}) == ()
