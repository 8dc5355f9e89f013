"""What Browse shows: a search of the local catalogue, page by page."""

from collections.abc import Callable
from itertools import zip_longest
from typing import Final

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.search import Categories, CategoryCount, FacetsView, SearchView
from gui.pages.browse.query import Query
from gui.rpc.door import Door

WINDOW: Final = 60
"""Listings that one call brings."""


class Browsing:
    """The state of Browse; ``changed`` is called after each change of it."""

    def __init__(self, door: Door, changed: Callable[[], object]) -> None:
        self._door = door
        self._changed = changed
        self._asked = 0
        self._unit = ""
        self.query = Query()
        self.cards: tuple[CardView, ...] = ()
        self.categories: tuple[CategoryCount, ...] = ()
        self.facets: dict[str, dict[str, int]] = {}
        self.facets_exact = True
        self.as_of: int | None = None
        self.total = 0
        self.exact = True
        self.left_out = 0
        self.meant = ""
        self.stores = 0
        self.loading = False
        self.answered = False
        self.problem: Problem | None = None

    def recall(self, view: SearchView) -> None:
        """Show what was known last, until the node answers."""
        self.cards, self.total, self.stores = view.results, view.total, view.stores
        self.exact, self.as_of = view.total_is_exact, view.as_of
        self.left_out = view.left_out
        self._changed()

    def first_page(self) -> SearchView:
        """Return the first window as the node gave it."""
        return SearchView(
            total=self.total,
            total_is_exact=self.exact,
            results=self.cards[:WINDOW],
            stores=self.stores,
            took_us=0,
            as_of=self.as_of,
            left_out=self.left_out,
        )

    @property
    def unit(self) -> str:
        """The unit of what is shown, for prices that are typed without one."""
        return self.cards[0].price.unit if self.cards else self._unit

    def look(self, query: Query) -> None:
        """Search anew; answers to older searches are dropped."""
        self.query = query
        self.loading = True
        self._ask(0, WINDOW)
        self._door.call(Categories(), self._got_categories, lambda _: None)
        self._changed()

    def again(self) -> None:
        """Repeat the search for as much as is shown."""
        self._ask(0, max(WINDOW, len(self.cards)))
        self._door.call(Categories(), self._got_categories, lambda _: None)

    def more(self) -> None:
        """Bring the next window, unless one is on its way or nothing is left."""
        if not self.loading and len(self.cards) < self.total:
            self.loading = True
            self._ask(len(self.cards), WINDOW)

    def _ask(self, offset: int, limit: int) -> None:
        self._asked += 1
        mine = self._asked
        query = self.query
        self._unit = self.unit
        call = query.search(self._unit, offset, limit)

        def answered(view: SearchView) -> None:
            if mine == self._asked:
                self._got(view, offset)

        def refused(problem: Problem) -> None:
            if mine == self._asked:
                self._failed(problem)

        self._door.call(call, answered, refused)

    def _got(self, view: SearchView, offset: int) -> None:
        found = view.results
        if self.query.is_plain:
            found = in_turn(found)
        self.cards = self.cards[:offset] + found
        self.total, self.exact = view.total, view.total_is_exact
        self.left_out, self.meant = view.left_out, view.meant
        self.stores, self.as_of = view.stores, view.as_of
        self.loading, self.problem = False, None
        self.answered = True
        self._changed()
        if offset == 0:
            self._count()

    def _failed(self, problem: Problem) -> None:
        self.loading, self.problem = False, problem
        self._changed()

    def _count(self) -> None:
        """Count the filters once the hits are shown."""
        mine = self._asked

        def counted(view: FacetsView) -> None:
            if mine == self._asked:
                self._got_facets(view)

        self._door.call(self.query.facets(self.unit), counted, lambda _: None)

    def _got_facets(self, view: FacetsView) -> None:
        self.facets = {}
        for one in view.facets:
            self.facets.setdefault(one.facet, {})[one.value] = one.listings
        self.facets_exact = view.exact
        self._changed()

    def _got_categories(self, counts: tuple[CategoryCount, ...]) -> None:
        self.categories = tuple(sorted(counts, key=lambda one: -one.listings))
        self._changed()


def in_turn(cards: tuple[CardView, ...]) -> tuple[CardView, ...]:
    """Return one listing of each shop after the other, so that no shop fills the first page."""
    shops: dict[str, list[CardView]] = {}
    for card in cards:
        shops.setdefault(card.seller, []).append(card)
    rounds = zip_longest(*shops.values())
    return tuple(card for one in rounds for card in one if card is not None)
