"""Chunks of digital goods, their keys beside a note, and names that are harmless everywhere."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bazaar.domain.errors import InputError, MalformedMessageError
from bazaar.domain.text.file_names import is_risky, safe_name
from bazaar.domain.trading.goods import (
    CHUNK_BYTES,
    MAX_NAME,
    Sealed,
    chunk_count,
    chunk_hashes,
    chunk_size,
    delivery_of,
    delivery_text,
    goods_hash,
    list_bytes,
    turn,
)
from bazaar.domain.trading.messages import MAX_GOODS_BYTES, GoodsFile

KEY = bytes(range(32))
VECTORS = Path(__file__).parents[1] / "vectors" / "goods.json"
DIGEST = b"\xab" * 32


def test_a_chunk_is_opened_as_it_was_sealed_and_differs_by_place() -> None:
    plain = b"the first page" * 100
    sealed = turn(plain, KEY, 3)
    assert len(sealed) == len(plain)
    assert turn(sealed, KEY, 3) == plain
    assert turn(plain, KEY, 4) != sealed


@pytest.mark.parametrize("row", json.loads(VECTORS.read_text()), ids=lambda r: r["why"])
def test_the_vectors_hold(row: dict[str, Any]) -> None:
    """Chunks of zeros but for the last byte, which is 1; sealed chunks by their hashes."""
    key, size = bytes.fromhex(row["key"]), row["size"]
    plain = bytes(size - 1) + b"\1"
    hashes = [
        hashlib.sha256(
            turn(plain[i * CHUNK_BYTES : (i + 1) * CHUNK_BYTES], key, i)
        ).digest()
        for i in range(chunk_count(size))
    ]
    assert [one.hex() for one in hashes] == row["chunks"]
    assert goods_hash(hashes).hex() == row["hash"]
    assert turn(plain[:16], key, 0).hex() == row["start"]


@pytest.mark.parametrize(
    ("size", "count", "listed"),
    [
        (1, 1, 0),
        (CHUNK_BYTES, 1, 0),
        (CHUNK_BYTES + 1, 2, 64),
        (MAX_GOODS_BYTES, 8192, CHUNK_BYTES),
    ],
)
def test_the_list_of_the_largest_file_is_one_chunk(
    size: int, count: int, listed: int
) -> None:
    assert (chunk_count(size), list_bytes(size)) == (count, listed)
    assert sum(chunk_size(size, index) for index in (0, count - 1)) <= 2 * CHUNK_BYTES
    assert chunk_size(size, count - 1) >= 1


def test_a_list_must_hash_to_what_was_signed() -> None:
    hashes = [bytes([n]) * 32 for n in range(2)]
    file = GoodsFile(goods_hash(hashes), CHUNK_BYTES + 1)
    assert chunk_hashes(file, b"".join(hashes)) == tuple(hashes)
    for wrong in (b"", hashes[0], b"".join(reversed(hashes))):
        with pytest.raises(MalformedMessageError):
            chunk_hashes(file, wrong)
    one = GoodsFile(hashlib.sha256(b"x").digest(), 1)
    assert chunk_hashes(one, b"") == (one.hash,)


def test_keys_travel_beside_the_note() -> None:
    files = (Sealed(KEY, "Plan of the lamp.pdf"), Sealed(bytes(32), "x" * MAX_NAME))
    text = delivery_text("Enjoy it", files)
    assert delivery_of(text, 2) == ("Enjoy it", files)
    assert delivery_of("RR 1", 0) == ("RR 1", ())
    assert delivery_of("no keys at all", 2) == ("no keys at all", ())
    for name in ("", "x" * (MAX_NAME + 1), "a\nb"):
        with pytest.raises(InputError):
            delivery_text("", [Sealed(KEY, name)])


NAMES = {
    "Plan of the lamp.pdf": "abababab-Plan of the lamp.pdf",
    "../../.bashrc": "abababab-bashrc",
    "C:\\windows\\x.EXE": "abababab-x.exe",
    "/etc/passwd": "abababab-passwd",
    "CON": "abababab-CON",
    "..": "abababab-file",
    "": "abababab-file",
    "trailing. . .": "abababab-trailing",
    "photo\u202egnp.exe": "abababab-photognp.exe",
    "a\x00b\nc.txt": "abababab-abc.txt",
    "x" * 300: "abababab-" + "x" * 60,
    "a<b>|c?.tar.gz": "abababab-a_b_c_tar.gz",
    "Überweisung.pdf": "abababab-Überweisung.pdf",
    ".hidden": "abababab-hidden",
    "x.p\u200bd\u0301f": "abababab-x.pdf",
}


@pytest.mark.parametrize(("name", "safe"), NAMES.items())
def test_a_foreign_name_becomes_our_own(name: str, safe: str) -> None:
    assert safe_name(DIGEST, name) == safe


@pytest.mark.parametrize(
    ("name", "risky"),
    [
        ("plan.pdf", False),
        ("plan.pdf.exe", True),
        ("setup.EXE ", True),
        ("run.sh", True),
        ("report.exe.pdf", True),
        ("song.mp3", False),
    ],
)
def test_what_may_run_is_known(name: str, risky: bool) -> None:
    assert is_risky(name) is risky
