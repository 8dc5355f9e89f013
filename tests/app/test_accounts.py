"""Credit accounts between two nodes: collisions, refusals, limits, and who may say what."""

from collections.abc import Sequence
from typing import Any

import pytest
import trio

from bazaar.app.credit import outside
from bazaar.app.credit.accounts import MAX_GIFTS, Verdict
from bazaar.app.credit.outside import Words
from bazaar.app.credit.people_accounts import (
    Paid,
    close,
    reopen,
    settle_outside,
    unsettle,
)
from bazaar.app.credit.statement import entries
from bazaar.app.ports import AccountRow, Request, Unit
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    AccountReject,
    AddHold,
    ApplyOutcome,
    Freeze,
    Hold,
    Operation,
    PaidOutcome,
    SetLimit,
    SettledOutside,
    Transfer,
    VoidHold,
)
from bazaar.domain.credit.holds import hid
from bazaar.domain.errors import InputError, RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import Put, PutAnswer
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import NO_ID
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, seal, verify
from bazaar.domain.wire.kinds import Kind
from tests.app.town import LIMIT, NETWORK, TOTAL, Cast, Person, Town
from tests.fakes import until


def sign(person: Person, body: Body) -> Signed[Any]:
    return seal(body, person.identity.signing_key, NETWORK.id)


def proposal(
    author: Person, to: Person, operations: Sequence[Operation], **changes: Any
) -> Signed[AccountPropose]:
    """The next state as ``to`` would compute it."""
    with to.book.unit() as unit:
        account = to.node.accounts.load(unit, author.key, "EUR")
    state = changes.pop("state", None) or ledger.apply(
        account.state, operations, ledger.side(author.key, to.key)
    )
    fields: dict[str, Any] = {
        "by": author.key,
        "partner": to.key,
        "unit": "EUR",
        "n": account.row.n + 1,
        "previous": account.propose,
        "retry": NO_ID,
        "operations": tuple(operations),
        "state": state,
    }
    return sign(author, AccountPropose(**fields | changes))


@pytest.fixture
async def pair(town: Town) -> tuple[Person, Person]:
    """Two people, the one with the lower key first."""
    one, two = await town.settle_in("one"), await town.settle_in("two")
    return (one, two) if one.key < two.key else (two, one)


Pair = tuple[Person, Person]


def answers(person: Person) -> list[Body]:
    """Account answers that ``person`` has ever signed and posted, oldest first."""
    with person.book.unit() as unit:
        rows = unit.due(2**40, 1000)
    kinds = AccountAccept | AccountReject
    bodies = [verify(row.envelope, NETWORK.id).body for row in rows]
    return [body for body in bodies if isinstance(body, kinds)]


async def test_both_propose_at_once_and_both_limits_come_to_stand(pair: Pair) -> None:
    lower, higher = pair
    lower.town.wire.cut(lower.key, higher.key)
    lower.limit(higher, 500)
    higher.limit(lower, 700)
    lower.town.wire.heal()
    await until(lambda: higher.allows(lower) == 700 and lower.allows(higher) == 500)
    await until(lambda: lower.account(higher) == higher.account(lower))
    with lower.book.unit() as unit:
        rows = unit.accounts()
    assert [row.n for row in rows] == [2]


async def test_a_rejected_proposal_is_never_accepted_later(pair: Pair) -> None:
    """Accept and Reject of one proposal would be a proof against us (class 6)."""
    one, two = await acquainted(pair)
    lift = proposal(one, two, [Freeze(False)])
    one.exchange.close()
    await put_directly(two, lift)
    two.node.accounts.judge = accepting
    await put_directly(two, lift)
    assert [type(body) for body in answers(two)] == [AccountReject]


def undecided(*_: object) -> Verdict:
    return Verdict.WAIT


def accepting(*_: object) -> Verdict:
    return Verdict.ACCEPT


async def acquainted(pair: Pair) -> Pair:
    """The first has given the second credit."""
    one, two = pair
    one.limit(two, 100)
    await until(lambda: two.account(one) == one.account(two) != ledger.EMPTY)
    await one.town.quiet()
    return pair


async def put_directly(to: Person, *messages: Signed[Any]) -> tuple[int, ...]:
    """The codes that the node answers when these arrive; nothing else travels."""
    body = encode(Put(tuple(message.envelope for message in messages)))
    request = Request(messages[0].author, RequestType.PUT, body)
    return decode(PutAnswer, await to.node.inbound.put(request)).codes


async def test_only_one_proposal_of_an_account_waits(pair: Pair) -> None:
    one, two = await acquainted(pair)
    paid = SettledOutside(0 if one.key < two.key else 1, 10, "cash", NO_ID)
    two.node.accounts.judge = undecided
    codes = [
        (await put_directly(two, proposal(one, two, [paid], retry=retry)))[0]
        for retry in (NO_ID, b"r" * 32, b"s" * 32)
    ]
    assert codes == [ReplyCode.OK, ReplyCode.BUSY, ReplyCode.BUSY]
    with two.book.unit() as unit:
        assert len(unit.parked()) == 1


WRONG: dict[str, tuple[Operation, ...]] = {
    "hold of nothing": (AddHold(Hold(0, 5, b"c" * 32, 0, 0, 2**40)),),
    "outside": (SettledOutside(0, 5, "cash", NO_ID),),
    "transfer": (Transfer(0, 5, None, ""),),
    "freeze": (Freeze(True),),
}


@pytest.mark.parametrize("operations", WRONG.values(), ids=WRONG.keys())
async def test_a_stranger_may_only_give_credit(
    pair: Pair, operations: tuple[Operation, ...]
) -> None:
    one, two = pair
    state = ledger.EMPTY
    codes = await put_directly(two, proposal(one, two, operations, state=state))
    assert codes == (ReplyCode.WRONG_ROLE,)
    with two.book.unit() as unit:
        assert unit.accounts() == []
        assert unit.parked() == []
        assert unit.objects(Kind.ACCOUNT_PROPOSE) == []


async def test_gifts_of_strangers_are_limited(pair: Pair) -> None:
    one, two = pair
    gift = proposal(one, two, [SetLimit(5)])
    with two.book.unit() as unit:
        for number in range(MAX_GIFTS - 1):
            put_gift(unit, number)
    with two.book.unit() as unit:
        put_gift(unit, MAX_GIFTS)
    assert await put_directly(two, gift) == (ReplyCode.LIMIT,)


async def test_the_last_gift_within_the_limit_is_taken(pair: Pair) -> None:
    one, two = pair
    gift = proposal(one, two, [SetLimit(5)])
    with two.book.unit() as unit:
        for number in range(MAX_GIFTS - 1):
            put_gift(unit, number)
    assert await put_directly(two, gift) == (ReplyCode.OK,)


def put_gift(unit: Unit, number: int) -> None:
    key = number.to_bytes(32)
    unit.put_account(AccountRow(key, key, "EUR", 1, b"s", b"p", b"a", None))


async def test_what_lies_between_two_others_is_not_kept(cast: Cast) -> None:
    stranger = await cast.town.settle_in("stranger")
    await cast.funded()
    between = sign(
        stranger,
        AccountPropose(
            stranger.key,
            cast.buyer.key,
            "EUR",
            1,
            NO_ID,
            NO_ID,
            (SetLimit(1),),
            ledger.EMPTY,
        ),
    )
    assert await put_directly(cast.primary, between) == (ReplyCode.NOT_FOUND,)
    accept = sign(
        stranger, AccountAccept(stranger.key, b"a" * 32, 1, NO_ID, between.id)
    )
    assert await put_directly(cast.primary, accept) == (ReplyCode.NOT_FOUND,)


WRONG_STATES: dict[str, dict[str, Any]] = {
    "another result": {"state": ledger.EMPTY},
    "another past": {"previous": b"p" * 32},
}


@pytest.mark.parametrize("changes", WRONG_STATES.values(), ids=WRONG_STATES.keys())
async def test_a_state_that_differs_from_ours_is_rejected(
    pair: Pair, changes: dict[str, Any]
) -> None:
    one, two = pair
    one.exchange.close()
    await put_directly(two, proposal(one, two, [SetLimit(5)], **changes))
    (answer,) = answers(two)
    assert isinstance(answer, AccountReject)
    assert two.account(one) == ledger.EMPTY


async def test_a_state_too_far_ahead_waits_with_its_sender(pair: Pair) -> None:
    one, two = pair
    assert await put_directly(two, proposal(one, two, [SetLimit(5)], n=2)) == (
        ReplyCode.STALE,
    )


async def test_an_acceptance_with_another_number_changes_nothing(pair: Pair) -> None:
    one, two = pair
    two.exchange.close()
    one.limit(two, 5)
    with one.book.unit() as unit:
        account = one.node.accounts.load(unit, two.key, "EUR")
        opened = one.node.accounts.opened(account)
    assert opened is not None
    for number, code in ((2, ReplyCode.STALE), (1, ReplyCode.OK)):
        accept = AccountAccept(two.key, account.row.id, number, NO_ID, opened.id)
        assert await put_directly(one, sign(two, accept)) == (code,)
    assert one.allows(two) == 5


async def test_a_partner_cannot_lift_a_freeze_nor_take_by_transfer(pair: Pair) -> None:
    one, two = await acquainted(pair)
    takes = Transfer(1 if one.key < two.key else 0, 5, None, "")
    state = two.account(one)
    await put_directly(two, proposal(one, two, [takes], state=state))
    await one.town.quiet()
    assert two.is_owed(one) == 0
    await put_directly(two, proposal(one, two, [Freeze(True)]))
    assert two.account(one).frozen
    await put_directly(two, proposal(one, two, [Freeze(False)]))
    assert two.account(one).frozen


async def test_a_payment_made_outside_needs_both_words(cast: Cast) -> None:
    await cast.closed()
    await cast.town.quiet()
    buyer, seller = cast.buyer, cast.seller
    debt = seller.is_owed(buyer)
    note_outside(buyer, seller, 1_000)
    await cast.town.quiet()
    assert seller.is_owed(buyer) == debt
    note_outside(seller, buyer, 1_000)
    await until(lambda: buyer.is_owed(seller) == 1_000 - debt)
    await until(lambda: seller.is_owed(buyer) == debt - 1_000)
    with pytest.raises(InputError, match="open debt"):
        note_outside(buyer, seller, debt)


@pytest.mark.parametrize("debtor_notes", [True, False])
async def test_a_payment_that_nobody_confirms_blocks_no_sale(
    cast: Cast, debtor_notes: bool
) -> None:
    """It must be answered as soon as the account is needed for something else."""
    await cast.closed()
    await cast.town.quiet()
    people = (cast.buyer, cast.seller)
    debtor, creditor = people if debtor_notes else people[::-1]
    note_outside(debtor, creditor, 10)
    await cast.town.quiet()
    await cast.closed()
    cast.town.pass_time(180)
    await cast.town.quiet()
    assert cast.holds() == 0
    assert cast.seller.is_owed(cast.buyer) == 2 * TOTAL


def note_outside(person: Person, partner: Person, amount: int) -> None:
    with person.book.unit() as unit:
        paid = Paid(partner.key, Money(amount, "EUR"), "cash")
        settle_outside(unit, person.node.accounts, paid)
    person.node.stir()


async def test_a_refused_hold_is_asked_again_later_not_at_once(cast: Cast) -> None:
    trade_id = await cast.agreed()
    cast.seller.limit(cast.buyer, LIMIT)
    await until(lambda: cast.seller.allows(cast.buyer) == LIMIT)
    await cast.town.quiet()
    judge = cast.seller.node.accounts.judge
    cast.seller.node.accounts.judge = refusing
    cast.buyer.fund(trade_id)
    await until(lambda: "refused" in cast.buyer.problem(trade_id))
    before = len(cast.town.wire.asked)
    cast.buyer.look()
    await cast.town.quiet()
    assert len(cast.town.wire.asked) == before
    cast.seller.node.accounts.judge = judge
    cast.town.pass_time(61)
    await cast.town.all_in("waiting", trade_id, cast.everybody)


def refusing(*_: object) -> Any:
    raise RefusedError(ReplyCode.LIMIT)


async def test_a_void_is_refused_once_the_money_is_acknowledged(cast: Cast) -> None:
    trade_id = await cast.funded()
    await cast.town.quiet()
    (hold,) = cast.seller.account(cast.buyer).holds
    for withdraw in (b"w" * 32, None):
        await put_directly(
            cast.seller,
            proposal(cast.buyer, cast.seller, [VoidHold(hid(hold), withdraw)]),
        )
        await cast.town.quiet()
        assert cast.seller.account(cast.buyer).holds == (hold,)
    assert cast.seller.state(trade_id) == "waiting"


async def test_an_outcome_that_the_fold_does_not_select_is_not_signed(
    cast: Cast,
) -> None:
    trade_id = await cast.shipped()
    await cast.town.quiet()
    (hold,) = cast.seller.account(cast.buyer).holds
    refund = PaidOutcome(0, 0, hold.amount, 0, 0)
    ship = cast.seller.trade(trade_id).parts[0].ships[0].id
    for halves in ((ship,), (b"h" * 32,)):
        operation = ApplyOutcome(hid(hold), refund, halves)
        await put_directly(cast.seller, proposal(cast.buyer, cast.seller, [operation]))
        await trio.lowlevel.checkpoint()
        assert cast.seller.account(cast.buyer).holds == (hold,)
    cast.buyer.confirm(trade_id)
    await cast.town.all_in("closed", trade_id, cast.everybody)


async def owing(pair: Pair) -> Pair:
    """The second owes the first 50."""
    one, two = await acquainted(pair)
    direction = 0 if one.key < two.key else 1
    with two.book.unit() as unit:
        account = two.node.accounts.load(unit, one.key, "EUR")
        two.node.accounts.propose(unit, account, [Transfer(direction, 50, None, "")])
    two.node.stir()
    await until(lambda: one.is_owed(two) == 50)
    await one.town.quiet()
    return one, two


def pays(person: Person, other: Person, amount: int) -> None:
    with person.book.unit() as unit:
        settle_outside(
            unit, person.node.accounts, Paid(other.key, Money(amount, "EUR"), "cash")
        )
    person.node.stir()


def words(person: Person, other: Person) -> tuple[Words | None, Words | None]:
    """What was said and what was heard."""
    with person.book.unit() as unit:
        account = person.node.accounts.load(unit, other.key, "EUR")
        return outside.said(unit, account.row.id), outside.heard(unit, account.row.id)


async def test_a_payment_that_is_refused_is_known_to_both(pair: Pair) -> None:
    one, two = await owing(pair)
    pays(two, one, 50)
    await until(lambda: words(one, two)[1] is not None)
    await one.town.quiet()
    with one.book.unit() as unit:
        unsettle(unit, one.node.accounts, two.key, "EUR")
    one.node.stir()
    await until(lambda: (noted := words(two, one)[0]) is not None and noted.refused)
    assert words(one, two) == (None, None)
    assert one.is_owed(two) == 50
    pays(two, one, 50)
    await until(lambda: words(one, two)[1] is not None)
    pays(one, two, 50)
    await until(lambda: one.is_owed(two) == 0 == two.is_owed(one))
    assert words(one, two) == words(two, one) == (None, None)


async def test_a_payment_is_taken_back_before_the_answer(pair: Pair) -> None:
    one, two = await owing(pair)
    pays(two, one, 50)
    await until(lambda: words(one, two)[1] is not None)
    await one.town.quiet()
    with two.book.unit() as unit:
        unsettle(unit, two.node.accounts, one.key, "EUR")
    pays(one, two, 50)
    await one.town.quiet()
    assert one.is_owed(two) == 50, "the payer no longer says so"
    with pytest.raises(InputError), one.book.unit() as unit:
        unsettle(unit, one.node.accounts, one.key, "EUR")


async def test_the_statement_recomputes_every_balance(pair: Pair) -> None:
    one, two = await owing(pair)
    pays(two, one, 20)
    await until(lambda: words(one, two)[1] is not None)
    pays(one, two, 20)
    await until(lambda: one.is_owed(two) == 30)
    for person, other, sign in ((one, two, 1), (two, one, -1)):
        with person.book.unit() as unit:
            account = person.node.accounts.load(unit, other.key, "EUR")
            found = entries(unit, account, NETWORK.id)
        assert [entry.balance for entry in found] == [0, sign * 50, sign * 30]
        assert [entry.change for entry in found] == [0, sign * 50, sign * -20]
        assert [entry.n for entry in found] == [1, 2, 3]
        assert all(entry.at == person.clock.now() for entry in found)


async def test_an_account_is_closed_and_opened_by_both(pair: Pair) -> None:
    one, two = await owing(pair)
    with pytest.raises(InputError, match="owed"), one.book.unit() as unit:
        close(unit, one.node.accounts, two.key, "EUR")
    pays(two, one, 50)
    await until(lambda: words(one, two)[1] is not None)
    pays(one, two, 50)
    await until(lambda: one.is_owed(two) == 0)
    await one.town.quiet()
    with one.book.unit() as unit:
        close(unit, one.node.accounts, two.key, "EUR")
    one.node.stir()
    await until(lambda: two.account(one).frozen and one.account(two).frozen)
    assert one.allows(two) == 0
    with two.book.unit() as unit:
        reopen(unit, two.node.accounts, one.key, "EUR")
    two.node.stir()
    await one.town.quiet()
    assert one.account(two).frozen, "one alone cannot open it"
    with one.book.unit() as unit:
        reopen(unit, one.node.accounts, two.key, "EUR")
    one.node.stir()
    await until(lambda: not two.account(one).frozen and not one.account(two).frozen)
    with pytest.raises(InputError, match="open"), one.book.unit() as unit:
        reopen(unit, one.node.accounts, two.key, "EUR")
