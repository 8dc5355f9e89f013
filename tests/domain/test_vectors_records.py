"""Replays the published vectors of records; a stranger's implementation can do the same."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError as NaClBadSignatureError
from nacl.signing import VerifyKey

from bazaar.app.trading.sealed import address_hash
from bazaar.domain.delivery.delivery import AddressBlock, SealedAddress
from bazaar.domain.errors import BazaarError, PeerError
from bazaar.domain.keys.fingerprint import fingerprint
from bazaar.domain.keys.identity import Identity
from bazaar.domain.keys.keystore import Kept, open_keystore
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.keys.phrase import entropy_of, seed_of
from bazaar.domain.listings.card import card_of, encode_card, root
from bazaar.domain.listings.listing import Listing
from bazaar.domain.listings.price import Wanted, coupon_hash, price
from bazaar.domain.stores.head import bitmap, cards_of, check_pages
from bazaar.domain.stores.records import StoreHead
from bazaar.domain.text.text import check_line, check_text, check_word
from bazaar.domain.trading.messages import ShippingChoice
from bazaar.domain.wire.bodies import decode_body, encode_body
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import verify, verify_as
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.marks import is_key
from bazaar.domain.wire.networks import network
from tests.vectors.make import FILES, text_of

FOLDER = Path(__file__).parents[1] / "vectors"
Vector = dict[str, Any]


def _load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _accepts(check: Callable[[], object]) -> bool:
    try:
        check()
    except (BazaarError, ValueError):
        return False
    return True


@pytest.mark.skipif(
    unicodedata.unidata_version != "14.0.0", reason="texts need Unicode 14.0"
)
@pytest.mark.parametrize("name", FILES)
def test_the_files_are_as_they_are_made(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == text_of(name)


@pytest.mark.parametrize("vector", _load("identity")["identities"])
def test_identities(vector: Vector) -> None:
    me = Identity.from_phrase(vector["phrase"])
    assert me.entropy.hex() == vector["entropy"]
    assert seed_of(me.entropy).hex() == vector["seed"]
    assert {label: me.derive(label).hex() for label in vector["labels"]} == vector[
        "labels"
    ]
    assert (me.key.hex(), me.peer_id) == (vector["key"], vector["peer_id"])
    assert key_of(vector["peer_id"]) == me.key
    assert list(fingerprint(me.key).words) == vector["fingerprint"]
    assert me.fingerprint.hex_colour == vector["colour"]


def test_refused_phrases_and_peer_ids() -> None:
    vectors = _load("identity")
    assert not [
        p for p in vectors["refused_phrases"] if _accepts(lambda p=p: entropy_of(p))
    ]
    assert not [
        p for p in vectors["refused_peer_ids"] if _accepts(lambda p=p: key_of(p))
    ]


def _decoded(vector: Vector) -> Body:
    body = decode_body(Kind(vector["kind"]), bytes.fromhex(vector["body"]))
    assert encode_body(body).hex() == vector["body"]
    return body


@pytest.mark.parametrize("name", ["bodies", "lists"])
def test_bodies(name: str) -> None:
    wrong = [v for v in _load(name) if _accepts(lambda v=v: _decoded(v)) != v["accept"]]
    assert [(v["kind"], v["why"]) for v in wrong] == []


def test_envelopes() -> None:
    vectors = _load("envelopes")
    assert {name: network(name).id.hex() for name in vectors["networks"]} == vectors[
        "networks"
    ]
    assert not [
        n for n in vectors["refused_networks"] if _accepts(lambda n=n: network(n))
    ]
    for vector in vectors["envelopes"]:
        _check_envelope(vector)


def _check_envelope(vector: Vector) -> None:
    data, net = bytes.fromhex(vector["envelope"]), network(vector["network"]).id
    if not vector["accept"]:
        with pytest.raises(PeerError):
            verify(data, net)
        return
    made = verify(data, net)
    assert made.id.hex() == vector["id"]
    assert vector["signed_bytes"].endswith(encode_body(made.body).hex())
    assert (made.envelope, made.author) == (data, data[5:37])


def test_keys_and_signatures() -> None:
    vectors = _load("keys")
    assert all(is_key(bytes.fromhex(v["key"])) is v["accept"] for v in vectors["keys"])
    for vector in vectors["signatures"]:
        assert _signature_holds(vector) is vector["accept"], vector["why"]


def _signature_holds(vector: Vector) -> bool:
    key = VerifyKey(bytes.fromhex(vector["key"]))
    try:
        key.verify(bytes.fromhex(vector["message"]), bytes.fromhex(vector["signature"]))
    except NaClBadSignatureError:
        return False
    return True


@pytest.mark.parametrize("vector", _load("prices"))
def test_prices(vector: Vector) -> None:
    wanted = [_wanted(line) for line in vector["lines"]]
    if not vector["accept"]:
        with pytest.raises(BazaarError):
            price(wanted, vector["country"], vector["at"])
        return
    found = price(wanted, vector["country"], vector["at"])
    amounts = [[a.goods, a.discount, a.shipping, a.tax, a.line] for a in found.lines]
    assert (amounts, found.total) == (vector["amounts"], vector["total"])


def _wanted(line: Vector) -> Wanted:
    listing = decode_body(Kind.LISTING, bytes.fromhex(line["listing"]))
    assert isinstance(listing, Listing)
    shipping = line["shipping"] and ShippingChoice(*line["shipping"])
    return Wanted(
        listing, line["sku"], line["quantity"], shipping, tuple(line["codes"])
    )


def test_cards_pages_roots_and_heads() -> None:
    vectors = _load("cards")
    net = network(vectors["network"]).id
    for vector in vectors["cards"]:
        listing = verify_as(Listing, bytes.fromhex(vector["listing"]), net)
        assert encode_card(card_of(listing)).hex() == vector["card"]
    for store in vectors["stores"]:
        head = verify_as(StoreHead, bytes.fromhex(store["head"]), net).body
        ids = [bytes.fromhex(page) for page in store["page_ids"]]
        check_pages(head, ids)
        assert root(ids).hex() == store["root"]
        if "pages" in store:
            cards = cards_of(head, [bytes.fromhex(page) for page in store["pages"]])
            assert (len(cards), bitmap(cards).hex()) == (
                store["count"],
                store["bitmap"],
            )


@pytest.mark.parametrize("vector", _load("keystore"))
def test_keystores(vector: Vector) -> None:
    data, phrase = bytes.fromhex(vector["data"]), vector["passphrase"]
    assert _accepts(lambda: open_keystore(data, phrase)) is vector["accept"]
    if vector["accept"]:
        kept = Kept(1, bytes.fromhex(vector["entropy"]), vector["created"])
        assert open_keystore(data, phrase) == kept


def test_hashes() -> None:
    vectors = _load("hashes")
    for vector in vectors["coupons"]:
        found = coupon_hash(bytes.fromhex(vector["salt"]), vector["code"])
        assert found.hex() == vector["hash"]
    for vector in vectors["addresses"]:
        block = AddressBlock(*vector["block"])
        address = SealedAddress(bytes.fromhex(vector["salt"]), block, "", "")
        assert address_hash(address).hex() == vector["hash"]


def test_texts() -> None:
    vectors = _load("texts")
    assert len(vectors) == 300
    for vector in vectors:
        text = "".join(chr(int(code, 16)) for code in vector["code_points"])
        verdicts = {
            "text": _accepts(lambda text=text: check_text(text)),
            "line": _accepts(lambda text=text: check_line(text)),
            "word": _accepts(lambda text=text: check_word(text)),
        }
        assert {**verdicts, "code_points": vector["code_points"]} == vector
