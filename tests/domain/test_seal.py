"""Sealed mail: exactly four sizes, zeros behind, and nobody else opens it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from bazaar.domain.delivery.seal import (
    BLOB_SIZES,
    LENGTH_BYTES,
    MAX_MAIL_BYTES,
    SEAL_BYTES,
    open_mail,
    padded,
    seal_mail,
)
from bazaar.domain.errors import MalformedMessageError

READER = PrivateKey(b"r" * 32)
OTHER = PrivateKey(b"o" * 32)
OVERHEAD = SEAL_BYTES + LENGTH_BYTES


def sealed(plain: bytes) -> bytes:
    return SealedBox(READER.public_key).encrypt(plain)


@given(st.binary(min_size=1, max_size=5_000))
def test_what_was_sealed_is_opened(envelope: bytes) -> None:
    blob = seal_mail(envelope, bytes(READER.public_key))
    assert len(blob) in BLOB_SIZES
    assert envelope not in blob or len(envelope) < 4
    assert open_mail(blob, [OTHER, READER]) == envelope


@pytest.mark.parametrize("size", BLOB_SIZES)
def test_the_least_size_is_taken(size: int) -> None:
    full = seal_mail(bytes(size - OVERHEAD), bytes(READER.public_key))
    assert len(full) == size
    if size < BLOB_SIZES[-1]:
        over = seal_mail(bytes(size - OVERHEAD + 1), bytes(READER.public_key))
        assert len(over) == 4 * size


@pytest.mark.parametrize("size", [0, MAX_MAIL_BYTES + 1])
def test_no_other_length_is_mail(size: int) -> None:
    with pytest.raises(ValueError, match="mail holds"):
        seal_mail(bytes(size), bytes(READER.public_key))


def test_the_longest_is() -> None:
    blob = seal_mail(b"m" * MAX_MAIL_BYTES, bytes(READER.public_key))
    assert open_mail(blob, [READER]) == b"m" * MAX_MAIL_BYTES


def test_another_reader_opens_nothing() -> None:
    blob = seal_mail(b"secret", bytes(READER.public_key))
    with pytest.raises(MalformedMessageError, match="no key of ours"):
        open_mail(blob, [OTHER])
    with pytest.raises(MalformedMessageError, match="no key of ours"):
        open_mail(blob[:-1] + bytes([blob[-1] ^ 1]), [READER])


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(MalformedMessageError, match="key is none"):
        seal_mail(b"x", bytes(32))


@pytest.mark.parametrize("change", [-1, 1])
def test_a_blob_of_another_size_is_refused(change: int) -> None:
    with pytest.raises(MalformedMessageError, match="never has"):
        open_mail(bytes(1024 + change), [READER])


@pytest.mark.parametrize(
    "plain",
    [
        padded(b"x")[:-1] + b"\1",
        bytes(1024 - SEAL_BYTES),
        (2**32 - 1).to_bytes(4, "big") + bytes(1024 - OVERHEAD),
        (5).to_bytes(4, "big") + b"large" + bytes(4096 - OVERHEAD - 5),
    ],
    ids=["no zero", "empty", "longer than it is", "too large a box"],
)
def test_the_padding_is_checked(plain: bytes) -> None:
    with pytest.raises(MalformedMessageError, match="padding"):
        open_mail(sealed(plain), [READER])
