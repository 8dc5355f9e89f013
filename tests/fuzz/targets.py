"""Every decoder that takes foreign bytes: what it may raise, and what must hold if it does not."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from nacl.public import PrivateKey

from bazaar.domain.delivery.seal import open_mail, unpadded
from bazaar.domain.errors import (
    BazaarError,
    InputError,
    MalformedMessageError,
    PeerError,
)
from bazaar.domain.exchange import (
    accounts,
    coding,
    messages,
    recovery,
    reputation,
    stores,
)
from bazaar.domain.exchange import (
    mail as mail_exchange,
)
from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.phrase import entropy_of
from bazaar.domain.listings.card import check_card, encode_card, page_cards
from bazaar.domain.listings.listing import Image
from bazaar.domain.listings.listing_file import (
    Setting,
    draft_of,
    picture_paths,
    read_form,
)
from bazaar.domain.recovery import backup
from bazaar.domain.reputation import reputation_file
from bazaar.domain.reputation.reputation_check import check_reputation
from bazaar.domain.sheets.sheet_columns import columns_of
from bazaar.domain.sheets.sheet_dialects import records_of
from bazaar.domain.sheets.sheet_listings import Around, plan_of
from bazaar.domain.sheets.sheet_text import read_sheet
from bazaar.domain.stores import links
from bazaar.domain.text.html_text import plain_of
from bazaar.domain.text.markdown import parse as parse_markdown
from bazaar.domain.trading import goods
from bazaar.domain.trading.bundle import (
    DIGEST_BYTES,
    MAGIC,
    Bundle,
    NoBundleError,
    Receipt,
    decode_bundle,
    encode_bundle,
)
from bazaar.domain.trading.proof import check_proof
from bazaar.domain.wire.bodies import BODIES, decode_body, encode_body
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import verify
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.networks import network
from bazaar.rpc.connection import _call, _requests
from bazaar.rpc.lines import LineError, Lines, check_nesting
from bazaar.rpc.problems import Problem
from net.dialling import addresses
from net.exchange import frames, hello, refusals
from net.lan import lan_packets
from tests import rpc_samples
from tests.domain.test_listing_file import BOOK, LAMP
from tests.fuzz.reading import read_whole

VECTORS: Final = Path(__file__).parent.parent / "vectors"
SHOPS: Final = Path(__file__).parent.parent / "fixtures" / "shops"
KEY: Final = PrivateKey(b"\x01" * 32)
TESTS: Final = network("local:tests").id
OWNER: Final = Identity(b"\x02" * 32).key
START: Final = 1_700_000_000
PEER: Final = b"12D3KooWKNwKKgnUxGiPgeZXFasrT6oTurj5Gv2u18bxZycjQbrd"
LINK: Final = b"bazaar:join?network=main&at=/ip4/1.2.3.4/tcp/4001/p2p/12D3KooW"


class Target(NamedTuple):
    """One decoder.

    Attributes:
        run: Decodes, and checks what must hold of the result; any other error than those
            of ``refuses`` is a find.
        refuses: What it may raise for bad bytes.
        seeds: Good and bad bytes to start from.
    """

    run: Callable[[bytes], object]
    refuses: tuple[type[Exception], ...]
    seeds: Callable[[], Sequence[bytes]]

    def try_with(self, data: bytes) -> bool:
        """Whether ``data`` is accepted; an error that is a find goes through."""
        try:
            self.run(data)
        except self.refuses:
            return False
        return True


def vector(name: str) -> Any:
    """A file of test vectors."""
    return json.loads((VECTORS / f"{name}.json").read_bytes())


# ------------------------------------------------------------------ signed objects


def envelope(data: bytes) -> None:
    signed = verify(data, TESTS)
    assert signed.envelope == data


def envelopes() -> list[bytes]:
    found = [one["envelope"] for one in vector("envelopes")["envelopes"]]
    return [bytes.fromhex(text) for text in (*found, *vector("trades")["envelopes"])]


def body(data: bytes) -> None:
    """The first byte is the kind: a body must be what it is encoded to again."""
    kinds = sorted(BODIES)
    if not data:
        return
    decoded = decode_body(Kind(kinds[data[0] % len(kinds)]), data[1:])
    assert encode_body(decoded) == data[1:]


def bodies() -> list[bytes]:
    kinds = sorted(BODIES)
    found = [(one["kind"], one["body"]) for one in vector("bodies")]
    found += [(Kind.CHAT, one["body"]) for one in vector("chat")["bodies"]]
    return [
        bytes([kinds.index(kind)]) + bytes.fromhex(text)
        for kind, text in found
        if kind in BODIES
    ]


def page(data: bytes) -> None:
    for card in page_cards(data):
        check_card(card)
        assert len(encode_card(card)) <= len(data)


def pages() -> list[bytes]:
    cards = [bytes.fromhex(one["card"]) for one in vector("cards")["cards"]]
    return [b"\x90", *(bytes([0x90 + n]) + b"".join(cards[:n]) for n in range(1, 6))]


def proof(data: bytes) -> None:
    check_proof(data, TESTS)


def proofs() -> list[bytes]:
    return [bytes.fromhex(one["proof"]) for one in vector("proofs")["proofs"]]


def bundle(data: bytes) -> None:
    """With the right hash at the end, or nothing but the hash would be tried."""
    start = MAGIC + data
    decode_bundle(start + hashlib.sha256(start).digest())


def bundles() -> list[bytes]:
    every = tuple(envelopes()[-8:])
    plain = Bundle("local:tests", b"t" * 32, every, (), (), (), (), ())
    whole = msgspec.structs.replace(
        plain,
        listings=every[:1],
        offers=every[:1],
        accounts=every[:2],
        files=(b"a file",),
        receipts=(Receipt(b"m" * 32, 1_700_000_000),),
    )
    return [encode_bundle(one)[len(MAGIC) : -DIGEST_BYTES] for one in (plain, whole)]


def carried(data: bytes) -> None:
    """A reputation from elsewhere, with the right hash at its end."""
    start = reputation_file.MAGIC + data
    check_reputation(start + hashlib.sha256(start).digest())


def carried_files() -> list[bytes]:
    whole = [bytes.fromhex(one["file"]) for one in vector("reputation")]
    start, end = len(reputation_file.MAGIC), reputation_file.DIGEST_BYTES
    return [one[start:-end] for one in whole if len(one) > start + end]


# ------------------------------------------------------------------ between nodes


REQUESTS: Final = tuple(
    one
    for room in (accounts, mail_exchange, messages, recovery, reputation, stores)
    for _, one in sorted(vars(room).items())
    if isinstance(one, type)
    and issubclass(one, Body)
    and one.__module__ == room.__name__
)


def request(data: bytes) -> None:
    """The first byte chooses the type of request or answer."""
    if not data:
        return
    decoded = coding.decode(REQUESTS[data[0] % len(REQUESTS)], data[1:])
    coding.encode(decoded)


def requests() -> list[bytes]:
    ids = [b"i" * 32, b"k" * 32]
    shapes: list[Any] = [
        [],
        [ids],
        [0, 5],
        [ids, 7],
        [b"i" * 32, 0, 1024],
        [envelopes()[:2]],
    ]
    return [
        bytes([index]) + msgspec.msgpack.encode(shape)
        for index in range(len(REQUESTS))
        for shape in shapes
    ]


def frame(data: bytes) -> None:
    """A request as it lies on a stream, from its first byte."""
    length, _, whole = read_whole(data, frames.REQUEST_BYTES)
    assert len(whole) == length


def some_frames() -> list[bytes]:
    return [
        len(one).to_bytes(4, "big") + bytes([1 + number % 31]) + one
        for number, one in enumerate([b"\x90", b"\x91\x01", *requests()[:40]])
    ]


def greeting(data: bytes) -> None:
    assert hello.check(data, TESTS) >= 1


def refusal(data: bytes) -> None:
    refusals.decode(data)


def mail(data: bytes) -> None:
    """A deposit's first bytes, a padded letter, a sealed one."""
    for attempt in (_header, unpadded, _letter):
        try:
            attempt(data)
        except PeerError:
            continue


def _header(data: bytes) -> None:
    mail_exchange.mail_header(data)


def _letter(data: bytes) -> None:
    open_mail(data, [KEY])


def letters() -> list[bytes]:
    header = mail_exchange.MailHeader(b"r" * 32, None, 500_000, 7, b"h" * 32)
    deposit = coding.encode(mail_exchange.MailPut(coding.encode(header), bytes(1024)))
    found = [bytes.fromhex(one["blob"]) for one in vector("mail")["seals"]]
    plains = [bytes.fromhex(one["plain"]) for one in vector("mail")["refused_plains"]]
    return [deposit, *found, *plains]


def near(data: bytes) -> None:
    """A packet of the local network says something or nothing, but never fails."""
    lan_packets.read(data)


def packets() -> list[bytes]:
    where = f"/ip4/10.0.0.1/tcp/4001/p2p/{PEER.decode()}"
    return [lan_packets.question(), lan_packets.announcement("n" * 32, [where])]


def address(data: bytes) -> None:
    addresses.parse(data.decode("utf-8", "replace"))


# ------------------------------------------------------------------ the owner's own doors


def line(data: bytes) -> None:
    """What a client of the local door sends, as the node takes it."""
    lines = Lines()
    lines.feed(data)
    while (text := lines.next()) is not None:
        check_nesting(text)
        found = _call(_requests.decode(text).call)
        assert isinstance(found, Problem | msgspec.Struct)


def calls() -> list[bytes]:
    every = [msgspec.json.encode(call()) for call in _plain_calls()]
    words = [b'{"id":%d,"call":%b}\n' % one for one in enumerate(every)]
    return [*words, words[0] * 3, b'{"id":1}\n', b"GET / HTTP/1.1\r\n\r\n"]


def _plain_calls() -> list[Any]:
    """Those that need nothing said."""
    found: list[Any] = []
    for call in rpc_samples.SAMPLES:
        fields = msgspec.structs.fields(call)
        if not any(field.required for field in fields):
            found.append(call)
    return found


def link(data: bytes) -> None:
    """What is read is read again from what is written of it."""
    found = links.read(data.decode("utf-8", "replace"))
    assert len(found.addresses) <= links.MAX_ADDRESSES
    assert links.read(links.written(found)).kind is found.kind


def sheet(data: bytes) -> None:
    """A spreadsheet up to the plan of its listings."""
    found = read_sheet(data)
    columns = columns_of(found.header, {})
    around = Around("EUR", _nothing, {}, {}, {})
    plan_of(records_of(found.rows, columns), columns, around)


def _nothing(slug: str) -> None:
    del slug


def sheets() -> list[bytes]:
    files = [path.read_bytes()[:4000] for path in sorted(SHOPS.rglob("*.csv"))]
    return [
        *files,
        b"title,price,stock\nLamp,12.50 EUR,3\n",
        b"a;b\n1;2\n",
        b"\xff\xfea\x00,\x00",
    ]


def listing(data: bytes) -> None:
    """A listing file, up to the listing that would be signed."""
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("file", "not JSON") from error
    form = read_form(found)
    picture = Image(b"i" * 32, 1000, 640, 480, "")
    images = [picture] * len(picture_paths(form))
    salts = [b"s" * 16] * len(form.coupons)
    draft_of(form, Setting(OWNER, 0, START, START + 86_400, images, salts))


def listings() -> list[bytes]:
    service = {
        "title": "Rewiring of a lamp",
        "type": "service",
        "price": "20.00 EUR",
        "deadlines": {"ship_days": 30, "inspect_days": 30},
    }
    return [json.dumps(one).encode() for one in (service, LAMP, BOOK)]


def kept(data: bytes) -> None:
    """The header of a backup, and its table of contents."""
    backup.manifest_bytes(data)
    for attempt in (_opening, backup.unpack_manifest):
        try:
            attempt(data)
        except InputError:
            continue


def _opening(data: bytes) -> None:
    backup.Opening(b"k" * 32, data[: backup.HEADER_BYTES]).take(
        data[backup.HEADER_BYTES :]
    )


def backups() -> list[bytes]:
    found = vector("backup")
    manifest = bytes.fromhex(found["manifest"])
    header = bytes.fromhex(found["header"]) + bytes.fromhex(found["last_chunk"])
    return [
        header,
        len(manifest).to_bytes(4, "big") + manifest,
        b"\x00\x00\x00\x02\x91\xa0",
    ]


def words(data: bytes) -> None:
    """Foreign words that are shown: as Markdown, as HTML of other shops, as a delivery."""
    text = data.decode("utf-8", "replace")
    parse_markdown(text)
    plain_of(text)
    goods.delivery_of(text, 1)


def some_words() -> list[bytes]:
    return [
        b"# Head\n\n* one\n* [two](http://a.b)\n\n> `code` **bold**\n",
        b'<p>Hello<br><script>x</script><img src=x onerror="a">&amp;&#x1F4A9;',
        b"a\n" + b"A" * 43 + b" file.pdf",
    ]


def phrase(data: bytes) -> None:
    entropy_of(data.decode("utf-8", "replace"))


TARGETS: Final[dict[str, Target]] = {
    "envelope": Target(envelope, (PeerError,), envelopes),
    "body": Target(body, (MalformedMessageError,), bodies),
    "page": Target(page, (PeerError,), pages),
    "proof": Target(proof, (PeerError,), proofs),
    "bundle": Target(bundle, (NoBundleError,), bundles),
    "reputation": Target(carried, (reputation_file.NoReputationError,), carried_files),
    "request": Target(request, (MalformedMessageError,), requests),
    "frame": Target(frame, (PeerError, EOFError), some_frames),
    "hello": Target(
        greeting, (BazaarError,), lambda: [hello.own(TESTS), hello.own(b"x" * 32)]
    ),
    "refusal": Target(
        refusal,
        (PeerError,),
        lambda: [b"\x93\x05\x00\x90", b"\x93\x07\x3c\x92\x01\x02"],
    ),
    "mail": Target(mail, (), letters),
    "lan": Target(near, (), packets),
    "address": Target(
        address,
        (PeerError,),
        lambda: [
            b"/ip4/1.2.3.4/tcp/4001",
            b"/dns4/example.com/tcp/443",
            b"/ip6/2a00::1/tcp/4001",
        ],
    ),
    "line": Target(line, (LineError, msgspec.DecodeError, UnicodeDecodeError), calls),
    "link": Target(
        link,
        (InputError,),
        lambda: [
            LINK,
            LINK + b"&at=/dns4/a.b/tcp/1",
            b"bazaar://store/" + PEER,
            b"bazaar:listing/" + PEER + b"/" + b"0f" * 32,
            b"bazaar:order/" + b"0f" * 32,
            b"bazaar:search?words=a%20lamp&category=home#x",
        ],
    ),
    "sheet": Target(sheet, (InputError,), sheets),
    "listing": Target(listing, (BazaarError,), listings),
    "backup": Target(kept, (InputError,), backups),
    "words": Target(words, (), some_words),
    "phrase": Target(phrase, (BazaarError,), lambda: [b"abandon " * 23 + b"art"]),
}
