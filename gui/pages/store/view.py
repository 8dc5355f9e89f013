"""The shop of somebody else: who it is, what others say, what is for sale."""

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout

from bazaar.rpc.schema import BlockPeer, Call, CardView, ProfileView, Unblock
from gui.pages.listing.presenter import score_words
from gui.pages.page import Page, Shell
from gui.pages.store.presenter import StoreState, about_words
from gui.texts import tr
from gui.widgets.badges import Chip
from gui.widgets.boxes import Surface, box, clear, column, framed, row
from gui.widgets.button import Button
from gui.widgets.card_grid import CardGrid
from gui.widgets.dialogs import Question
from gui.widgets.person import Person
from gui.widgets.stage import Stage
from gui.widgets.text import Text


class StorePage(Page):
    """One shop with its listings."""

    topics: ClassVar[frozenset[str]] = frozenset({"profile", "block"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = StoreState(shell.door, self._show)
        self._whole = self._anyway = False
        self._head: QVBoxLayout = column(gap=8)
        self._count = Text("", "heading")
        self._fresh = Text("", "meta", "muted", wrap=True)
        self.grid = CardGrid(tr("store.title"), shell.pictures)
        self.grid.chosen.connect(self._open_card)
        self.goods = Stage(self.grid)
        top = column(box(self._head), self._count, self._fresh, gap=8)
        top.setContentsMargins(24, 16, 24, 8)
        lower = column(self.goods)
        lower.setContentsMargins(18, 0, 6, 0)
        whole = column(framed(top), gap=0)
        whole.addWidget(framed(lower), 1)
        self.stage = Stage(framed(whole))
        self.set_body(self.stage)

    def open(self, argument: str) -> None:
        if argument != self.state.peer:
            self._whole = self._anyway = False
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
        self._fresh.setText(state.fresh_words())
        self._show_goods()
        self.stage.show_content()

    def _show_goods(self) -> None:
        cards = self.state.cards
        if cards is None:
            return
        self._count.setText(tr("store.listings", n=len(cards)))
        profile = self.state.profile
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
        who = Person(
            profile.peer_id,
            profile.name,
            profile.fingerprint,
            profile.colour,
            profile.location or "",
        )
        first = row(who, gap=12)
        first.setStretch(0, 1)
        if profile.vacation:
            first.addWidget(Chip(tr("card.vacation"), "waiting", "sun"))
        online = profile.online or bool(self.state.store and self.state.store.online)
        key, role, glyph = (
            ("seller.online", "ok", "circle-dot")
            if online
            else ("seller.offline", "muted", "circle")
        )
        first.addWidget(Chip(tr(key), role, glyph))
        if self.shell.status is None or self.shell.status.peer_id != profile.peer_id:
            write = Button(
                tr("store.message"),
                lambda: self.shell.go("messages", profile.peer_id),
                "plain",
                "message-square",
            )
            first.addWidget(write)
            block = tr("block.undo" if profile.blocked else "block.do")
            first.addWidget(Button(block, lambda: self._block(profile), "quiet", "ban"))
        lines = column(first, gap=8)
        for words, ink in (
            (profile.vacation or "", "waiting"),
            (profile.short, "text"),
            (about_words(profile.about, whole=self._whole), "muted"),
            (score_words(self.state.ratings), "muted"),
        ):
            if words:
                lines.addWidget(Text(words, "body", ink, wrap=True))
        if about_words(profile.about, whole=True) != about_words(
            profile.about, whole=False
        ):
            key = "store.less" if self._whole else "store.more"
            lines.addLayout(row(Button(tr(key), self._toggle, "link"), None))
        self._head.addWidget(Surface(lines))

    def _show_anyway(self) -> None:
        self._anyway = True
        self._show_goods()

    def _block(self, profile: ProfileView) -> None:
        if profile.blocked:
            self._do(Unblock(peer=profile.peer_id), "block.undone")
            return
        title = tr("block.ask", name=profile.name)
        question = Question(self, title, tr("block.words"), tr("block.do"))
        call = BlockPeer(peer=profile.peer_id)
        question.accepted.connect(lambda: self._do(call, "block.done"))
        question.open()

    def _do(self, call: Call, key: str) -> None:
        def done(_: object) -> None:
            self.shell.note(tr(key), "ok")
            self.refresh()

        self.shell.door.call(
            call, done, lambda problem: self.shell.note(problem.words, "error")
        )

    def _toggle(self) -> None:
        self._whole = not self._whole
        self._show()

    def _open_card(self, card: CardView) -> None:
        self.shell.go("listing", card.listing_id)
