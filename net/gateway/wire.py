"""What the node and the child that talks to routers say to each other: two fixed lengths.

The child imports this: nothing but the standard library may stand here.
"""

import struct
from enum import IntEnum
from typing import Final

QUESTION: Final = struct.Struct(">BH4sHI")
"""Order, port, address and port at which routers are looked for, lease in seconds."""

ANSWER: Final = struct.Struct(">BHH4s")
"""Outcome, the router's code for a refusal or 0, port, external address (zeros: unknown)."""


class Order(IntEnum):
    """What the child is to do."""

    OPEN = 1
    CLOSE = 2


class Outcome(IntEnum):
    """What became of it."""

    OPENED = 1
    PERMANENT = 2
    """Opened, but the router knows no leases."""
    REFUSED = 3
    NOBODY = 4
    """No router answered as one should."""
    CLOSED = 5
