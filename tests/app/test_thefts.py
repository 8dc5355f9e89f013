"""Attempts to steal, lose or lock a trade by one who holds a single key, grouped by his role.

Every attempt here once worked or might have; PROTOCOL.md names the rule that stops it.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bazaar.app.recovery import index_notes, resync_mode
from bazaar.app.trading.ordering import Chosen, Fresh, Wish
from bazaar.app.trading.shares import Share
from bazaar.domain.credit.account import ApplyOutcome, PaidOutcome, VoidHold
from bazaar.domain.credit.holds import hid
from bazaar.domain.errors import NotAllowedError, ReplyCode
from bazaar.domain.recovery.trade_index import Running
from bazaar.domain.trading.contract import SUGGESTED_SPLIT_BP, check_offer
from bazaar.domain.trading.deadlines import GREATEST_ACCEPT_DAYS
from bazaar.domain.trading.messages import (
    DisputeReason,
    Offer,
    Ruling,
    Withdraw,
)
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.networks import DAY, HOUR
from tests.app.letters import put, sign, step
from tests.app.test_accounts import proposal
from tests.app.test_hub import Trio
from tests.app.town import FEE_BP, LIMIT, TOTAL, Cast, Person, wish
from tests.fakes import until

FEE = TOTAL * FEE_BP // 10_000


# ------------------------------------------------------------------ the seller


def another_accept(cast: Cast, trade_id: bytes) -> Signed[Any]:
    """A second Accept of the seller, with a lower id than the first; his program thinks nothing of it."""
    setattr(cast.seller.node.trades, "_adopt", _thinks_nothing)  # noqa: B010 - of other arguments
    first = cast.seller.trade(trade_id).contract
    assert first.accept is not None
    for number in range(200):
        body = msgspec.structs.replace(
            first.accept, nonce=number.to_bytes(32), at=first.accept.at + 1
        )
        found = sign(cast.seller, body)
        if found.id < first.id:
            return found
    raise AssertionError("no lower id in 200")


def _thinks_nothing(*_: object) -> None:
    return None


async def test_a_second_accept_locks_no_credit_of_the_buyer(cast: Cast) -> None:
    """The hold of a contract that is none any more is freed with the order."""
    seller, buyer = cast.seller, cast.buyer
    seller.limit(buyer, LIMIT)
    trade_id = await cast.agreed()
    first = buyer.trade(trade_id).contract.id
    cast.town.wire.cut(buyer.key)
    buyer.fund(trade_id)
    await put(buyer, another_accept(cast, trade_id))
    assert buyer.trade(trade_id).contract.id != first
    cast.town.wire.heal()
    await until(lambda: len(buyer.account(seller).holds) == 1)
    times = buyer.trade(trade_id).contract.deadlines
    cast.town.pass_time(times.t0 + 1 - cast.town.wall.time)
    await cast.town.all_in("aborted", trade_id, [buyer, seller])
    cast.town.pass_time(120, step=40)
    await cast.town.quiet()
    assert buyer.account(seller).holds == ()


async def test_a_second_accept_locks_no_credit_at_a_hub(cast: Cast) -> None:
    """The hub knows the hold of the first one, too, and frees it with the order."""
    hub = await cast.town.settle_in("hub")
    over = Trio(cast, hub)
    await over.trust()
    seller, buyer = cast.seller, cast.buyer
    trade_id = await cast.agreed()
    cast.town.wire.cut(seller.key)
    buyer.fund(trade_id)
    await until(lambda: len(hub.account(buyer).holds) == 1)
    (hold,) = hub.account(buyer).holds
    second = another_accept(cast, trade_id)
    await put(buyer, second)
    await put(hub, second)
    times = buyer.trade(trade_id).contract.deadlines
    cast.town.pass_time(times.t0 + 1 - cast.town.wall.time)
    await cast.town.all_in("aborted", trade_id, [buyer, hub])
    assert hub.trade(trade_id).contract.id != hold.contract
    cast.town.pass_time(hold.expires + 2 * DAY - cast.town.wall.time, step=30 * DAY)
    cast.town.pass_time(2 * DAY, step=DAY)
    await cast.town.quiet()
    assert hub.account(buyer).holds == ()


async def test_no_outcome_is_paid_on_a_hold_of_another_accept(cast: Cast) -> None:
    """What the fold selects is of the contract, never of the other Accept."""
    seller, buyer = cast.seller, cast.buyer
    seller.limit(buyer, LIMIT)
    trade_id = await cast.agreed()
    cast.town.wire.cut(buyer.key)
    buyer.fund(trade_id)
    await put(buyer, another_accept(cast, trade_id))
    cast.town.wire.heal()
    await until(lambda: len(buyer.account(seller).holds) == 1)
    (hold,) = buyer.account(seller).holds
    release = buyer.trade(trade_id).contract.release(0)
    await put(
        buyer,
        proposal(seller, buyer, [ApplyOutcome(hid(hold), release, (trade_id,))]),
    )
    await cast.town.quiet()
    assert buyer.account(seller).balance == 0


# ------------------------------------------------------------------- the buyer


async def promised_alone(cast: Cast) -> tuple[Person, bytes]:
    """The hub and a trade: the buyer's hold stands, the hub's promise never reaches the seller."""
    hub = await cast.town.settle_in("hub")
    over = Trio(cast, hub)
    await over.trust()
    trade_id = await cast.agreed()
    cast.town.wire.cut(cast.seller.key)
    cast.buyer.fund(trade_id)
    await until(lambda: len(hub.account(cast.buyer).holds) == 1)
    return hub, trade_id


async def test_the_buyer_takes_no_hold_from_under_the_hubs_promise(
    cast: Cast,
) -> None:
    """He tells the hub alone that he leaves, while its promise is under way to the seller."""
    hub, trade_id = await promised_alone(cast)
    buyer, seller = cast.buyer, cast.seller
    await cast.town.quiet()
    assert hub.account(seller).holds == (), "the seller has not signed it yet"
    (hold,) = hub.account(buyer).holds
    await put(hub, step(buyer, buyer, trade_id, Withdraw, 0))
    withdraw = hub.trade(trade_id).facts.of(Withdraw)[0].id
    await put(hub, proposal(buyer, hub, [VoidHold(hid(hold), withdraw)]))
    await cast.town.quiet()
    assert hub.account(buyer).holds == (hold,)


async def test_a_hold_under_the_hubs_unanswered_promise_ends_by_time(
    cast: Cast,
) -> None:
    """A seller who never answers locks nothing for ever."""
    hub, _ = await promised_alone(cast)
    buyer = cast.buyer
    (hold,) = hub.account(buyer).holds
    cast.town.pass_time(hold.expires + 2 * DAY - cast.town.wall.time, step=30 * DAY)
    cast.town.pass_time(2 * DAY, step=DAY)
    await cast.town.quiet()
    assert hub.account(buyer).holds == ()


async def test_an_order_cannot_wait_longer_than_a_month_for_its_money(
    cast: Cast,
) -> None:
    """T0 years ahead would keep the seller's goods and then his money for as long."""
    offer = cast.buyer.trade(await cast.ordered()).contract.offer
    most = offer.at + GREATEST_ACCEPT_DAYS * DAY
    for first, refused in ((most, False), (most + 1, True)):
        later = first - offer.deadlines[0]
        times = tuple(one + later for one in offer.deadlines)
        body = msgspec.structs.replace(offer, deadlines=times)
        if refused:
            with pytest.raises(NotAllowedError, match="T0"):
                check_offer(sign(cast.buyer, body), cast.town.network)
        else:
            check_offer(sign(cast.buyer, body), cast.town.network)


def with_terms(buyer: Person, change: Callable[[Offer], Offer]) -> None:
    """Let a buyer's own program write other terms than the house's."""
    written = buyer.node.ordering._body

    def changed(wish: Wish, chosen: Chosen, fresh: Fresh) -> Offer:
        return change(written(wish, chosen, fresh))

    buyer.node.ordering._body = changed


def moved(offer: Offer, *seconds: int) -> Offer:
    """The same with T0..T5 later by so much each."""
    times = [t + by for t, by in zip(offer.deadlines, seconds, strict=True)]
    return msgspec.structs.replace(offer, deadlines=tuple(times))


def most_of_the_unjudged(offer: Offer) -> Offer:
    return msgspec.structs.replace(offer, default_bp=SUGGESTED_SPLIT_BP + 1)


def longer_inspection(offer: Offer) -> Offer:
    return moved(offer, 0, 0, 1, 1, 1, 1)


def less_time_to_ship(offer: Offer) -> Offer:
    return moved(offer, 0, -1, -1, -1, -1, -1)


def more_time_to_ship(offer: Offer) -> Offer:
    return moved(offer, 0, 1, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("trick", "words"),
    [
        (most_of_the_unjudged, "more than half"),
        (longer_inspection, "more time"),
        (less_time_to_ship, "less time"),
    ],
)
async def test_the_buyers_terms_are_no_harder_than_the_shops(
    cast: Cast, trick: Callable[[Offer], Offer], words: str
) -> None:
    with_terms(cast.buyer, trick)
    trade_id = await cast.ordered()
    with pytest.raises(NotAllowedError, match=words):
        await cast.seller.accept(trade_id)
    assert cast.seller.state(trade_id) == "offered"


async def test_softer_terms_are_welcome(cast: Cast) -> None:
    with_terms(cast.buyer, more_time_to_ship)
    trade_id = await cast.ordered()
    await cast.seller.accept(trade_id)


async def test_a_seller_who_was_long_away_loses_no_hold_on_his_return(
    cast: Cast,
) -> None:
    """What he does not know yet may have been decided: he hears all others first, for g."""
    await cast.shipped()
    seller, buyer = cast.seller, cast.buyer
    await cast.town.quiet()
    (hold,) = seller.account(buyer).holds
    await seller.leave()
    cast.town.wire.cut(buyer.key)
    cast.town.pass_time(hold.expires + 2 * DAY - cast.town.wall.time, step=10 * DAY)
    await cast.town.start(seller)
    await put(seller, proposal(buyer, seller, [VoidHold(hid(hold), None)]))
    await cast.town.quiet()
    assert seller.account(buyer).holds == (hold,)
    cast.town.pass_time(DAY - 60, step=HOUR)
    await cast.town.quiet()
    assert seller.account(buyer).holds == (hold,)


async def test_a_clock_that_jumped_frees_no_hold(cast: Cast) -> None:
    """Two years ahead by a false time server: nothing has expired until it is confirmed."""
    await cast.shipped()
    seller, buyer = cast.seller, cast.buyer
    await cast.town.quiet()
    (hold,) = seller.account(buyer).holds
    seller.clock.jumped = 730 * DAY
    await put(seller, proposal(buyer, seller, [VoidHold(hid(hold), None)]))
    await cast.town.quiet()
    assert seller.account(buyer).holds == (hold,)


# -------------------------------------------------------------------- the seat


async def test_a_hidden_ruling_brings_its_seat_no_fee_when_the_money_is_gone(
    cast: Cast,
) -> None:
    """The primary keeps its Ruling back until the refund that the backup ruled was paid."""
    seller, buyer, seat, backup = cast.everybody
    trade_id = await cast.shipped()
    buyer.node.deeds.dispute(trade_id, "", (), DisputeReason.GOODS, "stones")
    buyer.node.changed(trade_id)
    await cast.town.all_in("disputed", trade_id, cast.everybody)
    times = buyer.trade(trade_id).contract.deadlines
    cast.town.wall.time = times.t1 + 4 * DAY
    (dispute,) = seat.trade(trade_id).parts[0].disputes
    shares = (TOTAL - FEE, 0, FEE)
    about = (0, dispute.id, DisputeReason.GOODS, *shares, "")
    hidden = step(seat, seat, trade_id, Ruling, *about)
    await seat.leave()
    _leave_out(buyer, "_settle")
    cast.town.wall.time = times.t3 + 2 * DAY
    backup.node.deeds.rule(trade_id, "", 0, Share(None, 0), "stones")
    backup.node.changed(trade_id)
    await until(lambda: seller.is_owed(buyer) == FEE)
    await cast.town.quiet()
    await put(seller, hidden)
    assert seller.trade(trade_id).parts[0].outcome == PaidOutcome(0, *shares, 2)
    (hold,) = seller.account(seat).holds
    asked = ApplyOutcome(hid(hold), PaidOutcome(0, *shares, 2), (hidden.id,))
    await put(seller, proposal(seat, seller, [asked]))
    await cast.town.quiet()
    cast.town.pass_time(120)
    await cast.town.quiet()
    assert seller.is_owed(seat) == 0
    assert seller.is_owed(backup) in {0, -FEE}


def _leave_out(person: Person, name: str) -> None:
    """Let somebody's own program leave out one of its steps."""
    steps = person.node.conduct._steps
    for role, all_ in steps.items():
        steps[role] = tuple(s for s in all_ if getattr(s, "__name__", "") != name)


# ---------------------------------------------------------------- the stranger


async def test_strangers_orders_keep_no_account_partner_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand orders of new identities fill a shop's waiting room for a month."""
    monkeypatch.setattr("bazaar.app.trading.trades.MAX_OFFERS", 2)
    await cast.ordered()
    stranger = await cast.town.settle_in("stranger")
    await stranger.node.market.refresh(cast.seller.key)
    trade_id = await stranger.order(cast.lamp)
    await cast.town.all_in("offered", trade_id, [cast.seller])
    cast.town.wire.cut(cast.buyer.key)
    offer = (await cast.buyer.node.ordering.place(wish(cast.lamp))).facts.offer
    assert await put(cast.seller, offer) == (ReplyCode.LIMIT,)
    cast.seller.limit(cast.buyer, LIMIT)
    with cast.seller.book.unit() as unit:
        account = cast.seller.node.accounts.load(unit, cast.buyer.key, "EUR")
        unit.put_account(account.row)
    assert await put(cast.seller, offer) == (ReplyCode.OK,)


# ----------------------------------------------- the partner of who lost his book


async def test_a_partner_rolls_no_account_back_after_a_loss(cast: Cast) -> None:
    """Who alone knows the newest states would like to show an older one."""
    await cast.closed()
    await cast.town.quiet()
    seller, buyer = cast.seller, cast.buyer
    with seller.book.unit() as unit:
        had = seller.node.accounts.load(unit, buyer.key, "EUR").row.n + 2
        resync_mode.enter(unit, cast.town.wall.time)
        index_notes.note_found(unit, (), (Running(buyer.key, "EUR", had),))
    await seller.node.recovery.ask(buyer.key)
    with seller.book.unit() as unit:
        assert not resync_mode.is_open_account(unit, buyer.key)
    cast.town.wall.time += resync_mode.SLOT_WAIT_SECONDS
    await seller.node.recovery.ask(buyer.key)
    with seller.book.unit() as unit:
        assert resync_mode.is_open_account(unit, buyer.key)
        words = [row.words for row in unit.notices(10) if "own index" in row.words]
    assert len(words) == 1, "after 72 h the person is told and decides"


async def test_the_last_state_may_have_been_ours_alone(cast: Cast) -> None:
    """Our signature under it may never have left: an honest partner shows one state less."""
    await cast.closed()
    await cast.town.quiet()
    seller, buyer = cast.seller, cast.buyer
    with seller.book.unit() as unit:
        had = seller.node.accounts.load(unit, buyer.key, "EUR").row.n + 1
        resync_mode.enter(unit, cast.town.wall.time)
        index_notes.note_found(unit, (), (Running(buyer.key, "EUR", had),))
    await seller.node.recovery.ask(buyer.key)
    with seller.book.unit() as unit:
        assert resync_mode.is_open_account(unit, buyer.key)
