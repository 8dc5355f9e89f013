"""The state of reachability from what is known, with its reason in a sentence. Pure."""

from typing import NamedTuple

from bazaar.app.ports import Reached
from net.dialling.addresses import is_near
from net.rules import NetworkRules
from net.wishes import Wishes


class Facts(NamedTuple):
    """What is known.

    Attributes:
        hosts: Addresses of connected peers; empty for those behind a relay.
        confirmed: Addresses at which others dialled us, one for each group.
        refused: Groups that could not.
        direct: Addresses that we tell others.
        relays: How many pass connections on to us.
    """

    rules: NetworkRules
    wishes: Wishes
    hosts: tuple[str, ...]
    confirmed: tuple[str, ...]
    refused: int
    is_public: bool
    direct: tuple[str, ...]
    relays: int


def worded(facts: Facts) -> tuple[Reached, str]:
    """State and reason."""
    if not facts.hosts:
        return Reached.OFFLINE, "No peer is connected."
    if facts.wishes.relay_only:
        return _relay_only(facts)
    if facts.rules.dht_server:
        return Reached.LOCAL, "This network lives on this machine alone."
    if facts.is_public:
        return Reached.REACHABLE, _counted(
            len(facts.confirmed),
            "other network has",
            "other networks have",
            "dialled this node.",
        )
    return _not_dialled(facts)


def _not_dialled(facts: Facts) -> tuple[Reached, str]:
    if facts.relays:
        return Reached.RELAYED, _tried(facts) + _relays(facts)
    if all(is_near(host, facts.rules) for host in facts.hosts if host):
        return Reached.LOCAL, "Only machines of the local network are connected."
    if facts.direct:
        return Reached.UNKNOWN, (
            "This machine has a public address; too few networks have tried it yet "
            f"({len(facts.confirmed)} of {facts.wishes.groups})."
        )
    return Reached.OUTBOUND, _tried(facts) + "No connected peer offers to be a relay."


def _relay_only(facts: Facts) -> tuple[Reached, str]:
    start = "You chose to be reached through relays only. "
    if facts.relays:
        return Reached.RELAYED, start + _relays(facts)
    return Reached.OUTBOUND, start + "No connected peer offers to be a relay."


def _tried(facts: Facts) -> str:
    if not facts.refused:
        return "This machine has no public address. "
    return _counted(
        facts.refused, "other network", "other networks", "could not dial this node. "
    )


def _relays(facts: Facts) -> str:
    return _counted(
        facts.relays, "relay passes", "relays pass", "connections on to it."
    )


def _counted(number: int, one: str, many: str, end: str) -> str:
    return f"{number} {one if number == 1 else many} {end}"
