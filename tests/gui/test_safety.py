"""Before the first sale, payment or credit the app goes on only with words on paper and a backup."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.accounts import AccountLimit
from bazaar.rpc.schema.backup import BackupMake, BackupState, BackupStateView
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.cart import CartCheckout
from bazaar.rpc.schema.moves import OrderAccept, OrderFund
from bazaar.rpc.schema.node import Status
from bazaar.rpc.schema.placing import OrderPlace
from gui.app.safety import SafetyDialog
from gui.app.window import Window
from tests.gui.fake_node import FakeNode
from tests.gui.test_by_hand import answering
from tests.gui.test_keeping import calls
from tests.rpc_samples import BACKUP, LAMP, MIA, ORDER, STATUS

Calm = Callable[[], None]
NOTHING = BackupStateView(last=None, per_cent=None, is_due=True)
FIRSTS = (
    OrderPlace(listing=LAMP),
    CartCheckout(),
    OrderFund(id=ORDER),
    OrderAccept(id=ORDER),
    AccountLimit(peer=MIA, amount="5 EUR"),
)


@pytest.fixture
def market(window: Window, node: FakeNode, qtbot: QtBot) -> Window:
    """A window of the real network whose node never made a backup."""
    answering(node, Status, lambda _: replace(STATUS, network="main"))
    answering(node, BackupState, lambda _: NOTHING)
    window.pulse.read()
    qtbot.waitUntil(
        lambda: window.status is not None and window.status.network == "main"
    )
    return window


def asked(window: Window, call: Call) -> tuple[list[Any], list[Problem]]:
    answers: list[Any] = []
    problems: list[Problem] = []
    window.door.call(call, answers.append, problems.append)
    return answers, problems


def dialog(window: Window, qtbot: QtBot) -> SafetyDialog:
    qtbot.waitUntil(lambda: window.safety.dialog is not None)
    assert window.safety.dialog is not None
    return window.safety.dialog


@pytest.mark.parametrize("call", FIRSTS, ids=lambda call: type(call).__name__)
def test_nothing_is_signed_before_a_backup(
    market: Window, node: FakeNode, calm: Calm, qtbot: QtBot, call: Call
) -> None:
    answers, problems = asked(market, call)
    shown = dialog(market, qtbot)
    assert not shown.go.isEnabled()
    assert not calls(node, type(call))
    shown.save("/tmp/a.backup")
    calm()
    assert calls(node, BackupMake) == [BackupMake(file="/tmp/a.backup")]
    assert shown.go.isEnabled()
    shown.go.click()
    calm()
    assert calls(node, type(call)) == [call]
    assert (len(answers), problems) == (1, [])
    asked(market, call)
    calm()
    assert market.safety.dialog is None


def test_who_goes_back_has_signed_nothing(
    market: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    answers, problems = asked(market, FIRSTS[0])
    dialog(market, qtbot).back.click()
    calm()
    assert not calls(node, OrderPlace)
    assert answers == []
    assert "backup" in problems[0].words


def test_unchecked_words_are_asked_for_too(
    market: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    market.memory = replace(market.memory, unchecked=True)
    made = BackupStateView(last=BACKUP, per_cent=None, is_due=False)
    answering(node, BackupState, lambda _: made)
    asked(market, FIRSTS[2])
    shown = dialog(market, qtbot)
    assert not shown.go.isEnabled()
    shown.words.setChecked(True)
    shown.go.click()
    calm()
    assert calls(node, OrderFund)
    assert not market.memory.unchecked


def test_a_preview_and_a_market_of_play_ask_for_nothing(
    market: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    asked(market, CartCheckout(preview=True))
    calm()
    assert calls(node, CartCheckout)
    assert not calls(node, BackupState)
    answering(node, Status, lambda _: STATUS)
    market.pulse.read()
    qtbot.waitUntil(
        lambda: market.status is not None and market.status.network == STATUS.network
    )
    asked(market, FIRSTS[3])
    calm()
    assert calls(node, OrderAccept)
