"""Four nodes around one order that the lot may strike: what a machine steps and people do.

People are honest and diligent: a buyer confirms what came and disputes what did not, a
seat's person finds the truth. What that is worth depends on ``is_timely``: 7.4 promises
something only to nodes that reach each other within g.
"""

import random
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import trio

from bazaar.app.ports import Request
from bazaar.app.trading.deeds import Parcel
from bazaar.app.trading.ordering import WantedLine
from bazaar.app.trading.shares import Share
from bazaar.domain.errors import BazaarError
from bazaar.domain.trading.deadlines import BACKUP_WAIT_SECONDS
from bazaar.domain.trading.duties import may_pay_seller, may_rule
from bazaar.domain.trading.messages import DisputeReason, Proposal, Role, Ruling
from bazaar.domain.trading.moves import offers_to
from bazaar.domain.trading.phases import ENDED, Phase
from bazaar.domain.trading.trade import PartState, Trade
from bazaar.domain.wire.networks import DAY
from tests.app.town import LIMIT, NAMES, Cast, Person, Town, a_town

GRACE: Final = DAY
LONGEST_TROUBLE_SECONDS: Final = GRACE // 2
"""With a clock that is wrong by an hour this stays below g."""

LATE_SECONDS: Final = 0.004


async def prepare(folder: Path, template: Path) -> bytes:
    """Leave in ``folder`` four homes that have agreed on an order of two parts; its id."""
    async with a_town(folder, template) as town:
        cast = Cast(town, [await town.settle_in(name) for name in NAMES])
        await cast.open_shop()
        cast.seller.limit(cast.buyer, LIMIT)
        await town.quiet()
        line = WantedLine(cast.lamp, 3, {}, None, (), (2, 1))
        trade = await cast.agreed(lines=[line])
        await town.quiet()
    return trade


class Market:
    """The nodes, the faults of the world, and the truth about each part.

    Attributes:
        delivered: Parts whose goods truly arrived.
        kept_word: Parts that an honest seller shipped in time.
        is_timely: Nobody who was up was out of reach for longer than half of g.
        missed: Roles that were down for longer.
        liar: The role that cheats, or None.
    """

    def __init__(self, town: Town, cast: Cast, trade: bytes) -> None:
        self.town, self.cast, self.trade_id = town, cast, trade
        self.people = {cast.role(person): person for person in cast.everybody}
        self.down: set[Role] = set()
        self.is_parted = False
        self.is_stormy = False
        self.delivered: set[int] = set()
        self.kept_word: set[int] = set()
        self.is_timely = True
        self.missed: set[Role] = set()
        self.liar: Role | None = None
        self._apart = 0
        self._away = dict.fromkeys(Role, 0)
        self._chance = random.Random(1)

    # ------------------------------------------------------------- looking

    @property
    def now(self) -> int:
        return self.town.wall.time

    @property
    def honest(self) -> list[Role]:
        return [role for role in Role if role is not self.liar]

    def trade(self, role: Role) -> Trade:
        return self.people[role].trade(self.trade_id)

    def up(self) -> list[Role]:
        return [role for role in self.honest if role not in self.down]

    def moments(self) -> list[int]:
        """When something may become due, by the deadlines as an honest party has them."""
        role = next((r for r in self.up()), None)
        if role is None:
            return []
        trade = self.trade(role)
        parts = range(len(trade.contract.offer.parts))
        times = {t for part in parts for t in trade.facts.deadlines(part)}
        around = (-2 * GRACE, -GRACE, 0, GRACE + 1, GRACE + BACKUP_WAIT_SECONDS + 1)
        return sorted(t + by for t in times for by in around)

    # ------------------------------------------------------------- the world

    async def settle(self) -> None:
        """Let all that can arrive arrive."""
        self.town.look()
        await self.town.quiet()
        if not (self.is_parted or self.is_stormy):
            self._apart = 0

    async def pass_time(self, seconds: int) -> None:
        """Move the clock at once; who is out of reach for too long loses 7.4's promises."""
        self.town.wall.time += seconds
        if self.is_parted or self.is_stormy:
            self._apart += seconds
        for role in Role:
            self._away[role] = self._away[role] + seconds if role in self.down else 0
            if self._away[role] > LONGEST_TROUBLE_SECONDS:
                self.missed.add(role)
        self.is_timely = self.is_timely and self._apart <= LONGEST_TROUBLE_SECONDS
        await self.settle()
        await self.be_diligent()

    async def next_moment(self) -> bool:
        """Go to the next moment at which something may become due; False after the last."""
        later = [moment for moment in self.moments() if moment > self.now]
        if later:
            await self.pass_time(later[0] - self.now)
        return bool(later)

    async def crash(self, role: Role) -> None:
        """Memory is gone at once; what was committed stays."""
        if role not in self.down:
            self.down.add(role)
            await self.people[role].leave()

    async def restart(self, role: Role) -> None:
        if role in self.down:
            await self.town.start(self.people[role])
            self.down.discard(role)

    def part(self, one: Role, *others: Role) -> None:
        """Nothing passes between ``one`` and the others, or all if none is named."""
        keys = [self.people[other].key for other in others or Role if other is not one]
        self.town.wire.cut(self.people[one].key, *keys)
        self.is_parted = True

    def heal(self) -> None:
        self.town.wire.heal()
        self.is_parted = False

    def storm(self, seed: int, loss: float) -> None:
        """From now on requests are lost, repeated and overtaken; none if ``loss`` is 0."""
        chance = random.Random(seed)
        self.is_stormy = loss > 0

        async def tamper(_request: Request) -> int:
            if not loss:
                return 1
            await trio.sleep(chance.random() * LATE_SECONDS)
            return chance.choices((0, 1, 2), (loss, 1 - loss - 0.2, 0.2))[0]

        self.town.wire.tamper = tamper

    # ------------------------------------------------------------- people

    async def act(self, role: Role, what: int, part: int) -> None:
        """A person of ``role`` does one of the things he might; impossible ones do nothing."""
        if role in self.down:
            return
        deeds = _DEEDS[role]
        with suppress(BazaarError):
            await deeds[what % len(deeds)](self, self.people[role], part)
            self.people[role].node.changed(self.trade_id)

    async def be_diligent(self) -> None:
        """Do what an honest person does while it is heard (7.4, due)."""
        tried = False
        for role in self.up():
            for part in self.trade(role).parts:
                if role is Role.BUYER and self._must_complain(part):
                    await self.act(role, _GOODS_MISSING, part.number)
                elif role in _SEATS and part.phase is Phase.DISPUTED:
                    await self.act(role, 0, part.number)
                else:
                    continue
                tried = True
        if tried:
            await self.settle()

    def _must_complain(self, part: PartState) -> bool:
        trade = self.trade(Role.BUYER)
        said = any(d.body.role == Role.BUYER for d in part.disputes)
        due = trade.facts.deadlines(part.number).t2 - 2 * GRACE
        is_open = part.phase in {Phase.SHIPPED, Phase.DISPUTED}
        is_missing = part.number not in self.delivered
        return is_open and is_missing and not said and self.now >= due


async def _fund(market: Market, person: Person, _: int) -> None:
    person.node.deeds.fund(market.trade_id, "")


async def _withdraw(market: Market, person: Person, _: int) -> None:
    person.node.deeds.withdraw(market.trade_id, "")


async def _confirm(market: Market, person: Person, part: int) -> None:
    if part in market.delivered:
        person.node.deeds.confirm(market.trade_id, "", (part,))


async def _dispute_goods(market: Market, person: Person, part: int) -> None:
    goods = DisputeReason.GOODS
    person.node.deeds.dispute(market.trade_id, "", (part,), goods, "nothing came")


async def _dispute(market: Market, person: Person, part: int) -> None:
    other = DisputeReason.OTHER
    person.node.deeds.dispute(market.trade_id, "", (part,), other, "hm")


async def _extend(market: Market, person: Person, part: int) -> None:
    person.node.deeds.extend(market.trade_id, "", part * 4 + 1)


async def _propose(market: Market, person: Person, part: int) -> None:
    person.node.deeds.propose(market.trade_id, "", part, Share(500, None))


async def _agree(market: Market, person: Person, part: int) -> None:
    """To a split, or to a Ruling; never to what leaves oneself nothing."""
    role = market.cast.role(person)
    trade = market.trade(role)
    for name in offers_to(trade, role, trade.parts[part]) if trade.parts else ():
        body = trade.facts.chains.complete[name].body
        if isinstance(body, Proposal | Ruling):
            own = body.to_buyer if role is Role.BUYER else body.to_seller
            if own > 0:
                person.node.deeds.agree(market.trade_id, "", (part,), name)
                return


async def _ship(market: Market, person: Person, part: int, *, arrives: bool) -> None:
    person.node.deeds.ship(market.trade_id, "", (part,), Parcel("on its way"))
    market.kept_word.add(part)
    if arrives:
        market.delivered.add(part)


async def _ship_well(market: Market, person: Person, part: int) -> None:
    await _ship(market, person, part, arrives=True)


async def _ship_in_vain(market: Market, person: Person, part: int) -> None:
    await _ship(market, person, part, arrives=False)


async def _decline(market: Market, person: Person, part: int) -> None:
    if part not in market.kept_word:
        person.node.deeds.decline(market.trade_id, "", (part,))


async def _rule(market: Market, person: Person, part: int) -> None:
    """The truth; who could only refund what arrived in time waits."""
    role = market.cast.role(person)
    trade = market.trade(role)
    if not trade.parts:
        return
    with person.book.unit() as unit:
        receipts = person.node.trades.receipts(unit, trade)
    if may_rule(trade, role, trade.parts[part], receipts).words:
        return
    pays = may_pay_seller(trade, role, trade.parts[part], receipts)
    if part in market.delivered and part in market.kept_word and not pays:
        return
    amount = trade.contract.offer.parts[part].amount
    share = Share(0 if part in market.delivered and pays else amount, None)
    person.node.deeds.rule(market.trade_id, "", part, share, "I looked into it")


Deed = Callable[[Market, Person, int], Awaitable[None]]
_GOODS_MISSING: Final = 2
_SEATS: Final = frozenset({Role.PRIMARY, Role.BACKUP})
_SEAT: Final[tuple[Deed, ...]] = (_rule,)
_DEEDS: Final[dict[Role, tuple[Deed, ...]]] = {
    Role.BUYER: (
        _fund,
        _confirm,
        _dispute_goods,
        _extend,
        _agree,
        _propose,
        _dispute,
        _withdraw,
    ),
    Role.SELLER: (_ship_well, _ship_in_vain, _decline, _propose, _dispute, _agree),
    Role.PRIMARY: _SEAT,
    Role.BACKUP: _SEAT,
}


@asynccontextmanager
async def a_market(folder: Path, homes: Path, trade: bytes) -> AsyncGenerator[Market]:
    """Four nodes on copies of ``homes``; the folder is gone with the block."""
    try:
        async with a_town(folder, homes) as town:
            people = [await town.move_back(name, homes / name) for name in NAMES]
            yield Market(town, Cast(town, people), trade)
    finally:
        shutil.rmtree(folder)


def has_ended(market: Market) -> bool:
    """Whether the order has ended for every honest role and no money is bound."""
    ended = all(market.trade(role).phase in ENDED for role in market.honest)
    return ended and market.cast.holds() == 0
