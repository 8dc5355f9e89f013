"""A market of traders on a bad network and a clock that jumps: all must end in the same state."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import trio

from bazaar.domain.errors import BazaarError
from bazaar.domain.trading.phases import ENDED
from bazaar.domain.wire.networks import network
from tests.app.town import LAMP, START, Town
from tests.habits import course_of
from tests.simulation.steady import Patient, TrioWall
from tests.simulation.weather import Weather

NETWORK: Final = network("local:simulation/24")
"""A day of a contract is an hour."""

ACCEPT_DAYS: Final = 2
DEADLINES: Final = {"ship_days": 2, "inspect_days": 3}
LIMIT: Final = 10**9
STOCK: Final = 100_000
MOST_SEATS: Final = 4
LOOK_SECONDS: Final = 120
THINK_SECONDS: Final = 30.0
REPORT_SECONDS: Final = 1_800
TROUBLE_SECONDS: Final = 900
LONGEST_SECONDS: Final = 60 * 86_400
LOSS: Final = 0.1


class Size(NamedTuple):
    """How large a market is and how long its orders take to be placed."""

    nodes: int
    orders: int
    placing_seconds: int
    seed: int = 1


class Bustle:
    """One run.

    Attributes:
        troubles: Restarts and partitions, counted.
        problems: What is wrong in the end, in words.
        elapsed: Seconds of the market's own time.
        tell: Told each half hour of that time how far it is.
    """

    def __init__(self, folder: Path, template: Path, nursery: trio.Nursery) -> None:
        self.town = Town(folder, template, nursery)
        self.town.network = NETWORK
        self.town.wall = TrioWall(START)
        self.troubles: Counter[str] = Counter()
        self.orders: list[bytes] = []
        self.problems: list[str] = []
        self.elapsed = 0.0
        self.tell: Callable[[str], object] = lambda _words: None
        self._template = template
        self._nursery = nursery

    async def run(self, size: Size) -> None:
        """Open the market, place all orders, and wait until everything is settled."""
        self._chance = random.Random(size.seed)
        self.wire = Weather(self._nursery, size.seed)
        self.town.wire = self.wire
        await self._settle_in(size.nodes)
        self.wire.loss = self.wire.repeats = LOSS
        self.begun = trio.current_time()
        async with trio.open_nursery() as nursery:
            for trader in self.traders:
                nursery.start_soon(self._live, trader)
            nursery.start_soon(self._make_trouble)
            nursery.start_soon(self._report)
            await self._place_all(size)
            await self._until_settled()
            nursery.cancel_scope.cancel()
        self.elapsed = trio.current_time() - self.begun

    # ------------------------------------------------------------- the people

    async def _settle_in(self, nodes: int) -> None:
        people: list[Patient] = []
        for number in range(nodes):
            trader = Patient(self.town, f"trader{number}", number + 1)
            trader.move_in(self._template)
            people.append(trader)
            self.town.people.append(trader)
            await self.town.start(trader)
        self.traders = people
        seats = min(MOST_SEATS, nodes // 2)
        shops = (nodes - seats) // 3
        self.seats = people[:seats]
        self.sellers = people[seats : seats + shops]
        self.buyers = people[seats + shops :]
        for seat in self.seats:
            await seat.arbitrate()
        for number, seller in enumerate(self.sellers):
            await self._open_shop(seller, number)
        for person in people:
            for seller in self.sellers:
                if person is not seller:
                    await person.node.market.refresh(seller.key)

    async def _open_shop(self, seller: Patient, number: int) -> None:
        chosen = [
            self.seats[(number + k) % len(self.seats)].identity.peer_id for k in (0, 1)
        ]
        values = {"arbiters": ",".join(chosen), "sells": "yes"}
        await seller.node.profiles.change(values)
        (seller.lamp,) = await seller.sell(
            LAMP | {"stock": STOCK, "deadlines": DEADLINES}
        )
        for buyer in self.buyers:
            seller.limit(buyer, LIMIT)

    async def _live(self, trader: Patient) -> None:
        while True:
            with trio.move_on_after(LOOK_SECONDS):
                await trader.woken.wait()
            await trio.sleep(self._chance.random() * THINK_SECONDS)
            if self._is_up(trader):
                if not trader.woken.is_set():
                    trader.touch_all()
                await trader.act_on_all()

    def _is_up(self, trader: Patient) -> bool:
        return self.wire.nodes.get(trader.key) is trader.exchange

    async def _report(self) -> None:
        while True:
            await trio.sleep(REPORT_SECONDS)
            hours = (trio.current_time() - self.begun) / 3_600
            still = sum(map(self._still_open, self.traders))
            placed = len(self.orders)
            self.tell(
                f"{hours:.1f} h: {placed} placed, {still} times open with a role\n"
            )

    def _still_open(self, trader: Patient) -> int:
        if not self._is_up(trader):
            return 0
        with trader.book.unit() as unit:
            return len(unit.trades(open_only=True))

    # ------------------------------------------------------------- what happens to them

    async def _make_trouble(self) -> None:
        """Now and then a node dies for a while, or nothing reaches it."""
        while True:
            await trio.sleep(self._chance.random() * TROUBLE_SECONDS)
            trader = self._chance.choice(self.traders)
            if self._chance.random() < 0.5:
                self.troubles["restarts"] += 1
                await trader.leave()
                await trio.sleep(self._chance.random() * TROUBLE_SECONDS / 3)
                await self.town.start(trader)
                trader.touch_all()
            else:
                self.troubles["partitions"] += 1
                self.wire.cut(trader.key)
                await trio.sleep(self._chance.random() * TROUBLE_SECONDS / 3)
                self.wire.join(trader.key)

    async def _place_all(self, size: Size) -> None:
        pause = size.placing_seconds / size.orders
        while len(self.orders) < size.orders:
            await trio.sleep(pause * 2 * self._chance.random())
            buyer = self._chance.choice(self.buyers)
            seller = self._chance.choice(self.sellers)
            if self._is_up(buyer):
                try:
                    self.orders.append(
                        await buyer.order(seller.lamp, accept_days=ACCEPT_DAYS)
                    )
                except BazaarError as error:
                    self.troubles[f"not placed: {error}"] += 1

    async def _until_settled(self) -> None:
        with trio.move_on_after(LONGEST_SECONDS):
            while self.unsettled():  # noqa: ASYNC110 - what is awaited tells nobody
                await trio.sleep(600)
        while not all(map(self._is_up, self.traders)):  # noqa: ASYNC110 - as above
            await trio.sleep(60)

    # ------------------------------------------------------------- what came of it

    def unsettled(self) -> list[str]:
        """What is still open, in words; empty at the end."""
        found: list[str] = []
        for trader in self.traders:
            if not self._is_up(trader):
                return [f"{trader.name} is away"]
            with trader.book.unit() as unit:
                still = len(unit.trades(open_only=True))
                owed = unit.undelivered()
                bound = len(trader.node.rail.bound_contracts(unit))
            if still or owed or bound:
                found.append(f"{trader.name}: {still} open, {owed} owed, {bound} bound")
        return found

    def disagreements(self) -> list[str]:
        """Orders whose roles hold different messages or states, and accounts that differ."""
        found = [self._differing(one) for one in self.orders]
        pairs = [(a, b) for a in self.traders for b in self.traders if a.key < b.key]
        return [one for one in found if one] + [
            f"{a.name} and {b.name} differ"
            for a, b in pairs
            if a.is_owed(b) != -b.is_owed(a) or a.account(b) != b.account(a)
        ]

    def _differing(self, trade_id: bytes) -> str:
        holding = [p for p in self.traders if p.state(trade_id) != "unknown"]
        trades = [person.trade(trade_id) for person in holding]
        roles = set(trades[0].contract.keys.values()) if trades else set[bytes]()
        names = {t.digest for t in trades}
        is_same = len(names) == 1 and all(t.phase in ENDED for t in trades)
        has_seats = bool(trades and trades[0].contract.accept)
        missing = len(holding) < (len(roles) if has_seats else 2)
        if is_same and not missing:
            return ""
        states = {
            p.name: (t.state, t.digest.hex()[:6])
            for p, t in zip(holding, trades, strict=True)
        }
        return f"{trade_id.hex()[:8]} ({course_of(trade_id)}): {states}"

    def ends(self) -> Counter[str]:
        """How many orders went which way."""
        return Counter(str(course_of(one)) for one in self.orders)
