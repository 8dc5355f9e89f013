"""Two people behind routers that let nobody in are connected by a relay, then directly.

How they trade, and what happens where no hole can be punched, takes longer: ``make nat``.
"""

from pathlib import Path

import pytest

from bazaar.rpc.schema.node import Connect, Invite, InviteView, NetworkReach
from tests.system.nat_town import Routers, come, direct, town, way_to


@pytest.mark.timeout(120)
def test_a_relay_connects_two_behind_routers_until_they_punch_a_hole(
    tmp_path: Path,
) -> None:
    with town(tmp_path, Routers.KEEP_PORTS, relays=1) as here:
        come(here)
        link: InviteView = here.seller.ask(Invite())
        assert "/p2p-circuit/" in link.link
        here.buyer.ask(Connect(address=link.link))
        assert way_to(here.buyer, here.seller) is not None
        tested = here.buyer.ask(NetworkReach(test=True))
        assert tested.state == "relayed"
        for one, other in ((here.buyer, here.seller), (here.seller, here.buyer)):
            way = direct(one, other)
            assert f"/ip4/{other.machine.host}/" in way.address
