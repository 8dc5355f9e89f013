"""The trade index: bytes as the vectors say, whole or not at all, and never too long."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nacl.signing import SigningKey

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.recovery.trade_index import (
    INDEX_SIZES,
    MAX_INDEX_BYTES,
    MAX_PARTNERS,
    Index,
    IndexedTrade,
    Open,
    Running,
    index_of,
    open_index,
    opened,
    seal_index,
)

VECTORS: Any = json.loads(
    (Path(__file__).parents[1] / "vectors" / "trade_index.json").read_text()
)
KEY, NETWORK = (bytes.fromhex(VECTORS[one]) for one in ("backup_key", "network"))
ANNA, BEN = (bytes(SigningKey(bytes([n]) * 32).verify_key) for n in (2, 3))
NONCE = bytes(24)


def test_an_index_opens_as_the_vector_says() -> None:
    index = open_index(bytes.fromhex(VECTORS["blob"]), KEY, NETWORK)
    assert msgspec.msgpack.encode(index) == bytes.fromhex(VECTORS["content"])
    nonce = bytes.fromhex(VECTORS["nonce"])
    assert seal_index(index, KEY, NETWORK, nonce).hex() == VECTORS["blob"]
    trades, accounts = opened(index)
    assert trades[0].others == (ANNA, BEN)
    assert accounts == [Running(ANNA, "EUR", 7)]


@pytest.mark.parametrize("twin", VECTORS["refused"], ids=lambda one: one["why"])
def test_any_other_bytes_are_refused(twin: dict[str, str]) -> None:
    with pytest.raises(MalformedMessageError):
        open_index(bytes.fromhex(twin["blob"]), KEY, NETWORK)


def test_a_number_that_names_nobody_is_refused() -> None:
    one = Index(1, 0, (ANNA,), (IndexedTrade(bytes(32), 0, None, (1,)),), ())
    with pytest.raises(MalformedMessageError, match="nobody"):
        opened(one)


@pytest.mark.parametrize("count", [0, 1, 30, 900, 20_000])
def test_an_index_has_one_of_five_sizes_and_names_every_partner(count: int) -> None:
    trades = [
        Open(number.to_bytes(32, "big"), 1, 2, (ANNA, BEN)) for number in range(count)
    ]
    index = index_of(5, trades, [Running(BEN, "EUR", 9)])
    blob = seal_index(index, KEY, NETWORK, NONCE)
    assert len(blob) in INDEX_SIZES
    assert open_index(blob, KEY, NETWORK) == index
    assert set(index.partners) == ({ANNA, BEN} if count else {BEN})


def test_of_too_many_partners_the_first_fill_the_greatest_index_exactly() -> None:
    keys = [number.to_bytes(32, "big") for number in range(MAX_PARTNERS + 1)]
    index = index_of(5, [Open(key, 1, 2, (key,)) for key in keys], ())
    assert index.partners == tuple(keys[:MAX_PARTNERS])
    assert len(msgspec.msgpack.encode(index)) <= MAX_INDEX_BYTES
