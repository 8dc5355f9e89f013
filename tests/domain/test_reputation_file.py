"""Exported reputations: the vectors, limits, and what a file says."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bazaar.domain.reputation.reputation_check import check_reputation
from bazaar.domain.reputation.reputation_file import (
    MAGIC,
    MAX_FILE_BYTES,
    NoReputationError,
    decode_file,
    encode_file,
)
from tests.slot_lists import OWNER
from tests.vectors.make_reputation import RATING, REPLY

FILE = Path(__file__).parents[1] / "vectors" / "reputation.json"
LOADED: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
WHOLE = bytes.fromhex(LOADED[0]["file"])


@pytest.mark.parametrize("vector", LOADED, ids=lambda one: one["why"])
def test_files(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["file"])
    if vector["problems"] is None:
        with pytest.raises(NoReputationError):
            check_reputation(data)
        return
    checked = check_reputation(data)
    assert len(checked.problems) == vector["problems"], checked.problems
    assert encode_file(checked.file) == data


def test_a_whole_file_says_all_that_it_holds() -> None:
    checked = check_reputation(WHOLE)
    assert checked.file.owner == OWNER.key
    assert [one.id for one, _ in checked.ratings] == [RATING.id]
    assert [one.id for one in checked.replies] == [REPLY.id]
    (chain,) = checked.chains
    assert chain.tally[:6] == (3, 0, 0, 3, 1, 2)


def test_a_file_is_read_up_to_its_limit() -> None:
    room = MAX_FILE_BYTES - len(MAGIC) - 32
    for size, words in ((room, "Expected"), (room + 1, "limit")):
        data = MAGIC + bytes(size)
        whole = data + hashlib.sha256(data).digest()
        with pytest.raises(NoReputationError, match=words):
            decode_file(whole)
