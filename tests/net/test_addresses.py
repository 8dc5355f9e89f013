"""Dial rules as a table."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.errors import MalformedMessageError
from net.dialling.addresses import (
    Source,
    is_dialable,
    is_tellable,
    kept,
    ordered,
    parse,
)
from net.limits import MAX_ADDRESS_CHARS, MAX_ADDRESSES_PER_PEER
from net.peer_ids import peer_text
from net.rules import LAN_RULES, LOCAL_RULES, PUBLIC_RULES

KEY, OTHER = b"k" * 32, b"o" * 32
PEER, RELAY = peer_text(KEY), peer_text(OTHER)

REFUSED_FROM_PEERS = [
    "/ip4/127.0.0.1/tcp/4001",
    "/ip4/127.9.9.9/tcp/4001",
    "/ip6/::1/tcp/4001",
    "/ip4/0.0.0.0/tcp/4001",
    "/ip6/::/tcp/4001",
    "/ip4/10.0.0.1/tcp/4001",
    "/ip4/172.16.0.1/tcp/4001",
    "/ip4/172.31.255.255/tcp/4001",
    "/ip4/192.168.1.1/tcp/4001",
    "/ip6/fd00::1/tcp/4001",
    "/ip4/169.254.169.254/tcp/4001",
    "/ip6/fe80::1/tcp/4001",
    "/ip4/100.64.0.1/tcp/4001",
    "/ip4/224.0.0.1/tcp/4001",
    "/ip6/ff02::1/tcp/4001",
    "/ip4/255.255.255.255/tcp/4001",
    "/ip4/192.0.2.1/tcp/4001",
    "/ip4/198.51.100.1/tcp/4001",
    "/ip4/203.0.113.1/tcp/4001",
    "/ip6/2001:db8::1/tcp/4001",
    "/ip6/2002:7f00:1::/tcp/4001",
    "/ip6/2001:0:1::/tcp/4001",
    "/ip6/64:ff9b::7f00:1/tcp/4001",
    "/ip6/::ffff:127.0.0.1/tcp/4001",
    "/ip6/::ffff:8.8.8.8/tcp/4001",
    "/ip4/8.8.8.8/tcp/22",
    "/ip4/8.8.8.8/tcp/1023",
    "/ip4/8.8.8.8/tcp/3306",
    "/ip4/8.8.8.8/tcp/5432",
    "/ip4/8.8.8.8/tcp/6379",
    "/ip4/8.8.8.8/tcp/9200",
    "/ip4/8.8.8.8/tcp/11211",
    "/ip4/8.8.8.8/tcp/8332",
    "/ip4/8.8.8.8/tcp/18443",
    "/dns4/router.local/tcp/4001",
    "/dns4/nas.lan/tcp/4001",
    "/dns4/nas.home/tcp/4001",
    "/dns4/api.internal/tcp/4001",
    "/dns4/localhost/tcp/4001",
    "/dns4/printer/tcp/4001",
    "/dns4/127.0.0.1/tcp/4001",
    "/dns4/router.local./tcp/4001",
    "/dns6/example.com/tcp/25",
]
NO_ADDRESS = [
    "",
    "8.8.8.8:4001",
    "/ip4/8.8.8.8",
    "/ip4/8.8.8.8/udp/4001",
    "/ip4/8.8.8.8/udp/4001/quic-v1",
    "/ip4/8.8.8.8/tcp/4001/ws",
    "/ip4/8.8.8.8/tcp/0",
    "/ip4/8.8.8.8/tcp/65536",
    "/ip4/8.8.8.8/tcp/-1",
    "/ip4/8.8.8.8/tcp/4001x",
    "/ip4/8.8.8.8/tcp/\u0664",
    "/ip4/8.8.8.8.8/tcp/4001",
    "/ip4/010.8.8.8/tcp/4001",
    "/ip4/::1/tcp/4001",
    "/ip6/8.8.8.8/tcp/4001",
    "/ip6/fe80::1%eth0/tcp/4001",
    "/dnsaddr/example.com/tcp/4001",
    "/dns/example.com/tcp/4001",
    "/unix/tmp/tcp/4001",
    "/dns4/ex\u00e4mple.com/tcp/4001",
    "/dns4//tcp/4001",
    "/ip4/8.8.8.8/tcp/4001/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
    "/ip4/8.8.8.8/tcp/4001/p2p/",
    "/ip4/8.8.8.8/tcp/4001/p2p/l0O",
    f"/ip4/8.8.8.8/tcp/4001/p2p/{PEER}/p2p/{PEER}",
]
GOOD = [
    "/ip4/8.8.8.8/tcp/4001",
    "/ip4/8.8.8.8/tcp/80",
    "/ip4/8.8.8.8/tcp/443",
    "/ip4/8.8.8.8/tcp/1024",
    "/ip4/8.8.8.8/tcp/65535",
    f"/ip4/8.8.8.8/tcp/4001/p2p/{PEER}",
    "/ip6/2a00:1450::1/tcp/4001",
    "/dns4/example.com/tcp/4001",
    "/dns6/example.com/tcp/443",
    f"/ip4/8.8.8.8/tcp/4001/p2p/{RELAY}/p2p-circuit/p2p/{PEER}",
    f"/ip4/8.8.8.8/tcp/4001/p2p/{RELAY}/p2p-circuit",
]


@pytest.mark.parametrize("address", [*REFUSED_FROM_PEERS, *NO_ADDRESS])
def test_refused_from_peers(address: str) -> None:
    assert not is_dialable(address, Source.PEER, PUBLIC_RULES)
    assert not is_tellable(address, PUBLIC_RULES)


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_no_address_is_refused_from_anybody(address: str) -> None:
    assert not is_dialable(address, Source.USER, LOCAL_RULES)


@pytest.mark.parametrize("address", GOOD)
def test_taken_from_peers(address: str) -> None:
    assert is_dialable(address, Source.PEER, PUBLIC_RULES)
    assert is_tellable(address, PUBLIC_RULES)


@pytest.mark.parametrize(
    ("source", "rules", "loopback", "private", "ssh"),
    [
        (Source.PEER, PUBLIC_RULES, False, False, False),
        (Source.PEER, LAN_RULES, False, False, False),
        (Source.PEER, LOCAL_RULES, True, False, False),
        (Source.LAN, PUBLIC_RULES, False, False, False),
        (Source.LAN, LAN_RULES, False, True, False),
        (Source.LAN, LOCAL_RULES, True, False, False),
        (Source.USER, PUBLIC_RULES, True, True, True),
        (Source.USER, LOCAL_RULES, True, True, True),
    ],
)
def test_who_told_and_where_we_are(
    source: Source, rules: object, *, loopback: bool, private: bool, ssh: bool
) -> None:
    assert rules in (PUBLIC_RULES, LAN_RULES, LOCAL_RULES)
    chosen = next(
        known for known in (PUBLIC_RULES, LAN_RULES, LOCAL_RULES) if known == rules
    )
    assert is_dialable("/ip4/127.0.0.1/tcp/4001", source, chosen) is loopback
    assert is_dialable("/ip4/192.168.1.1/tcp/4001", source, chosen) is private
    assert is_dialable("/ip4/8.8.8.8/tcp/22", source, chosen) is ssh
    assert not is_dialable("/ip4/169.254.169.254/tcp/80", source, chosen)


def test_loopback_is_told_in_local_networks_only() -> None:
    assert is_tellable("/ip4/127.0.0.1/tcp/4001", LOCAL_RULES)
    assert not is_tellable("/ip4/192.168.1.1/tcp/4001", LAN_RULES)


def test_an_address_of_another_peer_is_dropped() -> None:
    address = f"/ip4/8.8.8.8/tcp/4001/p2p/{PEER}"
    assert kept([address], Source.PEER, PUBLIC_RULES, KEY) == (address,)
    assert kept([address], Source.PEER, PUBLIC_RULES, OTHER) == ()


def test_bad_ones_are_dropped_and_the_rest_is_kept_up_to_the_limit() -> None:
    many = [f"/ip4/8.8.8.{n}/tcp/4001" for n in range(1, MAX_ADDRESSES_PER_PEER + 2)]
    given_addresses = [REFUSED_FROM_PEERS[0], many[0], *many]
    assert kept(given_addresses, Source.PEER, PUBLIC_RULES) == tuple(many[:-1])


def test_length_at_the_limit_and_beyond() -> None:
    tail = ".example.com/tcp/4001"
    at_limit = "/dns4/" + "a" * (MAX_ADDRESS_CHARS - 6 - len(tail)) + tail
    assert parse(at_limit).port == 4001
    with pytest.raises(MalformedMessageError):
        parse(at_limit.replace("a.e", "aa.e"))


def test_the_order_of_dialling() -> None:
    lan = "/ip4/192.168.1.1/tcp/4001"
    relay = f"/ip4/8.8.8.8/tcp/4001/p2p/{RELAY}/p2p-circuit"
    public, name = "/ip4/8.8.4.4/tcp/4001", "/dns4/example.com/tcp/4001"
    assert ordered([lan, relay, public, name], None) == (public, name, relay, lan)
    assert ordered([public, relay, lan], lan) == (lan, public, relay)


def test_parts_of_a_relay_address() -> None:
    address = parse(f"/ip4/8.8.8.8/tcp/4001/p2p/{RELAY}/p2p-circuit/p2p/{PEER}")
    assert (address.relay, address.peer) == (OTHER, KEY)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_malformed(text: str) -> None:
    assert not is_dialable(text, Source.PEER, PUBLIC_RULES) or parse(text).port


@given(st.ip_addresses())
def test_only_global_hosts_are_dialled_for_peers(host: object) -> None:
    where = ip_address(str(host))
    text = f"/ip{where.version}/{where}/tcp/4001"
    if is_dialable(text, Source.PEER, PUBLIC_RULES):
        assert where.is_global
        assert not where.is_multicast
