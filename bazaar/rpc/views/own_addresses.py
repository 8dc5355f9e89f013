"""Own addresses, each with who can reach this node there."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from bazaar.rpc.schema.network import OwnAddressView, Reacher


def own_addresses(
    invitable: Iterable[str], told: Sequence[str], relays: Sequence[str]
) -> tuple[OwnAddressView, ...]:
    """``told`` are those that others were seen to reach, ``relays`` go through others."""

    def who(address: str) -> Reacher:
        if "/p2p-circuit" in address or address in relays:
            return Reacher.RELAY
        place = _place(address)
        if place is not Reacher.UNPROVEN:
            return place
        return Reacher.ANYBODY if address in told else Reacher.UNPROVEN

    return tuple(OwnAddressView(address=one, who=who(one)) for one in invitable)


def _place(address: str) -> Reacher:
    """What the address itself says of who may be there."""
    try:
        host = ip_address(address.split("/")[2])
    except (IndexError, ValueError):
        return Reacher.UNPROVEN
    if host.is_loopback:
        return Reacher.MACHINE
    return Reacher.UNPROVEN if host.is_global else Reacher.LOCAL
