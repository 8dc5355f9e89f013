"""A search that is kept tells of new listings once, and of nothing that was there before."""

from typing import Any

import pytest

from bazaar.app.people.saved_searches import (
    MAX_SEARCHES,
    MAX_TITLE_CHARACTERS,
    SavedSearch,
    Wanted,
)
from bazaar.app.ports import SearchQuery
from bazaar.domain.errors import InputError, NotFoundError
from bazaar.rpc.handlers.notices import NoticeCalls
from bazaar.rpc.handlers.searches import SavedSearchCalls
from bazaar.rpc.schema.notices import NoticeList
from bazaar.rpc.schema.searches import SearchForget, SearchSave, SearchSaved, SearchSeen
from tests.app.test_notices import told
from tests.app.town import LAMP, Cast, Person
from tests.fakes import until

OAK: dict[str, Any] = LAMP | {"slug": "oak", "title": "Oak lamp"}


def kept(person: Person) -> tuple[SavedSearch, ...]:
    with person.book.unit() as unit:
        return person.node.searches.all(unit)


def news(person: Person) -> list[str]:
    return [words for kind, words in told(person) if kind == "search"]


async def sells(cast: Cast, *files: dict[str, Any]) -> None:
    await cast.seller.sell(*files)
    await cast.town.quiet()
    await until(lambda: cast.buyer.node.market.synced is not None)


async def test_new_hits_are_told_and_counted_until_they_are_seen(cast: Cast) -> None:
    node, calls = cast.buyer.node, SavedSearchCalls(cast.buyer.node)
    saved = await calls.save(SearchSave(words="lamp", max_price="90 EUR", online=True))
    assert (saved.title, saved.fresh) == ("lamp", 0)
    assert saved.asked == {"words": "lamp", "max_price": "90 EUR"}
    await node.searches.look()
    assert news(cast.buyer) == []
    await sells(cast, OAK, LAMP | {"slug": "dear", "price": "95 EUR"})
    await node.searches.look()
    await node.searches.look()
    assert news(cast.buyer) == ["New for “lamp”: Oak lamp"]
    await sells(cast, OAK | {"price": "8 EUR"}, LAMP | {"price": "9 EUR"})
    await node.searches.look()
    assert [one.fresh for one in kept(cast.buyer)] == [1]
    (notice,) = (await NoticeCalls(node).notices(NoticeList(kind="search"))).items
    assert (notice.opens, notice.argument, notice.title) == ("search", "1", "lamp")
    await calls.seen(SearchSeen(number=1))
    (saved,) = await calls.saved(SearchSaved())
    assert saved.fresh == 0
    assert node.talk.notices.unseen() == 0
    await calls.forget(SearchForget(number=1))
    assert kept(cast.buyer) == ()
    for deed in (node.searches.forget, node.searches.seen):
        with pytest.raises(NotFoundError):
            deed(1)


async def test_own_goods_and_those_of_strangers_are_left_out_where_asked(
    cast: Cast,
) -> None:
    node = cast.buyer.node
    calls = SavedSearchCalls(node)
    await calls.save(SearchSave(words="lamp", followed=True, title="from friends"))
    await cast.seller.node.searches.save(Wanted("mine", b"{}", SearchQuery(), False))
    await sells(cast, OAK)
    await node.searches.look()
    await cast.seller.node.searches.look()
    assert news(cast.buyer) == news(cast.seller) == []
    node.follows.follow(cast.seller.key, private=True)
    await node.searches.look()
    assert [one.fresh for one in kept(cast.buyer)] == [2]


async def test_titles_and_their_number_are_bounded(cast: Cast) -> None:
    searches = cast.buyer.node.searches
    for title in ("", " ", "x" * (MAX_TITLE_CHARACTERS + 1)):
        with pytest.raises(InputError, match="title"):
            await searches.save(Wanted(title, b"{}", SearchQuery(), followed=False))
    longest = "x" * MAX_TITLE_CHARACTERS
    for _ in range(MAX_SEARCHES):
        await searches.save(Wanted(longest, b"{}", SearchQuery(), followed=False))
    with pytest.raises(InputError, match=str(MAX_SEARCHES)):
        await searches.save(Wanted("one more", b"{}", SearchQuery(), followed=False))
    assert len(kept(cast.buyer)) == MAX_SEARCHES
