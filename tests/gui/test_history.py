"""Back and forward."""

from gui.app.history import History
from gui.pages.page import Place

BROWSE, LISTING, ORDER = Place("browse"), Place("listing", "1a"), Place("order", "0f")


def test_a_visit_after_going_back_forgets_what_came_after() -> None:
    history = History()
    for place in (BROWSE, LISTING):
        history.visit(place)
    assert history.back() == BROWSE
    history.visit(ORDER)
    assert history.forward() is None
    assert history.back() == BROWSE


def test_the_ends_are_known() -> None:
    history = History()
    assert history.back() is None
    assert history.present is None
    history.visit(BROWSE)
    history.visit(BROWSE)
    assert not history.can_back
    history.visit(LISTING)
    assert history.can_back
    history.back()
    assert history.can_forward
    assert history.forward() == LISTING


def test_typing_a_search_is_one_place() -> None:
    history = History()
    history.replace(Place("browse", "l"))
    history.replace(Place("browse", "la"))
    assert history.present == Place("browse", "la")
    assert not history.can_back
