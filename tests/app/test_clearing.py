"""Debts cleared in a circle: everybody owes less afterwards, or nothing has changed."""

from collections.abc import Sequence

import pytest

from bazaar.app.credit import clearing_book
from bazaar.app.credit.clearing import CLEARED, LAPSED, REFUSED
from bazaar.app.credit.people_accounts import owed_to_me
from bazaar.domain.credit.account import Transfer
from bazaar.domain.credit.clearing import ClearVote, Vote
from bazaar.domain.errors import NotAllowedError
from bazaar.domain.wire.envelope import seal
from bazaar.domain.wire.kinds import Kind
from bazaar.domain.wire.networks import DAY
from tests.app.town import Person, Town
from tests.fakes import until

LIMIT = 10_000


def takes_part(*people: Person) -> None:
    for person in people:
        with person.book.unit() as unit:
            clearing_book.switch(unit, on=True)


async def owes(debtor: Person, creditor: Person, amount: int) -> None:
    """The debtor pays on credit, as a person would."""
    creditor.limit(debtor, LIMIT)
    await until(lambda: creditor.allows(debtor) == LIMIT == _limit(debtor, creditor))
    with debtor.book.unit() as unit:
        account = debtor.node.accounts.load(unit, creditor.key, "EUR")
        direction = 1 if account.mine == 0 else 0
        debtor.node.accounts.propose(
            unit, account, [Transfer(direction, amount, None, "")]
        )
    debtor.node.stir()
    await until(lambda: creditor.is_owed(debtor) == amount == -debtor.is_owed(creditor))


def _limit(debtor: Person, creditor: Person) -> int:
    state = debtor.account(creditor)
    return state.limit_a if creditor.key < debtor.key else state.limit_b


async def circle(town: Town, amounts: Sequence[int]) -> list[Person]:
    """Each owes the next what ``amounts`` say, and takes part in clearing."""
    people = [await town.settle_in(f"p{n}") for n in range(len(amounts))]
    for n, amount in enumerate(amounts):
        await owes(people[n], people[(n + 1) % len(people)], amount)
    takes_part(*people)
    return people


def seek(person: Person) -> None:
    with person.book.unit() as unit:
        assert person.node.clearing.search.start(unit)
    person.node.stir()


def say(person: Person, vote: Vote) -> None:
    with person.book.unit() as unit:
        (plan,) = clearing_book.open_ids(unit)
        person.node.clearing.say(unit, plan, vote)
    person.node.stir()


def asked(person: Person) -> int:
    """How many notices of circles wait to be seen."""
    with person.book.unit() as unit:
        rows = unit.notices(100)
    return sum(row.name.startswith("clear:") and row.seen is None for row in rows)


def states(people: Sequence[Person]) -> list[str]:
    return [state(person) for person in people]


def state(person: Person) -> str:
    with person.book.unit() as unit:
        shown = person.node.clearing.plans(unit)
    return shown[0].ended or "open" if shown else "none"


def debts(people: Sequence[Person]) -> list[int]:
    """What each owes the next, as the debtor's book says."""
    after = [*people[1:], people[0]]
    return [-one.is_owed(two) for one, two in zip(people, after, strict=True)]


def check_books(people: Sequence[Person]) -> None:
    """Both books of every pair agree, so that all positions add up to nothing."""
    positions = 0
    for one in people:
        with one.book.unit() as unit:
            accounts = one.node.accounts.all(unit)
        positions += sum(map(owed_to_me, accounts))
        for two in people:
            if two is not one:
                assert one.account(two) == two.account(one)
    assert positions == 0


@pytest.mark.parametrize(
    "amounts", [(500, 300, 400), (500, 300, 400, 900), (70, 80, 90, 60, 100)]
)
async def test_a_circle_is_found_agreed_and_cleared(
    town: Town, amounts: tuple[int, ...]
) -> None:
    people = await circle(town, amounts)
    seek(people[1])
    await until(lambda: states(people) == ["open"] * len(people))
    await town.quiet()
    assert debts(people) == list(amounts), "nothing moves before all agree"
    assert [asked(person) for person in people] == [1] * len(people)
    for person in people[:-1]:
        say(person, Vote.CONSENT)
    await town.quiet()
    assert [asked(person) for person in people] == [0] * (len(people) - 1) + [1]
    assert all(
        not one.account(two).holds for one in people for two in people if one is not two
    )
    say(people[-1], Vote.CONSENT)
    await until(lambda: states(people) == [CLEARED] * len(people))
    least = min(amounts)
    assert debts(people) == [amount - least for amount in amounts]
    check_books(people)


async def test_no_path_of_six_is_found(town: Town) -> None:
    people = await circle(town, (50,) * 6)
    seek(people[0])
    await town.quiet()
    assert states(people) == ["none"] * 6


async def test_who_takes_no_part_is_passed_by(town: Town) -> None:
    people = await circle(town, (50, 50, 50))
    with people[1].book.unit() as unit:
        clearing_book.switch(unit, on=False)
    for person in (people[0], people[2]):
        seek(person)
    await town.quiet()
    assert states(people) == ["none"] * 3
    with people[1].book.unit() as unit, pytest.raises(NotAllowedError):
        people[1].node.clearing.search.start(unit)


async def test_one_no_ends_it_and_nothing_was_bound(town: Town) -> None:
    people = await circle(town, (50, 60, 70))
    seek(people[0])
    await until(lambda: states(people) == ["open"] * 3)
    say(people[0], Vote.CONSENT)
    say(people[1], Vote.NO)
    await until(lambda: states(people) == [REFUSED] * 3)
    assert debts(people) == [50, 60, 70]
    check_books(people)


async def test_a_consent_can_be_taken_back_while_others_think(town: Town) -> None:
    people = await circle(town, (50, 60, 70))
    seek(people[0])
    await until(lambda: states(people) == ["open"] * 3)
    say(people[0], Vote.CONSENT)
    say(people[0], Vote.NO)
    await until(lambda: states(people) == [REFUSED] * 3)


@pytest.mark.parametrize(("late", "expected"), [(0, "open"), (1, LAPSED)])
async def test_silence_of_a_day_ends_it(town: Town, late: int, expected: str) -> None:
    people = await circle(town, (50, 60, 70))
    seek(people[0])
    await until(lambda: states(people) == ["open"] * 3)
    say(people[0], Vote.CONSENT)
    await town.quiet()
    town.pass_time(DAY + late)
    await until(lambda: states(people) == [expected] * 3)
    if late:
        takes_part(*people)
        seek(people[0])
        await until(lambda: states(people) == ["open"] * 3)


async def test_who_stops_before_being_ready_leaves_all_as_it_was(town: Town) -> None:
    people = await circle(town, (50, 60, 70))
    seek(people[0])
    await until(lambda: states(people) == ["open"] * 3)
    for person in people[:2]:
        say(person, Vote.CONSENT)
    await town.quiet()
    gone = people[2]
    consent_then_leave(gone)
    await gone.leave()
    await town.quiet()
    town.pass_time(5 * DAY + 60, step=DAY // 2)
    await town.quiet()
    assert state(people[0]) in {LAPSED, "open"}
    await town.start(gone)
    town.pass_time(120)
    await until(lambda: set(states(people)) == {LAPSED})
    assert debts(people) == [50, 60, 70]
    check_books(people)


def consent_then_leave(person: Person) -> None:
    """The consent is on its way, nothing after it is."""
    say(person, Vote.CONSENT)


async def test_who_is_away_at_the_end_finds_it_cleared(town: Town) -> None:
    """Everybody was ready; the last one falls silent before its holds are applied."""
    people = await circle(town, (50, 60, 70))
    seek(people[0])
    await until(lambda: states(people) == ["open"] * 3)
    gone = people[2]
    for person in people:
        say(person, Vote.CONSENT)
    await until(lambda: (gone.key, Vote.READY) in votes(people[0]))
    await gone.leave()
    await town.quiet()
    await town.start(gone)
    await town.quiet()
    town.pass_time(60)
    await until(lambda: states(people) == [CLEARED] * 3)
    assert debts(people) == [0, 10, 20]
    check_books(people)


def votes(person: Person) -> frozenset[tuple[bytes, int]]:
    with person.book.unit() as unit:
        shown = person.node.clearing.plans(unit)
    return shown[0].view.votes if shown else frozenset()


async def test_strangers_cannot_vote_nor_plan(town: Town) -> None:
    people = await circle(town, (50, 60, 70))
    stranger = await town.settle_in("stranger")
    takes_part(stranger)
    seek(people[0])
    await until(lambda: states(people) == ["open"] * 3)
    with people[0].book.unit() as unit:
        (plan,) = people[0].node.clearing.plans(unit)
    vote = seal(
        ClearVote(stranger.key, plan.view.id, 1),
        stranger.identity.signing_key,
        town.network.id,
    )
    with people[0].book.unit() as unit, pytest.raises(NotAllowedError):
        people[0].node.clearing.receive_vote(unit, vote)
    assert Kind.CLEAR_VOTE == 70
