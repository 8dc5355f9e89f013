"""What differs between public and local networks; chosen once, at start."""

from typing import Final

import msgspec


class NetworkRules(msgspec.Struct, frozen=True, kw_only=True):
    """Every difference between networks, in one value.

    Attributes:
        loopback_is_public: Loopback addresses may be dialled, stored and told.
        group_caps: Caps per address group (/24, /48) and group bans apply.
        dht_server: The node serves the DHT without waiting for a reachability test.
        mdns: Peers of the local network are looked for, and announced to.
    """

    loopback_is_public: bool
    group_caps: bool
    dht_server: bool
    mdns: bool


PUBLIC_RULES: Final = NetworkRules(
    loopback_is_public=False, group_caps=True, dht_server=False, mdns=False
)
LAN_RULES: Final = NetworkRules(
    loopback_is_public=False, group_caps=True, dht_server=False, mdns=True
)
LOCAL_RULES: Final = NetworkRules(
    loopback_is_public=True, group_caps=False, dht_server=True, mdns=False
)
