"""New or changed listing: the form at the left, the buyer's card and what is missing at the right."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema import (
    ArbiterList,
    ArbiterView,
    ListingPublish,
    ListingRemove,
    ListingShow,
    ListingView,
    PublishedBatch,
)
from gui.app.tokens import DETAIL_PX
from gui.models.pictures import Wanted
from gui.pages.editor.drafts import NEW, Drafts
from gui.pages.editor.form import ListingForm
from gui.pages.editor.missing import Missing
from gui.pages.editor.photos import SIDE_PX
from gui.pages.editor.presenter import Draft, draft_of, listing_file, missing
from gui.pages.editor.preview import Preview
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, Slot, Surface, box, column, row, scrolling
from gui.widgets.button import Button
from gui.widgets.dialogs import Question
from gui.widgets.stage import Stage
from gui.widgets.text import Text

FORM_PX: Final = 1080
TYPING_MS: Final = 400


class EditorPage(Page):
    """Writes one listing and publishes it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._old: ListingView | None = None
        self._clean = Draft()
        self._drafts = Drafts(shell.home)
        self._restored = Slot()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._keep)
        self.heading = Text(tr("editor.new"), "title")
        self.form = ListingForm(shell.pictures)
        self.form.changed.connect(self._changed)
        self.preview = Preview(shell.pictures)
        self.publish = Button(tr("editor.publish"), self._publish, "main", "send")
        self.remove = Button(tr("editor.remove"), self._ask_remove, "danger", "trash-2")
        self.complaint = Text("", "body", "error", wrap=True)
        self._missing = Missing()
        self.stage = Stage(scrolling(self._body(), FORM_PX))
        self.set_body(self.stage)
        self._argument = "-"

    def _body(self) -> QVBoxLayout:
        told = Text(tr("money.promise"), "meta", "muted", wrap=True)
        card = Surface(
            column(
                self._missing,
                self.complaint,
                self.publish,
                self.remove,
                told,
            )
        )
        seen = Text(tr("editor.as_buyers_see"), "meta", "muted")
        side = box(column(seen, self.preview, card, None, gap=12))
        side.setFixedWidth(DETAIL_PX - 40)
        both = row(gap=24)
        both.addWidget(self.form, 1)
        both.addWidget(side)
        return column(self.heading, self._restored, both, None, gap=16)

    def open(self, argument: str) -> None:
        if argument == self._argument and self.unsaved():
            return
        self.leave()
        self._argument = argument
        self.complaint.hide()
        self.shell.door.call(ArbiterList(), self._got_arbiters, lambda _: None)
        if argument:
            self.stage.load()
            self.shell.door.call(ListingShow(id=argument), self._edit, self._failed)
        else:
            self._old = None
            self._fill(Draft(), tr("editor.new"))

    def leave(self) -> None:
        """Keep what was typed a moment ago."""
        if self._typing.isActive():
            self._typing.stop()
            self._keep()

    def _keep(self) -> None:
        draft = self.form.draft()
        if self.unsaved():
            self._drafts.put(draft.slug or NEW, draft)
        else:
            self._drafts.drop(draft.slug or NEW)

    def unsaved(self) -> bool:
        """Whether something was typed that is not published."""
        return self.form.draft() != self._clean

    def unsaved_title(self) -> str | None:
        if not self.unsaved():
            return None
        return self.form.draft().title or tr("editor.no_title")

    def _got_arbiters(self, arbiters: tuple[ArbiterView, ...]) -> None:
        status = self.shell.status
        me = status.peer_id if status else ""
        untouched = not self.unsaved()
        self.form.seats.offer(tuple(one for one in arbiters if one.peer_id != me))
        if untouched:
            self._clean = self.form.draft()

    def _edit(self, view: ListingView) -> None:
        self._old = view
        self._fill(draft_of(view), tr("editor.edit", title=view.card.title))

    def _fill(self, draft: Draft, heading: str) -> None:
        self.heading.setText(heading)
        pictures = _published(draft, self._old)
        self.form.fill(draft, pictures)
        self._clean = self.form.draft()
        self._restore(draft.slug or NEW, pictures)
        self.remove.setVisible(self._old is not None)
        words = "editor.publish" if self._old is None else "editor.publish_again"
        self.publish.setText(tr(words))
        self._changed()
        self.stage.show_content()

    def _restore(self, key: str, pictures: dict[str, Wanted]) -> None:
        """Bring back what was typed before and not published."""
        kept = self._drafts.get(key)
        if kept is None or kept == self._clean:
            self._restored.put()
            return
        self.form.fill(kept, pictures)
        line = row(Glyph("info", "accent"), gap=10)
        line.addWidget(Text(tr("editor.restored"), wrap=True), 1)
        line.addWidget(Button(tr("editor.discard"), self._discard))
        self._restored.put(Banner(line, "accent"))

    def _discard(self) -> None:
        self._typing.stop()
        self._drafts.drop(self.form.draft().slug or NEW)
        argument = self._argument if self._argument != "-" else ""
        self.form.fill(self._clean, {})
        self._typing.stop()
        self._argument = "-"
        self.open(argument)

    def _failed(self, problem: Problem) -> None:
        argument, self._argument = self._argument, "-"
        self.stage.show_failed(problem.words, lambda: self.open(argument))

    def _changed(self) -> None:
        draft = self.form.draft()
        self._typing.start()
        self.preview.show_draft(draft, self._old, self.shell.status)
        lacking = missing(draft)
        if self._old is not None and self._old.images:
            lacking = tuple(name for name in lacking if name != "pictures")
        self._missing.say(lacking)
        self.publish.setEnabled(not lacking)

    def _publish(self) -> None:
        draft = self.form.draft()
        old = self._old.source if self._old is not None else None
        folder = str(Path(draft.pictures[0]).parent) if draft.pictures else ""
        call = ListingPublish(listings=(listing_file(draft, old),), folder=folder)
        self.publish.setEnabled(False)
        self.shell.door.call(call, self._published, self._refused)

    def _published(self, batch: PublishedBatch) -> None:
        self._clean = self.form.draft()
        self._keep()
        self._argument = "-"
        self.shell.note(tr("editor.published"), "ok")
        self.shell.go("listing", batch.listing_id)

    def _refused(self, problem: Problem) -> None:
        self.publish.setEnabled(True)
        self.complaint.setText(problem.words)
        self.complaint.show()

    def _ask_remove(self) -> None:
        if self._old is None:
            return
        title = tr("editor.remove_title")
        words = tr("editor.remove_words", title=self._old.card.title)
        question = Question(self, title, words, tr("editor.remove"))
        question.accepted.connect(self._remove)
        question.open()

    def _remove(self) -> None:
        old = self._old
        if old is None:
            return

        def undo() -> None:
            call = ListingPublish(listings=(old.source,))
            self.shell.door.call(
                call, lambda _: self.shell.go("shop"), self._not_undone
            )

        def removed(_: object) -> None:
            self._argument = "-"
            self.shell.go("shop")
            self.shell.note_undo(tr("editor.removed", title=old.card.title), undo)

        self.shell.door.call(ListingRemove(slug=old.card.slug), removed, self._refused)

    def _not_undone(self, problem: Problem) -> None:
        self.shell.note(problem.words, "error")


def _published(draft: Draft, old: ListingView | None) -> dict[str, Wanted]:
    """Return the pictures of a listing that exists, by their names in its listing file."""
    if old is None:
        return {}
    pairs = zip(draft.pictures, old.images, strict=False)
    return {name: Wanted(image.id, old.card.seller, SIDE_PX) for name, image in pairs}
