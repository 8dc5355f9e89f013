"""One conversation: its messages, the newest in sight, and where one writes."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.chat import (
    AttachmentView,
    ChatDelete,
    ChatFile,
    ChatLineView,
    ChatMark,
    ChatSend,
    ChatShow,
    ChatView,
)
from bazaar.rpc.schema.moves import OrderPropose
from bazaar.rpc.schema.search import PictureView
from gui.pages.messages.bubble import Acts, Bubble
from gui.pages.messages.composer import Composer
from gui.pages.messages.typing import TypingMark
from gui.pages.order.evidence import copy_of
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import Banner, Slot, box, clear, column, scrolling
from gui.widgets.text import Text

NEAR_END_PX: Final = 80
HASH_CHARACTERS: Final = 12


class Thread(QWidget):
    """Reads and writes one conversation.

    Attributes:
        view: What is shown, or None before it came.
        changed: Told when another view came.
    """

    def __init__(self, shell: Shell, *, in_page: bool = False) -> None:
        super().__init__()
        self.shell = shell
        self.peer = self.order = ""
        self.view: ChatView | None = None
        self.changed: Callable[[], object] = lambda: None
        self._in_page = in_page
        self._follows = True
        self._drafts: dict[str, str] = {}
        self._lines: QVBoxLayout = column(gap=10)
        self._note = Text("", "body", "muted", wrap=True)
        self.composer = Composer(self._send)
        self.writes = TypingMark(shell)
        self.composer.wrote = lambda: self.writes.tell(self.peer)
        self._closed = Slot()
        inner = column(self._note, box(self._lines), gap=8)
        if in_page:
            whole = column(box(inner), self._closed, self.composer, gap=12)
        else:
            self._area = scrolling(column(inner, None), 900, 16)
            bar = self._area.verticalScrollBar()
            bar.rangeChanged.connect(self._grown)
            bar.valueChanged.connect(self._moved)
            whole = column(gap=8)
            whole.addWidget(self._area, 1)
            foot = column(self.writes, self._closed, self.composer)
            foot.setContentsMargins(16, 0, 16, 12)
            whole.addLayout(foot)
        self.setLayout(whole)

    def show_talk(self, peer: str, order: str) -> None:
        """Show another conversation; what was being written stays with the last one."""
        if (peer, order) != (self.peer, self.order):
            self._drafts[self.peer + self.order] = self.composer.writing.toPlainText()
            self.peer, self.order, self.view = peer, order, None
            self._follows = True
            self.writes.forget()
            self.composer.sent()
            self.composer.writing.setPlainText(self._drafts.get(peer + order, ""))
            clear(self._lines)
            self._note.setText("")
        self.refresh()

    def hear_writing(self, peer: str) -> None:
        """The other is writing; said for a few seconds."""
        if peer == self.peer and self.view is not None:
            self.writes.show_name(self.view.conversation.title)

    def refresh(self) -> None:
        """Read it again."""
        if not (self.peer or self.order):
            return
        asked = (self.peer, self.order)

        def got(view: ChatView) -> None:
            if asked == (self.peer, self.order):
                self._got(view)

        call = ChatShow(peer=self.peer, order=self.order)
        self.shell.door.call(call, got, self._failed)

    def _failed(self, problem: Problem) -> None:
        if self.view is None:
            self._note.setText(problem.words)
            self._note.show()

    def _got(self, view: ChatView) -> None:
        before, self.view = self.view, view
        if before is None or before.messages != view.messages:
            self.writes.forget()
            self._show(view)
        talk = view.conversation
        self.composer.setVisible(talk.can_write)
        self._closed.put(*([] if talk.can_write else [_closed(blocked=talk.blocked)]))
        self._mark()
        self.changed()

    def _mark(self) -> None:
        """What is in sight counts as read."""
        if self.view is None or not self.view.conversation.unread:
            return
        if self.isVisible():
            call = ChatMark(peer=self.peer, order=self.order)
            self.shell.door.call(call, lambda _: None, lambda _: None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._mark()

    def _show(self, view: ChatView) -> None:
        clear(self._lines)
        for line in view.messages:
            self._lines.addWidget(Bubble(line, self.shell.pictures, self._acts(view)))
        key = "chat.room_empty" if self.order else "chat.empty"
        self._note.setText(tr(key))
        self._note.setVisible(not view.messages)

    def _acts(self, view: ChatView) -> Acts:
        may_propose = bool(self.order) and view.conversation.can_give
        propose = self._propose if may_propose else None
        return Acts(self.composer.answer, self._copy, self._delete, self._save, propose)

    def _grown(self, _least: int, most: int) -> None:
        """Keep the newest in sight, unless one reads further up."""
        if self._follows:
            self._area.verticalScrollBar().setValue(most)

    def _moved(self, value: int) -> None:
        most = self._area.verticalScrollBar().maximum()
        self._follows = most - value < NEAR_END_PX

    # ------------------------------------------------------------- acts

    def _send(self, text: str, files: tuple[str, ...], answered: str) -> None:
        call = ChatSend(
            peer=self.peer, order=self.order, text=text, files=files, reply_to=answered
        )
        self.composer.button.setEnabled(False)

        def done(_: object) -> None:
            self.composer.sent()
            self._drafts.pop(self.peer + self.order, None)
            self._follows = True
            self.refresh()

        def refused(problem: Problem) -> None:
            self.composer.button.setEnabled(True)
            self._refused(problem)

        self.shell.door.call(call, done, refused)

    def _copy(self, line: ChatLineView) -> None:
        QGuiApplication.clipboard().setText(line.text)

    def _delete(self, line: ChatLineView) -> None:
        messages = (line.message_id,)
        call = ChatDelete(peer=self.peer, order=self.order, messages=messages)
        self._do(call, tr("messages.deleted"))

    def _propose(self, line: ChatLineView) -> None:
        call = OrderPropose(id=self.order, suggestion=line.message_id)
        self._do(call, tr("chat.proposed"))

    def _do(self, call: Call, said: str) -> None:
        def done(_: object) -> None:
            self.shell.note(said, "ok")
            self.refresh()

        self.shell.door.call(call, done, self._refused)

    def _save(self, line: ChatLineView, file: AttachmentView) -> None:
        call = ChatFile(message=line.message_id, hash=file.hash)
        self.shell.door.call(
            call, lambda view: self._save_as(file, view), self._refused
        )

    def _save_as(self, file: AttachmentView, view: PictureView) -> None:
        ending = "bin" if view.problem else "jpg"
        name = f"message-{file.hash[:HASH_CHARACTERS]}.{ending}"
        target, _ = QFileDialog.getSaveFileName(
            self, tr("chat.save"), str(Path.home() / name)
        )
        if not target or view.path is None:
            return
        try:
            copy_of(view.path, target)
        except OSError as error:
            self.shell.note(tr("case.unsaved", why=error.strerror), "error")
        else:
            self.shell.note(tr("case.saved"), "ok")

    def _refused(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")


def _closed(*, blocked: bool) -> QWidget:
    words = tr("chat.blocked" if blocked else "chat.closed")
    return Banner(column(Text(words, wrap=True)), "muted")
