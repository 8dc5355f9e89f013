"""The backup file: it opens whole and with its words, or not at all."""

from collections.abc import Callable

import pytest

from bazaar.domain.errors import InputError
from bazaar.domain.recovery.backup import (
    CHUNK_BYTES,
    HEADER_BYTES,
    MAX_MANIFEST_BYTES,
    SEALED_BYTES,
    Opening,
    manifest_bytes,
    seal_backup,
    stream_key,
)
from tests.vectors.make import FOLDER, text_of

KEY, SALT, START = b"k" * 32, b"s" * 16, b"h" * 24


def sealed(plain: bytes) -> bytes:
    return b"".join(seal_backup(KEY, SALT, START, [plain[:7], plain[7:]]))


def opened(data: bytes, key: bytes = KEY) -> bytes:
    opening = Opening(key, data[:HEADER_BYTES])
    found = b"".join(
        opening.take(data[at : at + SEALED_BYTES])
        for at in range(HEADER_BYTES, len(data), SEALED_BYTES)
    )
    opening.end()
    return found


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]
)
def test_what_is_sealed_opens(size: int) -> None:
    plain = bytes(index % 251 for index in range(size))
    assert opened(sealed(plain)) == plain


def test_a_chunk_is_64_kib_and_the_next_byte_begins_another() -> None:
    assert len(sealed(bytes(CHUNK_BYTES))) == HEADER_BYTES + SEALED_BYTES
    assert len(sealed(bytes(CHUNK_BYTES + 1))) == HEADER_BYTES + SEALED_BYTES + 18


HARMS: list[tuple[Callable[[bytes], bytes], str]] = [
    (lambda data: b"PK\x03\x04" + data, "not a backup"),
    (lambda data: b"BZBAK2\n" + data[7:], "newer"),
    (lambda data: data[:10], "its end is missing"),
    (lambda data: data[:HEADER_BYTES], "its end is missing"),
    (lambda data: data[: HEADER_BYTES + SEALED_BYTES], "its end is missing"),
    (lambda data: data[:-1], "a part of it was changed"),
    (lambda data: data[:-1] + bytes((data[-1] ^ 1,)), "a part of it was changed"),
    (lambda data: data[:9] + b"\xff" + data[10:], "do not open this backup"),
]


@pytest.mark.parametrize(("harm", "words"), HARMS)
def test_what_is_not_whole_is_refused_in_words(
    harm: Callable[[bytes], bytes], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        opened(harm(sealed(bytes(CHUNK_BYTES + 99))))


def test_other_words_do_not_open_it() -> None:
    with pytest.raises(InputError, match="of another identity"):
        opened(sealed(b"mine"), b"o" * 32)


def test_something_after_the_end_is_refused() -> None:
    opening = Opening(KEY, sealed(b"x")[:HEADER_BYTES])
    opening.take(sealed(b"x")[HEADER_BYTES:])
    with pytest.raises(InputError, match="follows"):
        opening.take(b"y" * 40)


def test_a_table_of_contents_has_a_limit() -> None:
    assert manifest_bytes(b"\0\0\0") == 0
    size = MAX_MANIFEST_BYTES
    assert manifest_bytes(size.to_bytes(4)) == size + 4
    with pytest.raises(InputError, match="too long"):
        manifest_bytes((size + 1).to_bytes(4))


def test_two_files_of_one_identity_have_different_keys() -> None:
    assert stream_key(KEY, SALT) != stream_key(KEY, b"t" * 16)


def test_the_vectors_stand_as_they_are_made() -> None:
    assert (FOLDER / "backup.json").read_text() == text_of("backup")
