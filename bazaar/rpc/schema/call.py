"""What calls, answers and amounts have in common."""

from msgspec import Struct


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
