"""mDNS packets: ours are understood, foreign ones say nothing, garbage does no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zeroconf import ServiceInfo
from zeroconf._dns import DNSText
from zeroconf._protocol.outgoing import DNSOutgoing

from net.lan.lan_packets import SERVICE, Announced, Heard, announcement, question, read
from net.limits import (
    LAN_PACKET_BYTES,
    MAX_LAN_ADDRESSES,
    MAX_LAN_RECORDS,
)
from net.peer_ids import peer_text

KEY = b"k" * 32
NAME = "n" * 32
ADDRESS = f"/ip4/10.0.0.1/tcp/4001/p2p/{peer_text(KEY)}"
NOTHING = Heard(asks=False, announced=())


def test_a_question_asks() -> None:
    assert read(question()) == Heard(asks=True, announced=())


def test_an_announcement_announces() -> None:
    (one,) = read(announcement(NAME, [ADDRESS])).announced
    assert one == Announced(KEY, "10.0.0.1", 4001, is_over=False)
    assert one.address == "/ip4/10.0.0.1/tcp/4001"


def test_leave_is_taken_with_zero_seconds() -> None:
    (one,) = read(announcement(NAME, [ADDRESS], seconds=0)).announced
    assert one.is_over


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_addresses_are_announced_and_fit_one_packet(more: int) -> None:
    every = [
        f"/ip4/192.168.100.100/tcp/{50_000 + n}/p2p/{peer_text(KEY)}"
        for n in range(MAX_LAN_ADDRESSES + more)
    ]
    heard = read(announcement(NAME, every)).announced
    assert [one.port for one in heard] == [50_000 + n for n in range(MAX_LAN_ADDRESSES)]


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_addresses_of_a_record_are_read(more: int) -> None:
    text = f"dnsaddr={ADDRESS}".encode()
    data = (bytes([len(text)]) + text) * (MAX_LAN_RECORDS + more)
    packet = DNSOutgoing(0x8400)
    packet.add_answer_at_time(DNSText(f"{NAME}.{SERVICE}", 16, 1, 120, data), 0)
    assert len(read(packet.packets()[0]).announced) == MAX_LAN_RECORDS


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/ip4/10.0.0.1/tcp/4001",
        f"/ip4/10.0.0.1/tcp/0/p2p/{peer_text(KEY)}",
        f"/ip6/fd00::1/tcp/4001/p2p/{peer_text(KEY)}",
        f"/dns4/router.local/tcp/80/p2p/{peer_text(KEY)}",
        f"/ip4/10.0.0.1/tcp/4001/p2p/{peer_text(KEY)}/p2p-circuit",
        "/ip4/10.0.0.1/tcp/4001/p2p/QmNobody",
        "/ip4/10.0.0.1/tcp/4001/p2p/\N{SNOWMAN}",
    ],
)
def test_what_is_no_address_of_a_peer_is_left_out(address: str) -> None:
    heard = read(announcement(NAME, [address, ADDRESS]))
    assert [one.key for one in heard.announced] == [KEY]


def test_other_services_say_nothing() -> None:
    printer = ServiceInfo(
        "_ipp._tcp.local.", "Printer._ipp._tcp.local.", properties={"dnsaddr": ADDRESS}
    )
    packet = DNSOutgoing(0x8400)
    packet.add_answer_at_time(printer.dns_text(), 0)
    assert read(packet.packets()[0]) == NOTHING
    assert read(question().replace(b"bazaar", b"bazaas")) == NOTHING


def test_the_service_is_spelt_in_any_case() -> None:
    assert read(question().replace(b"bazaar", b"BAZAAR")).asks
    shouted = announcement(NAME, [ADDRESS]).replace(b"bazaar", b"BAZAAR")
    assert len(read(shouted).announced) == 1
    assert SERVICE.islower()


@pytest.mark.parametrize(("more", "count"), [(0, 1), (1, 0)])
def test_a_packet_beyond_the_limit_is_cut(more: int, count: int) -> None:
    packet = announcement(NAME, [ADDRESS])
    padding = LAN_PACKET_BYTES - len(packet) + more
    text_at = packet.rindex(b"dnsaddr=") - 1
    length = int.from_bytes(packet[text_at - 2 : text_at]) + padding
    strings, rest = divmod(padding, 256)
    fill = (b"\xff" + b"x" * 255) * strings
    fill += bytes([rest - 1]) + b"x" * (rest - 1) if rest else b""
    whole = packet[: text_at - 2] + length.to_bytes(2) + packet[text_at:] + fill
    assert len(whole) == LAN_PACKET_BYTES + more
    assert len(read(whole).announced) == count


@given(st.binary(max_size=300))
def test_garbage_says_nothing(data: bytes) -> None:
    assert not read(data).announced


@given(st.data())
def test_a_damaged_packet_does_no_harm(data: st.DataObject) -> None:
    packet = bytearray(announcement(NAME, [ADDRESS, ADDRESS]))
    for _ in range(data.draw(st.integers(1, 4))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(
            st.integers(0, 255)
        )
    cut = data.draw(st.integers(0, len(packet)))
    assert len(read(bytes(packet[:cut])).announced) <= MAX_LAN_RECORDS
