"""A restored node signs nothing before all others answered, and never says a thing twice."""

import shutil
from pathlib import Path

import pytest

from bazaar.app.credit.accounts import Account, Judge, Verdict
from bazaar.app.ports import Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.setup import put_first_profile
from bazaar.domain.credit.account import AccountPropose
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.kinds import Kind
from store.book.book import open_book
from tests.app.town import LIMIT, START, TOTAL, Cast, Person
from tests.fakes import until


def keep(person: Person) -> Path:
    """A copy of the book as a backup would hold it."""
    copy = person.home / "copy.db"
    with person.book.unit() as unit:
        unit.set_setting("kept", b"1")
    shutil.copy(person.home / "book.db", copy)
    wal = person.home / "book.db-wal"
    if wal.exists():
        shutil.copy(wal, person.home / "copy.db-wal")
    return copy


async def lose(person: Person, copy: Path, *, knows: bool = True) -> None:
    """The disk dies; the book is the older copy from now on."""
    await person.leave()
    for side in ("", "-wal", "-shm"):
        (person.home / f"book.db{side}").unlink(missing_ok=True)
        if (person.home / f"{copy.name}{side}").exists():
            shutil.move(
                person.home / f"{copy.name}{side}", person.home / f"book.db{side}"
            )
    if knows:
        with open_book(person.home / "book.db") as book, book.unit() as unit:
            resync_mode.enter(unit, person.clock.now())


def no_proofs(cast: Cast) -> bool:
    for person in cast.everybody:
        with person.book.unit() as unit:
            if unit.proofs():
                return False
    return True


def awaits(person: Person) -> int:
    with person.book.unit() as unit:
        return len(person.node.recovery.awaited(unit))


async def test_an_older_copy_of_the_buyer_closes_the_trade_without_a_second_word(
    cast: Cast,
) -> None:
    trade_id = await cast.shipped()
    copy = keep(cast.buyer)
    cast.buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await lose(cast.buyer, copy)
    await cast.town.start(cast.buyer)
    await until(lambda: awaits(cast.buyer) == 0)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await cast.town.quiet()
    assert no_proofs(cast)
    assert cast.seller.is_owed(cast.buyer) == TOTAL
    assert cast.buyer.is_owed(cast.seller) == -TOTAL
    assert cast.holds() == 0


@pytest.mark.parametrize("who", ["buyer", "seller", "primary"])
async def test_a_book_that_lost_the_whole_trade_gets_it_back(
    cast: Cast, who: str
) -> None:
    person: Person = getattr(cast, who)
    copy = keep(person)
    trade_id = await cast.shipped()
    await cast.town.quiet()
    await lose(person, copy)
    await cast.town.start(person)
    await until(lambda: awaits(person) == 0 and person.state(trade_id) == "shipped")
    cast.buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await cast.town.quiet()
    assert no_proofs(cast)
    assert cast.holds() == 0
    assert cast.seller.is_owed(cast.buyer) == TOTAL


async def test_nothing_is_signed_while_one_role_has_not_answered(cast: Cast) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    copy = keep(cast.buyer)
    wire, me = cast.town.wire, cast.buyer.key
    wire.cut(me, cast.seller.key, cast.backup.key)
    cast.buyer.confirm(trade_id)  # heard by the primary alone, which then goes away
    await until(lambda: cast.primary.state(trade_id) != "shipped")
    wire.cut(cast.primary.key, me, cast.seller.key, cast.backup.key)
    await lose(cast.buyer, copy)
    wire._cut = {pair for pair in wire._cut if cast.primary.key in pair}
    await cast.town.start(cast.buyer)
    await until(lambda: awaits(cast.buyer) == 1)
    assert cast.buyer.state(trade_id) == "shipped"
    with pytest.raises(RefusedError, match="restored") as refused:
        cast.buyer.confirm(trade_id)
    assert refused.value.code is ReplyCode.BUSY
    with cast.buyer.book.unit() as unit:
        trade = cast.buyer.node.trades.load(unit, trade_id)
        assert cast.buyer.node.trades.awaited(unit, trade) == (cast.role(cast.primary),)
    wire.heal()
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await cast.town.quiet()
    assert no_proofs(cast)


async def test_words_alone_find_every_trade_and_account(
    cast: Cast, template: Path
) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    buyer = cast.buyer
    await buyer.leave()
    for side in ("", "-wal", "-shm"):
        (buyer.home / f"book.db{side}").unlink(missing_ok=True)
    shutil.copy(template, buyer.home / "book.db")
    with open_book(buyer.home / "book.db") as book, book.unit() as unit:
        resync_mode.enter(unit, buyer.clock.now())
        put_first_profile(unit, buyer.identity, cast.town.network, "Bea", START)
    await cast.town.start(buyer)
    await until(lambda: buyer.state(trade_id) == "shipped")
    await until(
        lambda: (
            awaits(buyer) == 0
            and buyer.account(cast.seller).limit_a + buyer.account(cast.seller).limit_b
            == LIMIT
        )
    )
    buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await cast.town.quiet()
    assert no_proofs(cast)
    assert buyer.is_owed(cast.seller) == -TOTAL


async def test_a_copy_that_nobody_told_of_is_found_by_its_own_words(
    cast: Cast,
) -> None:
    trade_id = await cast.shipped()
    copy = keep(cast.buyer)
    cast.buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)
    await lose(cast.buyer, copy, knows=False)
    await cast.town.start(cast.buyer)
    await cast.town.all_in("closed", trade_id, cast.everybody)

    def knows() -> bool:
        with cast.buyer.book.unit() as unit:
            return resync_mode.since(unit) is not None

    await until(knows)
    await until(lambda: awaits(cast.buyer) == 0)
    assert no_proofs(cast)


async def test_new_orders_wait_and_leave_places_out(cast: Cast) -> None:
    await cast.closed()
    await cast.town.quiet()
    copy = keep(cast.buyer)
    lost = await cast.ordered()
    cast.town.wire.cut(cast.buyer.key)
    await lose(cast.buyer, copy)
    await cast.town.start(cast.buyer)
    with pytest.raises(RefusedError, match="new orders wait"):
        await cast.buyer.order(cast.lamp)
    cast.town.wire.heal()
    await until(lambda: awaits(cast.buyer) == 0)
    assert cast.buyer.state(lost) == "offered"
    await cast.ordered()
    with cast.buyer.book.unit() as unit:
        numbers = [row.number for row in unit.slots(Kind.BUY_SLOT, 1, 9999)]
    assert numbers == [1, 2, 2 + resync_mode.SLOT_JUMP]
    await cast.ordered()
    with cast.buyer.book.unit() as unit:
        last = unit.last_slot(Kind.BUY_SLOT)
    assert last is not None
    assert last.number == numbers[-1] + 1


async def test_new_orders_wait_72_hours_at_most(cast: Cast) -> None:
    await cast.closed()
    copy = keep(cast.buyer)
    cast.town.wire.cut(cast.buyer.key, cast.backup.key)
    await lose(cast.buyer, copy)
    await cast.town.start(cast.buyer)
    await until(lambda: awaits(cast.buyer) == 1)
    wait = cast.town.network.scaled(resync_mode.SLOT_WAIT_SECONDS)
    cast.town.wall.time += wait - 1
    with pytest.raises(RefusedError, match="new orders wait"):
        await cast.buyer.order(cast.lamp)
    cast.town.wall.time += 1
    await cast.ordered()


def limits(person: Person, other: Person) -> tuple[int, int]:
    state = person.account(other)
    return state.limit_a, state.limit_b


def number(person: Person, other: Person) -> int:
    with person.book.unit() as unit:
        return person.node.accounts.load(unit, other.key, "EUR").row.n


@pytest.mark.parametrize("who", ["seller", "buyer"])
async def test_states_that_one_side_lost_come_back_when_it_is_met(
    cast: Cast, who: str
) -> None:
    """Nobody restored anything that he knows of: both sides of an account can do it."""
    loser: Person = getattr(cast, who)
    other = cast.buyer if who == "seller" else cast.seller
    cast.seller.limit(cast.buyer, 5_000)
    await until(lambda: number(cast.seller, cast.buyer) == 1)
    await cast.town.quiet()
    copy = keep(loser)
    for most in (6_000, 7_000):
        cast.seller.limit(cast.buyer, most)
        await until(lambda most=most: most in limits(cast.buyer, cast.seller))
        await cast.town.quiet()
    await lose(loser, copy, knows=False)
    await cast.town.start(loser)
    await until(lambda: number(loser, other) == 3)
    assert limits(loser, other) == limits(other, loser)
    cast.seller.limit(cast.buyer, 8_000)
    await until(lambda: 8_000 in limits(cast.buyer, cast.seller))
    assert no_proofs(cast)


async def test_a_proposal_that_was_signed_and_lost_is_not_signed_anew(
    cast: Cast,
) -> None:
    """The partner holds it unanswered: it is this book's open proposal again."""
    seller, buyer = cast.seller, cast.buyer
    seller.limit(buyer, 5_000)
    await until(lambda: number(seller, buyer) == 1)
    await cast.town.quiet()
    copy = keep(seller)
    with buyer.book.unit() as unit:  # so the buyer takes it and does not answer
        resync_mode.enter(unit, buyer.clock.now())
    buyer.node.recovery._asking.update(p.key for p in cast.everybody)
    seller.limit(buyer, 6_000)

    def waits() -> bool:
        with buyer.book.unit() as unit:
            return len(unit.parked()) == 1

    await until(waits)
    await lose(seller, copy)
    await cast.town.start(seller)
    await until(lambda: awaits(seller) == 0)
    with seller.book.unit() as unit:
        account = seller.node.accounts.load(unit, buyer.key, "EUR")
        opened = seller.node.accounts.opened(account)
    assert opened is not None
    with pytest.raises(RefusedError):
        seller.limit(buyer, 7_000)
    buyer.node.recovery._asking.clear()
    await buyer.node.recovery.ask(seller.key)
    buyer.node.stir()
    await until(lambda: 6_000 in limits(seller, buyer))
    assert no_proofs(cast)


def always(verdict: Verdict) -> Judge:
    def judge(_unit: Unit, _account: Account, _said: Signed[AccountPropose]) -> Verdict:
        return verdict

    return judge


async def test_a_rejected_number_stays_used_after_a_restore(cast: Cast) -> None:
    seller, buyer = cast.seller, cast.buyer
    seller.limit(buyer, 5_000)
    await until(lambda: number(seller, buyer) == 1)
    await cast.town.quiet()
    copy = keep(seller)
    buyer.node.accounts.judge = always(Verdict.REJECT)
    seller.limit(buyer, 6_000)

    def refused() -> bool:
        with seller.book.unit() as unit:
            account = seller.node.accounts.load(unit, buyer.key, "EUR")
            return seller.node.accounts.refusal(unit, account) is not None

    await until(refused)
    await cast.town.quiet()
    buyer.node.accounts.judge = always(Verdict.ACCEPT)
    await lose(seller, copy)
    await cast.town.start(seller)
    await until(lambda: awaits(seller) == 0)
    seller.limit(buyer, 7_000)
    await until(lambda: number(seller, buyer) == 2 == number(buyer, seller))
    await cast.town.quiet()
    assert no_proofs(cast)


class Mark:
    """A mark in memory."""

    def __init__(self, count: int) -> None:
        self.count = count

    def read(self) -> int:
        return self.count

    def write(self, count: int) -> None:
        self.count = count


async def test_a_book_that_counts_less_than_its_mark_is_an_older_copy(
    cast: Cast,
) -> None:
    node = cast.buyer.node
    with cast.buyer.book.unit() as unit:
        unit.set_setting("book:count", b"7")
    for count, is_copy in ((7, False), (8, False), (9, True), (10, True)):
        node.recovery._context = node.context._replace(mark=Mark(count))
        with cast.buyer.book.unit() as unit:
            unit.set_setting("resync:since", None)
        node.recovery.begin()
        with cast.buyer.book.unit() as unit:
            assert (resync_mode.since(unit) is not None) is is_copy, count
            unit.set_setting("book:count", b"8")
