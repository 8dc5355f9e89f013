"""A small machine keeps what its user chose, and says what it leaves out."""

from typing import Any

import pytest

from bazaar.app.catalogue.interests import LEAST_QUOTA_BYTES, MOST_QUOTA_BYTES
from bazaar.app.ports import PeerRow
from bazaar.domain.errors import InputError
from bazaar.rpc.handlers.keeping import KeepCalls
from bazaar.rpc.handlers.search import SearchCalls
from bazaar.rpc.schema.keeping import KeepSet, KeepShow, KeepView
from bazaar.rpc.schema.search import Search
from tests.app.town import LAMP, Person, Town

BOOK: dict[str, Any] = {
    **LAMP,
    "slug": "book",
    "title": "A book",
    "categories": ["books"],
}
PLANT: dict[str, Any] = {
    **LAMP,
    "slug": "plant",
    "title": "A plant",
    "categories": ["garden"],
}


async def shops(town: Town) -> tuple[Person, Person, Person, list[bytes]]:
    """A bookseller, a gardener, a reader who knows both, and the two listings."""
    books, plants = await town.settle_in("books"), await town.settle_in("plants")
    reader = await town.settle_in("reader")
    listings = [*await books.sell(BOOK), *await plants.sell(PLANT)]
    for listing in listings:
        await reader.knows(listing)
    return books, plants, reader, listings


async def keep(person: Person, **changes: Any) -> KeepView:
    return await KeepCalls(person.node).set(KeepSet(**changes))


async def test_what_was_not_chosen_goes_and_search_says_so(town: Town) -> None:
    _, _, reader, (book, plant) = await shops(town)
    view = await keep(reader, categories=("Books",))
    assert (view.listings, view.listings_left_out, view.stores_left_out) == (1, 1, 1)
    await reader.knows(book)
    await reader.knows(plant, shown=False)
    found = await SearchCalls(reader.node).search(Search())
    assert (found.total, found.left_out) == (1, 1)


async def test_news_of_what_was_not_chosen_are_remembered_but_not_fetched(
    town: Town,
) -> None:
    _, plants, reader, (_, plant) = await shops(town)
    await keep(reader, categories=("books",))
    (fern,) = await plants.sell(PLANT | {"slug": "fern", "title": "A fern"})
    await town.quiet()
    known = await reader.node.context.catalogue.newest_head(plants.key)
    assert known == await plants.node.context.catalogue.newest_head(plants.key)
    await reader.knows(fern, shown=False)
    view = await keep(reader, categories=())
    assert view.categories == ()
    await reader.knows(fern)
    await reader.knows(plant)
    view = await KeepCalls(reader.node).show(KeepShow())
    assert (view.listings, view.listings_left_out) == (3, 0)
    found = await SearchCalls(reader.node).search(Search())
    assert found.left_out == 0


async def test_whom_one_follows_is_kept_whatever_was_chosen(town: Town) -> None:
    _, plants, reader, (_, plant) = await shops(town)
    with reader.book.unit() as unit:
        row = PeerRow(plants.key, None, True, False, None, (), 0)
        unit.put_peer(row)
    await keep(reader, categories=("books",))
    await reader.knows(plant)


async def test_a_choice_outlives_a_restart(town: Town) -> None:
    _, _, reader, _ = await shops(town)
    await keep(reader, regions=("de",), quota_bytes=LEAST_QUOTA_BYTES)
    await town.restart(reader)
    view = await KeepCalls(reader.node).show(KeepShow())
    assert (view.regions, view.quota_bytes) == (("DE",), LEAST_QUOTA_BYTES)


@pytest.mark.parametrize("quota", [LEAST_QUOTA_BYTES - 1, MOST_QUOTA_BYTES + 1])
async def test_a_quota_out_of_bounds_is_refused(town: Town, quota: int) -> None:
    reader = await town.settle_in("reader")
    with pytest.raises(InputError) as refused:
        await keep(reader, quota_bytes=quota)
    assert refused.value.field == "quota"
