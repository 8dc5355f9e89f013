"""The link over a real local socket: calls, events, loss, return, strangers."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from bazaar.rpc.paths import renew_token
from bazaar.rpc.problems import UNREACHABLE, Problem
from bazaar.rpc.schema.call import PROTOCOL
from bazaar.rpc.schema.node import Event, Status, Watch
from bazaar.rpc.schema.orders import OrderShow
from bazaar.rpc.schema.search import Search, SearchView
from gui.rpc.link import DOWN, SKEW, UP, Link
from tests.gui.fake_node import FakeNode, RefusedError
from tests.gui.market import Market
from tests.rpc_samples import SAMPLES


def test_a_call_is_answered_with_its_type(link: Link, qtbot: QtBot) -> None:
    got: list[SearchView] = []
    link.call(Search(words="lamp"), got.append, lambda _: None)
    assert link.busy
    qtbot.waitUntil(lambda: bool(got))
    assert got[0].total > 0


def test_it_subscribes_and_hears_events(
    link: Link, node: FakeNode, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: any(isinstance(call, Watch) for call in node.asked))
    got: list[Event] = []
    link.heard.connect(got.append)
    node.tell("order", order_id="0f")
    qtbot.waitUntil(lambda: bool(got))
    assert (got[0].topic, got[0].data) == ("order", {"order_id": "0f"})


def test_a_refusal_comes_with_its_words(qapp: object, home: Path, qtbot: QtBot) -> None:
    def refuse(call: object) -> object:
        if isinstance(call, OrderShow):
            raise RefusedError("not_found", "no such order")
        return SAMPLES[type(call)]  # pyright: ignore[reportArgumentType]  # only calls come here

    node = FakeNode(home, refuse)
    link = Link(home)
    link.connect_now()
    qtbot.waitUntil(lambda: link.state == UP)
    got: list[Problem] = []
    link.call(OrderShow(id="x"), lambda _: None, got.append)
    qtbot.waitUntil(lambda: bool(got))
    assert got[0].words == "no such order"
    link.close()
    node.close()


def test_what_is_open_is_refused_when_the_node_goes(
    link: Link, node: FakeNode, qtbot: QtBot
) -> None:
    got: list[Problem] = []
    link.call(Status(), lambda _: None, got.append)
    node.close()
    qtbot.waitUntil(lambda: bool(got))
    assert got[0].code == UNREACHABLE
    assert not link.busy


def test_without_a_node_a_call_is_refused_later_never_at_once(
    qapp: object, tmp_path: Path, qtbot: QtBot
) -> None:
    link = Link(tmp_path)
    got: list[Problem] = []
    link.call(Status(), lambda _: None, got.append)
    assert got == []
    qtbot.waitUntil(lambda: bool(got))
    assert got[0].code == UNREACHABLE


def test_it_comes_back_to_a_restarted_node_with_its_new_token(
    link: Link, node: FakeNode, qtbot: QtBot
) -> None:
    node.close()
    qtbot.waitUntil(lambda: link.state == DOWN)
    node.open()
    qtbot.waitUntil(lambda: link.state == UP)


def test_it_says_so_when_nobody_is_there(
    qapp: object, tmp_path: Path, qtbot: QtBot
) -> None:
    link = Link(tmp_path)
    with qtbot.waitSignal(link.tried):
        link.connect_now()
    assert link.state == DOWN
    link.close()


def test_a_node_of_another_version_is_told_apart(
    qapp: object, home: Path, drawn: Path, qtbot: QtBot
) -> None:
    node = FakeNode(home, Market(drawn), protocol=PROTOCOL + 1)
    link = Link(home)
    link.connect_now()
    qtbot.waitUntil(lambda: link.state == SKEW)
    link.close()
    node.close()


def test_a_stranger_who_does_not_know_the_token_gets_nothing(
    node: FakeNode, home: Path, qtbot: QtBot
) -> None:
    renew_token(home)
    link = Link(home)
    with qtbot.waitSignal(link.tried):
        link.connect_now()
    assert link.state == DOWN
    assert node.asked == []
    link.close()
