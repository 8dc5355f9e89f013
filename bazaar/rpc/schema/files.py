"""Digital goods of an order: what was delivered, getting it, saving it."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call


class OrderFiles(Call, frozen=True, tag="order.files"):
    """The files that an order delivered."""

    id: str


class OrderFetch(Call, frozen=True, tag="order.fetch"):
    """Buyer: get a file by its hash, or all; goes on after any interruption."""

    id: str
    hash: str = ""


class OrderUnfetch(Call, frozen=True, tag="order.unfetch"):
    """Stop getting a file, or all, and forget what is there of it."""

    id: str
    hash: str = ""


class OrderSave(Call, frozen=True, tag="order.save"):
    """Copy a file that is here into ``folder`` (whole path) under our own name."""

    id: str
    hash: str
    folder: str


class GoodsView(Answer, frozen=True):
    """One delivered file.

    Attributes:
        name: Our own name, harmless everywhere; never the sender's.
        state: offered, fetching, waiting (with the problem) or here.
        held: Bytes that are here, checked.
        risky: It may run, or hides what it is.
    """

    hash: str
    name: str
    size: int
    held: int
    state: str
    problem: str = ""
    risky: bool = False


class SavedView(Answer, frozen=True):
    """Where a file was saved."""

    path: str


CALLS: Final[Answers] = {
    OrderFiles: tuple[GoodsView, ...],
    OrderFetch: tuple[GoodsView, ...],
    OrderUnfetch: tuple[GoodsView, ...],
    OrderSave: SavedView,
}
