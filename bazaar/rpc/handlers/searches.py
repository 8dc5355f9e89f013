"""search.save, search.saved, search.seen, search.forget."""

from typing import Any, Final

import msgspec

from bazaar.app.node import Node
from bazaar.app.people.saved_searches import SavedSearch, Wanted
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.wanted import wanted
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.search import Narrowing
from bazaar.rpc.schema.searches import (
    SavedSearchView,
    SearchForget,
    SearchSave,
    SearchSaved,
    SearchSeen,
)

NOT_KEPT: Final = frozenset({"online", "live"})


class SavedSearchCalls:
    """Searches that the user keeps."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            SearchSave: self.save,
            SearchSaved: self.saved,
            SearchSeen: self.seen,
            SearchForget: self.forget,
        }

    async def save(self, call: SearchSave) -> SavedSearchView:
        """Keep a search. Raises InputError."""
        asked = _asked(call)
        query = await wanted(self._node, Narrowing(**asked))
        title = call.title or call.words or call.category or ""
        held = msgspec.json.encode(asked)
        wish = Wanted(title, held, query, followed=call.followed)
        return _view(await self._node.searches.save(wish))

    async def saved(self, _: SearchSaved) -> tuple[SavedSearchView, ...]:
        """All of them."""
        with self._node.context.book.unit() as unit:
            return tuple(map(_view, self._node.searches.all(unit)))

    async def seen(self, call: SearchSeen) -> Done:
        """Mark as seen."""
        self._node.searches.seen(call.number)
        return Done(words="seen")

    async def forget(self, call: SearchForget) -> Done:
        """Keep it no longer."""
        self._node.searches.forget(call.number)
        return Done(words="forgotten")


def _asked(call: SearchSave) -> dict[str, Any]:
    """The fields of ``call`` that narrow."""
    neutral = Narrowing()
    return {
        name: value
        for name in Narrowing.__struct_fields__
        if name not in NOT_KEPT
        and (value := getattr(call, name)) != getattr(neutral, name)
    }


def _view(one: SavedSearch) -> SavedSearchView:
    return SavedSearchView(
        number=one.number,
        title=one.title,
        asked=msgspec.json.decode(one.asked),
        fresh=one.fresh,
    )
