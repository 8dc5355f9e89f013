"""What calls, answers and amounts have in common."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

PROTOCOL: Final = 1

MAX_LINE_BYTES: Final = 8 * 1024 * 1024


class Answer(Struct, frozen=True, kw_only=True):
    """Base of every result."""


class Call(Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of every call; its tag is the command with a dot."""


class Done(Answer, frozen=True):
    """The act is done; ``words`` says what happened."""

    words: str = ""


class MoneyView(Answer, frozen=True):
    """An amount: ``minor`` units of ``unit``, ``scale`` decimals."""

    minor: int
    unit: str
    scale: int


Answers = Mapping[type[Call], Any]
"""Each call of a group with the type of its answer."""
