"""Whole trades of people whom nobody can dial, or who do not want it: ``make nat``."""

from pathlib import Path

import pytest

from bazaar.rpc.schema.node import NetworkReach, Status
from bazaar.rpc.schema.profile import ProfileSet
from tests.system.nat_town import (
    Routers,
    agree,
    come,
    finish,
    gave_up,
    hidden_behind,
    place,
    publish,
    relays_are_found,
    start_relays,
    town,
    way_to,
)


@pytest.mark.timeout(300)
def test_two_behind_symmetric_routers_trade_though_a_relay_dies(tmp_path: Path) -> None:
    with town(tmp_path, Routers.SYMMETRIC) as here:
        come(here)
        publish(here.seller, here.relays)
        order = place(here.buyer, here.seller)
        way = way_to(here.buyer, here.seller)
        assert way is not None
        assert way.relayed
        agree(here.seller, here.buyer, order)
        used = next(one for one in here.relays if one.peer_id in way.address)
        used.kill()
        finish(here.seller, here.buyer, order)
        way = way_to(here.buyer, here.seller)
        assert way is not None
        assert way.relayed
        assert used.peer_id not in way.address
        here.seller.until(Status(), gave_up, "the punch failed")
        assert way_to(here.buyer, here.seller) == way


@pytest.mark.timeout(300)
def test_who_wants_relays_only_sends_no_packet_to_the_counterparty(
    tmp_path: Path,
) -> None:
    with town(tmp_path, Routers.NONE) as here:
        here.net.refuses(here.buyer.machine, here.seller.machine.host)
        here.net.refuses(here.seller.machine, here.buyer.machine.host)
        start_relays(here)
        known = [relay.address for relay in here.relays]
        here.seller.start(*known)
        here.buyer.start()
        here.buyer.ask(ProfileSet(values={"relay_only": "yes"}))
        here.buyer.stop()
        here.buyer.start(*known)
        relays_are_found(here.relays)
        hidden_behind(here.buyer, 2)
        here.seller.until(NetworkReach(), lambda reach: reach.relays, "a relay")
        publish(here.seller, here.relays)
        order = place(here.buyer, here.seller)
        agree(here.seller, here.buyer, order)
        finish(here.seller, here.buyer, order)
        for one, other in ((here.buyer, here.seller), (here.seller, here.buyer)):
            way = way_to(one, other)
            assert way is not None
            assert way.relayed
            assert here.net.dropped(one.machine) == 0
