"""Random graphs of accounts with orders over hubs: nothing appears, nothing vanishes, no limit breaks."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    PAYER_A,
    PAYER_B,
    AccountState,
    AddHold,
    ApplyOutcome,
    Hold,
    Operation,
    PaidOutcome,
    SetLimit,
    SettledOutside,
    Transfer,
    VoidHold,
)
from bazaar.domain.credit.holds import BUYER_LEG, HUB_LEG, hid
from bazaar.domain.errors import RefusedError

PEOPLE = 5
AMOUNTS = st.integers(1, 400)
LAST = 2**40


class Order(NamedTuple):
    """Its hops: (payer, payee) of each leg, the buyer's first."""

    contract: bytes
    amount: int
    hops: tuple[tuple[int, int], ...]


class Graph(RuleBasedStateMachine):
    """Everybody has an account with everybody; orders go directly or over one hub."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts = dict.fromkeys(combinations(range(PEOPLE), 2), ledger.EMPTY)
        self.orders: list[Order] = []
        self.decided: dict[bytes, PaidOutcome] = {}

    @initialize(limits=st.lists(st.integers(0, 600), min_size=20, max_size=20))
    def trust(self, limits: list[int]) -> None:
        for number, pair in enumerate(self.accounts):
            self._sign(pair, [SetLimit(limits[2 * number])], PAYER_A)
            self._sign(pair, [SetLimit(limits[2 * number + 1])], PAYER_B)

    # ------------------------------------------------------------- operations

    def _sign(self, pair: tuple[int, int], done: Sequence[Operation], by: int) -> bool:
        """Both sign the next state, if the rules allow it; I19 and I20 hold for it."""
        before = self.accounts[pair]
        try:
            after = ledger.apply(before, done, by)
        except RefusedError:
            return False
        for debtor in (PAYER_A, PAYER_B):
            limit = after.limit_b if debtor == PAYER_A else after.limit_a
            use = ledger.use(after, debtor)
            assert use <= max(limit, ledger.use(before, debtor)), "I19"
        kept = {hid(hold) for hold in after.holds}
        ended = {one.hold for one in done if isinstance(one, ApplyOutcome | VoidHold)}
        assert {hid(hold) for hold in before.holds} - kept <= ended, "I20"
        self.accounts[pair] = after
        return True

    @rule(data=st.data(), amount=st.integers(0, 600))
    def set_limit(self, data: st.DataObject, amount: int) -> None:
        pair = data.draw(st.sampled_from(sorted(self.accounts)))
        before = self.accounts[pair]
        assert self._sign(pair, [SetLimit(amount)], data.draw(st.integers(0, 1)))
        after = self.accounts[pair]
        assert (after.balance, after.holds) == (before.balance, before.holds), "I20"

    @rule(data=st.data(), amount=AMOUNTS, outside=st.booleans())
    def move(self, data: st.DataObject, amount: int, outside: bool) -> None:
        pair = data.draw(st.sampled_from(sorted(self.accounts)))
        way = data.draw(st.integers(0, 1))
        payment = (
            SettledOutside(way, amount, "cash", bytes(32))
            if outside
            else Transfer(way, amount, None, "")
        )
        self._sign(pair, [payment], data.draw(st.integers(0, 1)))

    @rule(data=st.data(), amount=AMOUNTS, over_hub=st.booleans())
    def bind(self, data: st.DataObject, amount: int, over_hub: bool) -> None:
        """The buyer's hop first; the hub binds onward only if that stands."""
        buyer, hub, seller = data.draw(st.permutations(range(PEOPLE)))[:3]
        hops = ((buyer, hub), (hub, seller)) if over_hub else ((buyer, seller),)
        contract = len(self.orders).to_bytes(32, "big")
        order = Order(contract, amount, hops)
        for leg, (payer, payee) in enumerate(hops):
            pair, side = _side(payer, payee)
            hold = Hold(side, amount, contract, 0, leg, LAST)
            if not self._sign(pair, [AddHold(hold)], side):
                break
        self.orders.append(order)

    @rule(data=st.data(), cut=st.integers(0, 2), first_only=st.booleans())
    def pay(self, data: st.DataObject, cut: int, first_only: bool) -> None:
        """One outcome for all hops, upstream first; a message may be lost between them."""
        whole = [one for one in self.orders if self._is_bound(one)]
        if not whole:
            return
        order = data.draw(st.sampled_from(whole))
        share = order.amount * cut // 2
        drawn = PaidOutcome(0, share, order.amount - share, 0, 0)
        outcome = self.decided.setdefault(order.contract, drawn)
        for leg in range(1 if first_only else len(order.hops)):
            pair, side = _side(*order.hops[leg])
            hold = self._hold(order, leg)
            if hold is not None:
                paid = ApplyOutcome(hid(hold), outcome, (bytes(32),))
                assert self._sign(pair, [paid], 1 - side), "an outcome always fits"

    @rule(data=st.data())
    def free(self, data: st.DataObject) -> None:
        """What nobody decided is freed from the seller's end."""
        loose = [one for one in self.orders if one.contract not in self.decided]
        if not loose:
            return
        order = data.draw(st.sampled_from(loose))
        for leg in reversed(range(len(order.hops))):
            hold = self._hold(order, leg)
            if hold is not None:
                pair, side = _side(*order.hops[leg])
                assert self._sign(pair, [VoidHold(hid(hold), None)], side)
                return

    # ------------------------------------------------------------- what must hold

    def _hold(self, order: Order, leg: int) -> Hold | None:
        pair, _ = _side(*order.hops[leg])
        held = self.accounts[pair].holds
        return next(
            (h for h in held if (h.contract, h.leg) == (order.contract, leg)), None
        )

    def _is_bound(self, order: Order) -> bool:
        legs = range(len(order.hops))
        return all(self._hold(order, leg) for leg in legs) or (
            order.contract in self.decided
        )

    @invariant()
    def all_positions_add_up_to_nothing(self) -> None:
        positions = [0] * PEOPLE
        for (lower, higher), state in self.accounts.items():
            for debtor, creditor, owed in _claims(lower, higher, state):
                positions[creditor] += owed
                positions[debtor] -= owed
        assert sum(positions) == 0

    @invariant()
    def no_hub_is_bound_onward_without_being_covered(self) -> None:
        for order in self.orders:
            if len(order.hops) == 1:
                continue
            upstream, onward = self._hold(order, BUYER_LEG), self._hold(order, HUB_LEG)
            decided = self.decided.get(order.contract)
            assert onward is None or upstream is not None or decided is not None


def _side(payer: int, payee: int) -> tuple[tuple[int, int], int]:
    """The account of two people, and the side of the payer."""
    pair = (min(payer, payee), max(payer, payee))
    return pair, PAYER_A if payer == pair[0] else PAYER_B


def _claims(lower: int, higher: int, state: AccountState) -> list[tuple[int, int, int]]:
    """(debtor, creditor, amount) of the balance and, once each, of every hold."""
    held = [
        (lower, higher, hold.amount)
        if hold.payer == PAYER_A
        else (higher, lower, hold.amount)
        for hold in state.holds
    ]
    return [(higher, lower, state.balance), *held]


TestGraph = Graph.TestCase
TestGraph.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
