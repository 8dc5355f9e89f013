"""Each state of reachability has a reason in words."""

import pytest

from bazaar.app.ports import Reached
from net.reach.reach_words import Facts, worded
from net.rules import LAN_RULES, LOCAL_RULES, PUBLIC_RULES
from net.wishes import USUAL, Wishes

HERE, THERE, NEAR = "/ip4/9.9.9.9/tcp/4001", "8.8.8.8", "192.168.1.5"
NOTHING = Facts(
    rules=PUBLIC_RULES,
    wishes=USUAL,
    hosts=(THERE,),
    confirmed=(),
    refused=0,
    is_public=False,
    direct=(),
    relays=0,
)


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        (NOTHING._replace(hosts=()), Reached.OFFLINE, "No peer is connected."),
        (
            NOTHING._replace(rules=LOCAL_RULES),
            Reached.LOCAL,
            "This network lives on this machine alone.",
        ),
        (
            NOTHING._replace(is_public=True, confirmed=(HERE,) * 3),
            Reached.REACHABLE,
            "3 other networks have dialled this node.",
        ),
        (
            NOTHING._replace(relays=2, refused=1),
            Reached.RELAYED,
            "1 other network could not dial this node. 2 relays pass connections on to it.",
        ),
        (
            NOTHING._replace(rules=LAN_RULES, hosts=(NEAR, "")),
            Reached.LOCAL,
            "Only machines of the local network are connected.",
        ),
        (
            NOTHING._replace(direct=(HERE,), confirmed=(HERE,)),
            Reached.UNKNOWN,
            "This machine has a public address; too few networks have tried it yet (1 of 3).",
        ),
        (
            NOTHING,
            Reached.OUTBOUND,
            "This machine has no public address. No connected peer offers to be a relay.",
        ),
        (
            NOTHING._replace(wishes=Wishes(relay_only=True), relays=1),
            Reached.RELAYED,
            "You chose to be reached through relays only. "
            "1 relay passes connections on to it.",
        ),
        (
            NOTHING._replace(wishes=Wishes(relay_only=True)),
            Reached.OUTBOUND,
            "You chose to be reached through relays only. "
            "No connected peer offers to be a relay.",
        ),
    ],
)
def test_states(facts: Facts, state: Reached, words: str) -> None:
    assert worded(facts) == (state, words)
