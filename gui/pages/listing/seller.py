"""The seller beside a listing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.listings import ListingView
from gui.pages.listing.presenter import ListingState, score_words
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import ago
from gui.widgets.badges import Chip
from gui.widgets.boxes import Surface, column, row
from gui.widgets.button import Button
from gui.widgets.person import Person
from gui.widgets.text import Text


def seller_card(view: ListingView, state: ListingState, shell: Shell) -> QWidget:
    """Who sells it, how far that is vouched for, and whether he is there."""
    card = view.card
    who = Person(
        card.seller, card.seller_name, card.seller_fingerprint, card.seller_colour
    )
    score = Text(score_words(state.ratings), "meta", "muted", wrap=True)
    if card.seller_online:
        chip = Chip(tr("seller.online"), "ok", "circle-dot")
    else:
        chip = Chip(tr("seller.offline"), "muted", "circle")
    lines = column(Text(tr("listing.seller"), "meta", "muted"), who, score, gap=8)
    visit = Button(
        tr("listing.visit"), lambda: shell.go("store", card.seller), "link", "store"
    )
    lines.addLayout(row(chip, None, visit))
    if not view.own:
        ask = Button(
            tr("listing.ask"),
            lambda: shell.go("messages", card.seller),
            "link",
            "message-square",
        )
        lines.addLayout(row(None, ask))
    if not card.seller_online:
        away = state.away_words(shell.now())
        note = f"{away} {tr('seller.offline_note')}".strip()
        lines.addWidget(Text(note, "meta", "muted", wrap=True))
    signed = tr(
        "listing.signed",
        version=view.card.version,
        ago=ago(card.changed, shell.now()),
    )
    lines.addWidget(Text(signed, "meta", "muted", wrap=True))
    lines.setAlignment(Qt.AlignmentFlag.AlignTop)
    return Surface(lines, inside=12)
