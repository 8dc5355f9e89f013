"""A door for presenters: keeps what was asked until the test answers."""

from typing import Any, NamedTuple

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from gui.rpc.door import OnAnswer, OnRefused


class Asked(NamedTuple):
    call: Call
    answer: OnAnswer
    refuse: OnRefused


class FakeDoor:
    """Fits ``gui.rpc.door.Door``."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.changes = 0

    def call(self, call: Call, on_answer: OnAnswer, on_refused: OnRefused) -> None:
        self.asked.append(Asked(call, on_answer, on_refused))

    def changed(self) -> None:
        self.changes += 1

    def last(self, kind: type[Call]) -> Asked:
        return next(one for one in reversed(self.asked) if isinstance(one.call, kind))

    def answer(self, kind: type[Call], answer: Any) -> None:
        self.last(kind).answer(answer)

    def refuse(self, kind: type[Call], words: str) -> None:
        self.last(kind).refuse(Problem("wrong_state", words))
