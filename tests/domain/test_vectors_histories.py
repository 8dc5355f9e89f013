"""The vectors of the request ``slots``: every answer is taken or refused as it must be."""

import json
from pathlib import Path
from typing import Any

import pytest

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import decode
from bazaar.domain.exchange.reputation import SlotsAnswer
from bazaar.domain.reputation.slot_history import Walk
from bazaar.domain.reputation.slots import SalesHead
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.networks import network

FILE = Path(__file__).parents[1] / "vectors" / "histories.json"
LOADED: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def followed(answers: list[str]) -> Walk | None:
    """The walk along all answers, or None if any of it is refused or it does not end."""
    walk: Walk | None = None
    try:
        for one in answers:
            answer = decode(SlotsAnswer, bytes.fromhex(one))
            assert answer.head is not None
            net = network(LOADED["network"]).id
            walk = walk or Walk(verify_as(SalesHead, answer.head, net))
            walk.take(answer.entries)
    except MalformedMessageError:
        return None
    return walk if walk is not None and walk.is_done else None


@pytest.mark.parametrize("vector", LOADED["walks"], ids=lambda one: one["why"])
def test_walks(vector: dict[str, Any]) -> None:
    walk = followed(vector["answers"])
    assert (walk is not None) == vector["accept"]
    if walk is not None:
        assert walk.head.author.hex() == LOADED["owner"]
        found = (len(walk.entries), walk.left_out, walk.breaks, walk.unproven)
        names = ("slots", "left_out", "breaks", "unproven")
        assert found == tuple(vector[name] for name in names)
