"""The shop of somebody else: who it is, what others say, what is for sale."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtWidgets import (
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from bazaar.rpc.schema.listings import CardView
from bazaar.rpc.schema.profile import ProfileView
from gui.pages.page import Page, Shell
from gui.pages.store.acts import StoreActs
from gui.pages.store.head import TABS, HeadLook, StoreHead
from gui.pages.store.people import PeoplePane
from gui.pages.store.presenter import StoreState
from gui.pages.store.reputation import ReputationPane
from gui.pages.store.warning import Warner
from gui.pages.wishes.turning import turn
from gui.texts import tr
from gui.widgets.boxes import Slot, column, framed, row
from gui.widgets.button import Button
from gui.widgets.card_grid import CardGrid
from gui.widgets.cover import cover
from gui.widgets.stage import Stage
from gui.widgets.text import Text


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
        self.acts = StoreActs(self, shell, self._warner, self.refresh)
        self.head = StoreHead(shell, self.acts, self._chooser, self._toggle)
        self._count = Text("", "heading")
        self._fresh = Text("", "meta", "muted", wrap=True)
        self.grid = self._goods_grid()
        self.goods = Stage(self.grid)
        self._cover = Slot()
        top = column(self.head)
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

    def _goods_grid(self) -> CardGrid:
        grid = CardGrid(tr("store.title"), self.shell.pictures)
        grid.offer_hearts()
        grid.hearted.connect(self._heart)
        grid.chosen.connect(self._open_card)
        return grid

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
        covered = self._is_covered(profile)
        look = HeadLook(covered, self._whole, self._tab, self.height())
        self.head.show_shop(profile, self.state, look)

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

    def _toggle(self) -> None:
        self._whole = not self._whole
        self._show()

    def _heart(self, card: CardView) -> None:
        turn(self.shell, card, self.refresh)

    def _open_card(self, card: CardView) -> None:
        self.shell.go("listing", card.listing_id)
