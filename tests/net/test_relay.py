"""Relays on loopback: reserve, be reached, limits, a relay that goes away, relay-only nodes."""

import pytest
import trio
from libp2p.abc import IHost

from bazaar.domain.errors import PeerUnreachableError
from net.peers import Libp2pNetwork
from net.reach.relay_server import RelayLimits, scaled
from net.reach.routes import is_direct
from net.wishes import Wishes
from tests.net.nodes import BODY, PUT, Make, Start, until

HIDDEN = Wishes(relay_only=True)
SERVES = Wishes(relays=True)


async def hidden(make: Make, start: Start, *relays: Libp2pNetwork) -> Libp2pNetwork:
    """A node that only relays reach, with a reservation at each."""
    node = await start(make(wishes=HIDDEN))
    for relay in relays:
        await node.connect(relay.addresses()[0])
    await until(lambda: len(node.relays()) == len(relays))
    return node


@pytest.fixture
async def relay(make: Make, start: Start) -> Libp2pNetwork:
    return await start(make(wishes=SERVES))


async def test_a_hidden_node_is_reached_through_its_relay(
    make: Make, start: Start, relay: Libp2pNetwork
) -> None:
    seller = await hidden(make, start, relay)
    buyer = await start(make())
    told = seller.relays()
    assert await buyer.request(seller.host.key, PUT, BODY, addresses=told) == BODY
    assert not is_direct(buyer.host, seller.host.key)
    (row,) = [one for one in buyer.peers() if one.key == seller.host.key]
    assert row.relayed
    assert "/p2p-circuit/" in row.address
    assert await seller.request(buyer.host.key, PUT, BODY) == BODY


async def test_two_hidden_nodes_trade_words_and_never_meet(
    make: Make, start: Start, relay: Libp2pNetwork
) -> None:
    seller = await hidden(make, start, relay)
    buyer = await hidden(make, start, relay)
    told = seller.relays()
    assert await buyer.request(seller.host.key, PUT, BODY, addresses=told) == BODY
    assert seller.addresses() == buyer.addresses() == []
    assert seller.tellable() == buyer.tellable() == []


async def test_a_hidden_node_dials_nobody_directly(
    make: Make, start: Start, relay: Libp2pNetwork
) -> None:
    buyer = await hidden(make, start, relay)
    seller = await start(make())
    with pytest.raises(PeerUnreachableError):
        await buyer.request(seller.host.key, PUT, BODY, addresses=seller.addresses())
    assert seller.host.peers() == []


async def nothing() -> None:
    """No relay is looked for."""


async def test_a_node_without_reservation_is_not_called(
    make: Make, start: Start, relay: Libp2pNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, buyer = make(), await start(make())
    monkeypatch.setattr(other.reach.reservations, "_find_more", nothing)
    await start(other)
    await other.connect(relay.addresses()[0])
    through = relay.addresses()[0] + "/p2p-circuit"
    with pytest.raises(PeerUnreachableError):
        await buyer.request(other.host.key, PUT, BODY, addresses=[through])


async def test_the_invitation_of_a_hidden_node_names_its_relay(
    make: Make, start: Start, relay: Libp2pNetwork
) -> None:
    seller = await hidden(make, start, relay)
    buyer = await start(make())
    (link,) = seller.invitable()
    assert await buyer.connect(link) == seller.host.key
    assert not is_direct(buyer.host, seller.host.key)


async def test_another_relay_takes_over(make: Make, start: Start) -> None:
    first = make(wishes=SERVES)
    async with trio.open_nursery() as nursery:
        await nursery.start(first.run)
        second = await start(make(wishes=SERVES))
        seller = await hidden(make, start, first, second)
        buyer = await start(make())
        told = seller.relays()
        assert await buyer.request(seller.host.key, PUT, BODY, addresses=told) == BODY
        nursery.cancel_scope.cancel()
    await until(lambda: len(seller.relays()) == 1)
    assert await buyer.request(seller.host.key, PUT, BODY, addresses=told) == BODY


async def test_a_reservation_is_renewed_at_half_life(
    make: Make, start: Start, relay: Libp2pNetwork
) -> None:
    seller = await hidden(make, start, relay)
    (held,) = seller.reach.circuits.held.values()
    assert not held.is_due(held.made + (held.expires - held.made) / 2 - 1)
    assert held.is_due(held.made + (held.expires - held.made) / 2)
    old = held._replace(made=held.made - 3_000, expires=held.made + 2_000)
    seller.reach.circuits.held[relay.host.key] = old
    seller.reach.reservations.nudge()
    await until(lambda: seller.reach.circuits.held[relay.host.key].made > old.made)


@pytest.mark.parametrize(("reservations", "second"), [(2, True), (1, False)])
async def test_a_relay_takes_so_many_reservations(
    make: Make, start: Start, relay: Libp2pNetwork, reservations: int, *, second: bool
) -> None:
    relay.reach.server._limits = RelayLimits(reservations=reservations)
    await hidden(make, start, relay)
    other = await start(make(wishes=HIDDEN))
    await other.connect(relay.addresses()[0])
    if second:
        await until(other.relays)
    else:
        await until(
            lambda: (
                relay.counters().get("relay.reservations_full") and not other.relays()
            )
        )


@pytest.mark.parametrize(("circuits", "second"), [(2, True), (1, False)])
async def test_a_relay_carries_so_many_circuits_to_one_node(
    make: Make, start: Start, relay: Libp2pNetwork, circuits: int, *, second: bool
) -> None:
    relay.reach.server._limits = RelayLimits(circuits=circuits)
    seller = await hidden(make, start, relay)
    told = seller.relays()
    first = await start(make())
    await first.request(seller.host.key, PUT, BODY, addresses=told)
    other = await start(make())
    if second:
        await other.request(seller.host.key, PUT, BODY, addresses=told)
    else:
        with pytest.raises(PeerUnreachableError):
            await other.request(seller.host.key, PUT, BODY, addresses=told)
        assert relay.counters()["relay.circuits_full"] == 1


async def test_a_circuit_ends_at_its_bytes(
    make: Make, start: Start, relay: Libp2pNetwork
) -> None:
    relay.reach.server._limits = RelayLimits(size=32 * 1024)
    seller = await hidden(make, start, relay)
    buyer = await start(make())
    await buyer.request(seller.host.key, PUT, BODY, addresses=seller.relays())
    assert buyer.host.is_connected(seller.host.key)
    with pytest.raises(PeerUnreachableError):
        await buyer.request(
            seller.host.key, PUT, b"\xc6\x00\x00\x80\x00" + bytes(32_768)
        )
    await until(lambda: not buyer.host.is_connected(seller.host.key))
    assert relay.counters()["relay.data_limit"] == 1
    assert relay.counters()["relay.bytes"] <= 32 * 1024
    await until(lambda: not relay.reach.server.circuits())


async def test_a_circuit_ends_at_its_time(
    make: Make, start: Start, relay: Libp2pNetwork
) -> None:
    relay.reach.server._limits = RelayLimits(seconds=1)
    seller = await hidden(make, start, relay)
    buyer = await start(make())
    await buyer.request(seller.host.key, PUT, BODY, addresses=seller.relays())
    await until(lambda: not buyer.host.is_connected(seller.host.key))


def test_a_user_may_give_less() -> None:
    assert scaled(100) == RelayLimits()
    assert scaled(50) == RelayLimits(reservations=64, circuits=4, size=50 * 2**20)
    assert scaled(1)[:2] == (1, 1)


async def test_a_host_that_dies_gets_its_reservation_again(
    make: Make, start: Start, relay: Libp2pNetwork
) -> None:
    seller = make(wishes=HIDDEN)
    dead, again = trio.Event(), trio.Event()

    async def fragile(host: IHost, *, task_status: trio.TaskStatus[None]) -> None:
        del host
        task_status.started()
        if again.is_set():
            await trio.sleep_forever()
        again.set()
        await dead.wait()
        raise RuntimeError("a bug of the library")

    seller.attach(fragile)
    await start(seller)
    await seller.connect(relay.addresses()[0])
    await until(seller.relays)
    buyer = await start(make())
    told = seller.relays()
    await buyer.request(seller.host.key, PUT, BODY, addresses=told)
    dead.set()
    await until(lambda: not seller.relays())
    await until(seller.relays)  # the relay is called by the node itself
    assert await buyer.request(seller.host.key, PUT, BODY, addresses=told) == BODY


async def test_who_hides_takes_no_partner_for_a_relay(
    make: Make, start: Start, relay: Libp2pNetwork
) -> None:
    seller = await hidden(make, start, relay)
    seller.reserve([relay.host.key])
    seller.reach.reservations.nudge()
    await until(lambda: not seller.relays())


async def test_only_held_relays_bring_connections(
    make: Make, start: Start, relay: Libp2pNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller = await hidden(make, start, relay)
    told = seller.relays()
    monkeypatch.setattr(seller.reach.reservations, "_find_more", nothing)
    seller.reach.circuits.held.clear()
    buyer = await start(make())
    with pytest.raises(PeerUnreachableError):
        await buyer.request(seller.host.key, PUT, BODY, addresses=told)
