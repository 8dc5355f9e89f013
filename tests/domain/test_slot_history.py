"""Chains of slots as their owner shows them: whatever it leaves out or changes is seen."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.reputation import (
    MAX_SLOT_RATINGS,
    MAX_SLOTS,
    SlotEntry,
    SlotsAnswer,
    SlotsGet,
)
from bazaar.domain.reputation.slot_history import (
    Known,
    Shortened,
    SlotStatus,
    Walk,
    is_behind,
    is_cut,
    known_slot,
    tally,
)
from bazaar.domain.reputation.slots import FIRST_HEAD, next_head
from bazaar.domain.stores.records import CLOCK_SECONDS
from bazaar.domain.wire.kinds import Kind
from tests.slot_lists import END, OWNER, a_slot, chain

OPEN, ABORTED, CLOSED, RATED = SlotStatus
FIVE = chain(range(1, 6))
INTERRUPTED = chain((1, 2, 1002, 1003))


def walked(entries: list[SlotEntry], at: int = END) -> Walk:
    walk = Walk(FIVE.head(at))
    walk.take(entries)
    return walk


def changed(place: int, **fields: object) -> list[SlotEntry]:
    entries = FIVE.entries()
    entries[place] = msgspec.structs.replace(entries[place], **fields)
    return entries


def test_an_honest_list_is_followed_in_any_pages() -> None:
    for size in (1, 2, 5):
        walk = Walk(FIVE.head())
        while not walk.is_done:
            first = walk.next - 1
            walk.take(FIVE.entries(first=first)[:size])
        assert [entry.id for entry in walk.entries] == [s.id for s in FIVE.slots]
        assert (walk.left_out, walk.breaks, walk.next) == (0, 0, 6)


def test_numbers_left_out_after_a_restore_are_counted() -> None:
    walk = Walk(INTERRUPTED.head())
    walk.take(INTERRUPTED.entries())
    assert walk.is_done
    assert (walk.left_out, walk.breaks, len(walk.entries)) == (999, 1, 4)
    assert walk.unproven == 0


def test_slots_that_their_owner_lost_are_left_out_but_not_denied() -> None:
    """The head before the first one after the gap is not that of any slot shown."""
    walk = Walk(FIVE.head())
    shown = FIVE.entries()
    after = msgspec.structs.replace(shown[3], previous=FIVE.heads[2])
    walk.take([*shown[:2], after, shown[4]])
    assert walk.is_done
    assert (walk.left_out, walk.breaks, walk.unproven) == (1, 1, 2)


def test_of_a_long_chain_the_newest_places_are_read() -> None:
    walk = Walk(FIVE.head(), first=4)
    walk.take(FIVE.entries(first=3))
    assert walk.is_done
    assert (len(walk.entries), walk.left_out, walk.breaks) == (2, 0, 0)
    counts = tally(walk, (), [known_slot(one) for one in FIVE.slots])
    assert (counts.sales, counts.shortened) == (2, ())


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([], "ends before its head"),
        (changed(4, id=b"x" * 32), "do not hash"),
        (changed(0, id=b"x" * 32), "do not hash"),
        (changed(0, previous=b"x" * 32), "names another head"),
        (changed(0, previous=None), "names a head at the wrong place"),
        (changed(1, previous=FIVE.heads[0]), "names a head at the wrong place"),
        (changed(2, number=2), "out of its place"),
        (changed(2, number=4), "names a head at the wrong place"),
        (changed(4, number=6), "out of its place"),
        (changed(2, status=4), "not marked as it is"),
        (changed(2, ratings=(b"r" * 32,)), "not marked as it is"),
        ([*FIVE.entries(), FIVE.entries()[-1]], "out of its place"),
    ],
)
def test_a_false_list_is_refused(entries: list[SlotEntry], words: str) -> None:
    with pytest.raises(MalformedMessageError, match=words):
        walked(entries)


def test_a_list_that_stops_short_is_not_done() -> None:
    walk = walked(FIVE.entries()[:4])
    assert not walk.is_done
    with pytest.raises(MalformedMessageError, match="ends before its head"):
        walk.take([])


def test_the_count_says_what_is_unaccounted() -> None:
    marks = (RATED, RATED, CLOSED, OPEN, ABORTED)
    walk = walked(FIVE.entries(marks))
    counts = tally(walk, {FIVE.slots[0].id}, ())
    assert counts == (5, 1, 1, 3, 1, 2, (), ())


def test_a_rating_shows_a_mark_to_be_false() -> None:
    walk = walked(FIVE.entries((ABORTED, OPEN, CLOSED, CLOSED, CLOSED)))
    counts = tally(walk, {slot.id for slot in FIVE.slots}, ())
    assert counts == (5, 0, 0, 5, 5, 0, (FIVE.slots[0].id,), ())


def test_a_slot_in_another_ones_place_is_shown_with_both_signatures() -> None:
    other = a_slot(3, FIVE.heads[1], week=1)
    walk = walked(FIVE.entries())
    counts = tally(walk, {other.id}, [known_slot(other)])
    assert counts.shortened == (Shortened(other.envelope, walk.head.envelope),)
    assert (counts.sales, counts.rated) == (6, 1)


def test_a_slot_above_a_later_head_is_shown_and_above_an_older_one_counted() -> None:
    sixth = a_slot(6, FIVE.heads[-1])
    for at, cut in ((END, False), (END + 1, True)):
        walk = walked(FIVE.entries(), at)
        counts = tally(walk, (), [known_slot(sixth)])
        assert bool(counts.shortened) is cut
        assert (counts.sales, counts.unaccounted) == (6, 6)


def test_the_message_around_a_slot_says_when_it_was_signed() -> None:
    sixth, said = a_slot(6, FIVE.heads[-1]), END - 1_000_000
    known = known_slot(sixth, said)
    assert not is_cut(FIVE.head(said + CLOCK_SECONDS).body, known)
    assert is_cut(FIVE.head(said + CLOCK_SECONDS + 1).body, known)
    assert not is_cut(FIVE.head(END + 1).body, known._replace(number=5))


def test_a_head_that_falls_back_is_seen_if_it_is_later() -> None:
    held = FIVE.head(END).body
    for at, behind in ((END + CLOCK_SECONDS, False), (END + CLOCK_SECONDS + 1, True)):
        assert is_behind(FIVE.head(at, length=4).body, held) is behind
    assert not is_behind(FIVE.head(END + 9999).body, held)
    other = msgspec.structs.replace(held, chain=int(Kind.BUY_SLOT), n=1, at=END + 9999)
    assert not is_behind(other, held)


def test_slots_of_another_chain_say_nothing_of_this_one() -> None:
    buy = Known(int(Kind.BUY_SLOT), 6, b"b" * 32, 0, b"")
    assert tally(walked(FIVE.entries()), (), [buy]).sales == 5


# ------------------------------------------------------------------ what a liar can do

PLACES = st.integers(0, 4)
HEADS = st.sampled_from((None, FIRST_HEAD, *FIVE.heads))
LIES = st.one_of(
    st.tuples(st.just("drop"), PLACES, st.none()),
    st.tuples(st.just("swap"), PLACES, PLACES),
    st.tuples(st.just("id"), PLACES, st.just(b"x" * 32)),
    st.tuples(st.just("previous"), PLACES, HEADS),
    st.tuples(st.just("number"), PLACES, st.integers(1, 6)),
)


def lie(entries: list[SlotEntry], what: str, at: int, value: object) -> None:
    if at >= len(entries):
        return
    if what == "drop":
        del entries[at]
    elif what == "swap":
        assert isinstance(value, int)
        other = value % len(entries)
        entries[at], entries[other] = entries[other], entries[at]
    else:
        entries[at] = msgspec.structs.replace(entries[at], **{what: value})


@settings(max_examples=300, deadline=None)
@given(st.lists(LIES, min_size=1, max_size=4))
def test_no_place_is_dropped_or_exchanged_unseen(
    lies: list[tuple[str, int, object]],
) -> None:
    """A walk that ends holds the published ids, or says what is missing or unproven."""
    entries = FIVE.entries()
    for what, at, value in lies:
        lie(entries, what, at, value)
    walk = Walk(FIVE.head())
    try:
        walk.take(entries)
    except MalformedMessageError:
        return
    if walk.is_done:
        own = {slot.id for slot in FIVE.slots}
        assert len(walk.entries) + walk.left_out == len(FIVE.slots)
        assert {entry.id for entry in walk.entries[walk.unproven :]} <= own
        assert walk.left_out or walk.entries == FIVE.entries()


@settings(max_examples=100, deadline=None)
@given(st.sets(PLACES), st.sets(PLACES), st.sets(PLACES), st.sets(PLACES))
def test_every_sale_is_in_one_place_of_the_count(
    rated: set[int], known: set[int], opened: set[int], aborted: set[int]
) -> None:
    marks = [
        OPEN if place in opened else ABORTED if place in aborted else CLOSED
        for place in range(5)
    ]
    ratings = {FIVE.slots[place].id for place in rated}
    counts = tally(
        walked(FIVE.entries(marks)), ratings, [known_slot(FIVE.slots[k]) for k in known]
    )
    assert counts.sales == 5
    assert counts.open + counts.aborted + counts.closed == counts.sales
    assert counts.rated + counts.unaccounted == counts.closed
    assert counts.rated == len(rated)
    assert counts.shortened == ()


# ------------------------------------------------------------------ the request


def entry(ratings: int) -> SlotEntry:
    ids = tuple(bytes([number]) * 32 for number in range(ratings))
    return SlotEntry(1, b"i" * 32, None, 4, ids)


def test_an_answer_is_bounded() -> None:
    whole = SlotsAnswer(b"h", (entry(MAX_SLOT_RATINGS),) * MAX_SLOTS)
    assert decode(SlotsAnswer, encode(whole)) == whole
    for beyond in (
        SlotsAnswer(b"h", (entry(1),) * (MAX_SLOTS + 1)),
        SlotsAnswer(b"h", (entry(MAX_SLOT_RATINGS + 1),)),
        SlotsAnswer(b"h", (msgspec.structs.replace(entry(1), status=5),)),
        SlotsAnswer(b"h", (msgspec.structs.replace(entry(1), status=0),)),
        SlotsAnswer(b"h", (msgspec.structs.replace(entry(1), number=0),)),
        SlotsAnswer(b"h", (msgspec.structs.replace(entry(1), id=b"i" * 31),)),
    ):
        with pytest.raises(MalformedMessageError):
            decode(SlotsAnswer, encode(beyond))


def test_a_question_names_a_chain_and_numbers() -> None:
    good = SlotsGet(OWNER.key, 52, 1, 2**32 - 1)
    assert decode(SlotsGet, encode(good)) == good
    for fields in ({"chain": 51}, {"chain": 55}, {"first": 0}, {"last": 2**32}):
        with pytest.raises(MalformedMessageError):
            decode(SlotsGet, encode(msgspec.structs.replace(good, **fields)))


def test_the_head_is_what_the_ids_hash_to() -> None:
    head = FIRST_HEAD
    for slot in FIVE.slots:
        head = next_head(head, slot.id)
    assert FIVE.head().body.head == head
