"""The backup card and what a restored node says above every page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import structs
from pytestqt.qtbot import QtBot

from bazaar.rpc.schema.backup import (
    BackupMake,
    BackupPlan,
    BackupState,
    BackupStateView,
    BackupView,
)
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.node import ClockCheck, Status
from gui.app.window import Window
from gui.pages.settings.view import SettingsPage
from gui.pages.welcome.view import WelcomePage
from tests.gui.fake_node import FakeNode
from tests.rpc_samples import STATUS

Calm = Callable[[], None]
MADE = BackupView(at=1_700_000_000, file="/media/stick/a.backup", size=1)


def answering(node: FakeNode, **status: Any) -> None:
    before, state = node.answers, {"made": False}

    def answers(call: Call) -> Any:
        if isinstance(call, BackupMake):
            state["made"] = True
            return structs.replace(MADE, file=call.file)
        if isinstance(call, BackupPlan):
            return BackupStateView(
                last=None, per_cent=None, is_due=True, folder=call.folder, next_at=1
            )
        if isinstance(call, BackupState):
            last = MADE if state["made"] else None
            return BackupStateView(last=last, per_cent=None, is_due=last is None)
        if isinstance(call, Status):
            return structs.replace(STATUS, **status)
        return before(call)

    node.answers = answers


def test_the_card_asks_until_a_backup_is_made(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    answering(node)
    window.go("settings", "backup")
    calm()
    page = window.page()
    assert isinstance(page, SettingsPage)
    qtbot.waitUntil(lambda: "no backup yet" in page.backup.words.text())
    page.backup.make("/media/stick/b.backup")
    qtbot.waitUntil(lambda: "restored once" in page.backup.words.text())
    assert page.backup.go.isEnabled()
    assert not page.backup.bar.isVisible()


def test_problems_and_a_due_backup_stand_above_every_page(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    answering(node, problems=("this book was restored",), backup_due="none")
    window.pulse._read_status()
    qtbot.waitUntil(lambda: "problems" in window.banners.said())
    assert window.banners.said()["problems"] == "This book was restored."
    assert "backup" in window.banners.said()
    answering(node)
    window.pulse._read_status()
    qtbot.waitUntil(lambda: "problems" not in window.banners.said())
    assert "backup" not in window.banners.said()
    calm()


def test_a_doubted_clock_is_confirmed_with_one_button(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    doubt = "the clock jumped by two years"
    answering(node, problems=(doubt,), clock=doubt)
    window.pulse._read_status()
    calm()
    qtbot.waitUntil(lambda: "clock" in window.banners.said())
    assert "problems" not in window.banners.said()
    window._confirm_clock()
    qtbot.waitUntil(lambda: any(isinstance(c, ClockCheck) for c in node.asked))


def test_a_weekly_backup_is_planned_and_ended(
    window: Window, node: FakeNode, calm: Calm, qtbot: QtBot
) -> None:
    answering(node)
    window.go("settings", "backup")
    calm()
    page = window.page()
    assert isinstance(page, SettingsPage)
    page.backup.keep_in("/media/stick")
    qtbot.waitUntil(lambda: "/media/stick" in page.backup.weekly.text())
    page.backup.keep_in("")
    qtbot.waitUntil(lambda: "/media/stick" not in page.backup.weekly.text())


def test_the_welcome_takes_words_and_a_backup(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    page = WelcomePage(window, tmp_path, "local:gui")
    qtbot.addWidget(page)
    page.show()
    page._restore()
    step = page.name
    step.phrase.setPlainText("twenty four words")
    assert not step.complete()
    step.show_backup("/media/stick/a.backup")
    assert step.complete()
    assert not step.name_field.isVisibleTo(step)
    step.show_backup("")
    assert step.name_field.isVisibleTo(step)
    page._begin()
    assert step.backup == ""
    assert not step.backup_box.isVisibleTo(step)
