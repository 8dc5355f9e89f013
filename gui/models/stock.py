"""What the node's words on stock and state mean for the one who wants to buy."""

from enum import Enum, auto

from bazaar.rpc.schema.listings import CardView
from gui.texts.shown import key_of


class Stock(Enum):
    """How much there is."""

    GONE = auto()
    AWAY = auto()
    FEW = auto()
    ENOUGH = auto()


_WORDS = {
    "none": Stock.GONE,
    "0": Stock.GONE,
    "sold_out": Stock.GONE,
    "out_of_stock": Stock.GONE,
    "vacation": Stock.AWAY,
    "on_vacation": Stock.AWAY,
    "few": Stock.FEW,
    "few_left": Stock.FEW,
}


def stock_of(words: str) -> Stock:
    """Return what a word of the node means; unknown ones forbid nothing."""
    return _WORDS.get(key_of(words), Stock.ENOUGH)


def stock_of_card(card: CardView) -> Stock:
    """Return what a card says, its state first."""
    state = stock_of(card.state)
    return stock_of(card.stock) if state is Stock.ENOUGH else state


def most_of(words: str) -> int | None:
    """Return how many pieces there are at most; None when the node gives no count."""
    return max(int(words), 1) if words.strip().isdigit() else None
