"""A few people of one market, each with a real book and catalogue, joined in memory."""

import shutil
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import trio

from bazaar.app.context import Context
from bazaar.app.credit.people_accounts import owed_to_me, set_limit
from bazaar.app.node import Node
from bazaar.app.ports import Blobs, Catalogue, Pictures, SteadyClock
from bazaar.app.setup import put_first_profile
from bazaar.app.trading.deeds import Parcel
from bazaar.app.trading.ordering import WantedLine, Wish
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit.account import AccountState
from bazaar.domain.credit.ledger import PAYER_A
from bazaar.domain.keys.identity import Identity
from bazaar.domain.stores.records import UnitTerms
from bazaar.domain.trading.messages import EvidenceFile, Role
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.networks import Network, network
from store.blobs import FileBlobs
from store.book.book import SqlBook, open_book
from store.catalogue.catalogue import open_catalogue
from store.goods import FileGoods
from store.kept_pictures import FileKeptPictures
from store.mail import SqlMail, open_mail_store
from store.segments import FileSegments
from tests.app.threads_at_work import all_still
from tests.fakes import (
    MemoryDirectory,
    MemoryExchange,
    MemoryGossip,
    PlainPictures,
    Wall,
    Wire,
    until,
)

PATIENCE_SECONDS: Final = 60.0
"""For what comes at once on an idle machine; a busy one is no fault of the code under test."""

NETWORK: Final = network("local:tests")
START: Final = 1_800_000_000
PRICE: Final = 2_615
SHIPPING: Final = 400
TOTAL: Final = PRICE + SHIPPING
LIMIT: Final = 100_000
FEE_BP: Final = 500
ADDRESS: Final = {"name": "Bea", "street": "Ring 1", "city": "Bonn", "country": "DE"}
LAMP: Final[dict[str, Any]] = {
    "title": "Desk lamp",
    "slug": "desk-lamp",
    "type": "physical",
    "price": "26.15 EUR",
    "stock": 3,
    "images": ["lamp.jpg"],
    "shipping": [
        {
            "title": "Post",
            "kind": "post",
            "countries": ["ZZ"],
            "services": [{"name": "Standard", "first": "4.00 EUR"}],
        }
    ],
}


class Skewed:
    """The town's clock as one person's machine shows it."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self.ahead = 0
        self.jumped = 0

    def now(self) -> int:
        return self._wall.now() + self.ahead + self.jumped

    def steady(self) -> float:
        """It is ahead by nature; a jump is what ``steady`` knows nothing of."""
        return float(self._wall.now() + self.ahead)


def hurry(book: SqlBook) -> None:
    """Let the disk take its time: no test here cuts the power."""
    assert book._connection is not None
    handle = book._connection.connection.dbapi_connection
    assert handle is not None
    handle.cursor().execute("PRAGMA synchronous=OFF")


class Person:
    """One identity, its home, and its node while it runs."""

    node: Node
    book: SqlBook
    mail: SqlMail
    exchange: MemoryExchange
    _scope: trio.CancelScope

    def __init__(self, town: "Town", name: str, number: int) -> None:
        self.town = town
        self.name = name
        self.identity = Identity(bytes([number]) * 32)
        self.clock = Skewed(town.wall)
        self.home = town.folder / name
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.told: Callable[[], None] = lambda: None
        self.has_space = True
        self._ended = trio.Event()

    @property
    def key(self) -> bytes:
        return self.identity.key

    def move_in(self, template: Path) -> None:
        self.home.mkdir()
        shutil.copy(template, self.home / "book.db")
        with open_book(self.home / "book.db") as book, book.unit() as unit:
            on = self.town.network
            put_first_profile(unit, self.identity, on, self.name, START)

    async def live(
        self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Run the node on this person's files until ``leave``."""
        self._ended = trio.Event()
        with trio.CancelScope() as self._scope:
            async with open_catalogue(self.home / "catalogue.db", self.clock) as kept:
                with (
                    open_book(self.home / "book.db") as self.book,
                    open_mail_store(self.home / "mail.db") as self.mail,
                ):
                    hurry(self.book)
                    self.exchange = MemoryExchange(self.town.wire, self.key)
                    self.node = Node(self._context(kept))
                    await self.node.run(task_status=task_status)
        self._ended.set()

    def _context(self, catalogue: Catalogue) -> Context:
        wire = self.town.wire
        clock: SteadyClock = self.clock
        blobs: Blobs = FileBlobs(self.home / "blobs")
        pictures: Pictures = PlainPictures()
        return Context(
            self.identity,
            self.town.network,
            clock,
            self.book,
            catalogue,
            blobs,
            pictures,
            self.exchange,
            MemoryDirectory(wire, self.key),
            MemoryGossip(wire, self.key),
            self._hear,
            lambda: self.has_space,
            self.mail,
            goods=FileGoods(self.home / "goods"),
            kept=FileKeptPictures(self.home / "mirrors"),
            segments=FileSegments(self.home / "segments"),
        )

    def _hear(self, topic: str, data: dict[str, Any]) -> None:
        self.events.append((topic, data))
        self.told()

    async def leave(self) -> None:
        """Stop at once, as a killed process would; what was committed stays."""
        self.exchange.close()
        self._scope.cancel()
        await self._ended.wait()

    # ------------------------------------------------------------- looking

    def trade(self, trade_id: bytes) -> Trade:
        with self.book.unit() as unit:
            return self.node.trades.load(unit, trade_id)

    def state(self, trade_id: bytes) -> str:
        with self.book.unit() as unit:
            if unit.trade(trade_id) is None:
                return "unknown"
            return self.node.trades.load(unit, trade_id).state

    def fact(self, trade_id: bytes, name: str) -> bytes | None:
        with self.book.unit() as unit:
            return unit.fact(trade_id, name)

    def problem(self, trade_id: bytes) -> str:
        return (self.fact(trade_id, "problem") or b"").decode()

    def account(self, other: "Person") -> AccountState:
        with self.book.unit() as unit:
            return self.node.accounts.load(unit, other.key, "EUR").state

    def is_owed(self, other: "Person") -> int:
        with self.book.unit() as unit:
            return owed_to_me(self.node.accounts.load(unit, other.key, "EUR"))

    def allows(self, other: "Person") -> int:
        """The limit that this person gave the other."""
        state = self.account(other)
        with self.book.unit() as unit:
            mine = self.node.accounts.load(unit, other.key, "EUR").mine
        return state.limit_a if mine == PAYER_A else state.limit_b

    def owes_letters(self) -> int:
        with self.book.unit() as unit:
            return unit.undelivered()

    # ------------------------------------------------------------- doing

    def limit(self, other: "Person", amount: int) -> None:
        with self.book.unit() as unit:
            set_limit(unit, self.node.accounts, other.key, Money(amount, "EUR"))
        self.node.stir()

    async def sell(self, *files: dict[str, Any]) -> list[bytes]:
        (self.home / "lamp.jpg").write_bytes(b"picture of a lamp by " + self.key)
        published = await self.node.shop.publish(list(files), self.home)
        return [own.listing.id for own in published]

    async def knows(self, listing: bytes, *, shown: bool = True) -> None:
        """Wait until this person's catalogue shows ``listing``, or no longer does."""
        with trio.fail_after(PATIENCE_SECONDS):
            while not await self._sees(listing, shown=shown):  # noqa: ASYNC110 - a catalogue tells nobody
                await trio.sleep(0.005)

    async def _sees(self, listing: bytes, *, shown: bool) -> bool:
        found = await self.node.context.catalogue.card(listing)
        return (found is not None) == shown

    async def arbitrate(self, most: int = 10**9) -> None:
        with self.book.unit() as unit:
            terms = (UnitTerms("EUR", 0, FEE_BP, most),)
            offer = self.node.profiles.new_offer(unit, terms, "", backup=True)
        await self.node.profiles.offer_arbitration(offer)

    async def order(self, listing: bytes, **changes: Any) -> bytes:
        """Place an order as soon as this person knows the listing; its id."""
        trade = await self.node.ordering.place(wish(listing, **changes))
        self.node.changed(trade.id)
        return trade.id

    async def accept(self, trade_id: bytes) -> None:
        await self.node.deeds.accept(trade_id, "")
        self.node.changed(trade_id)

    def fund(self, trade_id: bytes) -> None:
        self.node.deeds.fund(trade_id, "")
        self.node.changed(trade_id)

    def ship(self, trade_id: bytes, *parts: int) -> None:
        self.node.deeds.ship(trade_id, "", parts, Parcel("track me"))
        self.node.changed(trade_id)

    def confirm(self, trade_id: bytes) -> None:
        self.node.deeds.confirm(trade_id, "", ())
        self.node.changed(trade_id)

    def show(self, trade_id: bytes, digest: bytes, size: int) -> None:
        """Evidence of one file."""
        files = [EvidenceFile(digest, size, "")]
        self.node.deeds.add_evidence(trade_id, files, "")
        self.node.changed(trade_id)

    def look(self) -> None:
        """Do at once what the passing of time made due."""
        self.node.pulse.look()
        self.node.outbox.nudge()


class Town:
    """The market of a test.

    Attributes:
        wall: The clock of everybody; it stands still.
    """

    def __init__(self, folder: Path, template: Path, nursery: trio.Nursery) -> None:
        self.folder = folder
        self.network: Network = NETWORK
        self.wall = Wall(START)
        self.wire = Wire()
        self.people: list[Person] = []
        self._template = template
        self._nursery = nursery

    async def settle_in(self, name: str) -> Person:
        """A new person with a running node that has met everybody."""
        person = Person(self, name, len(self.people) + 1)
        person.move_in(self._template)
        self.people.append(person)
        await self.start(person)
        return person

    async def move_back(self, name: str, home: Path) -> Person:
        """A person who goes on from a copy of a home; known to whom that home knows."""
        person = Person(self, name, len(self.people) + 1)
        shutil.copytree(home, person.home)
        self.people.append(person)
        await self.start(person)
        return person

    async def start(self, person: Person) -> None:
        await self._nursery.start(person.live)
        self.meet(person)

    async def restart(self, person: Person) -> None:
        await person.leave()
        await self.start(person)

    def meet(self, person: Person) -> None:
        for peer in person.exchange.peers():
            person.exchange.tell(peer.key)
            self.wire.nodes[peer.key].tell(person.key)

    def pass_time(self, seconds: int, step: int = 0) -> None:
        """Move the clock, by ``step`` at a time if given, and let everybody look."""
        end = self.wall.time + seconds
        while self.wall.time < end:
            self.wall.time = min(end, self.wall.time + (step or seconds))
            self.look()

    def look(self) -> None:
        for person in self.people:
            if self.wire.nodes.get(person.key) is person.exchange:
                person.look()

    async def quiet(self) -> None:
        """Wait until nobody does or owes anything that could still arrive."""
        calm = 0
        with trio.fail_after(PATIENCE_SECONDS):
            while calm < 3:
                await all_still(0.005)
                calm = 0 if any(map(self._is_busy, self.people)) else calm + 1

    def _is_busy(self, person: Person) -> bool:
        if self.wire.nodes.get(person.key) is not person.exchange:
            return False
        with person.book.unit() as unit:
            due = unit.next_due()
        return due is not None and due <= person.clock.now()

    async def all_in(
        self, state: str, trade_id: bytes, people: Sequence[Person]
    ) -> None:
        """Wait until everybody folds the trade to ``state``."""
        try:
            await until(lambda: all(p.state(trade_id) == state for p in people))
        except trio.TooSlowError:
            states = {p.name: (p.state(trade_id), p.problem(trade_id)) for p in people}
            raise AssertionError(f"not all are {state}: {states}") from None


NAMES: Final = ("seller", "buyer", "primary", "backup")


class Cast:
    """Buyer, seller and two arbiters whose accounts allow an order of the lamp."""

    def __init__(self, town: Town, people: Sequence[Person]) -> None:
        self.town = town
        self.seller, self.buyer, self.primary, self.backup = people
        self.lamp = b""

    @property
    def everybody(self) -> list[Person]:
        return [self.seller, self.buyer, self.primary, self.backup]

    async def open_shop(self, *files: dict[str, Any]) -> None:
        for seat in (self.primary, self.backup):
            await seat.arbitrate()
        arbiters = ",".join(p.identity.peer_id for p in (self.primary, self.backup))
        await self.seller.node.profiles.change({"arbiters": arbiters, "sells": "yes"})
        (self.lamp, *_) = await self.seller.sell(*(files or (LAMP,)))
        for person in (self.buyer, self.primary, self.backup):
            await person.node.market.refresh(self.seller.key)

    async def ordered(self, **changes: Any) -> bytes:
        trade_id = await self.buyer.order(self.lamp, **changes)
        await self.town.all_in("offered", trade_id, [self.buyer, self.seller])
        return trade_id

    async def agreed(self, **changes: Any) -> bytes:
        trade_id = await self.ordered(**changes)
        await self.seller.accept(trade_id)
        await self.town.all_in("agreed", trade_id, self.everybody)
        return trade_id

    async def funded(self, **changes: Any) -> bytes:
        if self.seller.allows(self.buyer) != LIMIT:
            self.seller.limit(self.buyer, LIMIT)
        trade_id = await self.agreed(**changes)
        self.buyer.fund(trade_id)
        await self.town.all_in("waiting", trade_id, self.everybody)
        return trade_id

    async def shipped(self, **changes: Any) -> bytes:
        trade_id = await self.funded(**changes)
        self.seller.ship(trade_id)
        await self.town.all_in("shipped", trade_id, self.everybody)
        return trade_id

    async def closed(self, **changes: Any) -> bytes:
        trade_id = await self.shipped(**changes)
        self.buyer.confirm(trade_id)
        await self.town.all_in("closed", trade_id, self.everybody)
        return trade_id

    def balances(self) -> dict[str, int]:
        """What each person is owed by all others."""
        return {
            one.name: sum(one.is_owed(two) for two in self.everybody if two is not one)
            for one in self.everybody
        }

    def holds(self) -> int:
        """Holds on all accounts, each counted by both sides."""
        pairs = [(a, b) for a in self.everybody for b in self.everybody if a is not b]
        return sum(len(a.account(b).holds) for a, b in pairs)

    def role(self, person: Person) -> Role:
        return Role([self.buyer, self.seller, self.primary, self.backup].index(person))


def wish(listing: bytes, **changes: Any) -> Wish:
    """An order of one lamp by post, with arbiters of the seller's choice."""
    line = WantedLine(listing, changes.pop("quantity", 1), {}, None, ())
    fields: dict[str, Any] = {
        "lines": [line],
        "address": ADDRESS,
        "arbiter": None,
        "backup": None,
        "direct": False,
        "memo": "ring twice",
        "contact": "",
        "rail": "credit",
        "accept_days": 3,
    }
    return Wish(**fields | changes)


@asynccontextmanager
async def a_town(folder: Path, template: Path) -> AsyncGenerator[Town]:
    """A town whose nodes all end with the block."""
    async with trio.open_nursery() as nursery:
        town = Town(folder, template, nursery)
        yield town
        for person in town.people:
            if town.wire.nodes.get(person.key) is person.exchange:
                await person.leave()
        nursery.cancel_scope.cancel()
