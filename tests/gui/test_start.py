"""First start, attaching, and the pictures of pages."""

from pathlib import Path

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui.app.memory import Memory, recall, recall_browse, remember, remember_browse
from gui.app.pictures import Look, Shot, main, save_pictures
from gui.app.start import Start
from gui.rpc.node_process import is_local, last_words, made, network_of
from tests.gui.fake_node import FakeNode
from tests.rpc_samples import FOUND

PHRASE = " ".join(f"word{number}" for number in range(1, 25))


def test_an_empty_home_begins_with_the_welcome(
    qapp: object, tmp_path: Path, qtbot: QtBot
) -> None:
    start = Start(tmp_path, "local:test")
    qtbot.addWidget(start.window)
    start.begin()
    assert start.window.outer.currentWidget() is start.welcome
    start.welcome.show_words(PHRASE)
    start.welcome._later()
    start.welcome._done()
    assert start.window.outer.currentWidget() is start.window.frame
    assert "words" in start.window.banners.said()
    assert recall(tmp_path).unchecked
    start.link.close()


def test_checked_words_leave_no_banner(
    qapp: object, tmp_path: Path, qtbot: QtBot
) -> None:
    start = Start(tmp_path, "local:test")
    qtbot.addWidget(start.window)
    start.begin()
    start.welcome.show_words(PHRASE)
    start.welcome._checked()
    start.welcome._done()
    assert "words" not in start.window.banners.said()
    start.link.close()


def test_it_attaches_to_a_running_node_and_starts_none(
    node: FakeNode, home: Path, qtbot: QtBot
) -> None:
    start = Start(home, "local:test")
    qtbot.addWidget(start.window)
    start.begin()
    qtbot.waitUntil(lambda: start.window.status is not None)
    assert start.node._process is None
    qtbot.waitUntil(lambda: not start.link.busy and not start.window.pictures.busy)
    start.link.close()


def test_a_name_and_a_passphrase_are_needed_off_the_local_networks(
    qapp: object, tmp_path: Path, qtbot: QtBot
) -> None:
    start = Start(tmp_path, "main")
    qtbot.addWidget(start.window)
    start.begin()
    step = start.welcome.name
    start.welcome._begin()
    assert not step.complete()
    step.name.setText("Ana")
    step.secret.setText("1234567")
    assert not step.complete()
    step.secret.setText("12345678")
    assert step.complete()


def test_what_the_app_remembers_survives_and_a_broken_file_does_no_harm(
    tmp_path: Path,
) -> None:
    remember(tmp_path, Memory(theme="dark"))
    assert recall(tmp_path).theme == "dark"
    (tmp_path / "app.json").write_text("{")
    assert recall(tmp_path) == Memory()
    assert recall_browse(tmp_path) is None
    remember_browse(tmp_path, FOUND)
    assert recall_browse(tmp_path) == FOUND
    remember(tmp_path / "gone", Memory())


def test_what_a_home_says_about_itself(tmp_path: Path) -> None:
    assert not made(tmp_path)
    assert network_of(tmp_path) == "main"
    (tmp_path / "config.toml").write_text('network = "local:demo/8640"\n')
    assert made(tmp_path)
    assert is_local(tmp_path)
    (tmp_path / "config.toml").write_text("broken [")
    assert network_of(tmp_path) == "main"
    (tmp_path / "node.log").write_text("first\nthe port is in use\n\n")
    assert last_words(tmp_path / "node.log") == "the port is in use"
    assert last_words(tmp_path / "none.log") == ""


def test_pictures_of_pages_are_saved(
    node: FakeNode, home: Path, tmp_path: Path
) -> None:
    shots = (Shot("first", "browse"), Shot("mine", "shop"))
    paths = save_pictures(
        home, tmp_path / "shots", shots, look=Look("dark", (960, 640))
    )
    assert [path.name for path in paths] == ["first.png", "mine.png"]
    assert QImage(str(paths[0])).width() == 960


def test_pictures_without_a_node_are_refused_with_a_reason(
    qapp: object, tmp_path: Path
) -> None:
    assert (
        main(
            [
                "--home",
                str(tmp_path),
                "--folder",
                str(tmp_path / "shots"),
                "--patience",
                "0.1",
            ]
        )
        == 3
    )
    assert not (tmp_path / "shots").exists()
