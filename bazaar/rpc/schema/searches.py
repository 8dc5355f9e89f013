"""Searches that the user keeps."""

from typing import Any, Final

from bazaar.rpc.schema.call import Answer, Answers, Call, Done
from bazaar.rpc.schema.search import Narrowing


class SearchSave(Narrowing, frozen=True, tag="search.save"):
    """Keep a search; new hits of others are told from now on.

    ``online`` is not kept: who is connected changes all the time.
    """

    title: str = ""


class SavedSearchView(Answer, frozen=True):
    """A search that is kept.

    Attributes:
        asked: Fields of ``search`` that narrow it.
        fresh: New hits since it was last marked as seen.
    """

    number: int
    title: str
    asked: dict[str, Any]
    fresh: int


class SearchSaved(Call, frozen=True, tag="search.saved"):
    """The searches that are kept, the oldest first."""


class SearchSeen(Call, frozen=True, tag="search.seen"):
    """The user has looked at what is new."""

    number: int


class SearchForget(Call, frozen=True, tag="search.forget"):
    """Keep a search no longer."""

    number: int


CALLS: Final[Answers] = {
    SearchSave: SavedSearchView,
    SearchSaved: tuple[SavedSearchView, ...],
    SearchSeen: Done,
    SearchForget: Done,
}
