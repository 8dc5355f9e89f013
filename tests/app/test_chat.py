"""People talk: once, in order, offline too, and nobody hears what is not for him."""

import pytest
from sqlalchemy import text as sql

from bazaar.app.people.chat import MAX_PER_DAY, MAX_REQUESTS, REQUESTS_PER_DAY, Line
from bazaar.app.people.rooms import OPEN, REFUSED, Place
from bazaar.app.ports import ChatRow, RoomRow
from bazaar.app.recovery.resync_mode import enter
from bazaar.domain.delivery.chat import (
    MAX_MISSING,
    MAX_MISSING_OF_A_GAP,
    RESTORE_JUMP,
    ChatTyping,
    first_missing,
)
from bazaar.domain.errors import (
    InputError,
    MalformedMessageError,
    NotAllowedError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import NO_ID, DisputeReason
from bazaar.domain.wire.bounds import MAX_U32
from tests.app import letters
from tests.app.talking import line, put, state, tell, tell_room, texts
from tests.app.town import START, Cast, Person, Town
from tests.fakes import until

OK, LATE = ReplyCode.OK, ReplyCode.RATE_LIMITED


async def pair(town: Town) -> tuple[Person, Person]:
    ana, ben = await town.settle_in("ana"), await town.settle_in("ben")
    await ana.node.market.refresh(ben.key)
    await ben.node.market.refresh(ana.key)
    return ana, ben


async def test_partners_talk_at_once_and_know_that_it_arrived(cast: Cast) -> None:
    buyer, seller = cast.buyer, cast.seller
    await cast.ordered()
    said = tell(buyer, seller, "is it bright?")
    await until(lambda: texts(seller, buyer.key) == ["is it bright?"])
    tell(seller, buyer, "very")
    await until(lambda: texts(buyer, seller.key) == ["is it bright?", "very"])
    await cast.town.quiet()
    with buyer.book.unit() as unit:
        (row,) = unit.outbox_of_subjects([said.id])
    assert row.delivered is not None
    assert state(seller, buyer.key) == OPEN
    assert ("chat", "New messages.") in [
        (n.kind, n.words) for n in seller.node.talk.notices.newest()
    ]


async def test_who_is_away_gets_it_when_he_is_back(town: Town) -> None:
    ana, ben = await pair(town)
    await ben.leave()
    tell(ana, ben, "are you there?")
    tell(ana, ben, "I will wait")
    await town.start(ben)
    await until(lambda: texts(ben, ana.key) == ["are you there?", "I will wait"])


async def test_own_messages_survive_a_crash(town: Town) -> None:
    ana, ben = await pair(town)
    await ben.leave()
    tell(ana, ben, "kept")
    await town.restart(ana)
    assert texts(ana, ben.key) == ["kept"]
    await town.start(ben)
    await until(lambda: texts(ben, ana.key) == ["kept"])


async def test_a_stranger_waits_in_the_requests_until_accepted(town: Town) -> None:
    ana, ben = await pair(town)
    for number in range(REQUESTS_PER_DAY):
        tell(ana, ben, str(number))
    with pytest.raises(RefusedError, match="5 messages a day"):
        tell(ana, ben, "one too many")
    await until(lambda: len(texts(ben, ana.key)) == REQUESTS_PER_DAY)
    assert state(ben, ana.key) == "request"
    ben.node.talk.chat.decide(ana.key, OPEN)
    assert state(ben, ana.key) == OPEN
    tell(ben, ana, "hello")
    await until(lambda: texts(ana, ben.key)[-1] == "hello")
    tell(ana, ben, "now I may")
    await until(lambda: texts(ben, ana.key)[-1] == "now I may")


async def test_a_stranger_has_five_a_day_whatever_his_node_thinks(town: Town) -> None:
    ana, ben = await pair(town)
    chain = [line(ana, ben, text="0")]
    for seq in range(1, REQUESTS_PER_DAY + 1):
        chain.append(line(ana, ben, text=str(seq), seq=seq, prev=chain[-1].id))
    codes = await put(ben, *chain)
    assert codes == (OK,) * REQUESTS_PER_DAY + (LATE,)
    town.wall.time += 86_401
    assert await put(ben, chain[-1]) == (OK,)


async def test_so_many_strangers_and_no_more(town: Town) -> None:
    ana, ben = await pair(town)
    with ben.book.unit() as unit:
        for number in range(MAX_REQUESTS - 1):
            key = number.to_bytes(32, "big")
            unit.put_room(RoomRow(key, None, key, "request", START, 0))
    cleo = await town.settle_in("cleo")
    assert await put(ben, line(ana, ben)) == (OK,)
    assert await put(ben, line(cleo, ben)) == (ReplyCode.LIMIT,)


@pytest.mark.parametrize(
    ("taken", "code"), [(MAX_PER_DAY - 1, OK), (MAX_PER_DAY, LATE)]
)
async def test_so_many_of_one_person_a_day(
    town: Town, taken: int, code: ReplyCode
) -> None:
    ana, ben = await pair(town)
    with ben.book.unit() as unit:
        unit.put_room(RoomRow(ana.key, None, ana.key, OPEN, START, 0))
        for seq in range(taken):
            subject = seq.to_bytes(32, "big")
            row = ChatRow(
                0, subject, ana.key, ana.key, seq + 2, NO_ID, START, None, None
            )
            unit.put_chat(row)
    assert await put(ben, line(ana, ben)) == (code,)


async def test_so_many_gaps_are_asked_for_at_once(town: Town) -> None:
    ana, ben = await pair(town)
    far = line(ana, ben, seq=MAX_U32, prev=b"p" * 32)
    assert await put(ben, far) == (OK,)
    with ben.book.unit() as unit:
        held = ben.node.talk.chat.held(unit, Place(ana.key, None), ana.key)
    assert held.next == MAX_U32
    assert held.missing == tuple(range(MAX_MISSING_OF_A_GAP))


def test_of_each_gap_the_first_places_are_asked_for() -> None:
    step = MAX_MISSING_OF_A_GAP + 2
    places = [step * number - 1 for number in range(1, 6)]
    found = first_missing(places)
    assert len(found) == MAX_MISSING
    assert found[: MAX_MISSING_OF_A_GAP + 1] == (*range(MAX_MISSING_OF_A_GAP), step)
    assert first_missing([0, 1, 2]) == ()
    assert first_missing([1, 3]) == (0, 2)


async def test_after_a_restore_no_place_is_taken_twice(town: Town) -> None:
    ana, ben = await pair(town)
    tell(ana, ben, "before")
    await until(lambda: texts(ben, ana.key) == ["before"])
    lost = tell(ana, ben, "lost here")
    await until(lambda: len(texts(ben, ana.key)) == 2)
    with ana.book.unit() as unit:
        mark = {"id": lost.id}
        unit._connection.execute(sql("DELETE FROM chat WHERE id = :id"), mark)
        enter(unit, START)
    after = tell(ana, ben, "after")
    assert after.body.seq == 1 + RESTORE_JUMP
    tell(ana, ben, "and on")
    await until(lambda: texts(ben, ana.key)[2:] == ["after", "and on"])
    await ana.node.talk.resync.compare(ben.key)
    await until(lambda: "lost here" in texts(ana, ben.key))
    cleo = await town.settle_in("cleo")
    await ana.node.market.refresh(cleo.key)
    first = tell(ana, cleo, "hello")
    assert (first.body.seq, first.body.prev) == (RESTORE_JUMP, cleo.key)
    await until(lambda: texts(cleo, ana.key) == ["hello"])


async def test_an_own_line_of_an_unknown_order_waits(town: Town) -> None:
    ana, ben = await pair(town)
    own = line(ana, ben, trade=b"t" * 32)
    assert await put(ana, own) == (ReplyCode.NOT_FOUND,)
    assert await put(ana, line(ana, ben)) == (OK,)
    assert texts(ana, ben.key) == ["hello"]


async def test_who_is_refused_is_not_heard_again(town: Town) -> None:
    ana, ben = await pair(town)
    first = line(ana, ben)
    assert await put(ben, first) == (OK,)
    ben.node.talk.chat.decide(ana.key, REFUSED)
    assert texts(ben, ana.key) == []
    again = line(ana, ben, seq=1, prev=first.id)
    assert await put(ben, again) == (ReplyCode.BLOCKED,)


async def test_a_repeat_is_acknowledged_and_shown_once(town: Town) -> None:
    ana, ben = await pair(town)
    said = line(ana, ben)
    assert await put(ben, said, said) == (OK, OK)
    await town.restart(ben)
    assert await put(ben, said) == (OK,)
    assert texts(ben, ana.key) == ["hello"]


async def test_chat_in_the_open_is_refused(town: Town) -> None:
    ana, ben = await pair(town)
    with pytest.raises(MalformedMessageError, match="unsealed"):
        await letters.put(ben, line(ana, ben))
    assert texts(ben, ana.key) == []


async def test_what_is_for_another_is_refused(town: Town) -> None:
    ana, ben = await pair(town)
    cleo = await town.settle_in("cleo")
    assert await put(ben, line(ana, cleo)) == (ReplyCode.WRONG_ROLE,)
    assert texts(ben, ana.key) == []


async def test_a_chain_that_contradicts_itself_is_refused(town: Town) -> None:
    ana, ben = await pair(town)
    first = line(ana, ben, text="first")
    second = line(ana, ben, text="second", seq=1, prev=first.id)
    assert await put(ben, first, second) == (OK, OK)
    twice = line(ana, ben, text="other", seq=1, prev=first.id)
    torn = line(ana, ben, text="torn", seq=2, prev=first.id)
    assert await put(ben, twice) == (ReplyCode.EQUIVOCATION,)
    assert await put(ben, torn) == (ReplyCode.EQUIVOCATION,)
    assert texts(ben, ana.key) == ["first", "second"]


async def test_what_comes_out_of_order_fits_where_it_belongs(town: Town) -> None:
    ana, ben = await pair(town)
    chain = [line(ana, ben, text="0")]
    for seq in (1, 2):
        chain.append(line(ana, ben, text=str(seq), seq=seq, prev=chain[-1].id))
    forged = line(ana, ben, text="forged", seq=1, prev=chain[0].id)
    assert await put(ben, chain[2]) == (OK,)
    assert await put(ben, forged) == (ReplyCode.EQUIVOCATION,)
    assert await put(ben, chain[1], chain[0]) == (OK, OK)
    with ben.book.unit() as unit:
        assert unit.chat_places(ana.key, ana.key) == [0, 1, 2]


@pytest.mark.parametrize(
    ("words", "is_allowed"),
    [
        ("x" * 2_000, True),
        ("x" * 2_001, False),
        ("ж" * 2_000, True),
        ("\N{OLD ITALIC LETTER A}" * 1_750, True),
        ("\N{OLD ITALIC LETTER A}" * 1_751, False),
        ("safe \u202e txt.exe", False),
        ("a\u2066b", False),
        ("zero\u200bwidth", False),
        ("\x07", False),
        (" \n ", False),
        ("", False),
    ],
)
async def test_texts_at_and_beyond_the_rules(
    town: Town, words: str, *, is_allowed: bool
) -> None:
    ana, ben = await pair(town)
    if is_allowed:
        tell(ana, ben, words)
        return
    with pytest.raises(InputError, match="text"):
        tell(ana, ben, words)
    assert texts(ana, ben.key) == []


async def test_nobody_writes_to_himself(town: Town) -> None:
    ana = await town.settle_in("ana")
    with pytest.raises(InputError, match="this is you"):
        tell(ana, ana, "note")


async def test_deleting_is_local_and_keeps_the_place(town: Town) -> None:
    ana, ben = await pair(town)
    first = tell(ana, ben, "first")
    tell(ana, ben, "second")
    await until(lambda: len(texts(ben, ana.key)) == 2)
    ben.node.talk.chat.delete(Place(ana.key, None), [first.id])
    assert texts(ben, ana.key) == ["second"]
    assert texts(ana, ben.key) == ["first", "second"]
    ben.node.talk.chat.delete(Place(ana.key, None), None)
    assert texts(ben, ana.key) == []
    assert await put(ben, first) == (OK,)
    assert texts(ben, ana.key) == []


async def test_what_was_lost_is_sent_again_when_two_meet(town: Town) -> None:
    ana, ben = await pair(town)
    tell(ana, ben, "one")
    await until(lambda: texts(ben, ana.key) == ["one"])
    tell(ben, ana, "two")
    tell(ana, ben, "three")
    await until(lambda: len(texts(ben, ana.key)) == 3 == len(texts(ana, ben.key)))
    with ben.book.unit() as unit:  # as a book that was restored from before
        rows = unit.chats(ana.key)
        for row in rows[1:]:
            unit._connection.execute(
                sql("DELETE FROM chat WHERE id = :id"), {"id": row.id}
            )
    await ben.node.talk.resync.compare(ana.key)
    await until(lambda: sorted(texts(ben, ana.key)) == ["one", "three", "two"])
    await town.quiet()


async def test_read_marks_go_back_unless_they_are_off(town: Town) -> None:
    ana, ben = await pair(town)
    said = tell(ana, ben, "seen?")
    await until(lambda: texts(ben, ana.key) == ["seen?"])
    seq = ben.node.talk.chat.read(Place(ana.key, None))
    assert seq == 0
    await ben.node.profiles.change({"read_marks": "no"})
    await ben.node.talk.resync.mark(ana.key, seq)
    with ana.book.unit() as unit:
        row = unit.chat(said.id)
        assert row is not None
        assert row.seen is None
    await ben.node.profiles.change({"read_marks": "yes"})
    await ben.node.talk.resync.mark(ana.key, seq)
    with ana.book.unit() as unit:
        row = unit.chat(said.id)
        assert row is not None
        assert row.seen == START
    assert ben.node.talk.notices.unseen() == 0


async def test_the_seats_hear_from_the_dispute_on_and_what_they_are_given(
    cast: Cast,
) -> None:
    buyer, seller, seat = cast.buyer, cast.seller, cast.primary
    trade = await cast.shipped()
    first = tell_room(buyer, trade, "it is late")
    tell_room(buyer, trade, "my private number is 5")
    await until(lambda: len(texts(seller, trade)) == 2)
    with pytest.raises(NotAllowedError, match="only while there is a dispute"):
        tell_room(seat, trade, "hello")
    with pytest.raises(NotAllowedError, match="only while there is a dispute"):
        buyer.node.talk.chat.hand_over(trade, [first.id])
    buyer.node.deeds.dispute(trade, "", (), DisputeReason.GOODS, "broken")
    buyer.node.changed(trade)
    await cast.town.all_in("disputed", trade, cast.everybody)
    tell_room(buyer, trade, "see the picture")
    await until(lambda: texts(seat, trade) == ["see the picture"])
    assert buyer.node.talk.chat.hand_over(trade, [first.id]) == 1
    await until(lambda: texts(seat, trade) == ["see the picture", "it is late"])
    with seat.book.unit() as unit:
        held = seat.node.talk.chat.held(unit, Place(None, trade), buyer.key)
    assert held.missing == (1,)
    tell_room(seat, trade, "I suggest 40/60")
    for reader in (buyer, seller, cast.backup):
        await until(lambda one=reader: texts(one, trade)[-1] == "I suggest 40/60")


async def test_another_orders_room_is_closed_to_strangers(cast: Cast) -> None:
    trade = await cast.ordered()
    cleo = await cast.town.settle_in("cleo")
    forged = line(cleo, cast.buyer, cast.seller, trade=trade)
    assert await put(cast.buyer, forged) == (ReplyCode.WRONG_ROLE,)
    unknown = line(cast.seller, cast.buyer, trade=b"t" * 32)
    assert await put(cast.buyer, unknown) == (ReplyCode.NOT_FOUND,)
    early = line(cast.primary, cast.buyer, trade=trade)
    assert await put(cast.buyer, early) == (ReplyCode.WRONG_STATE,)
    leak = line(cast.seller, cast.buyer, cleo, trade=trade)
    assert await put(cast.buyer, leak) == (ReplyCode.WRONG_ROLE,)
    assert texts(cast.buyer, trade) == []


async def test_after_the_end_a_seat_is_not_heard(cast: Cast) -> None:
    trade = await cast.closed()
    late = line(cast.primary, cast.buyer, trade=trade, at=START)
    assert await put(cast.buyer, late) == (ReplyCode.WRONG_STATE,)


async def test_an_answer_names_what_it_answers(town: Town) -> None:
    ana, ben = await pair(town)
    first = tell(ana, ben, "question")
    await until(lambda: texts(ben, ana.key) == ["question"])
    place = Place(ana.key, None)
    said = ben.node.talk.chat.say(place, Line("answer", first.id))
    assert said.body.reply_to == first.id


def heard_writing(person: Person) -> list[str]:
    return [data["peer_id"] for topic, data in person.events if topic == "typing"]


async def test_who_writes_is_told_directly_and_only_where_marks_are_on(
    town: Town,
) -> None:
    ana, ben = await pair(town)
    marks = ana.node.talk.typing
    assert not await marks.tell(ben.key)  # nothing was ever said between them
    tell(ana, ben, "hello")
    await until(lambda: texts(ben, ana.key) == ["hello"])
    tell(ben, ana, "hello too")
    await until(lambda: len(texts(ana, ben.key)) == 2)
    assert await marks.tell(ben.key)
    assert heard_writing(ben) == [ana.identity.peer_id]
    assert not await marks.tell(ben.key)  # not twice in three seconds
    await ana.node.profiles.change({"read_marks": "no"})
    marks._told.clear()
    assert not await marks.tell(ben.key)
    await ana.node.profiles.change({"read_marks": "yes"})
    await ben.node.profiles.change({"read_marks": "no"})
    await marks.tell(ben.key)
    assert len(heard_writing(ben)) == 1


async def test_a_stranger_cannot_say_that_he_writes(town: Town) -> None:
    ana, ben = await pair(town)
    with pytest.raises(RefusedError) as refused:
        await ana.exchange.request(
            ben.key, RequestType.CHAT_TYPING, encode(ChatTyping())
        )
    assert refused.value.code is ReplyCode.NOT_FOUND
