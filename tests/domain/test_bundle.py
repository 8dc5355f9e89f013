"""The file of a bundle: its form, its bounds, and what is none."""

import hashlib

import msgspec
import pytest

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.trading.bundle import (
    MAGIC,
    MAX_ACCOUNT_ENVELOPES,
    MAX_BUNDLE_BYTES,
    MAX_FILES,
    MAX_MESSAGES,
    Bundle,
    NoBundleError,
    Receipt,
    decode_bundle,
    encode_bundle,
)
from bazaar.domain.trading.bundle_check import check_bundle
from bazaar.domain.trading.messages import MAX_EVIDENCE_BYTES, Role, Ship
from tests.trades import NETWORK, STRANGER, Story


def small(**fields: object) -> Bundle:
    message = (b"m",)
    plain = Bundle(NETWORK.name, b"t" * 32, message, (), (), (), (), ())
    return msgspec.structs.replace(plain, **fields)


def told(story: Story, **fields: object) -> Bundle:
    """A story as a bundle without what stands around it."""
    messages = sorted(story.all, key=lambda m: m.id)
    envelopes = tuple(m.envelope for m in messages)
    receipts = tuple(Receipt(m.id, m.body.at) for m in messages)
    return small(trade=story.offer.id, messages=envelopes, receipts=receipts, **fields)


def sealed(body: bytes) -> bytes:
    start = MAGIC + body
    return start + hashlib.sha256(start).digest()


def test_a_bundle_is_one_array_between_its_name_and_its_digest() -> None:
    data = encode_bundle(small())
    fields = [NETWORK.name, b"t" * 32, [b"m"], [], [], [], [], []]
    assert data == sealed(msgspec.msgpack.encode(fields))
    assert decode_bundle(data) == small()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no evidence bundle"),
        (b"PK\x03\x04", "no evidence bundle"),
        (MAGIC, "damaged"),
        (encode_bundle(small())[:-1], "damaged"),
        (encode_bundle(small()) + b"\0", "damaged"),
        (sealed(b""), "shape"),
        (sealed(b"\x90"), "shape"),
        (sealed(b"\x91" * 5_000), "shape"),
        (sealed(b"\xff"), "shape"),
        (sealed(msgspec.msgpack.encode({"network": "main"})), "shape"),
        (sealed(encode_bundle(small())[len(MAGIC) : -32] + b"\0"), "shape"),
    ],
)
def test_what_is_no_bundle(data: bytes, words: str) -> None:
    with pytest.raises(NoBundleError, match=words):
        decode_bundle(data)
    checked = check_bundle(data)
    assert (checked.valid, checked.state, len(checked.problems)) == (False, "", 1)


def test_the_longer_form_of_a_number_is_refused() -> None:
    body = encode_bundle(small(receipts=(Receipt(b"m" * 32, 5),)))[len(MAGIC) : -32]
    assert body.endswith(b"\x05")
    with pytest.raises(NoBundleError, match="canonical"):
        decode_bundle(sealed(body[:-1] + b"\xcc\x05"))


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    most = (MAX_MESSAGES + MAX_ACCOUNT_ENVELOPES) * 32 + 18 * 64 + MAX_FILES * 2048
    assert most * 1024 < MAX_BUNDLE_BYTES, "the largest bundle fits"
    with pytest.raises(NoBundleError, match="no evidence bundle"):
        decode_bundle(bytes(MAX_BUNDLE_BYTES))
    with pytest.raises(NoBundleError, match="more than"):
        decode_bundle(bytes(MAX_BUNDLE_BYTES + 1))


@pytest.mark.parametrize(
    ("field", "one", "most"),
    [
        ("messages", b"m", MAX_MESSAGES),
        ("listings", b"l", 16),
        ("offers", b"o", 2),
        ("accounts", b"a", MAX_ACCOUNT_ENVELOPES),
        ("files", b"f", MAX_FILES),
        ("receipts", Receipt(b"m" * 32, 1), MAX_MESSAGES),
    ],
)
def test_every_list_is_bounded(field: str, one: object, most: int) -> None:
    fits = small(**{field: (one,) * most})
    assert decode_bundle(encode_bundle(fits)) == fits
    with pytest.raises(MalformedMessageError):
        encode_bundle(small(**{field: (one,) * (most + 1)}))


def test_every_object_is_bounded() -> None:
    for field, most in (
        ("messages", 32 * 1024),
        ("listings", 64 * 1024),
        ("accounts", 32 * 1024),
        ("files", MAX_EVIDENCE_BYTES),
    ):
        assert encode_bundle(small(**{field: (bytes(most),)}))
        with pytest.raises(MalformedMessageError):
            encode_bundle(small(**{field: (bytes(most + 1),)}))


def test_without_the_order_there_is_nothing() -> None:
    checked = check_bundle(encode_bundle(small()))
    assert not checked.valid
    assert checked.trade is None
    assert "the order itself is missing" in checked.problems


def test_a_stranger_and_a_role_out_of_place_are_named() -> None:
    story = Story().funded()
    whole = check_bundle(encode_bundle(told(story)))
    for role, key in ((Role.SELLER, STRANGER), (Role.BUYER, None)):
        keys = {"key": key} if key else {}
        story.said.append(story.make(role, Ship, **keys))
        worse = check_bundle(encode_bundle(told(story)))
        assert set(worse.problems) - set(whole.problems)
        assert "a Ship is not of this order or of its role" in worse.problems
        story.said.pop()


def test_a_fork_is_no_fault_of_the_bundle() -> None:
    story = Story().funded()
    two = [story.make(Role.SELLER, Ship, parts=(0,), delivery=d) for d in (b"a", b"b")]
    before = check_bundle(encode_bundle(told(story)))
    story.said.extend(two)
    after = check_bundle(encode_bundle(told(story)))
    assert after.problems == before.problems
    assert after.trade is not None
    assert [fork.role for fork in after.trade.forks] == [Role.SELLER]


def test_a_gap_is_named() -> None:
    story = Story().shipped()
    before = check_bundle(encode_bundle(told(story)))
    missing = next(m for m in story.said if m.body.role == Role.PRIMARY)
    story.said.remove(missing)
    after = check_bundle(encode_bundle(told(story)))
    words = "a message of the arbiter that a Fund names is missing"
    assert words in after.problems
    assert words not in before.problems
