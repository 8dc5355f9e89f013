"""One reads what a reputation is worth and what is missing, rates, corrects and answers."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from bazaar.demo.shops import load_shops
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.ratings import (
    OrderRate,
    OrderReply,
    RatingsView,
    ReputationExport,
)
from gui.app.window import Window
from gui.pages.order.view import OrderPage
from gui.pages.store.reputation import Proof
from gui.pages.store.view import StorePage
from gui.texts.standing_words import complete_words, score_lines, warnings_of, way_words
from gui.widgets.rating_dialogs import MOST_REPLY, MOST_TEXT, RateDialog, ReplyDialog
from gui.widgets.text import Text
from tests.gui.deals import orders
from tests.gui.fake_node import FakeNode, RefusedError
from tests.gui.goods import peer
from tests.gui.test_messages import press
from tests.gui.voices import ODD, SALES, UNREAD, doubt, praise, ratings

Calm = Callable[[], None]
D = TypeVar("D", bound=QDialog)
SHOP = peer(load_shops()[0])


def texts(widget: QWidget) -> str:
    return "\n".join(
        one.text() for one in widget.findChildren(Text) if one.isVisibleTo(widget)
    )


def dialog(kind: type[D]) -> D:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind)]
    (only,) = [one for one in found if one.isVisible()]
    return only


def reputation(window: Window, calm: Calm) -> StorePage:
    window.go("store", SHOP)
    calm()
    page = window.page()
    assert isinstance(page, StorePage)
    press(page, "Reputation")
    return page


# ------------------------------------------------------------------ words


def test_a_score_is_said_with_its_people_and_the_unconnected() -> None:
    words = [line for line, _ in score_lines(ratings(SHOP))]
    assert words[0] == "4.4 of 5: 7 independent people you can reach vouch for this"
    assert words[1].startswith("of 12 ratings; 5 of them by people")
    assert words[2] == "1 independent person you can reach advises against"


def test_nobody_who_is_reached_is_no_warning() -> None:
    far = replace(ratings(SHOP), score=None, against=0, since=None, unconnected=12)
    lines = score_lines(far)
    assert lines[0] == ("Nobody you can reach has rated this seller yet", "text")
    assert [ink for _, ink in lines] == ["text", "muted"]


def test_a_history_is_counted_in_one_sentence() -> None:
    assert complete_words(SALES) == (
        "41 sales, 38 closed, 35 rated, 3 unaccounted, 2 still open, 1 called off"
    )
    assert complete_words(UNREAD).startswith("3 cases as arbiter signed for; the list")
    assert warnings_of(SALES) == []
    inks = [ink for _, ink in warnings_of(ODD)]
    assert inks == ["error", "error", "waiting", "waiting"]
    assert way_words(ratings(SHOP).ways[0]) == "You → Cem Aydin → Maren Solberg"


# ------------------------------------------------------------------ the shop's page


def test_the_reputation_shows_answers_gaps_and_what_was_before(
    window: Window, calm: Calm
) -> None:
    page = reputation(window, calm)
    shown = texts(page.reputation)
    for words in (
        "7 independent people",
        "35 rated, 3 unaccounted",
        "The list is what was signed",
        "History shortened",
        "999 numbers are left out",
        "Thank you, Maren.",
        "Before, on",
        "Without a name",
        "1 rating was refused",
    ):
        assert words in shown
    press(page.reputation, "Why?")
    calm()
    assert "You → Cem Aydin → Maren Solberg" in texts(page.reputation)


def test_both_signatures_can_be_taken_along(window: Window, calm: Calm) -> None:
    page = reputation(window, calm)
    press(page.reputation, "Show both signatures")
    shown = dialog(Proof)
    press(shown, "Copy")
    assert QApplication.clipboard().text() == f"{'aa' * 90}\n\n{'bb' * 90}"
    shown.reject()


def test_a_shop_without_ratings_says_so(
    window: Window, calm: Calm, node: FakeNode
) -> None:
    empty = RatingsView("p", None, None, 0, 0, 0, 0, (), 0)
    node.answers = _with(node, "Ratings", empty)
    page = reputation(window, calm)
    shown = texts(page.reputation)
    assert "Nobody has rated this shop yet." in shown
    assert "No sales, purchases or cases are known" in shown


def _with(node: FakeNode, kind: str, answer: object) -> Callable[[Call], object]:
    before = node.answers

    def answers(call: Call) -> object:
        if type(call).__name__ != kind:
            return before(call)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return answers


def test_ratings_that_cannot_be_gathered_give_a_reason(
    window: Window, calm: Calm, node: FakeNode
) -> None:
    node.answers = _with(node, "Ratings", RefusedError("busy", "the disk is full"))
    page = reputation(window, calm)
    assert "The ratings could not be gathered: the disk is full" in texts(
        page.reputation
    )


# ------------------------------------------------------------------ the order's page


@pytest.fixture
def order(window: Window, calm: Calm) -> OrderPage:
    known = next(key for key, one in orders().items() if one.state == "paid")
    window.go("order", known)
    calm()
    page = window.page()
    assert isinstance(page, OrderPage)
    return page


def asked(node: FakeNode, kind: type) -> list[object]:
    return [call for call in node.asked if isinstance(call, kind)]


def test_an_arbiter_is_rated_too(order: OrderPage, node: FakeNode, calm: Calm) -> None:
    press(order.ratings, "Rate the arbiter…")
    form = dialog(RateDialog)
    form.stars.choose("4")
    form.aspects["service"].choose("3")
    form.text.setPlainText("Fair.")
    form.go.click()
    calm()
    call = asked(node, OrderRate)[-1]
    assert isinstance(call, OrderRate)
    assert (call.stars, call.whom, call.aspects, call.correct) == (
        4,
        "primary",
        {"service": 3},
        False,
    )


def test_a_rating_is_corrected_with_what_it_said(
    order: OrderPage, node: FakeNode, calm: Calm
) -> None:
    press(order.ratings, "Correct…")
    form = dialog(RateDialog)
    assert form.text.toPlainText() == praise().text
    assert form.aspects["quality"].value() == "5"
    form.stars.choose("3")
    form.go.click()
    calm()
    call = asked(node, OrderRate)[-1]
    assert isinstance(call, OrderRate)
    assert (call.stars, call.correct, call.tags) == (3, True, ("careful",))


def test_a_rating_is_answered(order: OrderPage, node: FakeNode, calm: Calm) -> None:
    press(order.ratings, "Answer…")
    form = dialog(ReplyDialog)
    form.go.click()
    assert form.complaint.text() == "Write an answer first."
    form.text.setPlainText("x" * (MOST_REPLY + 1))
    form.go.click()
    assert "At most 1,000" in form.complaint.text()
    form.text.setPlainText("Thank you.")
    form.go.click()
    calm()
    assert asked(node, OrderReply) == [
        OrderReply(rating=doubt().rating_id, text="Thank you.")
    ]


def test_the_own_reputation_can_be_taken_along(
    window: Window, calm: Calm, node: FakeNode, tmp_path: Path
) -> None:
    own = window.status
    assert own is not None
    window.go("store", own.peer_id)
    calm()
    page = window.page()
    assert isinstance(page, StorePage)
    press(page, "Reputation")
    assert "How those whom you follow see you" in texts(page.reputation)
    file = str(tmp_path / "mine")
    page.reputation.export_to(file)
    calm()
    assert asked(node, ReputationExport) == [ReputationExport(file=file)]


def test_a_text_that_is_too_long_is_not_sent(order: OrderPage) -> None:
    press(order.ratings, "Rate the arbiter…")
    form = dialog(RateDialog)
    form.text.setPlainText("x" * (MOST_TEXT + 1))
    form.go.click()
    assert form.isVisible()
    assert "At most 3,000 characters; you have 3,001." in form.complaint.text()
    form.reject()


def test_an_order_without_money_bound_shows_no_ratings(
    window: Window, calm: Calm
) -> None:
    known = next(key for key, one in orders().items() if not one.funded)
    window.go("order", known)
    calm()
    page = window.page()
    assert isinstance(page, OrderPage)
    assert not page.ratings.isVisible()
