"""One life of a small market in one process: real books, real use cases, and a wire that tells.

All that leaves a node, and all that a node acknowledges, is written to a pipe before the
other side sees it. Whoever reads the pipe may kill the process at any moment.
"""

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import trio
from trio.testing import MockClock

from bazaar.app.ports import Request
from bazaar.domain.errors import BazaarError
from bazaar.domain.exchange.coding import decode
from bazaar.domain.exchange.messages import Put, PutAnswer
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import EnvelopeList
from bazaar.domain.wire.networks import network
from tests.app.town import LAMP, START, Town
from tests.fakes import Wall, Wire
from tests.habits import Course, Trader
from tests.simulation.steady import Patient, TrioWall

NETWORK: Final = network("local:crash/24")
NAMES: Final = ("seller", "buyer", "primary", "backup")
LIMIT: Final = 10**9
OPEN_ORDERS: Final = 6
ORDER_SECONDS: Final = 0.01
HEAL_SECONDS: Final = 4 * 3600
LOOK_SECONDS: Final = 30
TEMPLATE: Final = "template.db"
READY: Final = "ready"
LEFT: Final = "left"
KEPT: Final = "kept"

Record = tuple[str, bytes, tuple[bytes, ...]]
"""What happened, to whose node, with which envelopes or ids."""

Tell = Callable[[str, bytes, Sequence[bytes]], None]
AT_ONCE: Final = {Course.SILENT, Course.UNSHIPPED, Course.JUDGED}
"""Courses that need days; here such orders complete."""


class Tapped(Wire):
    """A faithful wire that tells what passes before it arrives."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    async def carry(self, peer: bytes, request: Request) -> bytes:
        if request.type == RequestType.PUT:
            self._tell(LEFT, request.peer, decode(Put, request.body).envelopes)
        reply = await super().carry(peer, request)
        if request.type == RequestType.PUT:
            ack = decode(PutAnswer, reply).ack
            if ack is not None:
                self._tell(KEPT, peer, [ack])
        if request.type == RequestType.MISSING:
            self._tell(LEFT, peer, decode(EnvelopeList, reply).envelopes)
        return reply


class RealWall(Wall):
    """Real seconds since the market began."""

    def __init__(self, begun: float) -> None:
        super().__init__(START)
        self._begun = begun

    def now(self) -> int:
        return self.time + int(time.time() - self._begun)


class Hasty(Trader):
    """Somebody whose orders all end without waiting for days."""

    def course(self, trade_id: bytes) -> Course:
        course = super().course(trade_id)
        return Course.COMPLETE if course in AT_ONCE else course


class Healer(Hasty, Patient):
    """The same on a clock that jumps."""


class Market:
    """Seller, buyer and two arbiters on the files of a folder."""

    def __init__(self, folder: Path, tell: Tell, nursery: trio.Nursery) -> None:
        self.town = Town(folder, folder / TEMPLATE, nursery)
        self.town.network = NETWORK
        self.town.wire = Tapped(tell)
        self.people: list[Any] = []
        self._tell = tell
        self._nursery = nursery

    async def found(self) -> None:
        """Make the homes, open the shop and give credit; nothing of it is killed."""
        await self._start(Patient, new=True)
        seller, buyer, *seats = self.people
        for seat in seats:
            await seat.arbitrate()
        arbiters = ",".join(seat.identity.peer_id for seat in seats)
        await seller.node.profiles.change({"arbiters": arbiters, "sells": "yes"})
        await seller.sell(LAMP | {"stock": 100_000})
        seller.limit(buyer, LIMIT)
        for person in (buyer, *seats):
            await person.node.market.refresh(seller.key)
        await self.town.quiet()
        await self._leave()

    async def trade(self) -> None:
        """Trade for ever."""
        await self._start(Hasty)
        self._tell(READY, b"", ())
        await self._bustle()

    async def heal(self) -> list[str]:
        """Trade without new orders until all is settled; what is not, in words."""
        await self._start(Healer)
        for person in self.people:
            self._nursery.start_soon(self._act, person)
        with trio.move_on_after(HEAL_SECONDS):
            while self.unsettled():  # noqa: ASYNC110 - what is awaited tells nobody
                await trio.sleep(LOOK_SECONDS)
        problems = self.unsettled() or self.disagreements()
        await self._leave()
        return problems

    async def _start(self, kind: type[Trader], *, new: bool = False) -> None:
        for number, name in enumerate(NAMES):
            person = kind(self.town, name, number + 1)
            if new:
                person.move_in(self.town.folder / TEMPLATE)
            self.people.append(person)
            self.town.people.append(person)
            await self.town.start(person)

    async def _leave(self) -> None:
        for person in self.people:
            await person.leave()

    async def _bustle(self) -> None:
        async with trio.open_nursery() as nursery:
            for person in self.people:
                nursery.start_soon(self._act, person)
            nursery.start_soon(self._order)

    async def _act(self, person: Trader) -> None:
        person.touch_all()
        while True:
            with trio.move_on_after(LOOK_SECONDS):
                await person.woken.wait()
            if not person.woken.is_set():
                person.touch_all()
            await person.act_on_all()

    async def _order(self) -> None:
        seller, buyer, *_ = self.people
        with seller.book.unit() as unit:
            (own,) = seller.node.shop.listings(unit)
        lamp = own.listing.id
        while True:
            with buyer.book.unit() as unit:
                is_idle = len(unit.trades(open_only=True)) < OPEN_ORDERS
            if is_idle:
                with contextlib.suppress(BazaarError):
                    await buyer.order(lamp)
            await trio.sleep(ORDER_SECONDS)

    def unsettled(self) -> list[str]:
        """What is still open or owed."""
        found: list[str] = []
        for person in self.people:
            with person.book.unit() as unit:
                still = len(unit.trades(open_only=True))
                owed = unit.undelivered()
                bound = len(person.node.rail.bound_contracts(unit))
            if still or owed or bound:
                found.append(f"{person.name}: {still} open, {owed} owed, {bound} bound")
        return found

    def disagreements(self) -> list[str]:
        """Orders that differ between those who hold them, and accounts that do."""
        digests: dict[bytes, set[bytes]] = {}
        for person in self.people:
            with person.book.unit() as unit:
                for row in unit.trades():
                    digests.setdefault(row.id, set()).add(row.digest)
        found = [
            f"order {one.hex()[:8]}" for one, all_ in digests.items() if len(all_) > 1
        ]
        pairs = ((a, b) for a in self.people for b in self.people if a.key < b.key)
        found += [
            f"account of {a.name} and {b.name}"
            for a, b in pairs
            if a.account(b) != b.account(a)
        ]
        return found


# ------------------------------------------------------------- processes


async def _with(folder: Path, tell: Tell, begun: float | None, deed: str) -> Any:
    async with trio.open_nursery() as nursery:
        market = Market(folder, tell, nursery)
        market.town.wall = TrioWall(START) if begun is None else RealWall(begun)
        answer = await getattr(market, deed)()
        nursery.cancel_scope.cancel()
    return answer


def found(folder: Path) -> None:
    """Make the market in ``folder``."""
    trio.run(_with, folder, _silent, time.time(), "found")


def trade(folder: Path, begun: float, pipe: int) -> None:
    """Trade for ever and tell the pipe."""

    def tell(what: str, whose: bytes, things: Sequence[bytes]) -> None:
        record = msgspec.msgpack.encode((what, whose, things))
        os.write(pipe, len(record).to_bytes(4, "big") + record)

    trio.run(_with, folder, tell, begun, "trade")


def heal(folder: Path, begun: float) -> list[str]:
    """Finish all that is open on a clock that jumps; what could not be, in words."""

    async def run() -> list[str]:
        async with trio.open_nursery() as nursery:
            market = Market(folder, _silent, nursery)
            market.town.wall = TrioWall(START + int(time.time() - begun))
            answer = await market.heal()
            nursery.cancel_scope.cancel()
        return answer

    return trio.run(run, clock=MockClock(autojump_threshold=0))


def _silent(_what: str, _whose: bytes, _things: Sequence[bytes]) -> None:
    return None


def records(data: bytes) -> list[Record]:
    """Whole records that a killed process left in its pipe."""
    found: list[Record] = []
    while len(data) >= 4:
        size = int.from_bytes(data[:4], "big")
        if len(data) < 4 + size:
            break
        found.append(msgspec.msgpack.decode(data[4 : 4 + size], type=Record))
        data = data[4 + size :]
    return found
