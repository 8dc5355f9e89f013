"""What needs a person is told once, whatever is repeated, and leads to its step."""

import pytest

from bazaar.app.discovery.loneliness import LONELY_SECONDS, Loneliness
from bazaar.app.people.notices import MAX_SHOWN, Notice, NoticeKind, renew, settle, tell
from bazaar.domain.trading.messages import DisputeReason
from tests.app.town import Cast, Person, Town


def told(person: Person) -> list[tuple[str, str]]:
    rows = person.node.talk.notices.newest()
    return [(row.kind, row.words.split(".")[0]) for row in reversed(rows)]


def say(person: Person, *names: str, kind: NoticeKind = NoticeKind.BACKUP) -> None:
    with person.book.unit() as unit:
        for name in names:
            tell(unit, person.node.context, Notice(kind, name, f"{name}."))


async def test_each_side_hears_of_its_steps_once(cast: Cast) -> None:
    trade = await cast.closed()
    await cast.town.quiet()
    assert told(cast.seller) == [
        ("order", "A new order waits for you"),
        ("payment", "The money is bound"),
        ("order", "It is settled"),
    ]
    assert told(cast.buyer) == [
        ("payment", "Everybody agreed"),
        ("shipment", "It was sent"),
        ("order", "It is settled"),
    ]
    assert told(cast.primary) == []
    (first, *_) = cast.seller.node.talk.notices.newest()
    assert first.trade == trade
    cast.seller.node.tend(trade)
    await cast.town.restart(cast.seller)
    assert len(told(cast.seller)) == 3


async def test_a_seat_and_the_other_side_hear_of_a_dispute(cast: Cast) -> None:
    trade = await cast.shipped()
    cast.buyer.node.deeds.dispute(trade, "", (), DisputeReason.GOODS, "broken")
    cast.buyer.node.changed(trade)
    await cast.town.all_in("disputed", trade, cast.everybody)
    await cast.town.quiet()
    assert told(cast.primary) == [("case", "You are asked to judge")]
    assert told(cast.seller)[-1] == (
        "dispute",
        "The other side complained to the arbiters",
    )
    assert "dispute" not in dict(told(cast.buyer))


async def test_who_must_act_is_reminded_a_day_before(cast: Cast) -> None:
    trade = await cast.funded()
    ship_by = cast.seller.trade(trade).facts.deadlines(0).t1
    grace = cast.town.network.grace
    cast.town.wall.time = ship_by - 2 * grace - 1
    cast.town.look()
    assert "deadline" not in dict(told(cast.seller))
    cast.town.pass_time(1)
    assert told(cast.seller)[-1][0] == "deadline"
    assert "deadline" not in dict(told(cast.buyer))
    cast.town.pass_time(60)
    assert [kind for kind, _ in told(cast.seller)].count("deadline") == 1


async def test_what_was_thrown_away_is_not_told_again(town: Town) -> None:
    ana = await town.settle_in("ana")
    say(ana, "a", "b")
    notices = ana.node.talk.notices
    assert notices.unseen() == 2
    notices.see([notices.newest()[0].no])
    assert notices.unseen() == 1
    notices.drop(None)
    say(ana, "a", "b", "c")
    assert [row.name for row in notices.newest()] == ["c"]
    assert notices.unseen() == 1
    notices.see(None)
    assert notices.unseen() == 0


async def test_renewing_brings_back_and_settling_quiets(town: Town) -> None:
    ana = await town.settle_in("ana")
    notice = Notice(NoticeKind.CHAT, "chat:x", "A message.")
    for _ in range(2):
        with ana.book.unit() as unit:
            renew(unit, ana.node.context, notice)
    notices = ana.node.talk.notices
    assert notices.unseen() == 1
    notices.drop(None)
    with ana.book.unit() as unit:
        renew(unit, ana.node.context, notice)
        assert unit.unseen_notices() == 1
        settle(unit, ana.node.context, "chat:x")
        assert unit.unseen_notices() == 0
    assert len(notices.newest()) == 1


async def test_a_kind_that_is_off_is_not_told(town: Town) -> None:
    ana = await town.settle_in("ana")
    ana.node.talk.notices.choose_off(frozenset({NoticeKind.BACKUP}))
    say(ana, "a")
    assert told(ana) == []
    assert ana.node.talk.notices.off() == {NoticeKind.BACKUP}
    ana.node.talk.notices.choose_off(frozenset())
    say(ana, "a")
    assert told(ana) == [("backup", "a")]


async def test_only_the_newest_are_shown(town: Town) -> None:
    ana = await town.settle_in("ana")
    say(ana, *map(str, range(MAX_SHOWN + 1)))
    names = [row.name for row in ana.node.talk.notices.newest()]
    assert (len(names), names[0], names[-1]) == (MAX_SHOWN, str(MAX_SHOWN), "1")


@pytest.mark.parametrize(
    ("seconds", "count"), [(LONELY_SECONDS - 1, 0), (LONELY_SECONDS, 1)]
)
async def test_being_alone_is_told_once(town: Town, seconds: int, count: int) -> None:
    ana = await town.settle_in("ana")
    lonely = Loneliness(ana.node.context)
    lonely.look()
    town.wall.time += seconds
    lonely.look()
    town.wall.time += 60 * count
    lonely.look()
    assert [kind for kind, _ in told(ana)] == ["network"] * count
