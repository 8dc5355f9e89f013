"""What the book remembers of its rows: bounded, and forgotten where it may be wrong."""

from store.book.held import (
    MAX_SETTING_BYTES_HELD,
    MAX_SETTINGS_HELD,
    MAX_TRADES_HELD,
    HeldMessages,
    HeldSettings,
)
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


def settings(count: int) -> HeldSettings:
    held = HeldSettings()
    for number in range(count):
        held.put(str(number), b"")
    return held


def test_as_many_settings_as_allowed_are_remembered() -> None:
    assert "0" in settings(MAX_SETTINGS_HELD)


def test_one_setting_more_makes_the_first_one_go() -> None:
    held = settings(MAX_SETTINGS_HELD + 1)
    assert "0" not in held
    assert "1" in held


def test_a_value_of_the_greatest_length_is_remembered_and_a_longer_one_is_not() -> None:
    held = HeldSettings()
    held.put("longest", bytes(MAX_SETTING_BYTES_HELD))
    assert held.get("longest") == bytes(MAX_SETTING_BYTES_HELD)
    held.put("longest", bytes(MAX_SETTING_BYTES_HELD + 1))
    assert "longest" not in held


def test_that_there_is_no_such_setting_is_remembered_too() -> None:
    held = HeldSettings()
    held.put("absent", None)
    assert "absent" in held
    assert held.get("absent") is None
