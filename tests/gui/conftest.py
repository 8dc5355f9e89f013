"""A node that answers, a link to it and the app's window, each on a real local socket."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.app.main import application
from gui.app.theme import theme
from gui.app.window import Window
from gui.rpc.link import UP, Link
from tests.gui.fake_node import FakeNode
from tests.gui.market import Market

PATIENCE_MS = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The offscreen platform says so of every window that has a smallest size.
    told = pytest.mark.qt_log_ignore("does not support propagateSizeHints", extend=True)
    for item in items:
        if "tests/gui/" in item.nodeid:
            item.add_marker(told)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Take windows down here before tests with threads begin; one might do it otherwise."""
    if "tests/gui/" in item.nodeid and (
        nextitem is None or "tests/gui/" not in nextitem.nodeid
    ):
        gc.collect()


class Patient(QtBot):
    """Waits as long as a busy machine may need."""

    def waitUntil(  # noqa: N802 - the name of pytest-qt
        self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS
    ) -> None:
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    del qapp
    return Patient(request)


@pytest.fixture(autouse=True)
def garbage_stays_in_this_thread() -> Iterator[None]:
    """As ``gui.app.garbage`` does in the app: no widget is taken down by a decoding thread."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session")
def qapp() -> object:
    app = application(["bazaar"])
    theme().choose("light")
    return app


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text('network = "local:test"\n')
    return tmp_path


@pytest.fixture
def node(qapp: object, home: Path, drawn: Path) -> Iterator[FakeNode]:
    made = FakeNode(home, Market(drawn))
    yield made
    made.close()


@pytest.fixture
def link(node: FakeNode, home: Path, qtbot: QtBot) -> Iterator[Link]:
    made = Link(home)
    made.connect_now()
    qtbot.waitUntil(lambda: made.state == UP)
    yield made
    made.close()


@pytest.fixture
def window(link: Link, qtbot: QtBot) -> Window:
    made = Window(link)
    qtbot.addWidget(made)
    made.show()
    made.pulse.start()
    qtbot.waitUntil(lambda: made.status is not None)
    return made


@pytest.fixture
def calm(window: Window, link: Link, qtbot: QtBot) -> Callable[[], None]:
    """Waits until nothing is asked and nothing is decoded."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not link.busy and not window.pictures.busy)
        qtbot.wait(1)
        qtbot.waitUntil(lambda: not link.busy and not window.pictures.busy)

    return wait
