"""Who is dialled next on the local network, and how little a hostile neighbour gets."""

import math

import pytest

from net.lan.lan_found import Found, FoundPeers
from net.lan.lan_packets import Announced
from net.limits import (
    BACK_OFF_SECONDS,
    LAN_TTL_SECONDS,
    LAN_YIELD_SECONDS,
    MAX_LAN_PEERS,
    MAX_LAN_PEERS_PER_HOST,
    REDIAL_SECONDS,
)

OWN, LATER, EARLIER = b"m" * 32, b"z" * 32, b"a" * 32
HOST = "10.0.0.2"


def said(key: bytes = LATER, host: str = HOST, *, is_over: bool = False) -> Announced:
    return Announced(key, host, 4001, is_over)


def key(number: int) -> bytes:
    return b"z" + number.to_bytes(31)


@pytest.fixture
def found() -> FoundPeers:
    return FoundPeers(OWN)


def heard(found: FoundPeers, now: float = 0.0) -> Found:
    found.heard(HOST, [said()], now)
    row = found.next(now)
    assert row is not None
    return row


def test_one_that_is_heard_is_next(found: FoundPeers) -> None:
    row = heard(found)
    assert (row.key, row.address) == (LATER, "/ip4/10.0.0.2/tcp/4001")


def test_of_two_that_hear_each_other_one_waits(found: FoundPeers) -> None:
    found.heard(HOST, [said(EARLIER)], 0)
    assert found.next(0) is None
    assert found.wait_seconds(0) == LAN_YIELD_SECONDS
    assert found.next(LAN_YIELD_SECONDS) is not None


def test_nobody_speaks_for_others_nor_for_us(found: FoundPeers) -> None:
    found.heard("10.0.0.3", [said()], 0)
    found.heard(HOST, [said(OWN)], 0)
    assert len(found) == 0
    assert found.wait_seconds(0) == math.inf


def test_one_that_was_met_is_left_alone_until_it_is_heard_again(
    found: FoundPeers,
) -> None:
    found.met(heard(found))
    assert found.next(1) is None
    assert found.wait_seconds(1) == math.inf
    assert heard(found, 2).failures == 0


def test_one_that_goes_is_forgotten(found: FoundPeers) -> None:
    row = heard(found)
    found.heard(HOST, [said(is_over=True)], 1)
    assert len(found) == 0
    found.met(row)
    assert len(found) == 0


def test_one_that_falls_silent_is_forgotten(found: FoundPeers) -> None:
    heard(found)
    assert found.next(LAN_TTL_SECONDS) is not None
    assert found.next(LAN_TTL_SECONDS + 1) is None
    assert len(found) == 0


def test_failures_back_off_however_loudly_it_announces(found: FoundPeers) -> None:
    now = 0.0
    for wait in (*BACK_OFF_SECONDS, BACK_OFF_SECONDS[-1]):
        found.failed(heard(found, now), now)
        for at in (1.0, wait - 1):
            found.heard(HOST, [said()], now + at)
            assert found.next(now + at) is None
        now += wait


def test_a_stranger_waits_longest_at_once(found: FoundPeers) -> None:
    found.failed(heard(found), 0, is_stranger=True)
    assert found.wait_seconds(0) == BACK_OFF_SECONDS[-1]


def test_what_the_budget_put_off_is_no_failure(found: FoundPeers) -> None:
    found.later(heard(found), 0)
    assert found.next(REDIAL_SECONDS - 1) is None
    assert heard(found, REDIAL_SECONDS).failures == 0


def test_hosts_take_turns(found: FoundPeers) -> None:
    found.heard(HOST, [said(key(n)) for n in range(MAX_LAN_PEERS_PER_HOST)], 0)
    row = found.next(0)
    assert row is not None
    found.failed(row, 0)
    found.heard("10.0.0.3", [said(key(9), "10.0.0.3")], 1)
    chosen = found.next(1)
    assert chosen is not None
    assert chosen.host == "10.0.0.3"


@pytest.mark.parametrize("many", [MAX_LAN_PEERS_PER_HOST, MAX_LAN_PEERS_PER_HOST + 1])
def test_a_host_has_few_places(found: FoundPeers, many: int) -> None:
    found.heard(HOST, [said(key(n)) for n in range(many)], 0)
    assert len(found) == MAX_LAN_PEERS_PER_HOST


@pytest.mark.parametrize("more", [0, 1, 5_000])
def test_a_flood_of_hosts_and_names_is_bounded(found: FoundPeers, more: int) -> None:
    for n in range(MAX_LAN_PEERS + more):
        host = f"10.1.{n // 250}.{n % 250}"
        found.heard(host, [said(key(n), host)], 0)
    assert len(found) == MAX_LAN_PEERS


@pytest.mark.parametrize("host", [HOST, "10.9.9.9"])
def test_one_that_never_answered_makes_room(found: FoundPeers, host: str) -> None:
    for n in range(MAX_LAN_PEERS):
        one = HOST if n < MAX_LAN_PEERS_PER_HOST else f"10.1.0.{n}"
        found.heard(one, [said(key(n), one)], 0)
    while (row := found.next(0)) is not None:
        found.failed(row, 0)
    found.heard(host, [said(LATER, host)], 1)
    assert len(found) == MAX_LAN_PEERS
    newest = found.next(1)
    assert newest is not None
    assert newest.key == LATER


def test_a_new_port_of_a_known_peer_is_taken(found: FoundPeers) -> None:
    found.met(heard(found))
    found.heard(HOST, [said()._replace(port=4002)], 5)
    row = found.next(5)
    assert row is not None
    assert row.address == "/ip4/10.0.0.2/tcp/4002"
