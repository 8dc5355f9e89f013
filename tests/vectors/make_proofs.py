"""Writes the vectors of proofs anew: ``python -m tests.vectors.make_proofs`` (item 14).

The proofs are put together here from their two envelopes, not by the code under test.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import msgspec

from bazaar.domain.trading.messages import Role, Withdraw
from bazaar.domain.wire.envelope import Signed
from tests.equivocations import (
    Account,
    a_slot,
    fork,
    pairs,
    two_heads,
    two_replies,
)
from tests.trades import NETWORK, STRANGER, Story

FILE: Final = Path(__file__).parent / "proofs.json"


def _array(number: int, first: Signed[Any], second: Signed[Any]) -> list[Any]:
    low, high = sorted((first, second), key=lambda one: one.id)
    return [10, number, low.envelope, high.envelope]


def _case(array: list[Any], why: str, **expected: Any) -> dict[str, Any]:
    data = msgspec.msgpack.encode(array)
    return {"proof": data.hex(), "why": why, "accept": bool(expected), **expected}


def _holds(number: int, first: Signed[Any], second: Signed[Any]) -> dict[str, Any]:
    array = _array(number, first, second)
    name = hashlib.sha256(msgspec.msgpack.encode(array)).hexdigest()
    kinds = f"{type(first.body).__name__} and {type(second.body).__name__}"
    expected = {"id": name, "signer": first.author.hex(), "class": number}
    return _case(array, f"class {number}: {kinds}", **expected)


def _refused() -> list[dict[str, Any]]:
    good = _array(1, *fork())
    account = Account()
    story = Story()
    strange = story.make(Role.SELLER, Withdraw, prev=None, key=STRANGER)
    own = story.make(Role.SELLER, Withdraw, prev=None, reason=2)
    broken = good[3][:-1] + bytes([good[3][-1] ^ 1])
    theirs = account.propose(account.higher)
    later = account.propose(account.lower, n=2)
    accept = account.accept(account.higher, account.propose(account.lower))
    return [
        _case([10, 1, good[3], good[2]], "the higher id first"),
        _case([10, 4, *good[2:]], "two messages are no slots"),
        _case([10, 8, *good[2:]], "there is no class 8"),
        _case([9, 1, *good[2:]], "the kind of a proof is 10"),
        _case([10, 1, good[2], good[2]], "one message twice"),
        _case([10, 1, good[2], broken], "a broken signature"),
        _case(_array(1, own, strange), "two signers"),
        _case(_array(5, account.propose(account.lower), later), "another n"),
        _case(_array(7, theirs, accept), "of the higher key"),
        _case(_array(4, a_slot(1), a_slot(2)), "another number"),
        _case(_array(3, two_heads()[0], two_heads(2)[1]), "another n"),
        _case(_array(3, two_heads()[0], two_heads(chain=53)[1]), "another chain"),
        _case(_array(3, two_heads()[0], two_heads(at=1)[0]), "heads that agree"),
        _case(_array(3, two_replies()[0], two_replies(1)[1]), "a corrected reply"),
    ]


def proofs() -> dict[str, Any]:
    """Item 14: at least one proof of each class, and what is none."""
    cases = [_holds(number, *pair) for number, pair in pairs()]
    return {"network": NETWORK.name, "proofs": [*cases, *_refused()]}


def text() -> str:
    """The file as it must stand."""
    return json.dumps(proofs(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
