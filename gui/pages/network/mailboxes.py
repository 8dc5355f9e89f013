"""Who keeps the own mail, who would, and what this node does for others."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.mailboxes import (
    MailboxChoose,
    MailboxesView,
    MailboxFind,
    MailboxLeave,
    MailboxList,
    MailboxView,
    VolunteerView,
)
from bazaar.rpc.schema.profile import ProfileSet
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.shown import moment
from gui.widgets.boxes import Surface, box, clear, column, row, rule
from gui.widgets.button import Button
from gui.widgets.form import Field, line
from gui.widgets.text import ShortText, Text
from gui.widgets.tick import Tick

MAIL, CONTACTS, SEARCH = "serves_mail", "mail_contacts_only", "serves_search"


class Mailboxes(QWidget):
    """The chosen ones, a search for volunteers, and three switches."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._chosen: QVBoxLayout = column(gap=10)
        self._found: QVBoxLayout = column(gap=8)
        self.state = Text("", "meta", wrap=True)
        self.look = Button(tr("mailbox.find"), self._look, "plain", "search")
        self.peer = line(tr("mailbox.peer_hint"), 120)
        self.peer_field = Field(tr("mailbox.peer"), self.peer)
        self.peer.returnPressed.connect(self._add_typed)
        add = Button(tr("mailbox.add"), self._add_typed, "plain", "plus")
        self.mail = self._tick("mailbox.serves_mail", MAIL)
        self.contacts = self._tick("mailbox.contacts_only", CONTACTS)
        self.search = self._tick("mailbox.serves_search", SEARCH)
        typed = row(gap=8)
        typed.addWidget(self.peer_field, 1)
        own = column(
            Text(tr("mailbox.title"), "heading"),
            Text(tr("mailbox.note"), "meta", "muted", wrap=True),
            box(self._chosen),
            self.state,
            typed,
            row(add, self.look, None, gap=8),
            box(self._found),
            rule(),
            Text(tr("mailbox.others"), "strong"),
            column(self.mail, self.contacts, self.search, gap=2),
            Text(tr("mailbox.others_note"), "meta", "muted", wrap=True),
            gap=12,
        )
        self.setLayout(column(Surface(own)))

    def refresh(self) -> None:
        """Read the chosen ones anew."""
        self._shell.door.call(MailboxList(), self._got, self._refused)

    def _got(self, view: MailboxesView) -> None:
        clear(self._chosen)
        for one in view.mailboxes:
            self._chosen.addWidget(self._mailbox(one))
        if not view.mailboxes:
            nobody = Text(tr("mailbox.none"), "body", "muted", wrap=True)
            self._chosen.addWidget(nobody)
        self.state.setText(_state(view, self._shell.now()))
        self.state.setVisible(bool(self.state.text()))
        for tick, on in (
            (self.mail, view.serves_mail),
            (self.contacts, view.contacts_only),
            (self.search, view.serves_search),
        ):
            with QSignalBlocker(tick):
                tick.setChecked(on)
        self.contacts.setEnabled(view.serves_mail)

    def _mailbox(self, one: MailboxView) -> QWidget:
        leave = Button(tr("mailbox.leave"), partial(self._leave, one), "quiet", "x")
        is_agreed = one.until > self._shell.now()
        words = (
            tr("mailbox.agreed", date=moment(one.until))
            if is_agreed
            else tr("mailbox.waiting")
        )
        ink = "muted" if is_agreed else "waiting"
        first = row(ShortText(one.name, "strong"), None, leave, gap=8)
        return box(column(first, Text(words, "meta", ink, wrap=True), gap=2))

    def _leave(self, one: MailboxView) -> None:
        def undo() -> None:
            self._choose(one.peer_id)

        def left(view: MailboxesView) -> None:
            self._got(view)
            self._shell.note_undo(tr("mailbox.left", name=one.name), undo)

        self._shell.door.call(MailboxLeave(peer=one.peer_id), left, self._refused)

    def _add_typed(self) -> None:
        text = self.peer.text().strip()
        self.peer_field.complain("" if text else tr("mailbox.need_peer"))
        if text:
            self._choose(text)

    def _choose(self, peer: str) -> None:
        def chosen(view: MailboxesView) -> None:
            self.peer.clear()
            clear(self._found)
            self._got(view)

        self._shell.door.call(MailboxChoose(peer=peer), chosen, self._refused)

    # ------------------------------------------------------------- volunteers

    def _look(self) -> None:
        self.look.setEnabled(False)
        clear(self._found)
        self._found.addWidget(Text(tr("mailbox.finding"), "body", "muted"))
        self._shell.door.call(MailboxFind(), self._got_found, self._not_found)

    def _got_found(self, found: tuple[VolunteerView, ...]) -> None:
        self.look.setEnabled(True)
        clear(self._found)
        free = [one for one in found if not one.chosen]
        for one in free:
            self._found.addWidget(self._volunteer(one))
        if not free:
            words = tr("mailbox.nobody")
            self._found.addWidget(Text(words, "body", "muted", wrap=True))

    def _volunteer(self, one: VolunteerView) -> QWidget:
        take = Button(
            tr("mailbox.choose"), partial(self._choose, one.peer_id), "plain", "plus"
        )
        words = tr("mailbox.connected" if one.connected else "mailbox.listed")
        both = column(
            ShortText(one.name, "strong"), Text(words, "meta", "muted"), gap=2
        )
        whole = row(gap=8)
        whole.addLayout(both, 1)
        whole.addWidget(take)
        return box(whole)

    def _not_found(self, problem: Problem) -> None:
        self._got_found(())
        self._refused(problem)

    # ------------------------------------------------------------- for others

    def _tick(self, words: str, name: str) -> Tick:
        tick = Tick(tr(words))
        tick.toggled.connect(self._flagger(name))
        return tick

    def _flagger(self, name: str) -> Callable[[bool], None]:
        def flag(on: bool) -> None:  # noqa: FBT001 - from a tick
            call = ProfileSet(values={name: "yes" if on else "no"})
            self._shell.door.call(call, lambda _: self.refresh(), self._refused)

        return flag

    def _refused(self, problem: Problem) -> None:
        self._shell.note(problem.words, "error")


def _state(view: MailboxesView, now: int) -> str:
    """What is lacking; nothing to who chose none."""
    agreed = sum(one.until > now for one in view.mailboxes)
    if not view.mailboxes or agreed >= view.enough:
        return ""
    return tr("mailbox.too_few", n=agreed, enough=view.enough)
