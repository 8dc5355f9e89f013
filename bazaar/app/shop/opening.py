"""Whether the own store takes orders: open, on vacation with a notice, or closed."""

from enum import StrEnum
from typing import Final

import msgspec

from bazaar.app.ports import Unit

OPENING: Final = "store:opening"


class StoreState(StrEnum):
    """Open; on vacation: listings stay visible; closed: no listing is shown."""

    OPEN = "open"
    VACATION = "vacation"
    CLOSED = "closed"


class Opening(msgspec.Struct, frozen=True):
    """The store's state as its owner set it.

    Attributes:
        notice: What visitors read.
        until: When the node opens the store again by itself, seconds; None for never.
        orders: Whether orders are taken on vacation all the same.
    """

    state: StoreState = StoreState.OPEN
    notice: str = ""
    until: int | None = None
    orders: bool = False

    @property
    def takes_orders(self) -> bool:
        """Whether an order is looked at now."""
        return self.state is StoreState.OPEN or (
            self.state is StoreState.VACATION and self.orders
        )


def opening(unit: Unit) -> Opening:
    """The store's state; open unless its owner said otherwise."""
    held = unit.setting(OPENING)
    return msgspec.json.decode(held, type=Opening) if held else Opening()
