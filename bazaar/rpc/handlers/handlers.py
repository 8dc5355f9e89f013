"""What a group of calls tells the dispatcher: which method answers which call."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from bazaar.rpc.schema.call import Call

Handlers = dict[type[Call], Callable[[Any], Awaitable[object]]]


class Group(Protocol):
    """The use cases behind a group of calls."""

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        ...
