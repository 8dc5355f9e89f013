"""What pages need of the node: ask, and be told what became of it."""

from collections.abc import Callable
from typing import Any, Protocol

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call

OnAnswer = Callable[[Any], object]
OnRefused = Callable[[Problem], object]


class Door(Protocol):
    """Asks the node; exactly one of the two is called later, never before this returns."""

    def call(self, call: Call, on_answer: OnAnswer, on_refused: OnRefused) -> None: ...
