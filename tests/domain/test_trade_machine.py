"""Four roles and a stranger say anything in any order; the invariants hold at every step.

Messages arrive late, twice and out of order; anybody may fork. Asserted: I1, I2, I5, I9,
I13, I15, I27 and I29.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.messages import (
    Agree,
    Decline,
    Dispute,
    Extend,
    FundAck,
    Proposal,
    Role,
    Ruling,
    SeatAck,
    Settled,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import PartState, Trade
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.networks import DAY
from tests.random_trades import NIGHTLY, shuffled, verdict
from tests.reference_fold import reference
from tests.trades import STRANGER, Story

B, S, A1, A2 = Role
PARTIES = st.sampled_from((B, S))
SEATS = st.sampled_from((A1, A2))
PARTS = st.sampled_from((0, 1))
AMOUNT = 1000
STEPS = 40 if NIGHTLY else 25
EXAMPLES = 2_000 if NIGHTLY else 60


class TradeMachine(RuleBasedStateMachine):
    """``known`` is what each role holds; ``story.said`` is all that was ever said."""

    @initialize()
    def fund(self) -> None:
        self.story = Story((AMOUNT, AMOUNT)).funded()
        self.known: dict[Role, dict[bytes, Signed[Step]]] = {
            role: {m.id: m for m in self.story.said} for role in Role
        }
        self.before: Trade | None = None
        self.newest: Signed[Step] | None = None

    # what may be said

    @rule(
        parts=st.sampled_from(((0,), (1,), (0, 1))),
        kind=st.sampled_from((Ship, Decline)),
    )
    def sell(self, parts: tuple[int, ...], kind: type[Step]) -> None:
        self._say(S, kind, parts=parts)

    @rule(role=PARTIES, part=PARTS, seller=st.sampled_from((0, 300, AMOUNT)))
    def propose(self, role: Role, part: int, seller: int) -> None:
        self._say(role, Proposal, part=part, to_seller=seller, to_buyer=AMOUNT - seller)

    @rule(role=PARTIES, part=PARTS, reason=st.integers(1, 4))
    def dispute(self, role: Role, part: int, reason: int) -> None:
        self._say(role, Dispute, parts=(part,), reason=reason)

    @rule(days=st.sampled_from((1, 30)))
    def extend(self, days: int) -> None:
        self._say(B, Extend, days=days)

    @rule(role=PARTIES)
    def withdraw(self, role: Role) -> None:
        self._say(role, Withdraw)

    @rule(role=PARTIES, data=st.data())
    def agree(self, role: Role, data: st.DataObject) -> None:
        kinds = Ship | Decline | Proposal | Ruling
        named = self._one_of(role, kinds, data)
        if named is not None:
            self._say(role, Agree, part=data.draw(PARTS), names=named.id)

    @rule(seat=SEATS, data=st.data(), share=st.sampled_from((0, 400, AMOUNT)))
    def judge(self, seat: Role, data: st.DataObject, share: int) -> None:
        dispute = self._one_of(seat, Dispute, data)
        if dispute is None or not isinstance(dispute.body, Dispute):
            return
        reason = data.draw(st.sampled_from((dispute.body.reason, 3)))
        to_seller = {1: 0, 2: AMOUNT}.get(reason, share)
        times = self.story.times
        moments = (times.t1 + DAY, times.t2 + DAY, times.t3, times.t4)
        self._say(
            seat,
            Ruling,
            part=dispute.body.parts[0],
            dispute=dispute.id,
            reason=reason,
            to_seller=to_seller,
            to_buyer=AMOUNT - to_seller,
            at=data.draw(st.sampled_from(moments)),
        )

    @rule(role=PARTIES, part=PARTS)
    def settle(self, role: Role, part: int) -> None:
        trade = self._trade(role)
        outcome = trade.parts[part].outcome if trade.parts else None
        if outcome is not None:
            settled = trade.contract.outcome_id(outcome)
            self._say(role, Settled, part=part, outcome=settled)

    @rule(role=st.sampled_from(Role), data=st.data())
    def fork(self, role: Role, data: st.DataObject) -> None:
        """Say something else at a place that is taken."""
        own = [m for m in self.story.all if m.body.role == role]
        trunk = data.draw(st.sampled_from(own))
        contract = self.story.fold().contract.id
        if role in {A1, A2}:
            self._say(role, SeatAck, prev=trunk, contract=contract)
        elif role == S:
            self._say(role, FundAck, prev=trunk, contract=contract)
        else:
            self._say(role, Extend, prev=trunk, days=2)

    @rule(role=st.sampled_from(Role), kind=st.sampled_from((Ship, Withdraw, Decline)))
    def forge(self, role: Role, kind: type[Step]) -> None:
        """A stranger claims a role, a member claims another's kind: nothing changes (I15)."""
        said = self.story.said
        forged = self.story.make(role, kind, key=STRANGER)
        wrong = self.story.make(A1, kind)
        both: Any = [*said, forged, wrong]
        assert verdict(self.story.fold(both)) == verdict(self.story.fold())

    @rule(to=st.sampled_from(Role), data=st.data())
    def deliver(self, to: Role, data: st.DataObject) -> None:
        """Late, out of order and as often as it likes."""
        message = data.draw(st.sampled_from(self.story.said))
        self.known[to][message.id] = message

    # what must hold

    @precondition(lambda self: hasattr(self, "story"))
    @invariant()
    def a_payment_rests_on_two_halves_of_two_roles(self) -> None:
        """I2, I5 and I13, on every role's own view."""
        for role in Role:
            trade = self._trade(role)
            for part in trade.parts:
                self._check_part(trade, part)

    def _check_part(self, trade: Trade, part: PartState) -> None:
        if part.decision is None:
            return
        outcome = part.decision.outcome
        assert outcome.to_seller + outcome.to_buyer + outcome.fee == AMOUNT
        held = trade.facts.chains.complete
        halves = [held[half].body for half in part.decision.halves]
        assert len({half.role for half in halves}) == 2
        seats = [half for half in halves if half.role in {A1, A2}]
        if seats:
            assert any(d.body.role in {B, S} for d in part.disputes)
            assert len(seats) == 1

    @precondition(lambda self: hasattr(self, "story"))
    @invariant()
    def a_payable_outcome_changes_only_against_who_signs(self) -> None:
        """I1, I27 and I29 on the set of everything said."""
        after = self.story.fold()
        assert after.phase in {Phase.FUNDED, Phase.CLOSED}
        if self.before is not None and self.newest is not None:
            for old, new in zip(self.before.parts, after.parts, strict=True):
                self._check_change(old, new, self.newest, after)
        self.before = after

    def _check_change(
        self, old: PartState, new: PartState, said: Signed[Step], after: Trade
    ) -> None:
        if old.outcome is None or old.outcome == new.outcome:
            return
        if old.phase is Phase.PAID:
            # Only a lower pair of both parties' own Settled replaces a pair (7.7 step 5).
            assert isinstance(said.body, Settled)
            return
        if new.phase is Phase.PAID:
            return
        seat = said.body.role in {A1, A2}
        if seat:
            forked = said.body.role in {fork.role for fork in after.forks}
            assert forked or said.body.role == A1
            return
        assert new.outcome is not None
        assert not self._gains_alone(said, old.outcome, new)

    def _gains_alone(
        self, said: Signed[Step], old: PaidOutcome, new: PartState
    ) -> bool:
        """Whether the signer gained by a change to which the other had given no half."""
        if new.outcome is None or new.decision is None:
            return True
        held = {m.id: m.body.role for m in self.story.said}
        other = S if said.body.role == B else B
        if any(held.get(half) == other for half in new.decision.halves):
            return False
        mine = ("to_buyer", "to_seller")[int(said.body.role)]
        return getattr(new.outcome, mine) > getattr(old, mine)

    @precondition(lambda self: hasattr(self, "story"))
    @invariant()
    def two_folds_agree(self) -> None:
        for role in (B, A2):
            held = list(self.known[role].values())
            story = self.story
            assert verdict(story.fold(held)) == reference(
                story.offer, held, story.network
            )

    def teardown(self) -> None:
        """I9: once all is delivered, in whatever order, every role has one state."""
        if not hasattr(self, "story"):
            return
        final = verdict(self.story.fold())
        for order, role in enumerate(Role):
            held = [*self.known[role].values(), *shuffled(self.story, order)]
            assert verdict(self.story.fold(held)) == final

    # ways of saying

    def _trade(self, role: Role) -> Trade:
        return self.story.fold(self.known[role].values())

    def _one_of(
        self, role: Role, kinds: Any, data: st.DataObject
    ) -> Signed[Step] | None:
        held = [m for m in self.known[role].values() if isinstance(m.body, kinds)]
        return data.draw(st.sampled_from(held)) if held else None

    def _say(self, role: Role, kind: type[Step], **fields: Any) -> None:
        """Say it with what this role holds, its own branch of highest seq unless told."""
        heads = dict(self._trade(role).facts.chains.heads)
        heads.pop(role, None)
        named = tuple(heads.values())
        last = fields.get("prev", self.story.last(role))
        if last is not None and last.body.seq >= 127:
            return
        said = self.story.say(role, kind, seen=fields.pop("seen", named), **fields)
        self.newest = self.story.said[-1]
        self.known[role] |= {m.id: m for m in self._own_chain(role)}
        assert said.id in self.known[role]

    def _own_chain(self, role: Role) -> list[Signed[Step]]:
        return [m for m in self.story.said if m.body.role == role]


def test_the_invariants_of_a_trade() -> None:
    run_state_machine_as_test(
        TradeMachine,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS),
    )
