"""Who serves the DHT: local nodes always, others once an address of theirs is public."""

from collections.abc import Sequence

import pytest

from net.dht.directory import Directory
from net.peers import Libp2pNetwork
from net.rules import LOCAL_RULES, PUBLIC_RULES, NetworkRules
from tests.net.heads import check_head

OWN_ID = "12D3KooWMPfctYbWaNVKhr9Ps1DVrunkvFfZjxa835G5LJWY7fZz"


class Listening(Libp2pNetwork):
    """A network that says it listens on given addresses; nothing is opened."""

    def __init__(self, rules: NetworkRules, addresses: Sequence[str]) -> None:
        super().__init__(bytes(32), bytes(32), ["/ip4/127.0.0.1/tcp/0"], rules)
        own = [f"{address}/p2p/{OWN_ID}" for address in addresses]
        self.host.addresses = lambda: own


@pytest.mark.parametrize(
    ("rules", "address", "serves"),
    [
        (PUBLIC_RULES, "/ip4/8.8.8.8/tcp/4001", True),
        (PUBLIC_RULES, "/ip4/192.168.1.4/tcp/4001", False),
        (PUBLIC_RULES, "/ip4/127.0.0.1/tcp/4001", False),
        (LOCAL_RULES, "/ip4/127.0.0.1/tcp/4001", True),
    ],
)
def test_a_node_that_others_can_reach_serves_the_dht(
    rules: NetworkRules, address: str, *, serves: bool
) -> None:
    directory = Directory(Listening(rules, [address]), check_head, rules)
    assert directory._serves() is serves
