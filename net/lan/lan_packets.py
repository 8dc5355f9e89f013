"""What nodes of one local network say to each other by mDNS. Pure.

The form is libp2p's: a PTR record leads from the service to a random name, whose
TXT record says ``dnsaddr=/ip4/HOST/tcp/PORT/p2p/ID``.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from zeroconf import (
    DNSIncoming,  # pyright: ignore[reportPrivateImportUsage] - there for users, but not listed
    DNSOutgoing,  # pyright: ignore[reportPrivateImportUsage] - as above
    DNSPointer,  # pyright: ignore[reportPrivateImportUsage] - as above
    DNSQuestion,  # pyright: ignore[reportPrivateImportUsage] - as above
    DNSText,  # pyright: ignore[reportPrivateImportUsage] - as above
)

from bazaar.domain.errors import MalformedMessageError
from net.dialling.addresses import parse
from net.limits import (
    LAN_PACKET_BYTES,
    LAN_TTL_SECONDS,
    MAX_LAN_ADDRESSES,
    MAX_LAN_RECORDS,
)

SERVICE: Final = "_p2p-bazaar._udp.local."

_KEY_OF_ADDRESS: Final = b"dnsaddr="
_QUERY: Final = 0x0000
_ANSWER: Final = 0x8400  # a response, and an authoritative one
_INTERNET: Final = 1
_PTR: Final = 12
_TXT: Final = 16


class Announced(NamedTuple):
    """One address that somebody announced.

    Attributes:
        key: Of the peer, as announced; only a handshake proves it.
        host: Of the address.
        port: Of the address.
        is_over: The announcement is taken back.
    """

    key: bytes
    host: str
    port: int
    is_over: bool

    @property
    def address(self) -> str:
        """As a multiaddr, without the peer."""
        return f"/ip4/{self.host}/tcp/{self.port}"


class Heard(NamedTuple):
    """What one packet says.

    Attributes:
        asks: Somebody wants to know who is here.
    """

    asks: bool
    announced: tuple[Announced, ...]


def question() -> bytes:
    """The packet that asks who is here."""
    packet = DNSOutgoing(_QUERY)
    packet.add_question(DNSQuestion(SERVICE, _PTR, _INTERNET))
    return packet.packets()[0]


def announcement(
    name: str, addresses: Sequence[str], seconds: int = LAN_TTL_SECONDS
) -> bytes:
    """The packet that says: I am here, at these addresses ending in ``/p2p/ID``.

    Args:
        name: Of this node among the others, at most 63 letters.
        addresses: Those beyond the first 8 are not announced.
        seconds: How long that holds; 0 takes it back.
    """
    owner = f"{name}.{SERVICE}"
    texts = [_KEY_OF_ADDRESS + text.encode() for text in addresses[:MAX_LAN_ADDRESSES]]
    data = b"".join(bytes([len(text)]) + text for text in texts)
    packet = DNSOutgoing(_ANSWER)
    packet.add_answer_at_time(DNSPointer(SERVICE, _PTR, _INTERNET, seconds, owner), 0)
    packet.add_additional_answer(DNSText(owner, _TXT, _INTERNET, seconds, data))
    return packet.packets()[0]


def read(data: bytes) -> Heard:
    """What a packet says to us; of one that is malformed or not for us, nothing."""
    packet = DNSIncoming(data[:LAN_PACKET_BYTES])
    if not packet.valid:
        return Heard(asks=False, announced=())
    if packet.is_query():
        asks = any(_is_ours(question) for question in packet.questions)
        return Heard(asks, ())
    texts = [record for record in packet.answers() if isinstance(record, DNSText)]
    return Heard(
        asks=False,
        announced=tuple(
            announced
            for record in texts[:MAX_LAN_RECORDS]
            if record.name.lower().endswith(f".{SERVICE}")
            for announced in _announced(record)
        ),
    )


def _is_ours(asked: DNSQuestion) -> bool:
    return asked.type == _PTR and asked.name.lower() == SERVICE


def _announced(record: DNSText) -> Iterator[Announced]:
    for text in _strings(record.text)[:MAX_LAN_RECORDS]:
        if text.startswith(_KEY_OF_ADDRESS):
            try:
                address = parse(text.removeprefix(_KEY_OF_ADDRESS).decode("ascii"))
            except (MalformedMessageError, UnicodeDecodeError):
                continue
            if address.kind == "ip4" and address.peer and not address.relay:
                yield Announced(
                    address.peer, address.host, address.port, record.ttl == 0
                )


def _strings(data: bytes) -> list[bytes]:
    """The strings of a TXT record; a last one that is cut short is kept as it is."""
    found: list[bytes] = []
    while data:
        end = 1 + data[0]
        found.append(data[1:end])
        data = data[end:]
    return found
