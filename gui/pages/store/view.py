"""The shop of somebody else: who it is, what others say, what is for sale."""

from collections.abc import Callable
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.chat import BlockPeer, Unblock
from bazaar.rpc.schema.links import LinkMake
from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.mirrors import MirrorKeep, MirrorStop
from bazaar.rpc.schema.people import FollowPeer, Unfollow
from bazaar.rpc.schema.profile import ProfileView
from gui.models.pictures import Wanted
from gui.pages.listing.presenter import score_words
from gui.pages.page import Page, Shell
from gui.pages.store.people import PeoplePane
from gui.pages.store.presenter import StoreState, about_words, contact_words
from gui.pages.store.reputation import ReputationPane
from gui.pages.store.warning import Warner
from gui.pages.wishes.turning import turn
from gui.texts import tr
from gui.widgets.badges import Chip
from gui.widgets.boxes import Slot, Surface, box, clear, column, framed, row
from gui.widgets.button import Button, IconButton
from gui.widgets.card_grid import CardGrid
from gui.widgets.cover import cover
from gui.widgets.dialogs import Question
from gui.widgets.face import Face, Header
from gui.widgets.person import Person
from gui.widgets.share import Share
from gui.widgets.stage import Stage
from gui.widgets.text import Text

TABS: Final = ("goods", "reputation", "following", "followers")
HEADER_PX: Final = 150
HEADER_PART: Final = 7
"""It takes at most this part of the page's height."""

FACE_PX: Final = 64


class StorePage(Page):
    """One shop with its listings."""

    topics: ClassVar[frozenset[str]] = frozenset(
        {"profile", "block", "follow", "list", "mirror"}
    )

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = StoreState(shell.door, self._show)
        self._whole = self._anyway = False
        self._tab = TABS[0]
        self._warner = Warner(self, shell, self.refresh)
        self._head: QVBoxLayout = column(gap=8)
        self._count = Text("", "heading")
        self._fresh = Text("", "meta", "muted", wrap=True)
        self.grid = CardGrid(tr("store.title"), shell.pictures)
        self.grid.offer_hearts()
        self.grid.hearted.connect(self._heart)
        self.grid.chosen.connect(self._open_card)
        self.goods = Stage(self.grid)
        self._cover = Slot()
        top = column(box(self._head))
        top.setContentsMargins(24, 16, 24, 8)
        lower = column(self._count_box(), self._cover, self.goods, gap=8)
        lower.setStretch(2, 1)
        lower.setContentsMargins(18, 0, 6, 0)
        self._goods_page = framed(lower)
        self.people = PeoplePane(shell)
        self.reputation = ReputationPane(shell, self.refresh)
        self.pages = self._stacked(self._goods_page, self.people, self.reputation)
        whole = column(framed(top), gap=0)
        whole.addWidget(self.pages, 1)
        self.stage = Stage(framed(whole))
        self.set_body(self.stage)

    def _stacked(self, *panes: QWidget) -> QStackedWidget:
        pages = QStackedWidget()
        for pane in panes:
            pages.addWidget(pane)
        keeps = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        pages.setSizePolicy(keeps)
        return pages

    def _count_box(self) -> QWidget:
        lines = row(self._count, gap=12)
        lines.addWidget(self._fresh, 1)
        whole = framed(lines)
        lines.setContentsMargins(6, 0, 18, 0)
        return whole

    def open(self, argument: str) -> None:
        if argument != self.state.peer:
            self._whole = self._anyway = False
            self._tab = TABS[0]
            self.pages.setCurrentWidget(self._goods_page)
            self.stage.load()
            self.grid.load()
            self.goods.show_content()
        self.state.show(argument)

    def refresh(self) -> None:
        self.state.show(self.state.peer)

    def _show(self) -> None:
        state = self.state
        if state.profile is None:
            if state.problem is not None:
                self.stage.show_failed(state.problem.words, self.refresh)
            return
        self._show_head(state.profile)
        self._fresh.setText(state.fresh_words(self.shell.now()))
        self._show_goods()
        self.reputation.show_ratings(state.ratings, state.unrated)
        self.stage.show_content()

    def _show_goods(self) -> None:
        cards, profile = self.state.cards, self.state.profile
        covered = profile is not None and self._is_covered(profile)
        self.goods.setVisible(not covered)
        self._cover.put(*([self._covered(profile)] if covered and profile else []))
        if cards is None:
            return
        self._count.setText(tr("store.listings", n=len(cards)))
        if profile is not None and profile.blocked and not self._anyway:
            self.goods.show_empty(
                tr("block.notice"), tr("block.show"), self._show_anyway
            )
        elif cards:
            self.grid.cards.show_cards(cards)
            self.goods.show_content()
        elif self.state.store or self.state.unreached:
            self.goods.show_empty(
                tr("store.empty"), tr("store.browse"), lambda: self.shell.go("browse")
            )

    def _show_head(self, profile: ProfileView) -> None:
        clear(self._head)
        if profile.header and not self._is_covered(profile):
            header = Header(self.shell.pictures)
            header.setAccessibleName(tr("profile.header"))
            header.show_picture(Wanted(profile.header, profile.peer_id, 1200))
            header.setFixedHeight(min(self.height() // HEADER_PART, HEADER_PX))
            self._head.addWidget(header)
        self._head.addWidget(Surface(self._lines(profile)))

    def _lines(self, profile: ProfileView) -> QVBoxLayout:
        lines = column(self._first(profile), gap=8)
        for words, ink in (
            (profile.vacation or "", "waiting"),
            (profile.short, "text"),
            (about_words(profile.about, whole=self._whole), "muted"),
            (contact_words(profile) if self._whole else "", "text"),
            (score_words(self.state.ratings), "muted"),
        ):
            if words:
                lines.addWidget(Text(words, "body", ink, wrap=True))
        lines.addLayout(self._tabs(profile))
        return lines

    def _first(self, profile: ProfileView) -> QHBoxLayout:
        avatar = None if self._is_covered(profile) else profile.avatar
        face = Face(self.shell.pictures, FACE_PX)
        face.show_person(profile.peer_id, avatar)
        who = Person(
            profile.peer_id,
            profile.name,
            profile.fingerprint,
            profile.colour,
            profile.location or "",
        )
        first = row(who.show_face(face), gap=12)
        first.setStretch(0, 1)
        for chip in self._chips(profile):
            first.addWidget(chip)
        share = IconButton(
            "link", tr("share.store"), lambda: self._share(profile.peer_id)
        )
        first.addWidget(share)
        if self.shell.status is None or self.shell.status.peer_id != profile.peer_id:
            for button in self._buttons(profile):
                first.addWidget(button)
        else:
            edit = Button(
                tr("listing.edit"), lambda: self.shell.go("profile"), "plain", "pencil"
            )
            first.addWidget(edit)
        return first

    def _share(self, peer: str) -> None:
        Share(self, self.shell.door, LinkMake(kind="store", peer=peer)).open()

    def _chips(self, profile: ProfileView) -> list[Chip]:
        made: list[Chip] = []
        if profile.vacation:
            made.append(Chip(tr("card.vacation"), "waiting", "sun"))
        if profile.nsfw:
            made.append(Chip(tr("card.mature"), "waiting", "shield"))
        if profile.follows_you:
            made.append(Chip(tr("follow.back"), "accent", "user"))
        online = profile.online or bool(self.state.store and self.state.store.online)
        key, role, glyph = (
            ("seller.online", "ok", "circle-dot")
            if online
            else ("seller.offline", "muted", "circle")
        )
        return [*made, Chip(tr(key), role, glyph)]

    def _buttons(self, profile: ProfileView) -> list[QWidget]:
        write = IconButton(
            "message-square",
            tr("store.message"),
            lambda: self.shell.go("messages", profile.peer_id),
        )
        more = IconButton("list", tr("store.menu"))
        more.clicked.connect(lambda: self._menu(profile).popup(QCursor.pos()))
        if profile.blocked:
            first = Button(
                tr("block.undo"), lambda: self._block(profile), "plain", "ban"
            )
        else:
            first = self._follow_button(profile)
        return [first, self._mirror_button(profile), write, more]

    def _mirror_button(self, profile: ProfileView) -> IconButton:
        kept = bool(self.state.store and self.state.store.mirrored)
        call: Call = (
            MirrorStop(peer=profile.peer_id)
            if kept
            else MirrorKeep(peer=profile.peer_id)
        )
        done = "mirror.ended" if kept else "mirror.begun"
        words = tr("mirror.undo" if kept else "mirror.do")
        button = IconButton("copy", words, self._doer(call, done, profile.name))
        button.setCheckable(True)
        button.setChecked(kept)
        return button

    def _follow_button(self, profile: ProfileView) -> Button:
        if profile.followed:
            words = "follow.on_private" if profile.private else "follow.on"
            button = Button(tr(words), None, "plain", "check")
        else:
            button = Button(tr("follow.do"), None, "main", "user-plus")
        menu = QMenu(button)
        for key, call, done in self._follow_choices(profile):
            menu.addAction(tr(key), self._doer(call, done, profile.name))
        button.setMenu(menu)
        return button

    def _follow_choices(self, profile: ProfileView) -> list[tuple[str, Call, str]]:
        peer = profile.peer_id
        found: list[tuple[str, Call, str]] = []
        if not profile.followed or profile.private:
            found.append(("follow.openly", FollowPeer(peer=peer), "follow.done"))
        if not profile.followed or not profile.private:
            call = FollowPeer(peer=peer, private=True)
            found.append(("follow.privately", call, "follow.done"))
        if profile.followed:
            found.append(("follow.undo", Unfollow(peer=peer), "follow.undone"))
        return found

    def _doer(self, call: Call, key: str, name: str) -> Callable[[], None]:
        return lambda: self._do(call, key, name)

    def _menu(self, profile: ProfileView) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        block = tr("block.undo" if profile.blocked else "block.do")
        menu.addAction(block, lambda: self._block(profile))
        menu.addAction(
            tr("report.do"),
            lambda: self._warner.report(profile.peer_id, profile.name),
        )
        return menu

    def _tabs(self, profile: ProfileView) -> QHBoxLayout:
        group = QButtonGroup(self)
        tabs = row(gap=4)
        for key in TABS:
            tab = Button(tr(f"follow.{key}"), self._chooser(key), "tab")
            tab.setChecked(key == self._tab)
            group.addButton(tab)
            tabs.addWidget(tab)
        tabs.addStretch(1)
        whole = about_words(profile.about, whole=True)
        if profile.contacts or whole != about_words(profile.about, whole=False):
            key = "store.less" if self._whole else "store.more"
            tabs.addWidget(Button(tr(key), self._toggle, "link"))
        return tabs

    def _chooser(self, key: str) -> Callable[[], None]:
        def choose() -> None:
            self._tab = key
            panes = {"goods": self._goods_page, "reputation": self.reputation}
            self.pages.setCurrentWidget(panes.get(key, self.people))
            if key not in panes:
                self.people.show_side(self.state.peer, key)

        return choose

    def _is_covered(self, profile: ProfileView) -> bool:
        """Whether pictures and goods are covered: warned of, or for adults."""
        if self._anyway:
            return False
        return bool(profile.warning) or (
            profile.nsfw and not self.shell.pictures.uncovered
        )

    def _covered(self, profile: ProfileView) -> QWidget:
        if profile.warning:
            peer, by = profile.peer_id, profile.warned_by
            return self._warner.covered(peer, profile.warning, by, self._show_anyway)
        show = Button(tr("listing.mature_show"), self._show_anyway, "plain", "eye")
        words = tr("store.mature_words")
        return cover("shield", "waiting", tr("listing.mature"), words, [show])

    def _show_anyway(self) -> None:
        self._anyway = True
        self._show_goods()
        profile = self.state.profile
        if profile is not None and not profile.blocked:
            self._show_head(profile)

    def _block(self, profile: ProfileView) -> None:
        if profile.blocked:
            self._do(Unblock(peer=profile.peer_id), "block.undone")
            return
        title = tr("block.ask", name=profile.name)
        question = Question(self, title, tr("block.words"), tr("block.do"))
        call = BlockPeer(peer=profile.peer_id)
        question.accepted.connect(lambda: self._do(call, "block.done"))
        question.open()

    def _do(self, call: Call, key: str, name: str = "") -> None:
        def done(_: object) -> None:
            self.shell.note(tr(key, name=name) if name else tr(key), "ok")
            self.refresh()

        self.shell.door.call(
            call, done, lambda problem: self.shell.note(problem.words, "error")
        )

    def _toggle(self) -> None:
        self._whole = not self._whole
        self._show()

    def _heart(self, card: CardView) -> None:
        turn(self.shell, card, self.refresh)

    def _open_card(self, card: CardView) -> None:
        self.shell.go("listing", card.listing_id)
