"""What one can do about a shop: follow, write, copy, share, block, report."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.chat import BlockPeer, Unblock
from bazaar.rpc.schema.links import LinkMake
from bazaar.rpc.schema.mirrors import MirrorKeep, MirrorStop
from bazaar.rpc.schema.people import FollowPeer, Unfollow
from bazaar.rpc.schema.profile import ProfileView
from gui.pages.page import Shell
from gui.pages.store.warning import Warner
from gui.texts import tr
from gui.widgets.button import Button, IconButton
from gui.widgets.dialogs import Question
from gui.widgets.share import Share


class StoreActs:
    """Makes the buttons of a shop's page; ``done`` reads the page again."""

    def __init__(
        self, page: QWidget, shell: Shell, warner: Warner, done: Callable[[], object]
    ) -> None:
        self._page, self._shell, self._warner, self._done = page, shell, warner, done

    def buttons(self, profile: ProfileView, *, mirrored: bool) -> list[QWidget]:
        """Return what can be done about ``profile``, the own one included."""
        share = IconButton(
            "link", tr("share.store"), lambda: self._share(profile.peer_id)
        )
        status = self._shell.status
        if status is not None and status.peer_id == profile.peer_id:
            edit = Button(
                tr("listing.edit"), lambda: self._shell.go("profile"), "plain", "pencil"
            )
            return [share, edit]
        return [share, *self._about(profile, mirrored=mirrored)]

    def _share(self, peer: str) -> None:
        Share(self._page, self._shell.door, LinkMake(kind="store", peer=peer)).open()

    def _about(self, profile: ProfileView, *, mirrored: bool) -> list[QWidget]:
        write = IconButton(
            "message-square",
            tr("store.message"),
            lambda: self._shell.go("messages", profile.peer_id),
        )
        more = IconButton("list", tr("store.menu"))
        more.clicked.connect(lambda: self._menu(profile).popup(QCursor.pos()))
        if profile.blocked:
            first = Button(
                tr("block.undo"), lambda: self._block(profile), "plain", "ban"
            )
        else:
            first = self._follow_button(profile)
        return [first, self._mirror_button(profile, kept=mirrored), write, more]

    def _mirror_button(self, profile: ProfileView, *, kept: bool) -> IconButton:
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
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        block = tr("block.undo" if profile.blocked else "block.do")
        menu.addAction(block, lambda: self._block(profile))
        menu.addAction(
            tr("report.do"),
            lambda: self._warner.report(profile.peer_id, profile.name),
        )
        return menu

    def _block(self, profile: ProfileView) -> None:
        if profile.blocked:
            self._do(Unblock(peer=profile.peer_id), "block.undone")
            return
        title = tr("block.ask", name=profile.name)
        question = Question(self._page, title, tr("block.words"), tr("block.do"))
        call = BlockPeer(peer=profile.peer_id)
        question.accepted.connect(lambda: self._do(call, "block.done"))
        question.open()

    def _do(self, call: Call, key: str, name: str = "") -> None:
        def done(_: object) -> None:
            self._shell.note(tr(key, name=name) if name else tr(key), "ok")
            self._done()

        self._shell.door.call(
            call, done, lambda problem: self._shell.note(problem.words, "error")
        )
