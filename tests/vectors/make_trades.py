"""Writes the vectors of trades and accounts anew: ``python -m tests.vectors.make_trades``.

What the fold must say of a set is computed by the second fold, ``tests/reference_fold``.
Signed messages stand once in a list; cases name them by their place in it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

import msgspec

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.reputation.slots import (
    BuySlot,
    CaseSlot,
    SaleSlot,
    Slot,
    value_class,
)
from bazaar.domain.trading.messages import Accept, Offer, Role, Ruling
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.rules import RULES
from bazaar.domain.wire.envelope import Signed, seal
from tests.domain.test_rules_matrix import REACHED, counts_in, fitting
from tests.random_trades import random_story
from tests.reference_fold import Verdict, reference
from tests.seat_tables import SILENCE, tables
from tests.trades import KEYS, NETWORK, RATING_KEY, Story, public
from tests.vectors.make_accounts import accounts

FOLDER: Final = Path(__file__).parent
STORIES: Final = 50
UNDECIDED: Final = 8
MOST_STEPS: Final = 11
OUTCOME_TAG: Final = b"bazaar/1 outcome\0"
SLOT_TAG: Final = b"bazaar/1 slot\0"


class Pool:
    """Every envelope once; cases name places."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, message: Signed[Any]) -> int:
        return self.places.setdefault(message.envelope.hex(), len(self.places))

    def all(self, messages: Iterable[Signed[Any]]) -> list[int]:
        return [self.place(message) for message in messages]

    def file(self, cases: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        known = {"network": NETWORK.name, "envelopes": list(self.places)}
        return {**known, "cases": cases, **more}


def trades() -> dict[str, Any]:
    """Item 12: sets of messages with the expected fold."""
    pool = Pool()
    cases = [
        _set(pool, story, held) for story in _stories() for held in _subsets(story)
    ]
    return pool.file(cases)


def _stories() -> list[Story]:
    """Mostly funded ones: there the fold has more to decide."""
    told = [random_story(seed, MOST_STEPS) for seed in range(10 * STORIES)]
    decided = [story for story in told if _is_decided(story)]
    return [*decided[: STORIES - UNDECIDED], *told[:UNDECIDED]]


def _is_decided(story: Story) -> bool:
    parts = reference(story.offer, story.said, story.network).parts
    return any(part[1] or part[2] for part in parts)


def _subsets(story: Story) -> Iterable[Sequence[Signed[Any]]]:
    """All of it, what was there before the last words, and a set with gaps."""
    said = sorted(
        {m.id: m for m in story.said}.values(), key=lambda m: _clock(story, m)
    )
    yield said
    for later in (2, 5):
        yield said[:-later]
    yield [m for place, m in enumerate(said) if place % 7 != 6]


def _clock(story: Story, message: Signed[Any]) -> tuple[int, bytes]:
    """A Ruling's own time is far off; it stands after the longest chain."""
    body = message.body
    return (body.at if not isinstance(body, Ruling) else story.clock - 1, message.id)


def _set(pool: Pool, story: Story, held: Sequence[Signed[Any]]) -> dict[str, Any]:
    return {
        "offer": pool.place(story.offer),
        "messages": pool.all(held),
        "fold": _said(reference(story.offer, held, story.network)),
    }


def _said(verdict: Verdict) -> dict[str, Any]:
    return {
        "phase": verdict.phase,
        "state": verdict.state,
        "contract": verdict.contract.hex(),
        "flagged": sorted(verdict.flagged),
        "parts": [
            {
                "phase": phase,
                "outcome": list(outcome) if outcome else None,
                "ruling": ruling.hex() if ruling else None,
            }
            for phase, outcome, ruling in verdict.parts
        ],
    }


def rules() -> dict[str, Any]:
    """Item 13: one message of every kind by every role in every phase; does it count?"""
    pool = Pool()
    cases: list[dict[str, Any]] = []
    for phase in REACHED:
        story = Story()
        REACHED[phase](story)
        before = pool.all(story.said)
        cases += [
            _cell(pool, story, before, (kind, role, phase))
            for kind in RULES
            if kind not in {Offer, Accept}
            for role in Role
        ]
    return pool.file(cases, offer=pool.place(Story().offer))


def _cell(
    pool: Pool, story: Story, before: list[int], cell: tuple[Any, Role, Phase]
) -> dict[str, Any]:
    kind, role, phase = cell
    said = story.make(role, kind, **fitting(story, kind, role))
    return {
        "kind": kind.__name__,
        "role": int(role),
        "phase": str(phase),
        "messages": before,
        "said": pool.place(said),
        "counts": counts_in(kind, role, phase),
        "wrong_role": role not in RULES[kind].who,
    }


def duties() -> dict[str, Any]:
    """Item 18: a seat's receipts and clock, and the Ruling or silence expected."""
    pool = Pool()
    cases: list[dict[str, Any]] = []
    for table in tables():
        held = [m for m in table.story.all if m.id in table.committed]
        cases.append(
            {
                "name": table.name,
                "role": int(table.role),
                "offer": pool.place(table.story.offer),
                "messages": pool.all(held),
                "received": [table.committed[m.id] for m in held],
                "online": [list(spell) for spell in table.spells],
                "now": table.now,
                "rules": None if table.expected == SILENCE else table.expected,
            }
        )
    return pool.file(cases)


def outcomes() -> dict[str, Any]:
    """Item 7: the id of an outcome."""
    greatest = 2**53 - 1
    some = [
        PaidOutcome(0, 0, 1, 0, 0),
        PaidOutcome(0, 1, 0, 0, 0),
        PaidOutcome(15, greatest, 0, 0, 0),
        PaidOutcome(1, 470, 480, 50, 2),
        PaidOutcome(1, 470, 480, 50, 3),
        PaidOutcome(7, 0, 0, greatest, 3),
    ]
    cases = [
        {
            "contract": contract.hex(),
            "outcome": msgspec.to_builtins(outcome),
            "id": _outcome_id(contract, outcome).hex(),
        }
        for contract in (bytes(32), b"\xff" * 32, Story().accepted().id)
        for outcome in some
    ]
    return {"cases": cases}


def _outcome_id(contract: bytes, outcome: PaidOutcome) -> bytes:
    amounts = (outcome.to_seller, outcome.to_buyer, outcome.fee)
    packed = bytes([outcome.part]) + b"".join(x.to_bytes(8) for x in amounts)
    named = OUTCOME_TAG + contract + packed + bytes([outcome.fee_role])
    return hashlib.sha256(named).digest()


def slots() -> dict[str, Any]:
    """Item 16: chains of slots with their heads, and value classes."""
    totals = [0, 1, 2, 3, 1023, 1024, 2**53 - 1]
    chains = [_chain(kind) for kind in (SaleSlot, BuySlot, CaseSlot)]
    classes = [{"total": total, "class": value_class(total)} for total in totals]
    return {"network": NETWORK.name, "chains": chains, "classes": classes}


def _chain(kind: type[Slot]) -> dict[str, Any]:
    head, links = bytes(32), list[dict[str, Any]]()
    for number in range(1, 6):
        body = kind(
            public(Role.SELLER),
            number,
            head,
            (RATING_KEY,),
            (bytes([number]) * 32,),
            value_class(1000 * number),
            "EUR",
            2900 + number,
            (public(Role.PRIMARY), public(Role.BACKUP)),
        )
        signed = seal(body, KEYS[Role.SELLER], NETWORK.id)
        head = hashlib.sha256(SLOT_TAG + head + signed.id).digest()
        links.append({"slot": signed.envelope.hex(), "head": head.hex()})
    return {"kind": kind.__name__, "links": links}


FILES: Final[Mapping[str, Callable[[], dict[str, Any]]]] = MappingProxyType(
    {
        "outcomes": outcomes,
        "accounts": accounts,
        "trades": trades,
        "rules": rules,
        "slots": slots,
        "duties": duties,
    }
)


def text_of(name: str) -> str:
    """The file ``name`` as it must stand; one case a line."""
    made = FILES[name]()
    fields = [f"{_line(key)}: {_lines(value)}" for key, value in made.items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _lines(value: Sequence[object] | object) -> str:
    if isinstance(value, list):
        items = cast("list[object]", value)
        return "[\n" + ",\n".join(_line(one) for one in items) + "\n]"
    return _line(value)


def _line(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


if __name__ == "__main__":
    for made in FILES:
        (FOLDER / f"{made}.json").write_text(text_of(made), encoding="utf-8")
