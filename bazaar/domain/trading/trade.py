"""A trade is a fold over the set of its signed messages (PROTOCOL.md 7.7).

Any order, duplication or grouping of one set gives one state on every node; no clock,
arrival order or database is read.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.trading.chains import Fork
from bazaar.domain.trading.contract import Contract
from bazaar.domain.trading.facts import Facts
from bazaar.domain.trading.messages import (
    MAX_SEQ,
    NO_ID,
    Dispute,
    Offer,
    Role,
    Ruling,
    Seen,
    Ship,
    Step,
)
from bazaar.domain.trading.needs import disputes_of
from bazaar.domain.trading.outcome import Decision, decide, ruling_that_counts
from bazaar.domain.trading.phases import Phase, least_advanced
from bazaar.domain.trading.rules import RULES, may_sign
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.networks import Network


class PartState(NamedTuple):
    """One part of a funded trade.

    Attributes:
        number: Its place in the contract, from 0.
        ships, disputes: Messages that count on the part, in chain order.
        ruling: The Ruling that counts, A1's before A2's.
        decision: The complete outcome with its halves, or None.
    """

    number: int
    phase: Phase
    ships: tuple[Signed[Ship], ...]
    disputes: tuple[Signed[Dispute], ...]
    ruling: Signed[Ruling] | None
    decision: Decision | None

    @property
    def outcome(self) -> PaidOutcome | None:
        """Who gets what, once two halves of one outcome are there."""
        return self.decision.outcome if self.decision else None


class Trade:
    """The state of one trade, derived from its messages alone."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.id = facts.offer.id
        self.contract: Contract = facts.contract

    @cached_property
    def counted(self) -> frozenset[bytes]:
        """Ids of the messages that count; all others are parked."""
        return frozenset(
            m.id for m in self.facts.chains.complete.values() if self._counts(m)
        )

    def _counts(self, message: Signed[Step]) -> bool:
        row = RULES[type(message.body)]
        return all(need(self.facts, message) for need in row.needs)

    @cached_property
    def parts(self) -> tuple[PartState, ...]:
        """The parts, once FUNDED; empty before."""
        if not self.facts.funded:
            return ()
        return tuple(
            _part(self.facts, index) for index in range(len(self.contract.offer.parts))
        )

    @cached_property
    def phase(self) -> Phase:
        """Phase of the trade itself: OFFERED to AGREED, FUNDED, CLOSED or ABORTED."""
        facts = self.facts
        if facts.funded:
            paid = all(part.phase is Phase.PAID for part in self.parts)
            return Phase.CLOSED if paid else Phase.FUNDED
        if facts.withdraws:
            return Phase.ABORTED
        if facts.agreed:
            return Phase.AGREED
        return Phase.OFFERED if self.contract.accept is None else Phase.ACCEPTED

    @cached_property
    def state(self) -> Phase:
        """What is shown: once funded the phase of the least advanced part."""
        if self.phase is not Phase.FUNDED:
            return self.phase
        return least_advanced([part.phase for part in self.parts])

    @property
    def forks(self) -> tuple[Fork, ...]:
        """Equivocations within this trade."""
        return self.facts.chains.forks

    @cached_property
    def digest(self) -> bytes:
        """Sum of all message ids mod 2^256; the version that commands carry (8.4)."""
        return digest(message for message in self.facts.chains.complete)

    def next_place(self, role: Role) -> tuple[int, bytes, tuple[Seen, ...]]:
        """(seq, prev, seen) of the next message of ``role``.

        Raises RefusedError where a signature could contradict an earlier one: own
        messages wait for a missing one (resync first), or all places are used.
        """
        waiting = self.facts.chains.waiting.values()
        if any(message.body.role == role for message in waiting):
            raise RefusedError(ReplyCode.WRONG_STATE, "an own message is missing here")
        heads = dict(self.facts.chains.heads)
        own = heads.pop(role, None)
        seen = tuple(heads.values())
        if own is not None and own.seq >= MAX_SEQ:
            raise RefusedError(ReplyCode.LIMIT, "this order has too many messages")
        return (own.seq + 1, own.id, seen) if own else (0, NO_ID, seen)


def fold(
    offer: Signed[Offer], messages: Iterable[Signed[Step]], network: Network
) -> Trade:
    """The trade that ``offer`` and ``messages`` make, in whatever order they came.

    What its signer's role may never say is left out like a stranger's message: it is not
    of the set of 7.7.1, so no chain runs through it and no half is made of it.
    """
    said = (message for message in messages if may_sign(message.body))
    return Trade(Facts(offer, said, network))


def digest(ids: Iterable[bytes]) -> bytes:
    """Sum of 32-byte ids mod 2^256, as 32 bytes."""
    total = sum(int.from_bytes(one) for one in ids)
    return (total % 2**256).to_bytes(32)


def _part(facts: Facts, index: int) -> PartState:
    ships = tuple(facts.on_part(Ship, index))
    disputes = tuple(disputes_of(facts, index))
    ruling = ruling_that_counts(facts, index)
    decision = decide(facts, index, ruling)
    return PartState(
        index,
        _part_phase(decision, ruling, disputes, ships),
        ships,
        disputes,
        ruling,
        decision,
    )


def _part_phase(
    decision: Decision | None,
    ruling: Signed[Ruling] | None,
    disputes: tuple[Signed[Dispute], ...],
    ships: tuple[Signed[Ship], ...],
) -> Phase:
    if decision is not None:
        return Phase.PAID if decision.final else Phase.PAYABLE
    if ruling is not None:
        return Phase.RULED
    if disputes:
        return Phase.DISPUTED
    return Phase.SHIPPED if ships else Phase.WAITING
