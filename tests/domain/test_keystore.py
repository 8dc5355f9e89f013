"""The keystore: opens with its passphrase alone, and never works for a hostile header."""

import struct

import pytest

from bazaar.domain.errors import InputError
from bazaar.domain.keys.keystore import (
    LOCAL_COST,
    MAGIC,
    MAX_KEYSTORE_BYTES,
    MAX_MEMORY_KIB,
    MAX_OPS,
    MIN_MEMORY_KIB,
    Cost,
    Header,
    Kept,
    keystore_header,
    open_keystore,
    seal_keystore,
)

CHEAP = Cost(1, MIN_MEMORY_KIB)
HEADER = Header(CHEAP, b"s" * 16, b"n" * 24)
SEALED = seal_keystore(b"e" * 32, 7, "open sesame", HEADER)


def _with_cost(ops: int, memory_kib: int) -> bytes:
    start = len(MAGIC)
    return SEALED[:start] + struct.pack(">II", ops, memory_kib) + SEALED[start + 8 :]


def test_what_was_sealed_opens() -> None:
    assert open_keystore(SEALED, "open sesame") == Kept(1, b"e" * 32, 7)
    assert keystore_header(SEALED) == HEADER


def test_local_networks_pay_little() -> None:
    sealed = seal_keystore(b"e" * 32, 7, "", HEADER._replace(cost=LOCAL_COST))
    assert open_keystore(sealed, "").entropy == b"e" * 32


def test_a_wrong_passphrase_and_each_changed_byte_are_refused() -> None:
    with pytest.raises(InputError, match="passphrase"):
        open_keystore(SEALED, "open sesam")
    for place in range(15, len(SEALED)):
        changed = bytearray(SEALED)
        changed[place] ^= 1
        with pytest.raises(InputError):
            open_keystore(bytes(changed), "open sesame")


@pytest.mark.parametrize(
    "data", [b"", MAGIC, b"x" * 108, SEALED + bytes(MAX_KEYSTORE_BYTES)]
)
def test_other_files_are_no_keystores(data: bytes) -> None:
    with pytest.raises(InputError, match="not a keystore"):
        open_keystore(data, "")


def test_the_ceilings_are_checked_before_any_work() -> None:
    assert keystore_header(_with_cost(MAX_OPS, MAX_MEMORY_KIB)).cost == (
        MAX_OPS,
        MAX_MEMORY_KIB,
    )
    for cost in (
        Cost(MAX_OPS + 1, MIN_MEMORY_KIB),
        Cost(0, MIN_MEMORY_KIB),
        Cost(1, MAX_MEMORY_KIB + 1),
        Cost(1, MIN_MEMORY_KIB - 1),
    ):
        with pytest.raises(InputError, match="hash"):
            open_keystore(_with_cost(*cost), "")
        with pytest.raises(InputError, match="hash"):
            seal_keystore(b"e" * 32, 7, "", HEADER._replace(cost=cost))
