"""Builds the network of a node: exchange, directory and gossip on one host."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from bazaar.app.ports import Book, PeerMemory
from bazaar.config import NodeOptions
from bazaar.domain.errors import BazaarError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.wire.networks import Network
from net.building import check_free
from net.dht.directory import Directory
from net.dialling.outbound import Outbound
from net.gossip.gossip import HeadGossip
from net.gossip.heads import HeadFacts
from net.lan.lan import LocalNetwork
from net.lan.lan_links import near_links
from net.peers import Libp2pNetwork
from net.rules import LAN_RULES, LOCAL_RULES, PUBLIC_RULES
from net.wishes import Wishes

RELAY_ONLY: Final = "user:relay_only"


class Wanted(NamedTuple):
    """What the user wants of the network: the local one too, and which ways to this node."""

    mdns: bool
    wishes: Wishes


class Outfit(NamedTuple):
    """What the network is given.

    Attributes:
        check: Verifies a head's envelope and says what it is.
        memory: Where known peers are kept.
        want: What the user wants of it.
    """

    check: Callable[[bytes], HeadFacts]
    memory: PeerMemory
    want: Wanted


class Built(NamedTuple):
    """The three faces of one host; running ``exchange`` runs all."""

    exchange: Libp2pNetwork
    directory: Directory
    gossip: HeadGossip


def wanted(book: Book, options: NodeOptions) -> Wanted:
    """As the user set it in the book and in the file of settings."""
    with book.unit() as unit:
        relay_only = unit.setting(RELAY_ONLY) == b"True"
    wishes = Wishes(
        share=options.relay_share, relay_only=relay_only, groups=options.reach_groups
    )
    return Wanted(options.mdns and not relay_only, wishes)


def build_network(
    identity: Identity,
    on: Network,
    listen: Sequence[str],
    outfit: Outfit,
) -> Built:
    """Build it; nothing is opened yet."""
    listen = same_ports(listen, outfit.memory.ports())
    want = outfit.want
    rules = LOCAL_RULES if on.is_local else LAN_RULES if want.mdns else PUBLIC_RULES
    seed = bytes(identity.signing_key)
    exchange = Libp2pNetwork(seed, on.id, listen, rules, want.wishes)
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
