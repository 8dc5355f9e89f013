"""Dialling: order, budget, names; on loopback."""

import socket
from typing import Any

import pytest
import trio

from bazaar.domain.errors import InputError, PeerUnreachableError
from net.dialling.addresses import Source, parse
from net.dialling.budget import Budget
from net.limits import (
    DIALS_BURST,
    DIALS_PER_GROUP,
    DIALS_PER_GROUP_SECONDS,
    REDIAL_SECONDS,
    TRACKED_GROUPS,
)
from net.peer_ids import peer_text
from net.rules import LOCAL_RULES, PUBLIC_RULES
from net.score import Breach
from tests.net.nodes import BODY, PUT, Make, Pair, Start, until

REFUSED = "/ip4/127.0.0.1/tcp/9"


class Names(trio.abc.HostnameResolver):
    """Answers every name with given addresses, and counts the questions."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = hosts
        self.asked = 0

    async def getaddrinfo(  # noqa: PLR0913, PLR0917 - trio's interface
        self,
        host: bytes | None,
        port: bytes | str | int | None,
        family: int = 0,
        type: int = 0,  # noqa: A002 - trio's interface
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        self.asked += 1
        number = int(port or 0)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, number))
            for name in self.hosts
        ]

    async def getnameinfo(
        self, sockaddr: tuple[str, int] | tuple[str, int, int, int], flags: int
    ) -> tuple[str, str]:
        raise NotImplementedError


def port_of(address: str) -> str:
    return address.split("/")[4]


async def test_names_are_resolved_once_and_each_result_is_checked(
    make: Make, start: Start
) -> None:
    first, second = await start(make()), await start(make())
    names = Names("10.0.0.1", "127.0.0.1")
    trio.socket.set_custom_hostname_resolver(names)
    port = port_of(second.addresses()[0])
    target = f"/dns4/shop.example.com/tcp/{port}"
    tried = await first._dialer._targets(parse(target), Source.PEER)
    assert tried == (f"/ip4/127.0.0.1/tcp/{port}",)
    assert names.asked == 1
    key = second.host.key
    assert await first.request(key, PUT, BODY, addresses=[target]) == BODY


async def test_a_name_without_an_address_reaches_nobody(
    make: Make, start: Start
) -> None:
    class Nothing(Names):
        async def getaddrinfo(self, *_: object, **__: object) -> list[Any]:
            raise socket.gaierror

    node = await start(make())
    trio.socket.set_custom_hostname_resolver(Nothing())
    with pytest.raises(PeerUnreachableError):
        await node._dialer.reach(b"k" * 32, ["/dns4/shop.example.com/tcp/4001"])


async def test_what_the_user_gives_must_name_the_peer(make: Make, start: Start) -> None:
    node = await start(make())
    for address in ("", "/ip4/127.0.0.1/tcp/4001", "127.0.0.1", node.addresses()[0]):
        with pytest.raises(InputError):
            await node.connect(address)


async def test_another_key_answers(make: Make, start: Start) -> None:
    first, second, third = await start(make()), await start(make()), make()
    wrong = second.addresses()[0].replace(
        peer_text(second.host.key), peer_text(third.host.key)
    )
    with pytest.raises(PeerUnreachableError):
        await first.connect(wrong)
    assert await first.connect(second.addresses()[0]) == second.host.key


async def test_a_failed_address_is_left_alone_for_a_while(
    make: Make, start: Start
) -> None:
    node, gone = await start(make()), make()
    for _ in range(3):
        with pytest.raises(PeerUnreachableError):
            await node._dialer.reach(gone.host.key, [REFUSED])
    assert node.counters()["dial.tries"] == 1


async def test_the_user_may_try_again_at_once(make: Make, start: Start) -> None:
    node, gone = await start(make()), make()
    for _ in range(2):
        with pytest.raises(PeerUnreachableError):
            await node.connect(f"{REFUSED}/p2p/{peer_text(gone.host.key)}")
    assert node.counters()["dial.tries"] == 2


async def test_callers_share_one_dial(make: Make, start: Start) -> None:
    first, second = await start(make()), await start(make())
    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(first._dialer.reach, second.host.key, second.addresses())
    assert first.counters()["dial.tries"] == 1


async def test_the_peer_of_a_relay_address_is_not_looked_for_at_the_relay(
    make: Make, start: Start
) -> None:
    node, relay = await start(make()), await start(make())
    over = f"{relay.addresses()[0]}/p2p-circuit"
    with pytest.raises(PeerUnreachableError):
        await node._dialer.reach(make().host.key, [over])
    assert [row.key for row in node.host.peers()] == [relay.host.key]


async def test_a_banned_peer_is_not_dialled(pair: Pair) -> None:
    first, second = pair
    first.standing.breach(second.host.key, Breach.WRONG_HASH)
    await until(lambda: not first.host.is_connected(second.host.key))
    with pytest.raises(PeerUnreachableError):
        await first.request(second.host.key, PUT, BODY)
    assert first.counters()["score.bans"] == 1


async def test_who_told_useless_addresses_is_blamed(make: Make, start: Start) -> None:
    node, gone, teller = await start(make()), make(), make()
    node.book.learn(gone.host.key, [REFUSED], Source.PEER, teller.host.key)
    node.book.failed(gone.host.key, REFUSED, 0)
    with pytest.raises(PeerUnreachableError):
        await node._dialer.reach(gone.host.key)
    assert node.standing.score(teller.host.key) < 0


async def test_a_verified_contact_is_learnt(make: Make, start: Start) -> None:
    first, second = await start(make()), await start(make())
    first.learn(second.host.key, [*second.addresses(), "/ip4/10.0.0.1/tcp/4001"])
    assert await first.request(second.host.key, PUT, BODY) == BODY


def test_an_address_is_dialled_once_in_ten_seconds() -> None:
    budget = Budget(LOCAL_RULES)
    assert budget.allows("8.8.8.8", 4001, 0.0)
    assert not budget.allows("8.8.8.8", 4001, REDIAL_SECONDS - 0.1)
    assert budget.allows("8.8.8.8", 4002, 0.0)
    assert budget.allows("8.8.8.8", 4001, REDIAL_SECONDS)


def test_a_group_is_dialled_three_times_a_minute() -> None:
    public, local = Budget(PUBLIC_RULES), Budget(LOCAL_RULES)
    dials = [public.allows(f"8.8.8.{n}", 4001, 0.0) for n in range(DIALS_PER_GROUP + 1)]
    assert dials == [True] * DIALS_PER_GROUP + [False]
    assert public.allows("8.8.4.4", 4001, 0.0)
    assert not public.allows("8.8.8.9", 4001, DIALS_PER_GROUP_SECONDS - 0.1)
    assert public.allows("8.8.8.9", 4001, DIALS_PER_GROUP_SECONDS)
    assert all(
        local.allows(f"8.8.8.{n}", 4001, 0.0) for n in range(DIALS_PER_GROUP + 1)
    )


def test_two_dials_a_second_after_the_first_few() -> None:
    budget = Budget(PUBLIC_RULES)
    assert [budget.book(0.0) for _ in range(int(DIALS_BURST))] == [0.0] * int(
        DIALS_BURST
    )
    assert [budget.book(0.0) for _ in range(2)] == [0.5, 1.0]


def test_the_budget_forgets_what_is_old() -> None:
    budget = Budget(LOCAL_RULES)
    for number in range(TRACKED_GROUPS + 10):
        budget.allows(f"{number >> 8}.{number & 255}.1.1", 4001, 0.0)
    assert len(budget._last) == TRACKED_GROUPS
    assert len(budget._groups) == TRACKED_GROUPS
