"""Which two signatures decide a part, and which of several decisions holds (7.7, 7.8)."""

from collections.abc import Iterator
from typing import NamedTuple

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.facts import Facts
from bazaar.domain.trading.messages import Agree, Decline, Role, Ruling, Settled, Ship
from bazaar.domain.trading.needs import (
    PARTIES,
    given,
    names_an_offer,
    offered,
    outcome_of_ruling,
)
from bazaar.domain.trading.rulings import is_valid_ruling
from bazaar.domain.wire.envelope import Signed


class Decision(NamedTuple):
    """A complete outcome.

    Attributes:
        halves: Ids of the two messages that make it, the offer or Ruling first.
        final: Both parties have Settled on it; nothing can change it any more.
    """

    outcome: PaidOutcome
    halves: tuple[bytes, ...]
    final: bool


def ruling_that_counts(facts: Facts, part: int) -> Signed[Ruling] | None:
    """``r`` of PROTOCOL.md 7.7: A1's valid Ruling, else A2's."""
    for role in (Role.PRIMARY, Role.BACKUP):
        for ruling in facts.own_rulings(role, part):
            if is_valid_ruling(facts, ruling):
                return ruling
    return None


def decide(facts: Facts, part: int, ruling: Signed[Ruling] | None) -> Decision | None:
    """The outcome of a part: settled by both, else agreed, else ruled and completed."""
    derived = _agreement(facts, part) or (_completed(facts, ruling) if ruling else None)
    final = _settled_by_both(facts, part)
    if final is None:
        return derived
    if derived is not None and derived.outcome == final.outcome:
        return Decision(final.outcome, derived.halves, final=True)
    return final


def _settled_by_both(facts: Facts, part: int) -> Decision | None:
    settled = {
        role: {
            m.body.outcome: m.id
            for m in facts.of(Settled)
            if m.body.role == role and m.body.part == part
        }
        for role in PARTIES
    }
    both = settled[Role.BUYER].keys() & settled[Role.SELLER].keys()
    known = given(facts, part)
    for outcome in sorted(both & known.keys()):
        halves = (settled[Role.BUYER][outcome], settled[Role.SELLER][outcome])
        return Decision(known[outcome], halves, final=True)
    return None


def _agreement(facts: Facts, part: int) -> Decision | None:
    """Of several, the buyer's come first; of one signer's, the one that pays it less."""
    best = min(_agreements(facts, part), key=lambda pair: pair[0], default=None)
    return None if best is None else best[1]


def _agreements(
    facts: Facts, part: int
) -> Iterator[tuple[tuple[int, int, bytes], Decision]]:
    for agree in facts.of(Agree):
        if agree.body.part != part or not names_an_offer(facts, agree):
            continue
        named = facts.chains.complete[agree.body.names]
        outcome = offered(facts, named.body, part)
        if outcome is None:
            continue
        own = outcome.to_buyer if agree.body.role == Role.BUYER else outcome.to_seller
        yield (
            (agree.body.role, own, agree.id),
            Decision(outcome, (named.id, agree.id), final=False),
        )


def _completed(facts: Facts, ruling: Signed[Ruling]) -> Decision | None:
    """A Ruling with a party's Agree to it, or with the standing half that it means."""
    outcome = outcome_of_ruling(ruling.body)
    half = next(_completing_halves(facts, ruling, outcome), None)
    return None if half is None else Decision(outcome, (ruling.id, half), final=False)


def _completing_halves(
    facts: Facts, ruling: Signed[Ruling], outcome: PaidOutcome
) -> Iterator[bytes]:
    part = ruling.body.part
    for agree in facts.of(Agree):
        if agree.body.names == ruling.id and agree.body.part == part:
            yield agree.id
    if outcome.to_buyer == 0:
        yield from (message.id for message in facts.on_part(Ship, part))
    if outcome.to_seller == 0:
        yield from (message.id for message in facts.on_part(Decline, part))
