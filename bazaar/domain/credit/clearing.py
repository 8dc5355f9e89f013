"""Clearing a circle of debts: each owes the next, so all may owe less (PROTOCOL.md 9.6).

Pure. Everybody's Ready together is the condition under which every hold of the circle is
applied. Who learns it late needs as many witnesses as days have passed, so that all honest
parties come to know it, or none: nobody gives without getting.
"""

from enum import IntEnum
from typing import Annotated, Final, NamedTuple

from msgspec import Meta

from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    PAYER_B,
    AccountState,
    Hold,
    PaidOutcome,
)
from bazaar.domain.wire.bounds import Body, Id, Key, PositiveAmount, Time, UnitId
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.networks import DAY, Network

LEAST_PARTIES: Final = 3
MAX_PARTIES: Final = 5
CONSENT_SECONDS: Final = DAY
ROUND_SECONDS: Final = DAY
"""Within this every two honest nodes reach each other; divided on local networks."""

CLEARING_LEG: Final = 0


class ClearSeek(Body, frozen=True, tag=int(Kind.CLEAR_SEEK)):
    """A search along debts: every key of ``path`` owes the next, the last one the reader.

    Attributes:
        by: The last of the path, who sends it.
        seek: Random; the same search on all its ways.
        amount: The least of the debts so far.
    """

    by: Key
    unit: UnitId
    seek: Id
    amount: PositiveAmount
    path: Annotated[
        tuple[Key, ...],
        Meta(min_length=1, max_length=MAX_PARTIES - 1, extra={"unique": True}),
    ]
    expires: Time


class ClearPlan(Body, frozen=True, tag=int(Kind.CLEAR_PLAN)):
    """Each of ``parties`` owes the next, the last the first; all debts fall by ``amount``."""

    by: Key
    unit: UnitId
    amount: PositiveAmount
    parties: Annotated[
        tuple[Key, ...],
        Meta(
            min_length=LEAST_PARTIES,
            max_length=MAX_PARTIES,
            extra={"unique": True},
        ),
    ]
    nonce: Id
    at: Time


class Vote(IntEnum):
    """What a party signs for a plan."""

    NO = 0
    CONSENT = 1
    READY = 2
    WITNESS = 3


class ClearVote(Body, frozen=True, tag=int(Kind.CLEAR_VOTE)):
    """One party's word: its person's consent or no, its node's Ready, or Witness."""

    by: Key
    plan: Id
    vote: Annotated[int, Meta(ge=0, le=3)]


class Times(NamedTuple):
    """Until when, seconds: consent, Ready, the last round; then the holds end."""

    consent: int
    ready: int
    last: int
    expires: int


class View(NamedTuple):
    """What one node knows of a plan.

    Attributes:
        votes: (key, Vote) of every vote held.
        committed: This node has seen the condition in time; for ever.
    """

    id: bytes
    plan: ClearPlan
    votes: frozenset[tuple[bytes, int]]
    committed: bool


def check_seek(seek: ClearSeek) -> None:
    """Raise ValueError naming the field."""
    if seek.path[-1] != seek.by:
        raise ValueError("path: it ends with its signer")


def check_plan(plan: ClearPlan) -> None:
    """Raise ValueError naming the field."""
    if plan.by not in plan.parties:
        raise ValueError("by: only a party makes a plan")
    if plan.parties[0] != min(plan.parties):
        raise ValueError("parties: the lowest key comes first")


def circle(keys: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The same circle with its lowest key first."""
    start = keys.index(min(keys))
    return keys[start:] + keys[:start]


def times(plan: ClearPlan, network: Network) -> Times:
    """The deadlines of a plan."""
    round_ = network.scaled(ROUND_SECONDS)
    consent = plan.at + network.scaled(CONSENT_SECONDS)
    ready = consent + round_
    last = ready + (len(plan.parties) - 1) * round_
    return Times(consent, ready, last, last + round_)


# ------------------------------------------------------------- edges


def debtor(plan: ClearPlan, edge: int) -> bytes:
    """Who owes on an edge; it is paid by its creditor's forgiving."""
    return plan.parties[edge]


def creditor(plan: ClearPlan, edge: int) -> bytes:
    """Who is owed on an edge, and pays its hold."""
    return plan.parties[(edge + 1) % len(plan.parties)]


def edges(plan: ClearPlan, key: bytes) -> tuple[int, int]:
    """(the edge on which ``key`` gives, the edge on which it gets)."""
    place = plan.parties.index(key)
    return (place - 1) % len(plan.parties), place


def hold_on(view: View, edge: int, network: Network) -> Hold:
    """The one hold of an edge."""
    payer = ledger.side(creditor(view.plan, edge), debtor(view.plan, edge))
    expires = times(view.plan, network).expires
    return Hold(payer, view.plan.amount, view.id, edge, CLEARING_LEG, expires)


def outcome(plan: ClearPlan, edge: int) -> PaidOutcome:
    """What is applied to an edge's hold: all of it."""
    return PaidOutcome(edge, plan.amount, 0, 0, 0)


def clearable(state: AccountState, debtor_side: int) -> int:
    """How much of the debt of a side can still be cleared: what no hold has promised yet."""
    owed = state.balance if debtor_side == PAYER_B else -state.balance
    promised = sum(h.amount for h in state.holds if h.payer != debtor_side)
    return max(0, owed - promised)


# ------------------------------------------------------------- decisions


def voted(view: View, vote: Vote) -> frozenset[bytes]:
    """Parties that gave a vote."""
    return frozenset(
        key for key, said in view.votes if said == vote and key in view.plan.parties
    )


def is_agreed(view: View) -> bool:
    """Whether everybody has consented and nobody said no."""
    everybody = voted(view, Vote.CONSENT) == frozenset(view.plan.parties)
    return everybody and not voted(view, Vote.NO)


def may_bind(view: View, me: bytes, network: Network, now: int) -> bool:
    """Whether holds may be proposed or accepted."""
    in_time = now <= times(view.plan, network).ready
    return is_agreed(view) and in_time and me not in voted(view, Vote.READY)


def may_commit(view: View, me: bytes, network: Network, now: int) -> bool:
    """Whether the condition came in time: late by n rounds needs n other witnesses."""
    if voted(view, Vote.READY) != frozenset(view.plan.parties):
        return False
    witnesses = len(voted(view, Vote.WITNESS) - {me})
    until = times(view.plan, network).ready + witnesses * network.scaled(ROUND_SECONDS)
    return now <= until


def is_dead(view: View, me: bytes, network: Network, now: int) -> bool:
    """Whether the condition can never again count here, so that holds may be freed."""
    if view.committed:
        return False
    limits = times(view.plan, network)
    if me in voted(view, Vote.READY):
        return now > limits.last
    if voted(view, Vote.NO) or now > limits.ready:
        return True
    return now > limits.consent and not is_agreed(view)
