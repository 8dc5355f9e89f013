"""search.ask: what the local catalogue does not hold."""

from bazaar.app.node import Node
from bazaar.domain.errors import InputError
from bazaar.domain.exchange.stores import MAX_FIND_CHARS, Find
from bazaar.domain.text.fold import fold
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.handlers.wanted import country
from bazaar.rpc.schema.search import AskedView, FoundStore, SearchAsk
from bazaar.rpc.views.people import People


class AskCalls:
    """Asks the network and says who told what."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            SearchAsk: self.ask,
        }

    async def ask(self, call: SearchAsk) -> AskedView:
        """Ask for goods; what is found can be searched from then on. Raises InputError."""
        words = fold(call.words)[:MAX_FIND_CHARS].strip()
        category = fold(call.category or "") or None
        region = country("region", call.region)
        if not (words or category or region):
            raise InputError("words", "say what to ask for")
        found = await self._node.asking.ask(Find(words, category, region))
        people = People(self._node.context)
        stores: list[FoundStore] = []
        for store, teller in found.stores:
            person = await people.person(store)
            row = await self._node.context.catalogue.store(store)
            stores.append(
                FoundStore(
                    peer_id=person.peer_id,
                    name=person.name,
                    listings=row.count if row else 0,
                    through=(await people.person(teller)).name if teller else "",
                )
            )
        return AskedView(
            asked=found.asked, providers=found.providers, stores=tuple(stores)
        )
