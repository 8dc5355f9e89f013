"""The messages that the book remembers: bounded, and forgotten where they may be wrong."""

from store.book.held import MAX_TRADES_HELD, HeldMessages
from tests.store.samples import MESSAGE


def trade(number: int) -> bytes:
    return number.to_bytes(32)


def filled(count: int) -> HeldMessages:
    held = HeldMessages()
    for number in range(count):
        held.put(trade(number), [MESSAGE])
    return held


def test_as_many_trades_as_allowed_are_remembered() -> None:
    held = filled(MAX_TRADES_HELD)
    assert held.get(trade(0)) == (MESSAGE,)


def test_one_more_makes_the_first_one_go() -> None:
    held = filled(MAX_TRADES_HELD + 1)
    assert held.get(trade(0)) is None
    assert held.get(trade(1)) == (MESSAGE,)


def test_a_forgotten_trade_is_asked_for_again() -> None:
    held = filled(2)
    held.forget(trade(1))
    assert held.get(trade(1)) is None
    assert held.get(trade(0)) == (MESSAGE,)
