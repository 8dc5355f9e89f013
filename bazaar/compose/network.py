"""Builds the network of a node: exchange, directory and gossip on one host."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from bazaar.app.ports import PeerMemory
from bazaar.domain.errors import BazaarError
from bazaar.domain.identity import Identity
from bazaar.domain.networks import Network
from net.building import check_free
from net.directory import Directory
from net.gossip import HeadGossip
from net.heads import HeadFacts
from net.lan import LocalNetwork
from net.lan_links import near_links
from net.outbound import Outbound
from net.peers import Libp2pNetwork
from net.rules import LAN_RULES, LOCAL_RULES, PUBLIC_RULES


class Outfit(NamedTuple):
    """What the network is given.

    Attributes:
        check: Verifies a head's envelope and says what it is.
        memory: Where known peers are kept.
        mdns: Whether nodes of the local network are met.
    """

    check: Callable[[bytes], HeadFacts]
    memory: PeerMemory
    mdns: bool = False


class Built(NamedTuple):
    """The three faces of one host; running ``exchange`` runs all."""

    exchange: Libp2pNetwork
    directory: Directory
    gossip: HeadGossip


def build_network(
    identity: Identity,
    on: Network,
    listen: Sequence[str],
    outfit: Outfit,
) -> Built:
    """Build it; nothing is opened yet."""
    listen = same_ports(listen, outfit.memory.ports())
    rules = LOCAL_RULES if on.is_local else LAN_RULES if outfit.mdns else PUBLIC_RULES
    seed = bytes(identity.signing_key)
    exchange = Libp2pNetwork(seed, on.id, listen, rules)
    directory = Directory(exchange, outfit.check, rules)
    if rules.mdns:
        LocalNetwork(exchange, partial(near_links, rules))
    Outbound(exchange, outfit.memory, rules)
    return Built(exchange, directory, HeadGossip(exchange, outfit.check))


def same_ports(listen: Sequence[str], ports: Sequence[int]) -> list[str]:
    """``listen`` with any free port replaced by the last one: others remember that."""
    return [_same_port(address, ports) for address in listen]


def _same_port(address: str, ports: Sequence[int]) -> str:
    if not address.endswith("/tcp/0") or len(ports) != 1:
        return address
    same = f"{address.removesuffix('0')}{ports[0]}"
    with contextlib.suppress(BazaarError):
        check_free(same)
        return same
    return address
