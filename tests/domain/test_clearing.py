"""The rules of a circle under loss, delay, parties that stop and parties that cheat.

Messages between honest parties arrive within one round, as the protocol assumes; a cheat
may sign, hold back and hand out whatever it likes, to whom and when it likes.
"""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bazaar.domain.credit import clearing, ledger
from bazaar.domain.credit.account import (
    PAYER_A,
    PAYER_B,
    AccountState,
    AddHold,
    ApplyOutcome,
    Hold,
    SetLimit,
    Transfer,
    VoidHold,
)
from bazaar.domain.credit.clearing import (
    MAX_PARTIES,
    ClearPlan,
    ClearSeek,
    ClearVote,
    View,
    Vote,
)
from bazaar.domain.credit.holds import hid
from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.keys.identity import Identity
from bazaar.domain.wire.bodies import decode_body, encode_body
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.networks import DAY, network

NETWORK = network("local:tests")
PLAN_ID = b"p" * 32
START = 1_800_000_000
HOUR = 3600
ALL_KEYS = tuple(sorted(Identity(bytes((n + 1,)) * 32).key for n in range(6)))


def keys(count: int) -> tuple[bytes, ...]:
    return ALL_KEYS[:count]


def plan_of(count: int, amount: int) -> ClearPlan:
    parties = keys(count)
    return ClearPlan(parties[0], "EUR", amount, parties, b"n" * 32, START)


class Ring:
    """A circle of accounts and what each party knows of the votes."""

    def __init__(self, debts: list[int], cheats: frozenset[int]) -> None:
        self.plan = plan_of(len(debts), min(debts))
        self.cheats = cheats
        self.before = debts
        self.accounts = [self._owing(edge, debt) for edge, debt in enumerate(debts)]
        self.known: list[set[tuple[bytes, int]]] = [set() for _ in debts]
        self.committed = [False] * len(debts)
        self.stopped = [False] * len(debts)
        self.all = {(key, int(vote)) for key in self.plan.parties for vote in Vote}

    def _owing(self, edge: int, debt: int) -> AccountState:
        creditor = self._side(edge, creditor=True)
        state = ledger.apply(ledger.EMPTY, [SetLimit(debt)], creditor)
        direction = 0 if creditor == PAYER_A else 1
        return ledger.apply(state, [Transfer(direction, debt, None, "")], 1 - creditor)

    def _side(self, edge: int, *, creditor: bool) -> int:
        debtor, owed = (
            clearing.debtor(self.plan, edge),
            clearing.creditor(self.plan, edge),
        )
        return ledger.side(owed, debtor) if creditor else ledger.side(debtor, owed)

    def view(self, who: int) -> View:
        return View(PLAN_ID, self.plan, frozenset(self.known[who]), self.committed[who])

    def honest(self) -> list[int]:
        return [n for n in range(len(self.before)) if n not in self.cheats]

    def owed(self, edge: int) -> int:
        balance = self.accounts[edge].balance
        return balance if self._side(edge, creditor=False) == PAYER_B else -balance

    def positions(self) -> int:
        """Sum of what everybody is owed and owes."""
        nets = [0] * len(self.before)
        for edge, state in enumerate(self.accounts):
            lower, higher = sorted((edge, (edge + 1) % len(nets)))
            nets[lower] += state.balance
            nets[higher] -= state.balance
        return sum(nets)

    # ---------------------------------------------------------------- steps

    def vote(self, who: int, vote: Vote) -> None:
        self.known[who].add((self.plan.parties[who], int(vote)))

    def share(self, who: int, to: int) -> None:
        self.known[to] |= {one for one in self.known[who] if one[1] >= Vote.CONSENT}

    def act(self, who: int, now: int) -> None:
        """All that the node of an honest party does, as the app's ``tend`` does it."""
        if self.stopped[who]:
            return
        me, view = self.plan.parties[who], self.view(who)
        gives, gets = clearing.edges(self.plan, me)
        if not view.committed and clearing.may_commit(view, me, NETWORK, now):
            self.committed[who] = True
            self.vote(who, Vote.WITNESS)
            view = self.view(who)
        if view.committed:
            self._apply(gets)
        elif clearing.is_dead(view, me, NETWORK, now):
            self._void(gives, now)
        elif clearing.may_bind(view, me, NETWORK, now):
            if not self._held(gives):
                self.bind(gives, now)
            elif self._held(gets):
                self.vote(who, Vote.READY)

    def _hold(self, edge: int) -> Hold:
        return clearing.hold_on(self.view(0), edge, NETWORK)

    def _held(self, edge: int) -> bool:
        return ledger.hold_of(self.accounts[edge], hid(self._hold(edge))) is not None

    def _signs(self, who: int, *, allowed: bool) -> bool:
        return who in self.cheats or (allowed and not self.stopped[who])

    def bind(self, edge: int, now: int) -> None:
        debtor = edge
        me = self.plan.parties[debtor]
        allowed = clearing.may_bind(self.view(debtor), me, NETWORK, now)
        if not self._held(edge) and self._signs(debtor, allowed=allowed):
            self._change(edge, AddHold(self._hold(edge)))

    def _apply(self, edge: int) -> None:
        payer = (edge + 1) % len(self.before)
        if self._held(edge) and self._signs(payer, allowed=self.committed[payer]):
            result = clearing.outcome(self.plan, edge)
            self._change(
                edge, ApplyOutcome(hid(self._hold(edge)), result, (b"r" * 32,))
            )

    def _void(self, edge: int, now: int) -> None:
        debtor = edge
        me = self.plan.parties[debtor]
        allowed = clearing.is_dead(self.view(debtor), me, NETWORK, now)
        if self._held(edge) and self._signs(debtor, allowed=allowed):
            self._change(edge, VoidHold(hid(self._hold(edge)), None))

    def _change(self, edge: int, operation: AddHold | ApplyOutcome | VoidHold) -> None:
        payer = self._side(edge, creditor=True)
        before = self.accounts[edge]
        self.accounts[edge] = ledger.apply(before, [operation], payer)
        assert self.positions() == 0
        for debtor, limit in ((PAYER_B, before.limit_a), (PAYER_A, before.limit_b)):
            after = ledger.use(self.accounts[edge], debtor)
            assert after <= max(limit, ledger.use(before, debtor)), "I19"

    def lost(self, who: int) -> int:
        """What ``who`` gave away and did not get."""
        gives, gets = clearing.edges(self.plan, self.plan.parties[who])
        given = self.before[gives] - self.owed(gives)
        got = self.before[gets] - self.owed(gets)
        return given - got


debts_of = st.lists(st.integers(1, 900), min_size=3, max_size=MAX_PARTIES)


QUARTER = DAY // 4
Votes = frozenset[tuple[bytes, int]]


@settings(max_examples=250, deadline=None)
@given(debts=debts_of, data=st.data())
def test_who_is_honest_gives_nothing_without_getting(
    debts: list[int], data: st.DataObject
) -> None:
    """Any number of cheats: an honest party between honest neighbours loses nothing."""
    count = len(debts)
    cheats = data.draw(st.frozensets(st.integers(0, count - 1), max_size=count - 1))
    ring = Ring(debts, cheats)
    begin(ring, data)
    wire: list[tuple[int, int, Votes]] = []
    for step in range(4 * (count + 3)):
        now = START + step * QUARTER
        if cheats and data.draw(st.integers(0, 3)) == 0:
            cheat(ring, data)
        wire = deliver(ring, wire, now)
        for who in ring.honest():
            before = frozenset(ring.known[who]), ring.committed[who]
            ring.act(who, now)
            fresh = frozenset(ring.known[who])
            if (fresh, ring.committed[who]) != before:
                late = data.draw(st.sampled_from((now, now + DAY)))
                wire += [(late, other, fresh) for other in range(count)]
    meet(ring, START + 9 * DAY)
    finish(ring)


def begin(ring: Ring, data: st.DataObject) -> None:
    """All have consented; perhaps everything is bound and the honest are ready."""
    everybody = range(len(ring.before))
    for who in everybody:
        ring.known[who] |= {(key, int(Vote.CONSENT)) for key in ring.plan.parties}
    if data.draw(st.booleans()):
        for edge in everybody:
            ring.bind(edge, START)
        for who in ring.honest():
            ring.vote(who, Vote.READY)
        ready = set[tuple[bytes, int]]().union(*(ring.known[w] for w in ring.honest()))
        for who in everybody:
            ring.known[who] |= ready


def deliver(
    ring: Ring, wire: list[tuple[int, int, Votes]], now: int
) -> list[tuple[int, int, Votes]]:
    """What is due by now arrives; what is still on its way is returned."""
    for due, to, votes in wire:
        if due <= now:
            ring.known[to] |= votes
    return [one for one in wire if one[0] > now]


def cheat(ring: Ring, data: st.DataObject) -> None:
    """The cheats hand one party what they like of all that they know and can sign."""
    to = data.draw(st.integers(0, len(ring.before) - 1))
    heard = set[tuple[bytes, int]]().union(*(ring.known[one] for one in ring.cheats))
    vote = data.draw(st.sampled_from((Vote.READY, Vote.READY, Vote.NO)))
    witnesses = data.draw(st.integers(0, len(ring.cheats)))
    for place, who in enumerate(sorted(ring.cheats)):
        heard.add((ring.plan.parties[who], int(vote)))
        if place < witnesses:
            heard.add((ring.plan.parties[who], int(Vote.WITNESS)))
    ring.known[to] |= heard
    for who in ring.cheats:
        ring.bind(clearing.edges(ring.plan, ring.plan.parties[who])[0], START)


def meet(ring: Ring, now: int) -> None:
    """Within a round everything that one honest party said has reached all others."""
    for _ in range(3):
        for one in ring.honest():
            for other in range(len(ring.before)):
                ring.share(one, other)
        for who in ring.honest():
            ring.act(who, now)


def finish(ring: Ring) -> None:
    honest = ring.honest()
    assert len({ring.committed[who] for who in honest}) == 1, "all honest, or none"
    count = len(ring.before)
    for who in honest:
        neighbours = {(who - 1) % count, (who + 1) % count}
        if not neighbours & ring.cheats:
            assert ring.lost(who) == 0
        if not ring.committed[who]:
            assert ring.lost(who) <= 0, "nothing is given without the condition"


@settings(max_examples=100, deadline=None)
@given(debts=debts_of, order=st.randoms(use_true_random=False), stops=st.data())
def test_a_party_that_stops_at_any_step_harms_nobody(
    debts: list[int], order: object, stops: st.DataObject
) -> None:
    del order
    ring = Ring(debts, frozenset())
    gone = stops.draw(st.integers(0, len(debts) - 1))
    at = stops.draw(st.integers(0, 12))
    for who in range(len(debts)):
        ring.known[who] |= {(key, int(Vote.CONSENT)) for key in ring.plan.parties}
    for step in range(12):
        ring.stopped[gone] = step >= at
        for who in stops.draw(st.permutations(range(len(debts)))):
            ring.act(who, START + HOUR)
            if stops.draw(st.booleans()):
                for other in range(len(debts)):
                    ring.share(who, other)
    ring.stopped[gone] = False
    for round_ in range(2, 10):
        meet(ring, START + round_ * DAY)
    assert len(set(ring.committed)) == 1
    assert all(ring.lost(who) == 0 for who in range(len(debts)))
    cleared = min(debts) if ring.committed[0] else 0
    assert [ring.owed(edge) for edge in range(len(debts))] == [
        debt - cleared for debt in debts
    ]
    assert not any(state.holds for state in ring.accounts)


@pytest.mark.parametrize(
    ("late", "witnesses", "counts"),
    [
        (0, 0, True),
        (1, 0, False),
        (DAY, 1, True),
        (DAY + 1, 1, False),
        (2 * DAY, 2, True),
    ],
)
def test_the_condition_counts_up_to_the_second(
    late: int, witnesses: int, counts: bool
) -> None:
    plan = plan_of(3, 5)
    ready = {(key, int(Vote.READY)) for key in plan.parties}
    seen = {(key, int(Vote.WITNESS)) for key in plan.parties[1 : 1 + witnesses]}
    view = View(PLAN_ID, plan, frozenset(ready | seen), committed=False)
    now = clearing.times(plan, NETWORK).ready + late
    assert clearing.may_commit(view, plan.parties[0], NETWORK, now) is counts


def test_an_own_witness_does_not_excuse_the_own_lateness() -> None:
    plan = plan_of(3, 5)
    votes = {(key, int(Vote.READY)) for key in plan.parties}
    votes.add((plan.parties[0], int(Vote.WITNESS)))
    view = View(PLAN_ID, plan, frozenset(votes), committed=False)
    late = clearing.times(plan, NETWORK).ready + 1
    assert not clearing.may_commit(view, plan.parties[0], NETWORK, late)


SEEK = ClearSeek(keys(3)[1], "EUR", b"s" * 32, 5, keys(2), START)
PLAN = plan_of(3, 5)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Kind.CLEAR_SEEK, msgspec.structs.replace(SEEK, path=keys(4), by=keys(4)[3])),
        (Kind.CLEAR_SEEK, SEEK),
        (Kind.CLEAR_PLAN, PLAN),
        (Kind.CLEAR_PLAN, plan_of(5, 2**53 - 1)),
        (Kind.CLEAR_VOTE, ClearVote(keys(1)[0], PLAN_ID, 3)),
    ],
)
def test_bodies_at_their_limits(kind: Kind, body: ClearSeek) -> None:
    assert decode_body(kind, encode_body(body)) == body


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Kind.CLEAR_SEEK, msgspec.structs.replace(SEEK, path=keys(5), by=keys(5)[4])),
        (Kind.CLEAR_SEEK, msgspec.structs.replace(SEEK, path=keys(1))),
        (Kind.CLEAR_SEEK, msgspec.structs.replace(SEEK, amount=0)),
        (Kind.CLEAR_PLAN, plan_of(2, 5)),
        (Kind.CLEAR_PLAN, plan_of(6, 5)),
        (Kind.CLEAR_PLAN, plan_of(3, 0)),
        (Kind.CLEAR_PLAN, msgspec.structs.replace(PLAN, parties=keys(3)[::-1])),
        (Kind.CLEAR_PLAN, msgspec.structs.replace(PLAN, by=keys(4)[3])),
        (Kind.CLEAR_PLAN, msgspec.structs.replace(PLAN, parties=keys(2) + keys(1))),
        (Kind.CLEAR_VOTE, ClearVote(keys(1)[0], PLAN_ID, 4)),
    ],
)
def test_bodies_beyond_their_limits(kind: Kind, body: ClearSeek) -> None:
    with pytest.raises(MalformedMessageError):
        decode_body(kind, encode_body(body))
