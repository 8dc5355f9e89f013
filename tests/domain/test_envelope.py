"""Envelopes: signed bytes in, verified objects out, nothing in between."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.errors import (
    BadSignatureError,
    MalformedMessageError,
    NotAllowedError,
    NotFoundError,
    PeerError,
    ReplyCode,
    StaleStateError,
)
from bazaar.domain.stores.records import Contact, Profile
from bazaar.domain.wire.bodies import BODIES, KIND_OF, encode_body
from bazaar.domain.wire.envelope import (
    TooLargeError,
    UnknownVersionError,
    id_of,
    seal,
    signed_bytes,
    verify,
    verify_as,
)
from bazaar.domain.wire.kinds import (
    ENVELOPE_BYTES,
    MAX_ENVELOPE_BYTES,
    Kind,
    greatest_envelope_bytes,
)
from bazaar.domain.wire.networks import network
from tests.domain.samples import ARBITER, CONTACT, NET, PROFILE, SELLER, signed

GOOD = signed(CONTACT)


def test_what_was_sealed_verifies() -> None:
    assert verify(GOOD.envelope, NET.id) == GOOD
    assert verify_as(Contact, GOOD.envelope, NET.id).body == CONTACT
    assert id_of(GOOD.envelope, NET.id) == GOOD.id


def test_another_kind_than_asked_for_is_refused() -> None:
    with pytest.raises(MalformedMessageError, match="expected Profile"):
        verify_as(Profile, GOOD.envelope, NET.id)


def test_a_signature_holds_on_one_network_alone() -> None:
    with pytest.raises(BadSignatureError):
        verify(GOOD.envelope, network("test").id)


@given(st.integers(0, len(GOOD.envelope) - 1), st.integers(1, 255))
def test_each_changed_byte_is_refused(place: int, change: int) -> None:
    data = bytearray(GOOD.envelope)
    data[place] ^= change
    with pytest.raises(PeerError):
        verify(bytes(data), NET.id)


@given(st.binary(max_size=300))
def test_bytes_of_strangers_raise_nothing_else(data: bytes) -> None:
    with pytest.raises(PeerError):
        verify(data, NET.id)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(MalformedMessageError):
        verify(b"\x91" * 60_000, NET.id)


def _signed_as(author: Any, kind: Kind, body: bytes) -> bytes:
    signature = author.signing_key.sign(signed_bytes(kind, body, NET.id)).signature
    return msgspec.msgpack.encode([int(kind), 1, author.key, body, signature])


def test_the_body_names_its_author() -> None:
    with pytest.raises(MalformedMessageError, match="another author"):
        verify(_signed_as(ARBITER, Kind.CONTACT, encode_body(CONTACT)), NET.id)


def test_a_weak_author_is_refused_before_its_signature() -> None:
    fields = msgspec.msgpack.decode(GOOD.envelope)
    fields[2] = b"\x01" + bytes(31)
    with pytest.raises(BadSignatureError, match="not a valid key"):
        verify(msgspec.msgpack.encode(fields), NET.id)


@pytest.mark.parametrize(
    ("place", "value"), [(0, 10), (0, 44), (0, 65_535), (1, 0), (1, 2)]
)
def test_unknown_kinds_and_versions_have_their_own_code(place: int, value: int) -> None:
    fields = msgspec.msgpack.decode(GOOD.envelope)
    fields[place] = value
    with pytest.raises(UnknownVersionError) as caught:
        verify(msgspec.msgpack.encode(fields), NET.id)
    assert caught.value.code is ReplyCode.UNKNOWN_VERSION


def _contact(last: str) -> Contact:
    others = tuple(f"/{number}{'a' * 152}" for number in range(7))
    return msgspec.structs.replace(CONTACT, addresses=(*others, last))


def test_a_size_is_refused_one_byte_beyond_its_kind() -> None:
    limit = ENVELOPE_BYTES[Kind.CONTACT]
    spare = limit - len(signed(_contact("a" * 100)).envelope) + 100
    assert len(signed(_contact("a" * spare)).envelope) == limit
    with pytest.raises(TooLargeError) as caught:
        signed(_contact("a" * (spare + 1)))
    assert caught.value.code is ReplyCode.TOO_LARGE
    larger = _signed_as(SELLER, Kind.CONTACT, encode_body(_contact("a" * (spare + 1))))
    assert len(larger) == limit + 1
    with pytest.raises(TooLargeError):
        verify(larger, NET.id)
    with pytest.raises(TooLargeError):
        verify(bytes(MAX_ENVELOPE_BYTES + 1), NET.id)


def test_what_breaks_a_bound_is_never_signed() -> None:
    with pytest.raises(MalformedMessageError):
        seal(msgspec.structs.replace(PROFILE, name=""), SELLER.signing_key, NET.id)


def test_every_kind_has_one_body_and_one_limit() -> None:
    assert len(set(BODIES.values())) == len(BODIES)
    assert {KIND_OF[body] for body in BODIES.values()} == set(BODIES)
    for kind, size in (
        (Kind.LISTING, 65_536),
        (Kind.STORE_HEAD, 300),
        (Kind.OFFER, 32_768),
        (Kind.ACK, 4096),
    ):
        assert greatest_envelope_bytes(kind) == size


def test_each_refusal_carries_its_code() -> None:
    assert StaleStateError("x").code is ReplyCode.WRONG_STATE
    assert NotFoundError().code is ReplyCode.NOT_FOUND
    assert str(NotAllowedError()) == "wrong role"
