"""What this node keeps of plans to clear debts: the plan, every vote, and what became of it."""

from collections.abc import Iterator
from typing import Final

import msgspec

from bazaar.app.ports import Unit
from bazaar.domain.credit.clearing import ClearPlan, ClearVote, View
from bazaar.domain.wire.envelope import Signed, verify_as

MAX_OPEN: Final = 64
MAX_PAST: Final = 50
SWITCH: Final = "clearing"
_OPEN: Final = "clear-open"
_PAST: Final = "clear-past"
ID_BYTES: Final = 32


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """One plan in the book; ``ended`` is empty, cleared, refused or lapsed."""

    plan: bytes
    votes: tuple[bytes, ...] = ()
    committed: bool = False
    ended: str = ""


def is_on(unit: Unit) -> bool:
    """Whether the person lets this node look for circles and answer searches."""
    return unit.setting(SWITCH) is not None


def switch(unit: Unit, *, on: bool) -> None:
    """Take part in clearing, or no more; plans that are agreed run to their end."""
    unit.set_setting(SWITCH, b"on" if on else None)


def add(unit: Unit, plan: Signed[ClearPlan]) -> None:
    """Keep a new plan."""
    put(unit, plan.id, Kept(plan.envelope))
    unit.set_setting(_OPEN, (unit.setting(_OPEN) or b"") + plan.id)


def get(unit: Unit, plan: bytes) -> Kept | None:
    """What is kept of a plan."""
    value = unit.setting(_name(plan))
    return msgspec.msgpack.decode(value, type=Kept) if value else None


def put(unit: Unit, plan: bytes, kept: Kept) -> None:
    """Write what became of a plan."""
    unit.set_setting(_name(plan), msgspec.msgpack.encode(kept))


def end(unit: Unit, plan: bytes, kept: Kept, why: str) -> None:
    """Nothing is due any more; the newest ``MAX_PAST`` are remembered."""
    put(unit, plan, msgspec.structs.replace(kept, ended=why))
    rest = [one for one in open_ids(unit) if one != plan]
    unit.set_setting(_OPEN, b"".join(rest) or None)
    past = [*past_ids(unit), plan]
    for old in past[:-MAX_PAST]:
        unit.set_setting(_name(old), None)
    unit.set_setting(_PAST, b"".join(past[-MAX_PAST:]))


def open_ids(unit: Unit) -> list[bytes]:
    """Plans that are not ended."""
    return list(_cut(unit.setting(_OPEN) or b""))


def past_ids(unit: Unit) -> list[bytes]:
    """Ended plans, oldest first."""
    return list(_cut(unit.setting(_PAST) or b""))


def view(plan: bytes, kept: Kept, network: bytes) -> View:
    """The plan and its votes as the rules read them."""
    votes = (verify_as(ClearVote, one, network).body for one in kept.votes)
    body = verify_as(ClearPlan, kept.plan, network).body
    said = frozenset((vote.by, vote.vote) for vote in votes)
    return View(plan, body, said, kept.committed)


def _cut(ids: bytes) -> Iterator[bytes]:
    return (ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES))


def _name(plan: bytes) -> str:
    return f"clear:{plan.hex()}"
