"""What an Offer and an Accept may hold: keys, parts, amounts, fees, outcomes (7.1, 7.3)."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.errors import NotAllowedError
from bazaar.domain.trading.contract import (
    Contract,
    check_accept,
    check_offer,
    split_line,
)
from bazaar.domain.trading.messages import (
    Accept,
    Line,
    LineAmounts,
    Mode,
    Part,
    Role,
    Seat,
)
from bazaar.domain.wire.bounds import MAX_AMOUNT
from tests.trades import (
    FEE_BP,
    FEE_FIXED,
    NETWORK,
    RATING_KEY,
    SEATS,
    STRANGER,
    Story,
    public,
    signed_offer,
)

B, S, A1, A2 = Role
CURVE_PRIME = 2**255 - 19


def refuses(amounts: Sequence[int] = (1000,), **changes: Any) -> bool:
    try:
        check_offer(signed_offer(amounts, **changes), NETWORK)
    except NotAllowedError:
        return True
    return False


def seats(first: bytes, second: bytes, fixed: int = 0, bp: int = 0) -> tuple[Seat, ...]:
    return Seat(first, b"o" * 32, fixed, bp), Seat(second, b"o" * 32, fixed, bp)


def line(amount: int, quantity: int = 1) -> Line:
    amounts = LineAmounts(amount, 0, 0, 0, amount)
    return Line(b"l" * 32, None, quantity, None, (), amounts)


def test_the_offers_of_the_tests_are_valid() -> None:
    assert not refuses()
    assert not refuses((700, 300))
    assert not refuses(mode=Mode.DIRECT)


@pytest.mark.parametrize(
    "changes",
    [
        {"seller": public(B)},
        {"seats": seats(public(B), public(A2))},
        {"seats": seats(public(A1), public(B))},
        {"seats": seats(public(S), public(A2))},
        {"seats": seats(public(A1), public(S))},
        {"seats": seats(public(A1), public(A1))},
        {"rating_key": public(B)},
        {"rating_key": public(S)},
        {"rating_key": public(A1)},
        {"buyer_box": public(B)},
        {"buyer_box": RATING_KEY},
    ],
)
def test_no_key_plays_two_roles(changes: dict[str, Any]) -> None:
    assert refuses(**changes)


@pytest.mark.parametrize("twin", [5, 5 + CURVE_PRIME, 5 + 2**255])
def test_box_keys_are_compared_as_canonical_bytes(twin: int) -> None:
    story = Story(buyer_box=(5).to_bytes(32, "little"))
    box = twin.to_bytes(32, "little")
    accept = story.say(S, Accept, seller_box=box)
    with pytest.raises(NotAllowedError):
        check_accept(Contract(story.offer, accept, NETWORK))


@pytest.mark.parametrize(("other", "refused"), [(b"7" * 32, False), (b"s" * 32, True)])
def test_an_accept_repeats_no_box_key(other: bytes, refused: bool) -> None:
    story = Story()
    contract = Contract(story.offer, story.accepted(), NETWORK)
    check_accept(contract)
    try:
        check_accept(contract, other)
    except NotAllowedError:
        assert refused
    else:
        assert not refused


@pytest.mark.parametrize(
    ("mode", "some"),
    [
        (Mode.ESCROW, ()),
        (Mode.ESCROW, seats(public(A1), public(A2))[:1]),
        (Mode.DIRECT, seats(public(A1), public(A2))),
    ],
)
def test_escrow_has_two_seats_and_direct_none(
    mode: Mode, some: tuple[Seat, ...]
) -> None:
    assert refuses(mode=mode, seats=some)


def test_only_the_buyer_signs_its_offer() -> None:
    assert refuses(buyer=STRANGER.verify_key.encode())


@pytest.mark.parametrize(
    ("lines", "parts", "refused"),
    [
        ([line(100, 3)], [Part(0, 3, 100)], False),
        ([line(100, 3)], [Part(0, 1, 34), Part(0, 2, 66)], False),
        ([line(100, 3)], [Part(0, 1, 33), Part(0, 2, 67)], True),
        ([line(100, 3)], [Part(0, 2, 67), Part(0, 1, 33)], False),
        ([line(100, 3)], [Part(0, 1, 34), Part(0, 1, 33)], True),
        ([line(100, 3)], [Part(0, 3, 99)], True),
        ([line(100, 3)], [Part(0, 3, 101)], True),
        ([line(5), line(6)], [Part(0, 1, 5), Part(1, 1, 6)], False),
        ([line(5), line(6)], [Part(1, 1, 6), Part(0, 1, 5)], True),
        ([line(5), line(6)], [Part(0, 1, 5)], True),
        ([line(5)], [Part(0, 1, 5), Part(1, 1, 6)], True),
        ([line(2, 3)], [Part(0, 1, 1), Part(0, 1, 1), Part(0, 1, 1)], True),
    ],
)
def test_parts_divide_their_lines(
    lines: list[Line], parts: list[Part], refused: bool
) -> None:
    assert refuses(lines=tuple(lines), parts=tuple(parts)) is refused


def test_amounts_up_to_the_greatest_are_kept_exactly() -> None:
    plain = {"default_bp": 0, "seats": seats(public(A1), public(A2))}
    assert not refuses((MAX_AMOUNT,), **plain)
    assert refuses((MAX_AMOUNT, 1), **plain)
    whole = MAX_AMOUNT // 10_000
    assert not refuses((whole,), **plain | {"default_bp": 10_000})
    assert refuses((whole + 1,), **plain | {"default_bp": 10_000})
    fees = seats(public(A1), public(A2), fixed=MAX_AMOUNT // 1000)
    assert not refuses((1000,), seats=fees)
    assert refuses((1001,), seats=fees)


def test_a_part_worth_nothing_is_refused() -> None:
    assert len(split_line(0, 3, [1, 1, 1])) == 3
    with pytest.raises(NotAllowedError):
        split_line(0, 2, [1, 1, 1])


def test_a_split_of_too_much_is_refused() -> None:
    half = MAX_AMOUNT // 2
    assert [part.amount for part in split_line(0, half, [2])] == [half]
    with pytest.raises(NotAllowedError):
        split_line(0, half + 1, [2])


@given(st.integers(1, 10**9), st.lists(st.integers(1, 1000), min_size=1, max_size=16))
def test_parts_conserve_their_line(amount: int, quantities: list[int]) -> None:
    whole = sum(quantities)
    if amount < whole:
        return
    parts = split_line(3, amount, quantities)
    assert sum(part.amount for part in parts) == amount
    assert [part.quantity for part in parts] == quantities
    for part in parts[1:]:
        assert part.amount == amount * part.quantity // whole


@pytest.mark.parametrize(
    ("amounts", "fixed", "bp", "fees"),
    [
        ((1000,), FEE_FIXED, FEE_BP, [80]),
        ((700, 300), FEE_FIXED, FEE_BP, [56, 24]),
        ((1, 999), FEE_FIXED, FEE_BP, [0, 78]),
        ((10,), 11, 0, [10]),
        ((10, 30), 100, 0, [10, 30]),
        ((999,), 0, 2000, [199]),
        ((999,), 0, 0, [0]),
    ],
)
def test_the_greatest_fee_of_a_part(
    amounts: tuple[int, ...], fixed: int, bp: int, fees: list[int]
) -> None:
    story = Story(amounts, seats=seats(public(A1), public(A2), fixed, bp))
    contract = story.fold().contract
    for role in SEATS:
        found = [contract.greatest_fee(role, part) for part in range(len(amounts))]
        assert found == fees


@given(st.integers(1, 10**9), st.integers(0, 10_000))
def test_the_default_split_rounds_down_for_the_buyer(amount: int, bp: int) -> None:
    contract = Story((amount,), default_bp=bp).fold().contract
    split = contract.default_split(0)
    assert split.to_buyer == amount * bp // 10_000
    assert split.to_seller + split.to_buyer == amount
    assert (split.fee, split.fee_role) == (0, 0)


def test_every_key_plays_its_role() -> None:
    contract = Story().fold().contract
    assert [contract.role_of(public(role)) for role in Role] == list(Role)
    assert contract.role_of(STRANGER.verify_key.encode()) is None


def test_an_outcome_id_names_contract_part_and_amounts() -> None:
    one, other = Story().funded(), Story(nonce=b"x" * 32).funded()
    outcomes = [
        PaidOutcome(part, seller, 1000 - seller - fee, fee, role)
        for part in (0, 1)
        for seller in (0, 500)
        for fee, role in ((0, 0), (5, 2), (5, 3))
    ]
    ids = {
        story.fold().contract.outcome_id(outcome)
        for story in (one, other)
        for outcome in outcomes
    }
    assert len(ids) == 2 * len(outcomes)
