"""Reconciliation of heads: random sets converge, messages stay small, hostile ones are cut."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.errors import MalformedMessageError
from bazaar.domain.stores.head_set import END, KEY_BYTES, HeadSet, head_key
from bazaar.domain.stores.reconcile import (
    MAX_LISTED,
    MAX_RANGES,
    MAX_ROUNDS,
    MAX_SYNC_BYTES,
    SHORT_BYTES,
    Mode,
    Range,
    Sync,
    answer,
    decode_sync,
    encode_sync,
    opening,
    short,
)

DAY: Final = 86_400
START: Final = 1_800_000_000
VECTORS: Final = Path(__file__).parent.parent / "vectors" / "sync.json"


class Run(NamedTuple):
    """What a whole run said and found."""

    rounds: int
    size: int
    first: frozenset[bytes]
    second: frozenset[bytes]


def key(number: int, issued: int = START) -> bytes:
    return head_key(issued, hashlib.sha256(number.to_bytes(4)).digest())


def run(one: HeadSet, other: HeadSet, rounds: int = MAX_ROUNDS) -> Run:
    """``one`` asks ``other``, all of it through bytes."""
    message, size, count = opening(one), 0, 0
    lacks: tuple[set[bytes], set[bytes]] = (set(), set())
    while message.ranges and count < rounds:
        count += 1
        for asked, found in ((other, lacks[1]), (one, lacks[0])):
            data = encode_sync(message)
            assert len(data) <= MAX_SYNC_BYTES
            size += len(data)
            said = answer(asked, decode_sync(data))
            found |= set(said.lacks)
            message = said.message
    return Run(count, size, frozenset(lacks[0]), frozenset(lacks[1]))


def shorts(keys: Iterable[bytes]) -> frozenset[bytes]:
    return frozenset(map(short, keys))


numbers = st.sets(st.integers(0, 3_000), max_size=300)
times = st.sampled_from([START, START + 1, START + DAY, START + 29 * DAY])


@given(numbers, numbers, st.lists(times, min_size=1, max_size=4))
def test_any_two_sets_converge(
    mine: set[int], theirs: set[int], spread: list[int]
) -> None:
    ones = {key(n, spread[n % len(spread)]) for n in mine}
    others = {key(n, spread[n % len(spread)]) for n in theirs}
    found = run(HeadSet(ones), HeadSet(others))
    assert found.first == shorts(others - ones)
    assert found.second == shorts(ones - others)


def test_equal_sets_cost_one_round_of_half_a_kilobyte() -> None:
    keys = [key(number, START + 3 * number) for number in range(5_000)]
    found = run(HeadSet(keys), HeadSet(keys))
    assert (found.rounds, found.size < 600) == (1, True)


@pytest.mark.parametrize("count", [0, 1, MAX_LISTED, MAX_LISTED + 1])
def test_up_to_32_heads_are_listed_and_more_are_parted(count: int) -> None:
    ranges = opening(HeadSet(key(number) for number in range(count))).ranges
    modes = {one.mode for one in ranges}
    assert modes == {Mode.LIST if count <= MAX_LISTED else Mode.FINGERPRINT}
    assert ranges[-1].bound == END


def test_news_that_do_not_fit_come_in_the_next_round() -> None:
    many = [key(number, START + number) for number in range(9_000)]
    found = run(HeadSet(), HeadSet(many))
    assert found.first == shorts(many)
    assert 3 <= found.rounds <= MAX_ROUNDS


def test_a_difference_all_over_goes_on_in_the_next_run() -> None:
    many = [key(number, START + number) for number in range(40_000)]
    mine, theirs = HeadSet(many), HeadSet(one for one in many if one[-1] % 16)
    runs = 0
    while len(theirs) < len(mine):
        lacks = run(mine, theirs, 4).second
        assert lacks
        for one in many:
            if short(one) in lacks:
                theirs.add(one)
        runs += 1
    assert 1 < runs < 10


class Step(NamedTuple):
    """What is done to a set: put in or take out."""

    add: bool
    number: int


steps = st.builds(Step, st.booleans(), st.integers(0, 400))


@given(st.lists(steps, max_size=300), st.data())
def test_a_set_that_changed_says_what_a_new_one_says(
    changes: list[Step], data: st.DataObject
) -> None:
    changed, model = HeadSet(), set[bytes]()
    for step in changes:
        one = key(step.number, START + step.number % 3 * DAY)
        (changed.add if step.add else changed.discard)(one)
        (model.add if step.add else model.discard)(one)
        changed.fingerprint(0, len(changed))
    ordered = sorted(model)
    assert changed.part(0, len(changed)) == ordered
    start = data.draw(st.integers(0, len(ordered)))
    end = data.draw(st.integers(start, len(ordered)))
    total = sum(int.from_bytes(one[8:]) for one in ordered[start:end]) % 2**256
    expected = hashlib.sha256(total.to_bytes(32) + (end - start).to_bytes(8)).digest()
    assert changed.fingerprint(start, end) == expected[:16]
    assert changed.part(start, end) == ordered[start:end]
    for bound in (END, b"\0", *(one[:9] for one in ordered[:3]), b"\xff" * KEY_BYTES):
        below = len([one for one in ordered if one < bound]) if bound else len(ordered)
        assert changed.place(bound) == below


FULL: Final = Range(END, Mode.FINGERPRINT, bytes(16))
LIST: Final = b"i" * SHORT_BYTES


@pytest.mark.parametrize(
    "ranges",
    [
        (Range(b"b", 0, b""), Range(b"a", 0, b"")),
        (Range(b"b", 0, b""), Range(b"b", 0, b"")),
        (FULL, FULL),
        (FULL, Range(b"a", 0, b"")),
        (Range(END, 0, b"x"),),
        (Range(END, 1, bytes(15)),),
        (Range(END, 2, bytes(15)),),
        (Range(END, 2, LIST * (MAX_LISTED + 1)),),
        (Range(END, 3, b""),),
        (Range(END, 4, b""),),
        (Range(bytes(KEY_BYTES + 1), 0, b""),),
        tuple(Range(n.to_bytes(4), 0, b"") for n in range(1, MAX_RANGES + 2)),
    ],
)
def test_what_breaks_a_bound_is_malformed(ranges: tuple[Range, ...]) -> None:
    with pytest.raises(MalformedMessageError):
        decode_sync(msgspec.msgpack.encode(Sync(ranges)))


@pytest.mark.parametrize(
    "ranges",
    [
        (),
        (Range(b"a", 0, b""), Range(b"b", 0, b"")),
        (Range(END, 2, b""),),
        (Range(END, 2, LIST * MAX_LISTED),),
        (Range(bytes(KEY_BYTES), 1, bytes(16)),),
        tuple(Range(n.to_bytes(4), 0, b"") for n in range(1, MAX_RANGES + 1)),
    ],
)
def test_what_keeps_the_bounds_is_answered(ranges: tuple[Range, ...]) -> None:
    data = msgspec.msgpack.encode(Sync(ranges))
    answer(HeadSet([key(1)]), decode_sync(data))


def test_a_message_of_64_kib_is_read_and_a_longer_one_is_not() -> None:
    rest = len(encode_sync(Sync((Range(b"", 3, b""),)))) + 2
    fits = (MAX_SYNC_BYTES - rest) // SHORT_BYTES
    decode_sync(encode_sync(Sync((Range(END, 3, LIST * fits),))))
    with pytest.raises(MalformedMessageError):
        decode_sync(encode_sync(Sync((Range(END, 3, LIST * (fits + 1)),))))
    with pytest.raises(MalformedMessageError):
        decode_sync(b"\xdd\x3b\x9a\xca\x00" + b"\x90" * 9)


def test_a_liar_who_never_agrees_gets_no_more_than_what_is_here() -> None:
    """Wrong fingerprints part our set to its lists; after that there is nothing to ask."""
    mine = HeadSet(key(number, START + number) for number in range(2_000))
    message = opening(mine)
    rounds = 0
    while any(one.mode == Mode.FINGERPRINT for one in message.ranges):
        lies = tuple(Range(one.bound, 1, bytes(16)) for one in message.ranges)
        message = answer(mine, Sync(lies)).message
        rounds += 1
    assert rounds <= 3


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_answered(data: bytes) -> None:
    try:
        message = decode_sync(data)
    except MalformedMessageError:
        return
    answer(HeadSet([key(1)]), message)


def test_the_vectors_stand() -> None:
    for case in json.loads(VECTORS.read_text())["runs"]:
        sets = {
            name: HeadSet(
                head_key(one["issued"], bytes.fromhex(one["id"])) for one in case[name]
            )
            for name in ("asker", "answerer")
        }
        message = opening(sets["asker"])
        asked = "answerer"
        for said in case["messages"]:
            assert encode_sync(message).hex() == said["bytes"]
            found = answer(sets[asked], message)
            assert [one.hex() for one in found.lacks] == said["receiver_lacks"]
            asked = "asker" if asked == "answerer" else "answerer"
            message = found.message
        assert not message.ranges
