"""Messages: conversations at the left, the chosen one at the right, requests apart."""

from typing import ClassVar, Final

from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.chat import (
    BlockPeer,
    ChatAccept,
    ChatDelete,
    ChatList,
    ChatRefuse,
    ConversationView,
    Unblock,
)
from bazaar.rpc.schema.node import Event
from gui.pages.messages.row import ConversationRow
from gui.pages.messages.thread import Thread
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.boxes import (
    Banner,
    Slot,
    Surface,
    box,
    clear,
    column,
    framed,
    row,
    scrolling,
)
from gui.widgets.button import Button, IconButton
from gui.widgets.dialogs import Question
from gui.widgets.person import Person
from gui.widgets.stage import Note, Stage
from gui.widgets.text import ShortText, Text

LIST_PX: Final = 300
ORDER_PREFIX: Final = "order:"


class MessagesPage(Page):
    """Everything that was said, by conversation; the argument is a peer id or order:ID."""

    topics: ClassVar[frozenset[str]] = frozenset({"chat", "block"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.talks: tuple[ConversationView, ...] = ()
        self._chosen = ""
        self._is_read = False
        self._rows: QVBoxLayout = column(gap=0)
        self._group = QButtonGroup(self)
        self._tabs = {key: self._tab(key) for key in ("all", "requests")}
        self._tabs["all"].setChecked(True)
        self.shown = Thread(shell)
        self.shown.changed = self._show_head
        self._head = Slot(8)
        self._right = QStackedWidget()
        self._right.addWidget(_nothing_chosen())
        self._right.addWidget(self._conversation())
        self.stage = Stage(framed(self._body()))
        self.set_body(self.stage)

    def heard(self, event: Event) -> None:
        if event.topic == "typing":
            self.shown.hear_writing(str(event.data.get("peer_id", "")))
            return
        super().heard(event)

    def _tab(self, key: str) -> Button:
        tab = Button(tr(f"messages.{key}"), self._show_list, "tab")
        group = getattr(self, "_tab_group", None) or QButtonGroup(self)
        self._tab_group = group
        group.addButton(tab)
        return tab

    def _body(self) -> QVBoxLayout:
        tabs = row(*self._tabs.values(), None, gap=4)
        tabs.setContentsMargins(12, 12, 12, 4)
        title = row(Text(tr("messages.title"), "title"), None)
        title.setContentsMargins(16, 12, 12, 0)
        left = column(title, tabs, gap=0)
        left.addWidget(scrolling(column(box(self._rows), None), LIST_PX, 4), 1)
        side = Surface(left, "side", 0)
        side.setFixedWidth(LIST_PX)
        side.setAccessibleName(tr("messages.list"))
        both = row(side, gap=0)
        both.addWidget(self._right, 1)
        return column(both, gap=0)

    def _conversation(self) -> QWidget:
        head = column(self._head)
        head.setContentsMargins(16, 12, 16, 8)
        whole = column(Surface(head, "bar", 12), gap=0)
        whole.addWidget(self.shown, 1)
        return framed(whole)

    # ------------------------------------------------------------- reading

    def open(self, argument: str) -> None:
        if not self._is_read:
            self.stage.load()
        if argument:
            self._choose(argument)
            self._list()
        else:
            self.refresh()

    def refresh(self) -> None:
        self._list()
        if self._chosen:
            self.shown.refresh()

    def _list(self) -> None:
        self.shell.door.call(ChatList(), self._got, self._failed)

    def _got(self, talks: tuple[ConversationView, ...]) -> None:
        self._is_read = True
        self.talks = talks
        requests = sum(talk.state == "request" for talk in talks)
        key = "messages.requests_n" if requests else "messages.requests"
        self._tabs["requests"].setText(tr(key, n=requests) if requests else tr(key))
        if not talks and not self._chosen:
            self.stage.show_empty(
                tr("messages.empty"),
                tr("messages.browse"),
                lambda: self.shell.go("browse"),
            )
            return
        self._show_side()
        self._show_list()
        self.stage.show_content()

    def _show_side(self) -> None:
        """Show the list in which the chosen conversation stands."""
        chosen = [talk for talk in self.talks if name_of(talk) == self._chosen]
        if chosen:
            is_request = chosen[0].state == "request"
            self._tabs["requests" if is_request else "all"].setChecked(True)

    def _failed(self, problem: Problem) -> None:
        if not self._is_read:
            self.stage.show_failed(problem.words, self.refresh)

    def _show_list(self) -> None:
        wants_requests = self._tabs["requests"].isChecked()
        clear(self._rows)
        found = [
            talk for talk in self.talks if (talk.state == "request") == wants_requests
        ]
        for talk in found:
            name = name_of(talk)
            one = ConversationRow(talk, self.shell.now(), self._chooser(name))
            one.setChecked(name == self._chosen)
            self._group.addButton(one)
            self._rows.addWidget(one)
        if not found:
            key = "messages.no_requests" if wants_requests else "messages.empty"
            none = Text(tr(key), "meta", "muted", wrap=True)
            none.setContentsMargins(12, 8, 12, 8)
            self._rows.addWidget(none)

    def _chooser(self, name: str) -> "Chosen":
        return Chosen(self, name)

    def _choose(self, name: str) -> None:
        self._chosen = name
        self._head.put()
        self._right.setCurrentIndex(1)
        if name.startswith(ORDER_PREFIX):
            self.shown.show_talk("", name.removeprefix(ORDER_PREFIX))
        else:
            self.shown.show_talk(name, "")
        if self._is_read:
            self._show_list()
            self.stage.show_content()

    # ------------------------------------------------------------- the head

    def _show_head(self) -> None:
        if self.shown.view is None:
            return
        talk = self.shown.view.conversation
        if talk.order_id:
            self._head.put(self._order_head(talk))
            return
        who = Person(talk.peer_id, talk.title, talk.fingerprint, talk.colour)
        first = row(gap=8)
        first.addWidget(who, 1)
        shop = Button(
            tr("messages.open_shop"),
            lambda: self.shell.go("store", talk.peer_id),
            "quiet",
            "store",
        )
        first.addWidget(shop)
        block = tr("block.undo" if talk.blocked else "block.do")
        first.addWidget(Button(block, lambda: self._block(talk), "quiet", "ban"))
        delete = tr("messages.delete")
        first.addWidget(IconButton("trash-2", delete, self._ask_delete))
        parts: list[QWidget] = [box(first)]
        if talk.state == "request":
            parts.append(self._request(talk))
        self._head.put(*parts)

    def _order_head(self, talk: ConversationView) -> QWidget:
        words = column(
            ShortText(talk.title, "strong"),
            Text(tr("messages.room"), "meta", "muted"),
            gap=2,
        )
        first = row(gap=8)
        first.addLayout(words, 1)
        go = Button(
            tr("messages.open_order"),
            lambda: self.shell.go("order", talk.order_id),
            "quiet",
            "receipt",
        )
        first.addWidget(go)
        first.addWidget(IconButton("trash-2", tr("messages.delete"), self._ask_delete))
        return box(first)

    def _request(self, talk: ConversationView) -> QWidget:
        words = Text(tr("chat.request", name=talk.title), wrap=True)
        line = row(gap=8)
        line.addWidget(words, 1)
        line.addWidget(
            Button(
                tr("chat.accept"),
                lambda: self._decide(ChatAccept(peer=talk.peer_id), "chat.accepted"),
                "main",
            )
        )
        line.addWidget(Button(tr("chat.refuse"), self._refuse))
        return Banner(line, "waiting")

    # ------------------------------------------------------------- acts

    def _refuse(self) -> None:
        peer = self.shown.peer
        self._leave()
        self._decide(ChatRefuse(peer=peer), "chat.refused")

    def _decide(self, call: Call, key: str) -> None:
        def done(_: object) -> None:
            self.shell.note(tr(key), "ok")
            self.refresh()

        self.shell.door.call(call, done, self._complain)

    def _block(self, talk: ConversationView) -> None:
        if talk.blocked:
            self._decide(Unblock(peer=talk.peer_id), "block.undone")
            return
        title = tr("block.ask", name=talk.title)
        question = Question(self, title, tr("block.words"), tr("block.do"))
        call = BlockPeer(peer=talk.peer_id)
        question.accepted.connect(lambda: self._decide(call, "block.done"))
        question.open()

    def _ask_delete(self) -> None:
        question = Question(
            self,
            tr("messages.delete_ask"),
            tr("messages.delete_words"),
            tr("messages.delete"),
        )
        question.accepted.connect(self._delete)
        question.open()

    def _delete(self) -> None:
        call = ChatDelete(peer=self.shown.peer, order=self.shown.order)
        self._decide(call, "messages.deleted")

    def _leave(self) -> None:
        self._chosen = ""
        self.shown.show_talk("", "")
        self._right.setCurrentIndex(0)

    def _complain(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")


class Chosen:
    """Chooses one conversation of a page; kept apart, as a loop's lambda would not be."""

    def __init__(self, page: MessagesPage, name: str) -> None:
        self._page = page
        self._name = name

    def __call__(self) -> None:
        """Choose it."""
        self._page.shell.go("messages", self._name)


def name_of(talk: ConversationView) -> str:
    """Return what the page is opened with to show ``talk``."""
    return f"{ORDER_PREFIX}{talk.order_id}" if talk.order_id else talk.peer_id


def _nothing_chosen() -> Note:
    note = Note("message-square")
    note.say(tr("messages.choose"))
    return note
