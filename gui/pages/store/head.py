"""The head of a shop's page: header and colours, who it is, what can be done, its tabs."""

from collections.abc import Callable
from typing import Final, NamedTuple

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from bazaar.rpc.schema.profile import ProfileView
from gui.models.pictures import Wanted
from gui.pages.listing.presenter import score_words
from gui.pages.page import Shell
from gui.pages.store.acts import StoreActs
from gui.pages.store.presenter import StoreState, about_words, contact_words
from gui.texts import tr
from gui.widgets.badges import Chip, Glyph
from gui.widgets.boxes import Banner, Surface, clear, column, row
from gui.widgets.button import Button
from gui.widgets.face import Face, Header
from gui.widgets.person import Person
from gui.widgets.text import Text

TABS: Final = ("goods", "reputation", "following", "followers")
HEADER_PX: Final = 150
HEADER_PART: Final = 7
"""A header takes at most this part of the page's height."""

FACE_PX: Final = 64
BAND_PX: Final = 6


class HeadLook(NamedTuple):
    """How the head is shown: covered, with all of the text, under which tab, how high."""

    covered: bool
    whole: bool
    tab: str
    page_px: int


class StoreHead(QWidget):
    """Built anew with everything that is learnt of the shop."""

    def __init__(
        self,
        shell: Shell,
        acts: StoreActs,
        choose: Callable[[str], Callable[[], None]],
        toggle: Callable[[], object],
    ) -> None:
        super().__init__()
        self._shell, self._acts = shell, acts
        self._choose, self._toggle = choose, toggle
        self._list: QVBoxLayout = column(gap=8)
        self.setLayout(self._list)

    def show_shop(
        self, profile: ProfileView, state: StoreState, look: HeadLook
    ) -> None:
        """Show ``profile``, with what else is known of the shop."""
        clear(self._list)
        if profile.header and not look.covered:
            header = Header(self._shell.pictures)
            header.setAccessibleName(tr("profile.header"))
            header.show_picture(Wanted(profile.header, profile.peer_id, 1200))
            header.setFixedHeight(min(look.page_px // HEADER_PART, HEADER_PX))
            self._list.addWidget(header)
        elif profile.colours and not look.covered:
            self._list.addWidget(Band(profile.colours))
        doubt = doubt_words(profile)
        if doubt:
            self._list.addWidget(_doubt(doubt))
        self._list.addWidget(Surface(self._lines(profile, state, look)))

    def _lines(
        self, profile: ProfileView, state: StoreState, look: HeadLook
    ) -> QVBoxLayout:
        lines = column(self._first(profile, state, look), gap=8)
        for words, ink in (
            (profile.vacation or "", "waiting"),
            (profile.short, "text"),
            (about_words(profile.about, whole=look.whole), "muted"),
            (contact_words(profile) if look.whole else "", "text"),
            (score_words(state.ratings), "muted"),
        ):
            if words:
                lines.addWidget(Text(words, "body", ink, wrap=True))
        lines.addLayout(self._tabs(profile, look))
        return lines

    def _first(
        self, profile: ProfileView, state: StoreState, look: HeadLook
    ) -> QHBoxLayout:
        face = Face(self._shell.pictures, FACE_PX)
        face.show_person(profile.peer_id, None if look.covered else profile.avatar)
        who = Person(
            profile.peer_id,
            profile.name,
            profile.fingerprint,
            profile.colour,
            profile.location or "",
        )
        first = row(who.show_face(face), gap=12)
        first.setStretch(0, 1)
        store = state.store
        for chip in chips(profile, online=bool(store and store.online)):
            first.addWidget(chip)
        mirrored = bool(store and store.mirrored)
        for button in self._acts.buttons(profile, mirrored=mirrored):
            first.addWidget(button)
        return first

    def _tabs(self, profile: ProfileView, look: HeadLook) -> QHBoxLayout:
        group = QButtonGroup(self)
        tabs = row(gap=4)
        for key in TABS:
            tab = Button(tr(f"follow.{key}"), self._choose(key), "tab")
            tab.setChecked(key == look.tab)
            group.addButton(tab)
            tabs.addWidget(tab)
        tabs.addStretch(1)
        whole = about_words(profile.about, whole=True)
        if profile.contacts or whole != about_words(profile.about, whole=False):
            key = "store.less" if look.whole else "store.more"
            tabs.addWidget(Button(tr(key), self._toggle, "link"))
        return tabs


class Band(QWidget):
    """The colours that a shop gave itself, beside each other; they carry no meaning."""

    def __init__(self, colours: tuple[str, ...]) -> None:
        super().__init__()
        self._colours = [one for one in map(QColor, colours) if one.isValid()]
        self.setFixedHeight(BAND_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        for number, colour in enumerate(self._colours):
            left = self.width() * number // len(self._colours)
            right = self.width() * (number + 1) // len(self._colours)
            painter.fillRect(left, 0, right - left, self.height(), colour)


def chips(profile: ProfileView, *, online: bool) -> list[Chip]:
    """What stands beside a shop's name, in words."""
    made: list[Chip] = []
    if profile.vacation:
        made.append(Chip(tr("card.vacation"), "waiting", "sun"))
    if profile.nsfw:
        made.append(Chip(tr("card.mature"), "waiting", "shield"))
    if profile.follows_you:
        made.append(Chip(tr("follow.back"), "accent", "user"))
    key, role, glyph = (
        ("seller.online", "ok", "circle-dot")
        if profile.online or online
        else ("seller.offline", "muted", "circle")
    )
    return [*made, Chip(tr(key), role, glyph)]


def doubt_words(profile: ProfileView) -> str:
    """Why this name may deceive; empty if it does not."""
    if profile.looks_like:
        words = " ".join(profile.fingerprint)
        return tr("store.looks_like", name=profile.looks_like, words=words)
    return tr("store.mixed") if profile.mixes_scripts else ""


def _doubt(words: str) -> Banner:
    line = row(Glyph("triangle-alert", "error", 20), gap=10)
    line.addWidget(Text(words, "body", wrap=True), 1)
    return Banner(line, "error")
