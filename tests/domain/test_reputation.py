"""Independent Voices: what an attacker says to himself moves nobody who does not trust him."""

import random
from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bazaar.domain.reputation.reputation import (
    MAX_DEPTH,
    MAX_PATHS,
    PASSED_ON,
    Market,
    View,
    Voice,
    disjoint_paths,
)
from bazaar.domain.trading.messages import Role

NOW: Final = 1_800_000_000
DAY: Final = 86_400
VIEWER: Final = b"viewer"
PRIOR: Final = (0.5, 0.211)
TWENTY_EUROS: Final = 11


def name(kind: str, number: int) -> bytes:
    return f"{kind}{number:05}".encode()


_slots = iter(range(10**9))


def voice(author: bytes, ratee: bytes, stars: int = 5, **changes: int) -> Voice:
    """A rating ten days ago of a sale of twenty euros."""
    slot = next(_slots).to_bytes(8)
    fields = {"role": int(Role.SELLER), "days": 10, "value": TWENTY_EUROS} | changes
    at = NOW - fields["days"] * DAY
    return Voice(author, ratee, slot, fields["role"], stars, at, fields["value"], "EUR")


def view(*seeds: bytes, excluded: Sequence[bytes] = ()) -> View:
    return View(VIEWER, frozenset(seeds), NOW, frozenset(excluded))


def both_ways(buyer: bytes, seller: bytes, stars: int = 5) -> list[Voice]:
    return [
        voice(buyer, seller, stars),
        voice(seller, buyer, 5, role=Role.BUYER),
    ]


def honest(buyers: int = 300, sellers: int = 40, each: int = 8) -> list[Voice]:
    """A market of people who buy from each other; sellers rate their buyers too."""
    chance = random.Random(7)
    told: list[Voice] = []
    for number in range(buyers):
        buyer = name("buyer", number)
        for shop in chance.sample(range(sellers), each):
            stars = 5 if chance.random() < 0.9 else 2
            told += both_ways(buyer, name("seller", shop), stars)
    for shop in chance.sample(range(sellers), 10):
        told += both_ways(VIEWER, name("seller", shop))
    return told


HONEST: Final = honest()
FOLLOWED: Final = tuple(name("buyer", number) for number in range(5))
SYBILS: Final = tuple(name("sybil", number) for number in range(100))
CHEAT: Final = b"cheat"


def ring(trades: int = 3_000) -> list[Voice]:
    """Identities of one person who praise one of them, and each other."""
    chance = random.Random(11)
    told = [voice(one, CHEAT) for one in SYBILS]
    for _ in range(trades):
        one, other = chance.sample(SYBILS, 2)
        told.append(voice(one, other, value=40))
    return told


def test_an_honest_seller_has_voices() -> None:
    market = Market(HONEST, view(*FOLLOWED))
    scores = [market.score(name("seller", number)) for number in range(40)]
    good = [one for one in scores if one.paths >= 3]
    assert len(good) >= 36
    assert all(one.score > 0.7 for one in good)
    assert max(one.paths for one in scores) <= MAX_PATHS


def test_self_trades_without_a_purchase_are_the_prior() -> None:
    market = Market([*HONEST, *ring()], view(*FOLLOWED))
    score = market.score(CHEAT)
    assert (score.score, score.lower, score.mass, score.paths) == (*PRIOR, 0.0, 0)
    assert score.reached == frozenset()


def test_self_trades_change_nothing_for_anybody_else() -> None:
    quiet, loud = (
        Market(told, view(*FOLLOWED)) for told in (HONEST, [*HONEST, *ring()])
    )
    for number in range(40):
        seller = name("seller", number)
        assert quiet.score(seller) == loud.score(seller)


def test_one_foothold_is_one_voice() -> None:
    """One identity really bought ten times; three hundred front for it."""
    real = [
        line
        for shop in range(10)
        for line in both_ways(SYBILS[0], name("seller", shop))
    ]
    front = [voice(SYBILS[0], one) for one in SYBILS[1:]]
    market = Market([*HONEST, *real, *front, *ring()], view(*FOLLOWED))
    score = market.score(CHEAT)
    assert score.paths <= 1
    assert score.lower <= 0.44 * 1.2


def test_a_traitor_whom_the_viewer_trusted_is_one_voice() -> None:
    front = [voice(b"traitor", one) for one in SYBILS]
    bought = both_ways(VIEWER, b"traitor")
    market = Market([*HONEST, *bought, *front, *ring()], view(*FOLLOWED))
    score = market.score(CHEAT)
    assert score.paths == 1
    assert score.lower <= 0.43 * 1.2


def test_cheap_slander_hardly_moves_a_known_seller() -> None:
    seller = name("seller", 0)
    before = Market(HONEST, view(*FOLLOWED)).score(seller)
    slander = [voice(name("enemy", n), seller, 1, value=4) for n in range(100)]
    after = Market([*HONEST, *slander], view(*FOLLOWED)).score(seller)
    assert after == before
    rated = [voice(seller, name("enemy", n), role=Role.BUYER) for n in range(100)]
    worst = Market([*HONEST, *slander, *rated], view(*FOLLOWED)).score(seller)
    assert worst.score >= before.score - 0.05


def test_victims_whom_the_viewer_reaches_are_heard() -> None:
    seller = name("seller", 0)
    before = Market(HONEST, view(*FOLLOWED)).score(seller)
    cheated = [voice(one, seller, 1) for one in FOLLOWED for _ in range(3)]
    after = Market([*HONEST, *cheated], view(*FOLLOWED)).score(seller)
    assert after.score < before.score
    assert after.against >= 1


def test_a_new_key_is_the_prior() -> None:
    score = Market(HONEST, view(*FOLLOWED)).score(b"new")
    assert (score.score, score.lower, score.paths, score.since) == (*PRIOR, 0, None)


def test_a_pair_counts_once_whatever_it_trades() -> None:
    told = [voice(VIEWER, b"seller", value=53) for _ in range(1_000)]
    market = Market(told, view())
    score = market.score(b"seller")
    assert (score.mass, score.paths) == (1.0, 1)
    assert score.ways == ((VIEWER,),)


def test_the_ratings_of_one_slot_share_one_trade() -> None:
    one = voice(VIEWER, b"seller", value=2)
    lines = [one._replace(overall=5, at=one.at + line) for line in range(16)]
    single, several = (Market(told, view()).score(b"seller") for told in ([one], lines))
    assert single == several


def test_a_key_under_proof_carries_nothing() -> None:
    told = [voice(VIEWER, b"friend"), voice(b"friend", b"seller")]
    assert Market(told, view()).score(b"seller").paths == 1
    without = Market(told, view(excluded=[b"friend"])).score(b"seller")
    assert (without.score, without.paths) == (0.5, 0)


def test_nobody_vouches_for_himself() -> None:
    told = [voice(VIEWER, b"seller"), voice(b"seller", b"seller", value=53)]
    assert Market(told, view()).score(b"seller").reached == {VIEWER}


def test_old_and_small_trades_prove_little_and_bad_ones_nothing() -> None:
    fresh, old, small, bad = (
        Market([one, voice(b"friend", b"seller")], view()).score(b"seller").mass
        for one in (
            voice(VIEWER, b"friend"),
            voice(VIEWER, b"friend", days=4_000),
            voice(VIEWER, b"friend", value=0),
            voice(VIEWER, b"friend", 3),
        )
    )
    assert fresh > 0.2
    assert old < fresh
    assert small <= fresh
    assert bad == 0.0


def test_hours_and_units_of_ones_own_have_their_own_usual_value() -> None:
    def mass(unit: str, value: int) -> float:
        told = [voice(VIEWER, b"seller", value=value)._replace(unit=unit)]
        return Market(told, view()).score(b"seller").mass

    assert mass("HOUR", 7) > mass("EUR", 7)
    assert mass("u" + "0" * 64, 7) > 0


def test_ways_share_nobody_and_have_an_end() -> None:
    chain = {bytes([n]): [bytes([n + 1])] for n in range(20)}
    assert disjoint_paths(chain, b"\0", {bytes([MAX_DEPTH])}, b"j") != ()
    assert disjoint_paths(chain, b"\0", {bytes([MAX_DEPTH + 1])}, b"j") == ()
    star = {b"v": [bytes([n]) for n in range(20)]}
    ways = disjoint_paths(star, b"v", {bytes([n]) for n in range(20)}, b"j")
    assert len(ways) == MAX_PATHS
    over = {b"v": [b"j"], b"j": [b"r"]}
    assert disjoint_paths(over, b"v", {b"r"}, b"j") == ()


# ------------------------------------------------------------------ properties

PEOPLE: Final = [VIEWER, *(bytes([letter]) for letter in b"abcdef")]
INSIDE: Final = [b"x", b"y", b"z"]
VOICES = st.builds(
    voice,
    st.sampled_from(PEOPLE),
    st.sampled_from([*PEOPLE, *INSIDE]),
    st.integers(1, 5),
    days=st.integers(0, 400),
    value=st.integers(0, 30),
)
WITHIN = st.builds(
    voice,
    st.sampled_from(INSIDE),
    st.sampled_from(INSIDE),
    st.integers(1, 5),
    value=st.integers(0, 60),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(VOICES, max_size=25), st.lists(WITHIN, max_size=25), st.randoms())
def test_properties_of_every_market(
    told: list[Voice], within: list[Voice], chance: random.Random
) -> None:
    plain = Market(told, view(b"a"))
    loud = Market([*told, *within], view(b"a"))
    for one in PEOPLE:
        assert plain.score(one)[:6] == loud.score(one)[:6]
    trust = dict(zip(loud.keys, loud.trust(), strict=True))
    outside = dict(zip(plain.keys, plain.trust(), strict=True))
    inflow = sum(outside.get(one, 0.0) for one in INSIDE)
    caught = sum(trust.get(one, 0.0) for one in INSIDE)
    assert caught <= inflow / (1 - PASSED_ON) + 1e-9
    footholds = {
        one.author for one in told if one.ratee in INSIDE and one.author not in INSIDE
    }
    for one in INSIDE:
        assert loud.score(one).paths <= len(footholds)
    mixed = [*told, *within, *told]
    chance.shuffle(mixed)
    again = Market(mixed, view(b"a"))
    for one in [*PEOPLE, *INSIDE]:
        assert again.score(one) == loud.score(one)


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_market_has_a_viewer(count: int) -> None:
    market = Market([voice(VIEWER, b"s")] * count, view())
    assert market.score(VIEWER).paths == 0
    assert len(market.mass_of_all()) == count
