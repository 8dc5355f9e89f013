"""What a shop's page shows: profile, ratings, listings, and how fresh they are."""

from collections.abc import Callable
from typing import Final

from bazaar.domain.text.inline import spans_of
from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.listings import CardView, ListingList
from bazaar.rpc.schema.profile import ProfileShow, ProfileView
from bazaar.rpc.schema.ratings import Ratings, RatingsView
from bazaar.rpc.schema.search import Store, StoreView
from gui.rpc.door import Door
from gui.texts import tr
from gui.texts.presence import away_words

ABOUT_CHARACTERS: Final = 2_000


class StoreState:
    """One shop; what is known here comes first, then its owner is asked."""

    def __init__(self, door: Door, changed: Callable[[], object]) -> None:
        self._door = door
        self._changed = changed
        self._asked = 0
        self.peer = ""
        self.profile: ProfileView | None = None
        self.cards: tuple[CardView, ...] | None = None
        self.ratings: RatingsView | None = None
        self.unrated = ""
        self.store: StoreView | None = None
        self.problem: Problem | None = None
        self.unreached: Problem | None = None

    def show(self, peer: str) -> None:
        """Read a shop; another one than before starts empty."""
        if peer != self.peer:
            self.profile = self.cards = self.ratings = self.store = None
        self.unrated = ""
        self.peer = peer
        self.problem = self.unreached = None
        self._asked += 1
        self._door.call(
            ProfileShow(peer=peer),
            self._mine(self._got_profile),
            self._mine(self._failed),
        )
        self._read()
        self._door.call(
            Store(peer=peer), self._mine(self._got_store), self._mine(self._no_store)
        )
        self._door.call(
            Ratings(peer=peer),
            self._mine(self._got_ratings),
            self._mine(self._no_ratings),
        )

    def fresh_words(self, now: int) -> str:
        """Return in words how old what is shown is."""
        if self.unreached is not None:
            return tr("store.unreached", why=self.unreached.words)
        if self.store is None:
            return tr("store.fetching")
        if self.store.online:
            return tr("store.fresh")
        return away_words(self.store.seen, self.store.as_of, now)

    def _mine(self, act: Callable[..., None]) -> Callable[..., None]:
        """Answers about a shop that was left are dropped."""
        mine = self._asked

        def answered(value: object) -> None:
            if mine == self._asked:
                act(value)
                self._changed()

        return answered

    def _read(self) -> None:
        call = ListingList(peer=self.peer)
        self._door.call(call, self._mine(self._got_cards), self._mine(self._no_cards))

    def _got_profile(self, profile: ProfileView) -> None:
        self.profile = profile

    def _failed(self, problem: Problem) -> None:
        self.problem = problem

    def _got_cards(self, cards: tuple[CardView, ...]) -> None:
        self.cards = cards

    def _no_cards(self, problem: Problem) -> None:
        del problem  # the shop's owner is asked as well
        self.cards = self.cards or ()

    def _got_store(self, store: StoreView) -> None:
        self.store = store
        self._read()

    def _no_store(self, problem: Problem) -> None:
        self.unreached = problem

    def _no_ratings(self, problem: Problem) -> None:
        self.unrated = problem.words

    def _got_ratings(self, ratings: RatingsView) -> None:
        self.ratings = ratings


def about_words(about: str, *, whole: bool) -> str:
    """Return what a shop says of itself as plain text; its first paragraph, or all of it."""
    paragraphs = about.split("\n\n") if whole else about.split("\n\n")[:1]
    return "\n\n".join(
        "".join(span.text for span in spans_of(paragraph)) for paragraph in paragraphs
    )[:ABOUT_CHARACTERS]


def contact_words(profile: ProfileView) -> str:
    """Return how to reach a shop outside, one way a line, as plain text."""
    return "\n".join(f"{kind}: {value}" for kind, value in profile.contacts)
