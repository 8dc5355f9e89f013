"""After a restore own listings and lists come back from whoever holds them."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import trio

from bazaar.app.recovery import homecoming, resync_mode
from bazaar.app.recovery.own_store import Came, words
from bazaar.app.setup import put_first_profile
from bazaar.domain.listings.listing import Listing, ListingState
from bazaar.domain.listings.listing_file import NO_SKU
from bazaar.domain.stores.records import ReportReason
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind
from store.book.book import open_book
from tests.app.test_mirrors import BOOK, forget_the_market, mirroring, picture_of
from tests.app.test_recovery import keep, lose
from tests.app.town import LAMP, START, Cast, Person
from tests.fakes import until

PATIENCE = 30.0
"""Looking begins at the next round of the node's own; a busy machine takes its time."""

GONE = ("book.db", "catalogue.db")


async def words_alone(person: Person, cast: Cast, template: Path) -> None:
    """Everything is lost; the words make a new home."""
    await person.leave()
    for name in GONE:
        for side in ("", "-wal", "-shm"):
            (person.home / f"{name}{side}").unlink(missing_ok=True)
    shutil.rmtree(person.home / "blobs")
    shutil.copy(template, person.home / "book.db")
    with open_book(person.home / "book.db") as book, book.unit() as unit:
        resync_mode.enter(unit, person.clock.now())
        put_first_profile(unit, person.identity, cast.town.network, "Nobody", START)
    await cast.town.start(person)


def shelf(person: Person) -> dict[str, Listing]:
    network = person.town.network.id
    with person.book.unit() as unit:
        rows = unit.records(Kind.LISTING)
    return {row.slug: verify_as(Listing, row.envelope, network).body for row in rows}


def counts(person: Person, slug: str) -> dict[int, int | None]:
    with person.book.unit() as unit:
        return {row.sku: row.count for row in unit.stock(slug)}


async def held(mirror: Person, listing: bytes) -> None:
    with trio.fail_after(PATIENCE):
        while await mirror.node.context.catalogue.body(listing) is None:  # noqa: ASYNC110 - a catalogue tells nobody
            await trio.sleep(0.005)


def is_home(person: Person) -> bool:
    with person.book.unit() as unit:
        return not resync_mode.is_seeking(unit)


def told(person: Person) -> list[str]:
    with person.book.unit() as unit:
        rows = unit.notices(100)
    return [row.words for row in rows if row.name.startswith("restored-store")]


async def test_the_words_alone_bring_a_mirrored_store_back(
    cast: Cast, template: Path
) -> None:
    seller = cast.seller
    (*_, book) = await seller.sell(LAMP, BOOK)
    await mirroring(cast, cast.primary)
    await held(cast.primary, book)
    before = shelf(seller)
    await words_alone(seller, cast, template)
    await until(lambda: is_home(seller), PATIENCE)
    after = shelf(seller)
    assert after.keys() == before.keys()
    lamp = after["desk-lamp"]
    assert lamp.price == before["desk-lamp"].price
    assert lamp.state == ListingState.OUT_OF_STOCK
    assert counts(seller, "desk-lamp") == {NO_SKU: 0}
    assert after["book"].state == ListingState.FOR_SALE
    assert counts(seller, "book") == {NO_SKU: None}
    assert seller.node.context.blobs.has(picture_of(seller))
    (said,) = told(seller)
    assert said.startswith("2 listings came back")
    assert "1 of them show as sold out" in said


async def test_counting_puts_it_on_sale_again(cast: Cast, template: Path) -> None:
    seller = cast.seller
    await mirroring(cast, cast.primary)
    await words_alone(seller, cast, template)
    await until(lambda: is_home(seller) and "desk-lamp" in shelf(seller), PATIENCE)
    (again,) = await seller.sell(LAMP)
    await cast.buyer.knows(again)
    assert shelf(seller)["desk-lamp"].state == ListingState.FOR_SALE


async def test_an_older_copy_takes_what_was_published_since(cast: Cast) -> None:
    seller = cast.seller
    copy = keep(seller)
    (*_, book) = await seller.sell(LAMP | {"price": "30 EUR"}, BOOK)
    await mirroring(cast, cast.primary)
    await held(cast.primary, book)
    newest = shelf(seller)
    await lose(seller, copy)
    await cast.town.start(seller)
    await until(lambda: is_home(seller), PATIENCE)
    after = shelf(seller)
    assert after.keys() == newest.keys()
    assert after["desk-lamp"].price == newest["desk-lamp"].price
    assert after["desk-lamp"].state == ListingState.FOR_SALE
    assert counts(seller, "desk-lamp") == {NO_SKU: 3}


async def test_what_the_store_no_longer_showed_stays_hidden(cast: Cast) -> None:
    seller = cast.seller
    await seller.sell(BOOK)
    copy = keep(seller)
    await seller.node.shop.remove("book")
    await mirroring(cast, cast.primary)
    await lose(seller, copy)
    await cast.town.start(seller)
    await until(lambda: is_home(seller), PATIENCE)
    assert shelf(seller)["book"].state == ListingState.HIDDEN
    assert shelf(seller)["desk-lamp"].state == ListingState.FOR_SALE
    assert told(seller) == ["1 listing that your store no longer showed stay hidden."]


async def test_a_head_that_the_book_knows_brings_nothing(cast: Cast) -> None:
    seller = cast.seller
    await mirroring(cast, cast.primary)
    before = shelf(seller)
    await lose(seller, keep(seller))
    await cast.town.start(seller)
    await until(lambda: is_home(seller), PATIENCE)
    assert shelf(seller) == before
    assert told(seller) == []


async def test_who_finds_the_bodies_nowhere_goes_on_in_time(
    cast: Cast, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homecoming, "STORE_SECONDS", 0)
    await cast.seller.sell(BOOK)
    for one in (cast.buyer, cast.primary, cast.backup):
        await forget_the_market(cast, one)
    await words_alone(cast.seller, cast, template)
    await until(lambda: is_home(cast.seller), PATIENCE)


async def test_follows_and_warnings_come_back(
    cast: Cast, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homecoming, "STORE_SECONDS", 0)  # nobody holds the lamp
    seller, friend, reader = cast.seller, cast.buyer, cast.primary
    seller.node.follows.follow(friend.key, private=False)
    seller.node.lists.report(cast.backup.key, ReportReason.FRAUD)
    seller.node.lists.publish("Beware", published=True)
    await cast.town.quiet()
    await reader.node.lists.use(seller.key)
    await words_alone(seller, cast, template)
    await until(lambda: is_home(seller), PATIENCE)
    assert seller.node.follows.follows(friend.key)
    with seller.book.unit() as unit:
        assert seller.node.follows.open_ones(unit) == (friend.key,)
        own: Any = seller.node.lists.own(unit)
    assert (own.title, own.published) == ("Beware", True)
    assert own.entries == ((cast.backup.key, ReportReason.FRAUD),)


def test_the_words_of_what_came() -> None:
    assert words(Came(["a"])) == "1 listing came back from those who held them."
    assert words(Came(lacking=2)) == "2 listings could not be found."
