"""What this user wants of the ways to and from this node; chosen at start."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from net.limits import REACH_GROUPS, RELAY_FULL_SHARE, RELAY_LEAST_SHARE


class Wishes(Struct, frozen=True, kw_only=True):
    """Settings of the user.

    Attributes:
        relays: Carry the traffic of others who cannot be dialled, once this node can be.
        share: Per cent of the relay's full limits that others may use.
        relay_only: Never connect directly to anybody but relays; take no connection.
        groups: So many address groups must have dialled us before we believe it.
    """

    relays: bool = False
    share: Annotated[int, Meta(ge=RELAY_LEAST_SHARE, le=RELAY_FULL_SHARE)] = (
        RELAY_FULL_SHARE
    )
    relay_only: bool = False
    groups: Annotated[int, Meta(ge=1, le=16)] = REACH_GROUPS


USUAL: Final = Wishes()
