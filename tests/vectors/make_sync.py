"""Vectors of reconciliation (PROTOCOL.md 15.1): sets of heads, and every message of a run."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from bazaar.domain.stores.head_set import HeadSet, head_key
from bazaar.domain.stores.reconcile import answer, encode_sync, opening

START: Final = 1_800_000_000


def sync() -> dict[str, Any]:
    """Runs between an asker and an answerer until nothing is left to say."""
    everything = range(100)
    runs = [
        _run([], [7]),
        _run([1, 2, 3], [2, 3, 4]),
        _run(everything, everything),
        _run(everything, [*range(90), 200, 201]),
    ]
    return {"fingerprints": _fingerprints(), "runs": runs}


def _head(number: int) -> dict[str, Any]:
    return {
        "issued": START + 3_600 * number,
        "id": hashlib.sha256(f"head {number}".encode()).hexdigest(),
    }


def _set(numbers: Sequence[int]) -> HeadSet:
    heads = map(_head, numbers)
    return HeadSet(head_key(one["issued"], bytes.fromhex(one["id"])) for one in heads)


def _fingerprints() -> list[dict[str, Any]]:
    """Computed from the words of PROTOCOL.md, not by the code under test."""
    found: list[dict[str, Any]] = []
    for count in (0, 1, 2, 40):
        ids = [bytes.fromhex(_head(number)["id"]) for number in range(count)]
        total = sum(int.from_bytes(one, "big") for one in ids) % (1 << 256)
        data = total.to_bytes(32, "big") + count.to_bytes(8, "big")
        mine = hashlib.sha256(data).digest()[:16]
        assert _set(range(count)).fingerprint(0, count) == mine
        found.append({"heads": count, "fingerprint": mine.hex()})
    return found


def _run(asker: Sequence[int], answerer: Sequence[int]) -> dict[str, Any]:
    sets = (_set(asker), _set(answerer))
    message, turn = opening(sets[0]), 1
    messages: list[dict[str, Any]] = []
    while message.ranges:
        data = encode_sync(message).hex()
        found = answer(sets[turn], message)
        lacks = [one.hex() for one in found.lacks]
        messages.append({"bytes": data, "receiver_lacks": lacks})
        message, turn = found.message, 1 - turn
    return {
        "asker": list(map(_head, asker)),
        "answerer": list(map(_head, answerer)),
        "messages": messages,
    }
