"""One order: reading it, and moves that carry the version the user saw."""

from collections.abc import Callable

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.orders import OrderShow, OrderView
from bazaar.rpc.schema.profile import ProfileShow, ProfileView
from gui.rpc.door import Door


class OrderState:
    """One order and what the user is doing with it.

    Attributes:
        busy: A move is on its way; no second one is sent.
        complaint: Why the last move was refused, in words.
        said: What the last move did; shown once.
    """

    def __init__(self, door: Door, changed: Callable[[], object]) -> None:
        self._door = door
        self._changed = changed
        self.id = ""
        self.view: OrderView | None = None
        self.people: dict[str, ProfileView] = {}
        self.problem: Problem | None = None
        self.busy = False
        self.complaint = ""
        self.said = ""

    def show(self, order: str) -> None:
        """Read an order; another one than before starts empty."""
        if order != self.id:
            self.view, self.complaint, self.busy = None, "", False
        self.id = order
        mine = order

        def got(view: OrderView) -> None:
            if mine == self.id:
                self._got(view)

        def failed(problem: Problem) -> None:
            if mine == self.id:
                self.problem = problem
                self._changed()

        self._door.call(OrderShow(id=order), got, failed)

    def can(self, command: str) -> bool:
        """Whether the node allows this now and nothing is on its way."""
        return self.view is not None and command in self.view.next and not self.busy

    def do(self, call: Call, said: str) -> None:
        """Send a move; on refusal the order is read again and the reason is shown."""
        if self.busy:
            return
        self.busy, self.complaint = True, ""

        def done(_: object) -> None:
            self.busy, self.said = False, said
            self.show(self.id)
            self._changed()

        def refused(problem: Problem) -> None:
            self.busy, self.complaint = False, problem.words
            self.show(self.id)
            self._changed()

        self._door.call(call, done, refused)
        self._changed()

    def _got(self, view: OrderView) -> None:
        self.view, self.problem = view, None
        for role, peer in (("buyer", view.buyer), ("seller", view.seller)):
            if role != view.role and peer not in self.people:
                self._door.call(
                    ProfileShow(peer=peer), self._got_person, lambda _: None
                )
        self._changed()

    def _got_person(self, profile: ProfileView) -> None:
        self.people[profile.peer_id] = profile
        self._changed()
