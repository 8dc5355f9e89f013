"""Everything that takes the focus has a name; every icon has its words."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QScrollArea,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from gui.app.side_bar import PAGES
from gui.app.window import Window
from gui.pages.shop.view import ShopPage
from gui.pages.welcome.view import WelcomePage
from gui.widgets.badges import Chip
from tests.gui.deals import orders
from tests.gui.goods import cards
from tests.gui.talks import STRANGER

Calm = Callable[[], None]
LISTING = cards()[0].listing_id
PLACES = [
    *((page, "") for page, _ in PAGES),
    ("listing", LISTING),
    ("checkout", LISTING),
    ("editor", ""),
    ("messages", STRANGER),
    ("messages", f"order:{next(iter(orders()))}"),
    ("notices", ""),
    ("cart", ""),
    ("profile", ""),
    ("store", cards()[0].seller),
    *(("order", one) for one in orders()),
]


def focusable(top: QWidget) -> Iterator[QWidget]:
    for widget in top.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or isinstance(
            widget.parent(), QTextBrowser
        )
        takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if (
            widget.isVisible()
            and takes
            and not inner
            and not isinstance(widget, QScrollArea)
        ):
            yield widget


def name_of(widget: QWidget) -> str:
    if widget.accessibleName():
        return widget.accessibleName()
    return widget.text() if isinstance(widget, QAbstractButton) else ""


@pytest.mark.parametrize(("page", "argument"), PLACES)
def test_everything_has_a_name(
    window: Window, calm: Calm, page: str, argument: str
) -> None:
    window.go(page, argument)
    calm()
    assert [widget for widget in focusable(window) if not name_of(widget)] == []
    seen = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    icons = [widget for widget in seen if isinstance(widget, QToolButton)]
    assert [
        icon for icon in icons if not (icon.toolTip() and icon.accessibleName())
    ] == []
    chips = [widget for widget in seen if isinstance(widget, Chip)]
    assert [chip for chip in chips if not chip.accessibleName()] == []


def test_the_first_start_has_names_at_every_step(window: Window, calm: Calm) -> None:
    welcome = WelcomePage(window, window.door.home, "main")
    window.cover(welcome)
    welcome.check.ask(" ".join(["word"] * 24))
    for step in range(5):
        welcome._step(step)
        assert [widget for widget in focusable(welcome) if not name_of(widget)] == []


def test_a_card_says_what_it_shows(window: Window, calm: Calm) -> None:
    window.go("shop")
    calm()
    shop = window.page()
    assert isinstance(shop, ShopPage)
    model = shop.grid.cards
    words = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert all(part in words for part in ("EUR", "Brandt Restores", "Online"))
