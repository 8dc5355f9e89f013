"""New or changed listing: the form at the left, the buyer's card and what is missing at the right."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.arbiters import ArbiterList, ArbiterView
from bazaar.rpc.schema.listings import (
    ListingPublish,
    ListingRemove,
    ListingShow,
    ListingView,
    PublishedBatch,
)
from bazaar.rpc.schema.merchant import DefaultsShow, DefaultsView
from bazaar.rpc.schema.shelf import (
    CheckView,
    DraftView,
    FaultView,
    ListingCheck,
    ListingClone,
    ListingDraft,
    ListingDrafts,
    ListingDropDraft,
)
from gui.app.tokens import DETAIL_PX
from gui.models.pictures import Wanted
from gui.pages.editor.draft import Draft
from gui.pages.editor.drafts import NEW, Drafts
from gui.pages.editor.form import ListingForm
from gui.pages.editor.kept import KeptDrafts
from gui.pages.editor.missing import Missing
from gui.pages.editor.page_preview import PagePreview, with_pictures
from gui.pages.editor.photos import SIDE_PX
from gui.pages.editor.presenter import listing_file, missing
from gui.pages.editor.preview import Preview
from gui.pages.editor.reading import draft_from, draft_of
from gui.pages.editor.spread import Spread
from gui.pages.page import Page, Shell
from gui.texts import tr
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, Slot, Surface, column, framed, row, scrolling
from gui.widgets.button import Button
from gui.widgets.dialogs import Question
from gui.widgets.stage import Stage
from gui.widgets.text import Text

FORM_PX: Final = 1080
TYPING_MS: Final = 400
SIDE_WIDE_PX: Final = DETAIL_PX - 40
SIDE_NARROW_PX: Final = 212
NARROW_FORM_PX: Final = 1000
DRAFT: Final = "draft:"
"""What the argument of a draft that the node keeps begins with."""


class EditorPage(Page):
    """Writes one listing and publishes it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._old: ListingView | None = None
        self._named = ""
        self._checked: CheckView | None = None
        self._asked = 0
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
        self.form.looked.connect(self._typing.start)
        self.kept = KeptDrafts(self._open_draft, self._drop_draft)
        self.spread = Spread(shell.door, shell.note)
        self.preview = Preview(shell.pictures)
        self.publish = Button(tr("editor.publish"), self._publish, "main", "send")
        self.save = Button(tr("editor.save_draft"), self._save, "plain", "file-text")
        self.look = Button(tr("editor.page"), self._show_page, "plain", "eye")
        self.clone = Button(tr("editor.duplicate"), self._clone, "plain", "copy")
        self.remove = Button(tr("editor.remove"), self._ask_remove, "danger", "trash-2")
        self.complaint = Text("", "body", "error", wrap=True)
        self._missing = Missing()
        self.stage = Stage(framed(self._body()))
        self.set_body(self.stage)
        self._argument = "-"

    def _body(self) -> QHBoxLayout:
        told = Text(tr("money.promise"), "meta", "muted", wrap=True)
        card = Surface(
            column(
                self._missing,
                self.complaint,
                self.publish,
                self.look,
                self.save,
                self.clone,
                self.remove,
                told,
            )
        )
        self._seen = Text(tr("editor.as_buyers_see"), "meta", "muted")
        content = column(self._seen, self.preview, card, None, gap=12)
        self._side = side = scrolling(content, margin=0)
        side.setFixedWidth(SIDE_WIDE_PX)
        top = column(self.heading, self.kept, self._restored, self.form, None, gap=16)
        both = row(scrolling(top, FORM_PX, margin=4), side, gap=20)
        both.setContentsMargins(20, 16, 16, 16)
        return both

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the form takes the room of the card."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW_FORM_PX
        self._side.setFixedWidth(SIDE_NARROW_PX if narrow else SIDE_WIDE_PX)
        self._seen.setVisible(not narrow)
        self.preview.setVisible(not narrow)

    def open(self, argument: str) -> None:
        if argument == self._argument and self.unsaved():
            return
        self.leave()
        self._argument = argument
        self.complaint.hide()
        self.shell.door.call(ArbiterList(), self._got_arbiters, lambda _: None)
        self._named = argument.removeprefix(DRAFT) if argument.startswith(DRAFT) else ""
        if self._named:
            self.stage.load()
            self.shell.door.call(ListingDrafts(), self._got_draft, self._failed)
        elif argument:
            self.stage.load()
            self.shell.door.call(ListingShow(id=argument), self._edit, self._failed)
        else:
            self._old = None
            self._fill(Draft(), tr("editor.new"))
            self.shell.door.call(DefaultsShow(), self._begin, lambda _: None)
        self._read_drafts()

    def _begin(self, view: DefaultsView) -> None:
        """A new listing starts with what the seller set, unless he types already."""
        if self._argument == "" and not self.unsaved() and view.fields:
            self._fill(draft_from(view.fields), tr("editor.new"))

    def leave(self) -> None:
        """Keep what was typed a moment ago."""
        if self._typing.isActive():
            self._typing.stop()
            self._keep()

    def _keep(self) -> None:
        draft = self.form.draft()
        if self.unsaved():
            self._drafts.put(self._key(), draft)
        else:
            self._drafts.drop(self._key())
        self._check()

    def _key(self) -> str:
        """Under which name the page's text is kept while it is typed."""
        if self._named:
            return DRAFT + self._named
        return self._old.card.slug if self._old else NEW

    # ------------------------------------------------------------- checks

    def _check(self) -> None:
        """Ask the node what publishing would say; an answer to older text is dropped."""
        self._asked += 1
        mine = self._asked

        def answered(checked: CheckView) -> None:
            if mine == self._asked:
                self._show_check(checked)

        call = ListingCheck(listing=self._file(), country=self.form.ways.country())
        self.shell.door.call(call, answered, lambda _: None)

    def _show_check(self, checked: CheckView) -> None:
        self._checked = checked
        lacking = set(self._lacking())
        names = {"images": "pictures", "categories": "category"}
        roots = [
            (one, one.field.partition("[")[0].partition(".")[0])
            for one in checked.faults
        ]
        faults = tuple(
            one for one, root in roots if names.get(root, root) not in lacking
        )
        others = self.form.complain(faults)
        self._missing.say(self._lacking(), tuple(one.field for one in faults))
        self.complaint.setText("\n".join(f"{one.field}: {one.words}" for one in others))
        self.complaint.setVisible(bool(others))
        self.form.ways.show_costs(checked.deliveries, known=checked.view is not None)
        self.look.setEnabled(checked.view is not None)
        self.publish.setEnabled(not lacking and not faults)

    def _file(self) -> dict[str, Any]:
        old = self._old.source if self._old is not None else None
        return listing_file(self.form.draft(), old)

    def _show_page(self) -> None:
        view = self._checked.view if self._checked else None
        if view is None:
            return
        draft = self.form.draft()
        published = _published(draft, self._old)
        shown = with_pictures(view, draft, published, self.shell)
        self.page_preview = PagePreview(self, shown)
        self.page_preview.show()

    # ------------------------------------------------------------- drafts

    def _read_drafts(self) -> None:
        self.shell.door.call(ListingDrafts(), self._got_drafts, lambda _: None)

    def _got_drafts(self, drafts: tuple[DraftView, ...]) -> None:
        is_new = self._old is None and not self._named
        self.kept.show_drafts(drafts if is_new else ())

    def _got_draft(self, drafts: tuple[DraftView, ...]) -> None:
        found = next((one for one in drafts if one.name == self._named), None)
        if found is None:
            self.shell.go("editor")
            return
        self._old = None
        title = found.title or tr("editor.no_title")
        self._fill(draft_from(found.listing), tr("editor.draft", title=title))

    def _open_draft(self, name: str) -> None:
        self.shell.go("editor", DRAFT + name)

    def _drop_draft(self, draft: DraftView) -> None:
        title = draft.title or tr("editor.no_title")

        def undo() -> None:
            call = ListingDraft(listing=draft.listing, name=draft.name)
            self.shell.door.call(call, lambda _: self._read_drafts(), self._not_undone)

        def dropped(_: object) -> None:
            self._read_drafts()
            self.shell.note_undo(tr("editor.dropped", title=title), undo)

        call = ListingDropDraft(name=draft.name)
        self.shell.door.call(call, dropped, self._refused)

    def _save(self) -> None:
        call = ListingDraft(listing=self._file(), name=self._named)
        self.shell.door.call(call, self._saved, self._refused)

    def _saved(self, draft: DraftView) -> None:
        self._typing.stop()
        self._drafts.drop(self._key())
        self._clean = self.form.draft()
        self.shell.note(tr("editor.saved_draft"), "ok")
        if self._named != draft.name:
            self._argument = "-"
            self._open_draft(draft.name)

    def _clone(self) -> None:
        if self._old is not None:
            call = ListingClone(slug=self._old.card.slug)
            self.shell.door.call(
                call, lambda draft: self._open_draft(draft.name), self._refused
            )

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
        self._restore(self._key(), pictures)
        self.remove.setVisible(self._old is not None)
        self.clone.setVisible(self._old is not None)
        self.save.setVisible(self._old is None)
        words = "editor.publish" if self._old is None else "editor.publish_again"
        self.publish.setText(tr(words))
        self._checked = None
        self.look.setEnabled(False)
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
        self._drafts.drop(self._key())
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
        lacking = self._lacking()
        self._missing.say(lacking)
        self.publish.setEnabled(not lacking)

    def _lacking(self) -> tuple[str, ...]:
        return missing(self.form.draft())

    def _publish(self) -> None:
        draft = self.form.draft()
        old = self._old.source if self._old is not None else None
        folder = str(Path(draft.pictures[0]).parent) if draft.pictures else ""
        call = ListingPublish(listings=(self._file(),), folder=folder, seen=(old,))
        self.publish.setEnabled(False)
        self.shell.door.call(call, self._published, self._refused)

    def _published(self, batch: PublishedBatch) -> None:
        self._typing.stop()
        self._clean = self.form.draft()
        self._drafts.drop(self._key())
        if self._named:
            call = ListingDropDraft(name=self._named)
            self.shell.door.call(call, lambda _: None, lambda _: None)
        self._argument = "-"
        self.spread.follow()
        self.shell.go("listing", batch.listing_id)

    def _refused(self, problem: Problem) -> None:
        self.publish.setEnabled(True)
        place = FaultView(field=problem.field, words=problem.words)
        if not problem.field or self.form.complain((place,)):
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
