"""clear list, switch, find, say: circles of debts, seen from one user."""

from bazaar.app.credit import clearing_book
from bazaar.app.credit.clearing import Shown
from bazaar.app.node import Node
from bazaar.domain.credit import clearing
from bazaar.domain.credit.clearing import Vote
from bazaar.domain.errors import InputError
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.clearing import (
    ClearFind,
    ClearingView,
    ClearList,
    ClearSay,
    ClearSwitch,
    ClearView,
)
from bazaar.rpc.views.people import People, money


class ClearingCalls:
    """Everything about clearing that a person does."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            ClearList: self.plans,
            ClearSwitch: self.switch,
            ClearFind: self.find,
            ClearSay: self.say,
        }

    async def plans(self, _: ClearList) -> ClearingView:
        """All plans that this node knows."""
        return await self._view()

    async def switch(self, call: ClearSwitch) -> ClearingView:
        """Take part, or no more."""
        with self._node.context.book.unit() as unit:
            clearing_book.switch(unit, on=call.on)
        return await self._view()

    async def find(self, _: ClearFind) -> ClearingView:
        """Search along this user's debts; answers come as plans."""
        with self._node.context.book.unit() as unit:
            sent = self._node.clearing.search.start(unit)
        self._node.stir()
        return await self._view(sent)

    async def say(self, call: ClearSay) -> ClearingView:
        """Agree or refuse."""
        with self._node.context.book.unit() as unit:
            ids = clearing_book.open_ids(unit)
            fitting = [one for one in ids if one.hex().startswith(call.id.lower())]
            if len(fitting) != 1 or not call.id:
                raise InputError("id", "names no open plan, or more than one")
            vote = Vote.CONSENT if call.agree else Vote.NO
            self._node.clearing.say(unit, fitting[0], vote)
        self._node.stir()
        return await self._view()

    async def _view(self, searches: int = 0) -> ClearingView:
        with self._node.context.book.unit() as unit:
            is_on = clearing_book.is_on(unit)
            shown = self._node.clearing.plans(unit)
        people = People(self._node.context)
        plans = tuple([await self._plan(people, one) for one in shown])
        return ClearingView(on=is_on, plans=plans, searches=searches)

    async def _plan(self, people: People, shown: Shown) -> ClearView:
        plan = shown.view.plan
        gives, gets = clearing.edges(plan, people.me)
        names = [(await people.person(key)).name for key in plan.parties]
        owes = await people.person(clearing.debtor(plan, gives))
        owed = await people.person(clearing.creditor(plan, gets))
        agreed = clearing.voted(shown.view, Vote.CONSENT)
        return ClearView(
            plan_id=shown.view.id.hex(),
            unit=plan.unit,
            amount=money(plan.amount, plan.unit),
            names=tuple(names),
            you_owe=owed.name,
            owes_you=owes.name,
            state=shown.ended or _state(shown, people.me),
            agreed=len(agreed),
            until=clearing.times(plan, self._node.context.network).consent,
        )


def _state(shown: Shown, me: bytes) -> str:
    if clearing.is_agreed(shown.view):
        return "binding"
    agreed = me in clearing.voted(shown.view, Vote.CONSENT)
    return "waiting" if agreed else "asked"
