"""What each move is called, how its button looks and whether it needs a form; one table."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.moves import (
    OrderAccept,
    OrderAgree,
    OrderConfirm,
    OrderDecline,
    OrderFund,
    OrderResume,
    OrderWithdraw,
)
from bazaar.rpc.schema.orders import OrderView


class Look(NamedTuple):
    """How a move is offered.

    Attributes:
        kind: Kind of its button.
        form: It asks for more first.
        asks: It moves money or ends something, so it is asked again.
    """

    kind: str
    icon: str
    form: bool = False
    asks: bool = False


MOVES: Final[Mapping[str, Look]] = MappingProxyType(
    {
        "accept": Look("main", "check"),
        "fund": Look("main", "lock", asks=True),
        "ship": Look("main", "truck", form=True),
        "deliver": Look("plain", "file-down", form=True),
        "confirm": Look("main", "check", asks=True),
        "rule": Look("main", "gavel", form=True, asks=True),
        "agree": Look("main", "handshake", asks=True),
        "rate": Look("main", "star", form=True),
        "propose": Look("plain", "hand-coins", form=True),
        "extend": Look("plain", "calendar", form=True),
        "evidence": Look("plain", "file-text", form=True),
        "disclose": Look("plain", "eye", form=True),
        "dispute": Look("danger", "scale", form=True),
        "refund": Look("danger", "undo-2", form=True),
        "decline": Look("danger", "x", asks=True),
        "withdraw": Look("danger", "x", asks=True),
        "resume": Look("danger", "clock", asks=True),
    }
)

SIMPLE: Final[Mapping[str, Callable[..., Call]]] = MappingProxyType(
    {
        "accept": OrderAccept,
        "fund": OrderFund,
        "confirm": OrderConfirm,
        "agree": OrderAgree,
        "decline": OrderDecline,
        "withdraw": OrderWithdraw,
        "resume": partial(OrderResume, despite=True),
    }
)


OVER: Final = frozenset({"closed", "aborted", "paid"})


def command(name: str) -> str:
    """Return ``rule`` for ``case.rule`` and ``order.rule``."""
    return name.rpartition(".")[2].strip()


def offered(view: OrderView) -> tuple[str, ...]:
    """Return the moves of now that we know, the most likely first."""
    now = {command(name) for name in view.next}
    if "decline" in now:
        now.discard("withdraw")  # the same to a seller before the money is held
    if "confirm" in now and not view.proposals:
        now.discard("agree")  # the same to a buyer when nothing else was proposed
    if sum("agree" in part.next for part in view.parts) > 1:
        now.discard("agree")  # each part offers it by itself
    if view.state not in OVER:
        now.discard("rate")  # nobody can say how it went before it is over
    return tuple(name for name in MOVES if name in now)


def simple(name: str, view: OrderView) -> Call:
    """Return the call of a move that needs no form."""
    return SIMPLE[name](id=view.order_id, version=view.version)
