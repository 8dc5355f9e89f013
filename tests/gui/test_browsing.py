"""Browse asks for windows, and only the newest search counts."""

from bazaar.rpc.schema.search import (
    Categories,
    CategoryCount,
    Facets,
    FacetsView,
    FacetView,
    Search,
    SearchView,
)
from gui.pages.browse.presenter import WINDOW, Browsing
from gui.pages.browse.query import Query
from tests.gui.fake_door import FakeDoor
from tests.rpc_samples import CARD


def found(total: int, count: int) -> SearchView:
    return SearchView(
        total=total, total_is_exact=True, results=(CARD,) * count, stores=2, took_us=1
    )


def browsing() -> tuple[FakeDoor, Browsing]:
    door = FakeDoor()
    return door, Browsing(door, door.changed)


def test_the_answer_to_an_older_search_is_dropped() -> None:
    door, state = browsing()
    state.look(Query("la"))
    older = door.last(Search)
    state.look(Query("lamp"))
    door.answer(Search, found(1, 1))
    older.answer(found(9, 9))
    assert state.total == 1


def test_the_refusal_of_an_older_search_is_dropped() -> None:
    door, state = browsing()
    state.look(Query("la"))
    older = door.last(Search)
    state.look(Query("lamp"))
    older.refuse(None)  # pyright: ignore[reportArgumentType]  # never looked at
    assert state.problem is None


def test_the_next_window_is_added() -> None:
    door, state = browsing()
    state.look(Query())
    door.answer(Search, found(WINDOW + 5, WINDOW))
    state.more()
    state.more()
    asked = [one.call for one in door.asked if isinstance(one.call, Search)]
    assert [call.offset for call in asked] == [0, WINDOW]
    door.answer(Search, found(WINDOW + 5, 5))
    assert len(state.cards) == WINDOW + 5
    state.more()
    assert len([one for one in door.asked if isinstance(one.call, Search)]) == 2


def test_without_words_the_newest_come_first() -> None:
    door, state = browsing()
    state.look(Query())
    assert isinstance(call := door.last(Search).call, Search)
    assert call.sort == "newest"
    state.look(Query("lamp", category="home"))
    assert isinstance(call := door.last(Search).call, Search)
    assert (call.sort, call.category, call.region) == ("relevance", "home", None)


def test_categories_are_sorted_by_their_count() -> None:
    door, state = browsing()
    state.look(Query())
    few, many = (
        CategoryCount(category="a", listings=1),
        CategoryCount(category="b", listings=7),
    )
    door.answer(Categories, (few, many))
    assert state.categories == (many, few)


def test_a_price_without_a_unit_means_the_unit_of_what_is_shown() -> None:
    door, state = browsing()
    state.look(Query())
    door.answer(Search, found(1, 1))
    state.look(Query(max_price="30"))
    assert isinstance(call := door.last(Search).call, Search)
    assert call.max_price == "30 EUR"


def test_every_filter_reaches_the_node() -> None:
    door, state = browsing()
    every = Query(
        "lamp", "home", "physical", "5", "30", "DE", "DE-101", "as-new", "4.5", "de",
        free_shipping=True, in_stock=True, online=True, mature=True, sort="rating",
    )  # fmt: skip
    assert (every.filters, every.narrowed, every.is_plain) == (12, True, False)
    assert (Query(mature=True).filters, Query(sort="price").narrowed) == (0, False)
    state.recall(found(1, 1))
    state.look(every)
    assert door.last(Search).call == Search(
        words="lamp", category="home", kind="physical", min_price="5 EUR",
        max_price="30 EUR", region="DE", near="DE-101", condition="as-new",
        min_rating=4.5, language="de", free_shipping=True, in_stock=True, online=True, mature=True,
        sort="rating", limit=WINDOW, live=True,
    )  # fmt: skip


def test_filters_are_counted_once_the_hits_are_shown() -> None:
    door, state = browsing()
    state.look(Query("la"))
    assert not [one for one in door.asked if isinstance(one.call, Facets)]
    door.answer(Search, found(2, 2))
    older = door.last(Facets)
    assert isinstance(older.call, Facets)
    assert (older.call.words, older.call.live) == ("la", True)
    state.look(Query("lamp"))
    door.answer(Search, found(1, 1))
    counts = FacetsView(
        counted=1,
        exact=True,
        facets=(FacetView(facet="category", value="home", listings=1),),
    )
    door.answer(Facets, counts)
    older.answer(FacetsView(counted=0, exact=True, facets=()))
    assert state.facets == {"category": {"home": 1}}


def test_what_was_shown_stays_when_a_search_fails() -> None:
    door, state = browsing()
    state.look(Query())
    door.answer(Search, found(1, 1))
    state.again()
    door.refuse(Search, "gone")
    assert state.cards
    assert state.problem is not None
