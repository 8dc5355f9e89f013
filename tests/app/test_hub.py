"""Orders paid over a hub: three accounts' worth of trust, and a hub that never pays what it is not paid."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from bazaar.app.credit import hub_policy
from bazaar.app.credit.accounts import Account
from bazaar.app.credit.hub import Decision
from bazaar.app.credit.hub_choice import Payment
from bazaar.app.ports import Unit
from bazaar.app.trading.evidence import EvidenceExport
from bazaar.app.trading.rail import RailState
from bazaar.app.trading.shares import Share
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit.account import Hold, Operation
from bazaar.domain.credit.holds import BUYER_LEG, HUB_LEG, UPSTREAM_SECONDS
from bazaar.domain.credit.ledger import moved
from bazaar.domain.errors import InputError
from bazaar.domain.trading.bundle import decode_bundle, encode_bundle
from bazaar.domain.trading.bundle_check import check_bundle
from bazaar.domain.trading.messages import DisputeReason, Settled
from bazaar.domain.wire.networks import DAY
from bazaar.rpc.views.order_reader import OrderReader
from bazaar.rpc.views.orders import order_view
from bazaar.rpc.views.people import People
from tests.app.town import FEE_BP, LIMIT, TOTAL, Cast, Person
from tests.fakes import until


def carries(hub: Person, amount: int = LIMIT) -> None:
    with hub.book.unit() as unit:
        hub_policy.allow(unit, Money(amount, "EUR"))


class Guard:
    """Asserts after every co-signed state of the hub that it never owes more than it is owed."""

    def __init__(self, hub: Person, buyer: Person, seller: Person) -> None:
        self.hub, self.buyer, self.seller = hub, buyer, seller
        self.seen = 0
        self._inner = hub.node.accounts.advanced
        hub.node.accounts.advanced = self

    def __call__(
        self, unit: Unit, before: Account, after: Account, done: Sequence[Operation]
    ) -> None:
        self._inner(unit, before, after, done)
        self.seen += 1
        owed, owes = (
            self._sum(unit, self.buyer, BUYER_LEG),
            self._sum(unit, self.seller, HUB_LEG),
        )
        assert owed >= owes, "the hub owes what nobody owes it"

    def _sum(self, unit: Unit, other: Person, leg: int) -> int:
        account = self.hub.node.accounts.load(unit, other.key, "EUR")
        sign = 1 if (account.mine == 0) == (leg == BUYER_LEG) else -1
        held = sum(
            self._worst(unit, hold) for hold in account.state.holds if hold.leg == leg
        )
        return sign * account.state.balance + held

    def _worst(self, unit: Unit, hold: Hold) -> int:
        """All of it, but once the hub has decided it signs nothing else any more."""
        trade = self.hub.node.trades.of_contract(unit, hold.contract)
        assert trade is not None
        kept = unit.fact(trade.id, f"hub-decision:{hold.part}")
        if kept is None:
            return hold.amount
        decision = msgspec.msgpack.decode(kept, type=Decision)
        return moved(hold, decision.outcome)


class Trio:
    """A cast whose buyer and seller share no account, and the hub that both know."""

    def __init__(self, cast: Cast, hub: Person) -> None:
        self.cast, self.hub = cast, hub
        self.guard = Guard(hub, cast.buyer, cast.seller)

    @property
    def everybody(self) -> list[Person]:
        return list(dict.fromkeys([*self.cast.everybody, self.hub]))

    async def trust(self) -> None:
        carries(self.hub)
        self.hub.limit(self.cast.buyer, LIMIT)
        self.cast.seller.limit(self.hub, LIMIT)
        await until(
            lambda: (
                self.cast.buyer.account(self.hub).limit_a != 0
                or self.cast.buyer.account(self.hub).limit_b != 0
            )
        )
        await self.cast.town.quiet()

    async def all_in(self, state: str, trade_id: bytes) -> None:
        await self.cast.town.all_in(state, trade_id, self.everybody)

    async def funded(self, **changes: Any) -> bytes:
        trade_id = await self.cast.agreed(**changes)
        self.cast.buyer.fund(trade_id)
        await self.all_in("waiting", trade_id)
        return trade_id

    async def shipped(self, **changes: Any) -> bytes:
        trade_id = await self.funded(**changes)
        self.cast.seller.ship(trade_id)
        await self.all_in("shipped", trade_id)
        return trade_id

    async def rest(self) -> None:
        """Until the money lies where it belongs on both hops."""
        self.cast.town.pass_time(2 * 60)
        await self.cast.town.quiet()

    def balances(self) -> dict[str, int]:
        return {
            one.name: sum(one.is_owed(two) for two in self.everybody if two is not one)
            for one in self.everybody
        }

    def holds(self) -> int:
        pairs = [(a, b) for a in self.everybody for b in self.everybody if a is not b]
        return sum(len(a.account(b).holds) for a, b in pairs)


@pytest.fixture(params=["treasurer", "arbiter"])
async def trio(cast: Cast, request: pytest.FixtureRequest) -> Trio:
    is_seat = request.param == "arbiter"
    hub = cast.primary if is_seat else await cast.town.settle_in("hub")
    found = Trio(cast, hub)
    await found.trust()
    return found


@pytest.fixture
async def market_hub(cast: Cast) -> Trio:
    found = Trio(cast, await cast.town.settle_in("hub"))
    await found.trust()
    return found


async def test_a_sale_over_a_hub_that_nobody_named(trio: Trio) -> None:
    trade_id = await trio.shipped()
    cast, hub = trio.cast, trio.hub
    contract = cast.buyer.trade(trade_id).contract
    assert contract.hub == hub.key
    (upstream,) = cast.buyer.account(hub).holds
    (onward,) = [h for h in hub.account(cast.seller).holds if h.leg == HUB_LEG]
    assert upstream.expires - onward.expires == UPSTREAM_SECONDS
    assert (upstream.contract, upstream.part) == (onward.contract, onward.part)
    cast.buyer.confirm(trade_id)
    await trio.all_in("closed", trade_id)
    await trio.rest()
    assert hub.is_owed(cast.buyer) == TOTAL
    assert cast.seller.is_owed(hub) == TOTAL
    assert cast.buyer.is_owed(cast.seller) == 0
    assert sum(trio.balances().values()) == 0
    assert trio.balances()[hub.name] == 0
    assert trio.holds() == 0
    assert trio.guard.seen >= 4
    settled = cast.buyer.trade(trade_id).facts.of(Settled)
    assert {m.body.reference for m in settled} == {b""}
    trade = cast.seller.trade(trade_id)
    with cast.seller.book.unit() as unit:
        state = cast.seller.node.rail.state(unit, trade)
    assert state is RailState.SETTLED


async def test_a_disputed_order_over_a_hub_is_split_on_both_hops(trio: Trio) -> None:
    trade_id = await trio.shipped()
    buyer, seller, seat = trio.cast.buyer, trio.cast.seller, trio.cast.primary
    buyer.node.deeds.dispute(trade_id, "", (), DisputeReason.GOODS, "it is broken")
    buyer.node.changed(trade_id)
    await trio.all_in("disputed", trade_id)
    town = trio.cast.town
    town.wall.time = buyer.trade(trade_id).contract.deadlines.t1 + 4 * DAY
    seat.node.deeds.rule(trade_id, "", 0, Share(None, 1_000), "half is gone")
    seat.node.changed(trade_id)
    await trio.all_in("ruled", trade_id)
    buyer.node.deeds.agree(trade_id, "", (), b"")
    buyer.node.changed(trade_id)
    await trio.all_in("closed", trade_id)
    await trio.rest()
    fee = TOTAL * FEE_BP // 10_000
    assert buyer.is_owed(trio.hub) == -1_000
    # over a seat that is the hub too, its fee comes off what it owes the seller
    expected = 1_000 - (fee if trio.hub is seat else 0)
    assert seller.is_owed(trio.hub) == expected
    assert seat.is_owed(seller) == (fee if trio.hub is not seat else -expected)
    assert trio.holds() == 0
    assert sum(trio.balances().values()) == 0
    for person in trio.cast.everybody:
        export = EvidenceExport(person.node.context, person.node.trades)
        checked = check_bundle(export.bundle(trade_id, with_files=False))
        assert checked.problems == (), person.name


async def test_a_bundle_without_the_hubs_own_promise_is_not_whole(
    market_hub: Trio,
) -> None:
    trade_id = await market_hub.funded()
    seat = market_hub.cast.backup
    export = EvidenceExport(seat.node.context, seat.node.trades)
    bundle = decode_bundle(export.bundle(trade_id, with_files=False))
    assert len(bundle.accounts) == 4
    for missing in range(4):
        rest = tuple(e for i, e in enumerate(bundle.accounts) if i != missing)
        cut = msgspec.structs.replace(bundle, accounts=rest)
        assert any("binds" in one for one in check_bundle(encode_bundle(cut)).problems)


async def test_a_refund_over_a_hub_frees_both_hops(trio: Trio) -> None:
    trade_id = await trio.funded()
    trio.cast.seller.node.deeds.decline(trade_id, "", ())
    trio.cast.seller.node.changed(trade_id)
    await trio.all_in("closed", trade_id)
    await trio.rest()
    assert set(trio.balances().values()) == {0}
    assert trio.holds() == 0


async def test_a_withdrawn_order_frees_both_hops_the_sellers_first(
    market_hub: Trio,
) -> None:
    """The seller never answers the funding, so the order lapses with both holds bound."""
    cast, hub = market_hub.cast, market_hub.hub
    trade_id = await cast.agreed()
    cast.town.wire.cut(cast.seller.key, cast.buyer.key)
    cast.buyer.fund(trade_id)
    await until(lambda: len(hub.account(cast.seller).holds) == 1)
    times = cast.buyer.trade(trade_id).contract.deadlines
    cast.town.pass_time(times.t0 + 1 - cast.town.wall.time)
    cast.town.wire.heal()
    await market_hub.all_in("aborted", trade_id)
    await market_hub.rest()
    await market_hub.rest()
    assert market_hub.holds() == 0
    assert set(market_hub.balances().values()) == {0}


async def test_a_hub_waits_for_both_and_then_no_longer_than_g(market_hub: Trio) -> None:
    cast, hub = market_hub.cast, market_hub.hub
    trade_id = await market_hub.shipped()
    cast.town.wire.cut(cast.seller.key)
    cast.buyer.confirm(trade_id)
    await until(lambda: hub.state(trade_id) == "payable")
    await cast.town.quiet()
    cast.town.pass_time(DAY - 60)
    await cast.town.quiet()
    assert hub.is_owed(cast.buyer) == 0, "it waits for the seller's word"
    cast.town.pass_time(120)
    await until(lambda: hub.is_owed(cast.buyer) == TOTAL)
    cast.town.wire.heal()
    await market_hub.all_in("closed", trade_id)
    await market_hub.rest()
    assert cast.seller.is_owed(hub) == TOTAL
    assert market_hub.holds() == 0


async def test_a_hub_whose_owner_allows_nothing_carries_nothing(cast: Cast) -> None:
    hub = await cast.town.settle_in("hub")
    trio = Trio(cast, hub)
    await trio.trust()
    with hub.book.unit() as unit:
        hub_policy.allow(unit, Money(0, "EUR"))
    trade_id = await cast.ordered()
    assert cast.buyer.trade(trade_id).contract.hub is None, "nobody would carry it"
    with pytest.raises(InputError, match="carries no orders"):
        await cast.ordered(hub=hub.identity.peer_id)


@pytest.mark.parametrize(("most", "found"), [(TOTAL, True), (TOTAL - 1, False)])
async def test_the_owners_limit_is_kept_to_the_cent(
    market_hub: Trio, most: int, found: bool
) -> None:
    carries(market_hub.hub, most)
    trade_id = await market_hub.cast.ordered()
    contract = market_hub.cast.buyer.trade(trade_id).contract
    assert (contract.hub is not None) is found


async def test_a_limit_that_falls_after_the_order_stops_it_in_words(
    market_hub: Trio,
) -> None:
    cast = market_hub.cast
    trade_id = await cast.agreed()
    carries(market_hub.hub, 1)
    cast.buyer.fund(trade_id)
    await until(
        lambda: "the hub did not take the order" in cast.buyer.problem(trade_id)
    )
    assert market_hub.hub.account(cast.buyer).holds == ()
    carries(market_hub.hub)
    cast.town.pass_time(61)
    await market_hub.all_in("waiting", trade_id)


async def test_direct_credit_comes_before_a_hub(market_hub: Trio) -> None:
    cast = market_hub.cast
    cast.seller.limit(cast.buyer, TOTAL)
    await until(lambda: cast.seller.allows(cast.buyer) == TOTAL)
    await cast.town.quiet()
    trade_id = await cast.ordered()
    assert cast.buyer.trade(trade_id).contract.hub is None


async def test_a_hub_that_dies_after_the_outcome_pays_when_it_is_back(
    market_hub: Trio,
) -> None:
    cast, hub = market_hub.cast, market_hub.hub
    trade_id = await market_hub.shipped()
    await hub.leave()
    cast.buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await cast.town.start(hub)
    await market_hub.all_in("closed", trade_id)
    await market_hub.rest()
    assert cast.seller.is_owed(hub) == TOTAL == hub.is_owed(cast.buyer)
    assert market_hub.holds() == 0


async def test_a_buyer_who_never_pays_the_hub_breaks_his_word_with_it(
    market_hub: Trio,
) -> None:
    cast, hub = market_hub.cast, market_hub.hub
    trade_id = await market_hub.shipped()
    cast.buyer.confirm(trade_id)
    cast.town.wire.cut(cast.buyer.key, hub.key)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await until(lambda: hub.state(trade_id) == "closed")
    cast.town.pass_time(4 * DAY, step=DAY)
    await cast.town.quiet()
    with hub.book.unit() as unit:
        account = hub.node.accounts.load(unit, cast.buyer.key, "EUR")
        assert hub.node.accounts.broken(unit, account)
    assert cast.seller.is_owed(hub) == 0, "nothing onward before it is owed"
    cast.town.wire.heal()
    await market_hub.rest()
    await market_hub.rest()
    assert cast.seller.is_owed(hub) == TOTAL == hub.is_owed(cast.buyer)


async def test_a_treasurer_reads_what_it_carries_and_moves_nothing(
    market_hub: Trio,
) -> None:
    trio = market_hub
    trade_id = await trio.shipped()
    node = trio.hub.node
    view = order_view(await OrderReader(node).read(trade_id, People(node.context)))
    assert (view.role, view.state) == ("treasurer", "shipped")
    assert view.total.minor == TOTAL
    assert view.hub == trio.hub.identity.peer_id
    assert view.next == ()
    assert all(part.next == () for part in view.parts)
    assert view.address == {}
    assert view.delivery == ""


async def test_every_way_to_pay_is_told_with_what_it_lets_one_owe(
    market_hub: Trio,
) -> None:
    cast, hub = market_hub.cast, market_hub.hub
    hubs = cast.buyer.node.ordering.hubs
    payment = Payment(cast.seller.key, Money(TOTAL, "EUR"), ())
    direct, *over = await hubs.ways(payment)
    assert (direct.hub, direct.free, direct.can) == (None, 0, False)
    mine = next(way for way in over if way.hub == hub.key)
    assert (mine.free, mine.can, mine.why) == (LIMIT, True, "")
    assert cast.seller.key not in {way.hub for way in over}
    with hub.book.unit() as unit:
        hub_policy.allow(unit, Money(0, "EUR"))
    (_, refused) = await hubs.ways(payment)
    assert (refused.can, refused.why) == (
        False,
        "its owner carries no orders of others",
    )
    much = payment._replace(amount=Money(LIMIT + 1, "EUR"))
    (_, beyond) = await hubs.ways(much)
    assert (beyond.can, beyond.free) == (False, LIMIT)
    cast.town.wire.cut(cast.buyer.key, hub.key)
    (_, silent) = await hubs.ways(payment)
    assert (silent.can, silent.why) == (True, "it cannot be asked now")
