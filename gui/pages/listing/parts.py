"""The pieces of a listing's page."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from bazaar.rpc.schema.listings import ListingView
from bazaar.rpc.schema.ratings import RatingsView
from bazaar.rpc.schema.shelf import VersionView
from gui.texts import tr
from gui.texts.shown import day, money
from gui.texts.standing_words import complete_words, warnings_of
from gui.widgets.boxes import Surface, box, column, row, rule
from gui.widgets.button import Button
from gui.widgets.rating_card import rating_card
from gui.widgets.text import Text

SHOWN_RATINGS = 5
SHOWN_VERSIONS = 10
ANYWHERE = "ZZ"
SHOWN_COUNTRIES = 6
AMOUNTS = (2, 3)


def shipping_table(view: ListingView) -> QWidget:
    """Return who is shipped to, how, and what it costs."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    heads = ("ship.how", "ship.where", "ship.first", "ship.more", "ship.time")
    for place, key in enumerate(heads):
        grid.addWidget(Text(tr(key), "meta", "muted"), 0, place)
        grid.setColumnStretch(place, 0 if place in AMOUNTS else 1)
    for line, cells in enumerate(_shipping_rows(view), 1):
        for place, words in enumerate(cells):
            grid.addWidget(Text(words, wrap=place not in AMOUNTS), line, place)
    return Surface(column(Text(tr("ship.title"), "heading"), 4, box(grid)))


def _shipping_rows(view: ListingView) -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = []
    for option in view.shipping:
        where = countries(option.countries)
        if not option.services:
            made.append((option.title, where, tr("ship.free"), "", ""))
        for service in option.services:
            how = tr("ship.service", option=option.title, service=service.name)
            costs = (money(service.first), money(service.additional))
            made.append((how, where, *costs, service.estimate))
    return made


def countries(codes: tuple[str, ...]) -> str:
    """Return countries in words, at most a few."""
    if not codes or ANYWHERE in codes:
        return tr("ship.anywhere")
    shown = ", ".join(codes[:SHOWN_COUNTRIES])
    rest = len(codes) - SHOWN_COUNTRIES
    return tr("ship.and_more", shown=shown, n=rest) if rest > 0 else shown


def rating_list(ratings: RatingsView, words: str) -> QWidget:
    """Return what ratings are worth, how complete they are, and the newest."""
    parts = column(
        Text(tr("ratings.title"), "heading"), Text(words, "meta", "muted", wrap=True)
    )
    for history in ratings.histories:
        if history.chain == "sales":
            parts.addWidget(Text(complete_words(history), "meta", "muted", wrap=True))
            for found, ink in warnings_of(history):
                parts.addWidget(Text(found, "body", ink, wrap=True))
    for one in ratings.items[:SHOWN_RATINGS]:
        parts.addWidget(rule())
        parts.addWidget(rating_card(one))
    return Surface(parts)


def terms(view: ListingView) -> QWidget | None:
    """Return the seller's terms and return policy, None when there are none."""
    parts = column(gap=4)
    for key, words in (
        ("listing.terms", view.terms),
        ("listing.returns", view.refund_policy),
    ):
        if words:
            parts.addWidget(Text(tr(key), "heading"))
            parts.addWidget(Text(words, wrap=True))
            parts.addSpacing(8)
    if not parts.count():
        return None
    parts.setAlignment(Qt.AlignmentFlag.AlignTop)
    return Surface(parts)


def versions(
    found: tuple[VersionView, ...], show: Callable[[str], object]
) -> QWidget | None:
    """Return the versions before the one that is sold, None when there are none."""
    older = [one for one in found if not one.current]
    if not older:
        return None
    lines = column(Text(tr("listing.versions"), "heading"), gap=2)
    for one in older[:SHOWN_VERSIONS]:
        words = tr(
            "listing.version_of",
            version=one.version,
            day=day(one.issued),
            title=one.title,
            price=money(one.price),
        )
        shown = Button(words, lambda one=one: show(one.listing_id), "link")
        lines.addLayout(row(shown, None))
    return Surface(lines)
