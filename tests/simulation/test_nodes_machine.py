"""A Hypothesis machine over four whole nodes, their books on disk and one order of two parts.

Requests are lost, repeated and overtaken, nodes are parted and killed (memory gone, the same
database opened again), one clock is wrong by an hour, one role may lie. After every step:
I1-I5, I9, I12, I13, I27 and I29, and for people who could keep in touch I6 and I7; at the
quiet end I10, the exits and the balances. `HYPOTHESIS_PROFILE=nightly` runs it for long.
"""

import tempfile
from functools import partial
from pathlib import Path

import pytest
import trio
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

from bazaar.domain.trading.messages import Role
from bazaar.domain.wire.networks import DAY, HOUR
from store.book.book import open_book
from tests.random_trades import NIGHTLY
from tests.simulation.forger import Lie, forged, tell
from tests.simulation.guest import Guest
from tests.simulation.market import Market, a_market, has_ended, prepare
from tests.simulation.truths import Watch, at_the_end

STEPS = 40 if NIGHTLY else 16
EXAMPLES = 1_000 if NIGHTLY else 6
MOST_MOMENTS = 120
ROLES = st.sampled_from(Role)
Begun = tuple[Role, int, int]
"""Role, deed and part of a deed done before the lot begins."""

FUNDED: tuple[Begun, ...] = ((Role.BUYER, 0, 0),)
SENT: tuple[Begun, ...] = (*FUNDED, (Role.SELLER, 0, 0))
SENT_IN_VAIN: tuple[Begun, ...] = (*SENT, (Role.SELLER, 1, 1))
STORIES = (SENT, SENT_IN_VAIN, FUNDED, ())
LIES = st.builds(
    Lie,
    st.integers(0, 4),
    st.integers(0, 1),
    st.integers(0, 11),
    st.integers(0, 12),
    st.booleans(),
    st.sampled_from((0, -3 * DAY, -HOUR, 5 * DAY, 20 * DAY)),
)


class NodesMachine(RuleBasedStateMachine):
    """``homes`` holds the four homes at the point where all have agreed on the order."""

    homes: Path
    trade: bytes

    @initialize(
        liar=st.sampled_from((None, None, *Role)),
        skewed=ROLES,
        ahead=st.sampled_from((0, HOUR, -HOUR)),
        story=st.sampled_from(STORIES),
    )
    def begin(
        self, liar: Role | None, skewed: Role, ahead: int, story: tuple[Begun, ...]
    ) -> None:
        folder = Path(tempfile.mkdtemp(prefix="bazaar-nodes-"))
        self.guest = Guest(partial(a_market, folder, self.homes, self.trade))
        self.market: Market = self.guest.call(_itself)
        self.market.liar = liar
        self.market.people[skewed].clock.ahead = ahead
        self.watch = Watch(self.market)
        for role, what, part in story:
            self.guest.call(lambda market, r=role, w=what, p=part: market.act(r, w, p))
            self.guest.call(Market.settle)

    @rule(role=ROLES, what=st.integers(0, 7), part=st.integers(0, 1))
    def do(self, role: Role, what: int, part: int) -> None:
        self.guest.call(lambda market: market.act(role, what, part))

    @rule(what=st.integers(0, 1), part=st.integers(0, 1))
    def ship(self, what: int, part: int) -> None:
        self.guest.call(lambda market: market.act(Role.SELLER, what, part))

    @precondition(lambda self: self.market.liar is not None)
    @rule(lie=LIES, hearer=ROLES)
    def lie(self, lie: Lie, hearer: Role) -> None:
        self.guest.call(partial(_lie, lie=lie, hearer=hearer))

    @rule()
    def settle(self) -> None:
        self.guest.call(Market.settle)

    @rule(hours=st.sampled_from((1, 12, 30)))
    def pass_time(self, hours: int) -> None:
        self.guest.call(lambda market: market.pass_time(hours * HOUR))

    @rule()
    def go_to_the_next_moment(self) -> None:
        self.guest.call(Market.next_moment)

    @rule(role=ROLES)
    def crash(self, role: Role) -> None:
        self.guest.call(lambda market: market.crash(role))

    @precondition(lambda self: bool(self.market.down))
    @rule(role=ROLES)
    def restart(self, role: Role) -> None:
        self.guest.call(lambda market: market.restart(role))

    @rule(one=ROLES, others=st.sets(ROLES, max_size=2))
    def part(self, one: Role, others: set[Role]) -> None:
        self.market.part(one, *others)

    @precondition(lambda self: self.market.is_parted)
    @rule()
    def heal(self) -> None:
        self.market.heal()

    @rule(seed=st.integers(0, 9), loss=st.sampled_from((0.0, 0.3, 0.6)))
    def storm(self, seed: int, loss: float) -> None:
        self.market.storm(seed, loss)

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        if hasattr(self, "watch"):
            self.guest.call(partial(_look, watch=self.watch))

    def teardown(self) -> None:
        if not hasattr(self, "guest"):
            return
        try:
            if not self.guest.has_failed:
                self.guest.call(partial(_come_to_rest, watch=self.watch))
        finally:
            self.guest.close()


async def _itself(market: Market) -> Market:
    await trio.lowlevel.checkpoint()
    return market


async def _look(_: Market, watch: Watch) -> None:
    watch.look()
    await trio.lowlevel.checkpoint()


async def _lie(market: Market, lie: Lie, hearer: Role) -> None:
    liar = market.liar
    if liar is None or liar in market.down or hearer is liar:
        return
    person = market.people[liar]
    envelope = forged(person, market.trade(liar), liar, lie).envelope
    await tell(person, envelope, market.people[hearer])


async def _come_to_rest(market: Market, watch: Watch) -> None:
    """All is well again and stays so until the last deadline has passed."""
    market.storm(0, 0.0)
    for role in Role:
        await market.restart(role)
    market.heal()
    await market.settle()
    for _ in range(MOST_MOMENTS):
        watch.look()
        if has_ended(market) or not await market.next_moment():
            break
    for _ in range(3):
        await market.pass_time(HOUR)
    watch.look()
    at_the_end(market)


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> type[NodesMachine]:
    template = tmp_path_factory.mktemp("template") / "book.db"
    open_book(template).close()
    folder = tmp_path_factory.mktemp("agreed")
    trade_id = trio.run(prepare, folder, template)

    class FromHere(NodesMachine):
        homes = folder
        trade = trade_id

    return FromHere


@pytest.mark.timeout(36_000 if NIGHTLY else 240)
def test_no_lot_makes_honest_nodes_lose_or_differ(agreed: type[NodesMachine]) -> None:
    run_state_machine_as_test(
        agreed,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None
        ),
    )
