"""The catalogue keeps what the newest heads name, and finds it."""

import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trio
from sqlalchemy import Connection, text
from trio.testing import wait_all_tasks_blocked

from bazaar.app.ports import CatalogueError, SearchQuery
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.listings.card import cut, page_id
from bazaar.domain.text.fold import FOLD_VERSION
from bazaar.domain.wire.kinds import Kind
from store.catalogue import schema
from store.catalogue.catalogue import SqlCatalogue, open_catalogue
from store.engine import READER_PRAGMAS, open_handle, sqlite_engine
from store.readers import Readers
from store.writer import MAX_WAITING_ROWS, Lane
from tests.domain.samples import (
    ARBITER,
    ARBITER_OFFER,
    BUYER,
    CONTACT,
    NOW,
    SELLER,
    lamp,
    signed,
)
from tests.store.samples import SetClock, card, head, publish

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def catalogue(tmp_path: Path, clock: SetClock) -> AsyncIterator[SqlCatalogue]:
    async with open_catalogue(tmp_path / "catalogue.db", clock) as catalogue:
        yield catalogue


async def slugs(
    catalogue: SqlCatalogue, words: str = "", sort: str = "newest"
) -> list[str]:
    page = await catalogue.search(SearchQuery(words, sort=sort))
    return [found.card.slug for found in page.found]


async def test_a_head_replaces_the_cards_of_its_store(catalogue: SqlCatalogue) -> None:
    old, stays = card("old"), card("stays")
    assert await publish(catalogue, [old, stays]) == 2
    assert await publish(catalogue, [stays, card("new")], seq=2) == 1
    assert await slugs(catalogue) == ["new", "stays"]
    assert await catalogue.counts() == (2, 1)
    row = await catalogue.store(SELLER.key)
    assert row is not None
    assert (row.seq, row.count, row.seen) == (2, 2, NOW)
    assert await catalogue.card(old.listing) is None
    found = await catalogue.card(stays.listing)
    assert found is not None
    assert (found.store, found.card) == (SELLER.key, stays)


@pytest.mark.parametrize("seq", [1, 2])
async def test_an_older_or_equal_head_changes_nothing(
    catalogue: SqlCatalogue, seq: int
) -> None:
    await publish(catalogue, [card("first")], seq=2)
    assert await publish(catalogue, [card("second")], seq=seq) == 0
    assert await slugs(catalogue) == ["first"]


async def test_two_stores_do_not_touch_each_other(catalogue: SqlCatalogue) -> None:
    await publish(catalogue, [card("lamp")])
    await publish(catalogue, [card("vase")], by=ARBITER)
    await publish(catalogue, [], seq=2)
    assert await slugs(catalogue) == ["vase"]
    assert {row.key for row in await catalogue.stores(10)} == {SELLER.key, ARBITER.key}
    assert await catalogue.counts() == (1, 2)


async def test_the_newest_card_comes_first(catalogue: SqlCatalogue) -> None:
    cards = [card(f"c{age}", changed=NOW - age) for age in (5, 1, 9)]
    await publish(catalogue, cards)
    assert await slugs(catalogue) == ["c1", "c5", "c9"]
    await publish(catalogue, [*cards[:2], card("c9", changed=NOW)], seq=2)
    assert await slugs(catalogue) == ["c9", "c1", "c5"]


async def test_an_expired_head_is_not_shown_until_it_is_renewed(
    catalogue: SqlCatalogue, clock: SetClock
) -> None:
    lamps = [card("lamp")]
    await publish(catalogue, lamps)
    clock.time = head(lamps).body.expires
    assert await slugs(catalogue, "brass") == ["lamp"]
    clock.time += 1
    assert await slugs(catalogue, "brass") == []
    assert await catalogue.card(lamps[0].listing) is None
    assert await catalogue.heads_since(0, 10) == []
    assert await catalogue.counts() == (0, 0)
    assert await catalogue.categories() == []
    clock.time = NOW
    await publish(catalogue, lamps, seq=2)
    assert await slugs(catalogue, "brass") == ["lamp"]
    assert await catalogue.categories() == [("Home", 1)]


async def test_a_head_that_came_too_late_is_kept_but_not_shown(
    catalogue: SqlCatalogue,
) -> None:
    lamps = [card("lamp")]
    await publish(catalogue, lamps, now=head(lamps).body.expires + 1)
    assert await slugs(catalogue) == []
    assert await catalogue.store(SELLER.key) is not None
    await publish(catalogue, [*lamps, card("vase")], seq=2)
    assert sorted(await slugs(catalogue)) == ["lamp", "vase"]
    await publish(catalogue, lamps, seq=3, now=head(lamps).body.expires + 1)
    assert await slugs(catalogue) == []


async def test_pages_are_given_back_as_they_came(catalogue: SqlCatalogue) -> None:
    cards = [card(f"lamp-{number}") for number in range(300)]
    await publish(catalogue, cards)
    pages = cut(cards)
    assert len(pages) > 1
    assert await catalogue.pages(SELLER.key) == {page_id(page): page for page in pages}
    assert await catalogue.pages(BUYER.key) == {}


async def test_heads_come_in_the_order_of_their_issue(catalogue: SqlCatalogue) -> None:
    for by, issued in ((SELLER, NOW + 2), (ARBITER, NOW + 1)):
        one = head([], issued=issued, by=by)
        await catalogue.apply_head(one, [page_id(page) for page in cut([])], [], NOW)
    late, early = head([], issued=NOW + 2), head([], issued=NOW + 1, by=ARBITER)
    assert await catalogue.heads_since(0, 10) == [late.envelope, early.envelope]
    assert await catalogue.heads_since(0, 1) == [late.envelope]
    assert await catalogue.heads_since(NOW + 2, 10) == [late.envelope]
    assert await catalogue.store(BUYER.key) is None


async def test_an_id_is_found_by_its_beginning(catalogue: SqlCatalogue) -> None:
    ids = [b"\xab\xc0" + bytes(30), b"\xab\xcf" + bytes(30), b"\xab\xd0" + bytes(30)]
    await publish(catalogue, [card(f"c{id_.hex()}", listing=id_) for id_ in ids])
    assert await catalogue.listing_ids(b"\xab\xc0", 4) == ids[:1]
    assert await catalogue.listing_ids(b"\xab\xc0", 3) == ids[:2]
    assert len(await catalogue.listing_ids(b"\xab", 2)) == 2
    assert await catalogue.listing_ids(b"\xff", 2) == []


async def test_a_kept_body_makes_its_description_searchable(
    catalogue: SqlCatalogue,
) -> None:
    listing = signed(lamp(description="with a green shade", short="from Vienna"))
    await publish(catalogue, [card("lamp", listing=listing.id)])
    assert await slugs(catalogue, "vienna shade") == []
    await catalogue.keep_body(listing.id, listing.envelope)
    await catalogue.keep_body(listing.id, listing.envelope)
    assert await slugs(catalogue, "vienna shade") == ["lamp"]
    assert await catalogue.body(listing.id) == listing.envelope
    assert await catalogue.body(bytes(32)) is None


async def test_a_body_that_came_first_is_indexed_with_its_card(
    catalogue: SqlCatalogue,
) -> None:
    listing = signed(lamp(description="with a green shade"))
    await catalogue.keep_body(listing.id, listing.envelope)
    await publish(catalogue, [card("lamp", listing=listing.id)])
    assert await slugs(catalogue, "green") == ["lamp"]
    await publish(catalogue, [], seq=2)
    assert await catalogue.complete("gre", 5) == []


async def test_of_two_cards_with_one_listing_the_authors_is_given(
    catalogue: SqlCatalogue,
) -> None:
    listing = signed(lamp())
    copied = card("copied", listing=listing.id)
    await publish(catalogue, [copied], by=ARBITER)
    await publish(catalogue, [card("real", listing=listing.id)])
    await catalogue.keep_body(listing.id, listing.envelope)
    found = await catalogue.card(listing.id)
    assert found is not None
    assert found.store == SELLER.key


async def test_a_record_is_replaced_by_a_newer_one_only(
    catalogue: SqlCatalogue, clock: SetClock
) -> None:
    contact, offer = signed(CONTACT), signed(ARBITER_OFFER, ARBITER)
    assert await catalogue.keep_record(contact, NOW)
    assert not await catalogue.keep_record(contact, NOW)
    assert await catalogue.keep_record(offer, NOW)
    assert await catalogue.record(Kind.CONTACT, SELLER.key) == contact.envelope
    assert await catalogue.record(Kind.CONTACT, ARBITER.key) is None
    assert await catalogue.records(Kind.CONTACT, 10) == [contact.envelope]
    clock.time = ARBITER_OFFER.expires
    assert await catalogue.records(Kind.ARBITER_OFFER, 10) == [offer.envelope]
    clock.time += 1
    assert await catalogue.records(Kind.ARBITER_OFFER, 10) == []
    assert await catalogue.record(Kind.ARBITER_OFFER, ARBITER.key) == offer.envelope


async def test_a_word_is_completed_by_how_often_it_is_used(
    catalogue: SqlCatalogue,
) -> None:
    cards = [
        card("1", title="lamp"),
        card("2", title="lamp"),
        card("3", title="lamb"),
        card("4", title="lake"),
    ]
    await publish(catalogue, cards)
    assert await catalogue.complete("la", 2) == ["lamp", "lake"]
    assert await catalogue.complete("Green LAM", 9) == ["green lamp", "green lamb"]
    assert await catalogue.complete("", 9) == []
    assert await catalogue.complete("la ", 9) == []
    await publish(catalogue, cards[2:], seq=2)
    assert await catalogue.complete("lam", 9) == ["lamb"]


async def test_a_misspelt_word_finds_the_commonest_one_a_slip_away(
    catalogue: SqlCatalogue,
) -> None:
    cards = [
        card(f"s{n}", title=title)
        for n, title in enumerate(("green lamp", "old lamp", "lamb chop", "лампа"))
    ]
    await publish(catalogue, cards)
    for said, meant in (
        ("lamp", ""),
        ("lapm", "lamp"),
        ("lampp", "lamp"),
        ("Lomp", "lamp"),
        ("gren lamp", "green lamp"),
        ("лампу", "лампа"),
        ("lamx", "lamp"),
        ("gren zzzzzz", ""),
        ("la", ""),
        ("", ""),
        ("\"' OR 1=1", ""),
        ("x" * 5000, ""),
    ):
        assert await catalogue.spelled(said) == meant


async def test_categories_are_one_whatever_their_case(catalogue: SqlCatalogue) -> None:
    await publish(
        catalogue,
        [card("1", categories=("Home", "HOME")), card("2", categories=("home",))],
    )
    (only,) = await catalogue.categories()
    assert only[1] == 2
    page = await catalogue.search(SearchQuery(category="hOmE"))
    assert page.total == 2


async def test_a_cancelled_search_is_stopped_and_the_next_one_answered(
    tmp_path: Path, catalogue: SqlCatalogue
) -> None:
    readers = Readers(
        sqlite_engine(tmp_path / "catalogue.db", READER_PRAGMAS, any_thread=True), 60
    )
    readers.start()

    def endless(connection: Connection) -> object:
        return connection.execute(text(ENDLESS)).scalar()

    async with trio.open_nursery() as nursery:
        for _ in range(6):
            nursery.start_soon(readers.run, endless)
        await wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
    with trio.fail_after(30):
        assert (
            await readers.run(lambda connection: connection.scalar(text("SELECT 7")))
            == 7
        )
    readers.join()
    assert await slugs(catalogue) == []


async def test_a_query_that_takes_too_long_is_refused(catalogue: SqlCatalogue) -> None:
    with pytest.raises(RefusedError) as refused:
        await catalogue._read(
            lambda connection: connection.execute(text(ENDLESS)).scalar()
        )
    assert refused.value.code is ReplyCode.BUSY
    assert await slugs(catalogue) == []


async def test_a_write_that_fails_leaves_the_others_of_its_batch(
    catalogue: SqlCatalogue,
) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(text("UPDATE store SET seen = 1"))
        raise LookupError

    failed: list[bool] = []

    async def failing() -> None:
        with pytest.raises(LookupError):
            await catalogue._write(fail)
        failed.append(True)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(publish, catalogue, [card("lamp")])
        nursery.start_soon(failing)
        nursery.start_soon(catalogue.keep_record, signed(CONTACT), NOW)
    row = await catalogue.store(SELLER.key)
    assert row is not None
    assert (row.seen, failed) == (NOW, [True])
    assert await catalogue.record(Kind.CONTACT, SELLER.key) is not None


async def test_a_lane_holds_20000_rows() -> None:
    lane = Lane()
    await lane.enter(MAX_WAITING_ROWS - 1)
    await lane.enter(1)
    with trio.move_on_after(0.01) as waited:
        await lane.enter(1)
    assert waited.cancelled_caught
    async with trio.open_nursery() as nursery:
        nursery.start_soon(lane.enter, 1)
        await wait_all_tasks_blocked()
        lane.leave(1)


async def test_a_fault_of_the_disk_is_said_in_our_words(
    catalogue: SqlCatalogue,
) -> None:
    def fill(connection: Connection) -> None:
        pages: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        many = [{"t": f"{number:0900}"} for number in range(1000)]
        connection.execute(text("INSERT INTO term VALUES(:t, 1)"), many)

    with pytest.raises(CatalogueError):
        await catalogue._write(fill)
    assert await catalogue.complete("0", 1) == []


async def test_everything_is_there_after_opening_again(
    tmp_path: Path, clock: SetClock
) -> None:
    path = tmp_path / "catalogue.db"
    async with open_catalogue(path, clock) as catalogue:
        await publish(catalogue, [card("lamp")])
    assert path.stat().st_mode & 0o777 == 0o600
    async with open_catalogue(path, clock) as catalogue:
        assert await slugs(catalogue, "brass") == ["lamp"]


async def test_another_fold_version_indexes_again(
    tmp_path: Path, clock: SetClock
) -> None:
    path = tmp_path / "catalogue.db"
    listing = signed(lamp(description="green"))
    async with open_catalogue(path, clock) as catalogue:
        await publish(catalogue, [card("lamp", listing=listing.id)])
        await catalogue.keep_body(listing.id, listing.envelope)
    handle = open_handle(str(path))
    handle.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    handle.execute("DELETE FROM term")
    handle.close()
    async with open_catalogue(path, clock) as catalogue:
        assert await slugs(catalogue, "brass green") == ["lamp"]
        assert await catalogue.complete("bra", 1) == ["brass"]
        assert await catalogue.categories() == [("Home", 1)]


async def test_an_index_of_an_older_schema_is_made_again(
    tmp_path: Path, clock: SetClock
) -> None:
    path = tmp_path / "catalogue.db"
    async with open_catalogue(path, clock) as catalogue:
        await publish(catalogue, [card("lamp")])
    older = (
        "DROP TABLE fts",
        "CREATE VIRTUAL TABLE fts USING fts5(title, tags, descr, facet, content='', "
        "contentless_delete=1, detail=column)",
        f"PRAGMA user_version={schema.BEFORE_WORDS_ALONE * 1000 + FOLD_VERSION}",
    )
    handle = open_handle(str(path))
    for statement in older:
        handle.execute(statement)
    handle.close()
    async with open_catalogue(path, clock) as catalogue:
        assert await slugs(catalogue, "brass") == ["lamp"]
        assert await publish(catalogue, [card("lamp"), card("other")], seq=2) == 1
        assert len(await slugs(catalogue, "brass")) == 2


@pytest.mark.parametrize("how", ["schema", "garbage", "marked"])
async def test_what_does_not_fit_is_put_aside(
    tmp_path: Path, clock: SetClock, how: str
) -> None:
    path = tmp_path / "catalogue.db"
    async with open_catalogue(path, clock) as catalogue:
        await publish(catalogue, [card("lamp")])
    match how:
        case "schema":
            handle = open_handle(str(path))
            handle.execute("PRAGMA user_version=999001")
            handle.close()
        case "garbage":
            path.write_bytes(b"no database" * 1000)
        case _:
            schema.mark_damaged(path)
    async with open_catalogue(path, clock) as catalogue:
        assert await slugs(catalogue) == []
        assert await publish(catalogue, [card("lamp")]) == 1
    assert path.with_name("catalogue.db.old").exists()


def test_bodies_are_kept_small() -> None:
    envelope = signed(lamp(description="a lamp of brass " * 500)).envelope
    assert len(zlib.compress(envelope)) < len(envelope) / 4
