"""Builds the network of a node: exchange, directory and gossip on one host."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from bazaar.domain.identity import Identity
from bazaar.domain.networks import Network
from net.directory import Directory
from net.gossip import HeadGossip
from net.heads import HeadFacts
from net.lan import LocalNetwork
from net.lan_links import near_links
from net.peers import Libp2pNetwork
from net.rules import LAN_RULES, LOCAL_RULES, PUBLIC_RULES


class Built(NamedTuple):
    """The three faces of one host; running ``exchange`` runs all."""

    exchange: Libp2pNetwork
    directory: Directory
    gossip: HeadGossip


def build_network(
    identity: Identity,
    on: Network,
    listen: Sequence[str],
    *,
    mdns: bool,
    check: Callable[[bytes], HeadFacts],
) -> Built:
    """Build it; nothing is opened yet."""
    rules = LOCAL_RULES if on.is_local else LAN_RULES if mdns else PUBLIC_RULES
    seed = bytes(identity.signing_key)
    exchange = Libp2pNetwork(seed, on.id, listen, rules)
    directory = Directory(exchange, check, rules)
    if rules.mdns:
        LocalNetwork(exchange, partial(near_links, rules))
    return Built(exchange, directory, HeadGossip(exchange, check))
