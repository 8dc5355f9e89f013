"""What an invitation says about where this machine is."""

from net.dialling.own_addresses import machine_hosts, spelt_out
from net.peer_ids import peer_text
from net.peers import Libp2pNetwork
from net.rules import PUBLIC_RULES
from tests.net.nodes import LOOPBACK, Make, Start

END = f"tcp/4001/p2p/{peer_text(b'k' * 32)}"
HOSTS = (
    *("127.0.0.1", "192.168.1.7", "8.8.8.8", "169.254.1.1", "192.0.2.2", "100.64.0.1"),
    *("::1", "fe80::1", "fd00::7", "2600::1"),
)


def test_a_wildcard_is_every_address_that_others_can_dial() -> None:
    assert spelt_out([f"/ip4/0.0.0.0/{END}"], HOSTS, PUBLIC_RULES) == [
        f"/ip4/8.8.8.8/{END}",
        f"/ip4/192.168.1.7/{END}",
    ]
    assert spelt_out([f"/ip6/::/{END}"], HOSTS, PUBLIC_RULES) == [
        f"/ip6/2600::1/{END}",
        f"/ip6/fd00::7/{END}",
    ]


def test_an_address_that_was_asked_for_stays() -> None:
    asked = [f"/ip4/192.0.2.9/{END}", f"/ip4/127.0.0.1/{END}"]
    assert spelt_out([*asked, asked[0]], HOSTS, PUBLIC_RULES) == asked


def test_a_machine_without_a_network_has_none() -> None:
    assert spelt_out([f"/ip4/0.0.0.0/{END}"], ["127.0.0.1"], PUBLIC_RULES) == []


def test_this_machine_knows_its_loopback() -> None:
    assert "127.0.0.1" in machine_hosts()


async def test_a_node_that_listens_on_loopback_says_so(
    make: Make, start: Start
) -> None:
    node = await start(make(listen=(LOOPBACK,)))
    assert node.invitable() == node.addresses()


class Listening(Libp2pNetwork):
    """A network that says it listens on given addresses; nothing is opened."""

    def __init__(self, own: list[str]) -> None:
        super().__init__(bytes(32), bytes(32), [LOOPBACK], PUBLIC_RULES)
        self.host.addresses = lambda: own


def test_no_private_address_is_told_to_everybody() -> None:
    private, public = f"/ip4/192.168.1.4/{END}", f"/ip4/8.8.8.8/{END}"
    assert Listening([public, private]).tellable() == [public]
