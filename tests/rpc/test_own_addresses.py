"""Own addresses say who can reach this node there."""

import pytest

from bazaar.rpc.schema.network import Reacher
from bazaar.rpc.views.own_addresses import own_addresses

END = "/tcp/4001/p2p/12D3KooW"
RELAY = f"/ip4/8.8.4.4{END}/p2p-circuit/p2p/12D3KooX"


@pytest.mark.parametrize(
    ("address", "who"),
    [
        (f"/ip4/8.8.8.8{END}", Reacher.ANYBODY),
        (f"/ip4/9.9.9.9{END}", Reacher.UNPROVEN),
        (f"/dns4/shop.example{END}", Reacher.UNPROVEN),
        (RELAY, Reacher.RELAY),
        (f"/ip4/192.168.1.5{END}", Reacher.LOCAL),
        (f"/ip4/100.64.0.1{END}", Reacher.LOCAL),
        (f"/ip6/fd00::5{END}", Reacher.LOCAL),
        (f"/ip4/127.0.0.1{END}", Reacher.MACHINE),
        ("/memory", Reacher.UNPROVEN),
    ],
)
def test_an_address_says_who_is_there(address: str, who: Reacher) -> None:
    told = [f"/ip4/8.8.8.8{END}", f"/ip4/127.0.0.1{END}"]
    (row,) = own_addresses([address], told, [RELAY])
    assert row == (type(row)(address=address, who=who))
