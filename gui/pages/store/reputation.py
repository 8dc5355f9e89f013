"""What others say of a shop, what that is worth to this user, and what is missing."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from bazaar.rpc.schema.ratings import (
    HistoryView,
    RatingsView,
    RatingView,
    ReputationExport,
    ReputationView,
    ShortenedView,
)
from gui.pages.page import Shell
from gui.texts import tr
from gui.texts.standing_words import complete_words, score_lines, warnings_of, way_words
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Surface, box, clear, column, row, rule, scrolling
from gui.widgets.button import Button
from gui.widgets.rating_card import rating_card
from gui.widgets.rating_dialogs import ReplyDialog
from gui.widgets.stage import Stage
from gui.widgets.text import Text, selectable

WIDE_PX: Final = 860
PROOF_PX: Final = 560
MOST_SHOWN: Final = 200


class ReputationPane(Stage):
    """Reads nothing by itself: the page gives it what it has."""

    def __init__(self, shell: Shell, again: Callable[[], object]) -> None:
        self._shell = shell
        self._again = again
        self._why = False
        self._view: RatingsView | None = None
        self._parts: QVBoxLayout = column(gap=16)
        super().__init__(scrolling(column(box(self._parts), None), WIDE_PX))

    def show_ratings(self, view: RatingsView | None, problem: str) -> None:
        """Show what was gathered, that it is being gathered, or why it could not be."""
        if view is None:
            if problem:
                words = tr("standing.failed", why=problem)
                self.show_failed(words, self._again)
            else:
                self.load()
            return
        self._view = view
        clear(self._parts)
        self._parts.addWidget(self._worth(view))
        self._parts.addWidget(self._complete(view))
        self._parts.addWidget(self._list(view))
        self.show_content()

    def _worth(self, view: RatingsView) -> QWidget:
        key = "standing.own" if self._is_own(view) else "standing.what"
        lines = column(Text(tr(key), "heading"), gap=6)
        for place, (words, ink) in enumerate(score_lines(view)):
            lines.addWidget(
                Text(words, "strong" if not place else "body", ink, wrap=True)
            )
        if view.ways:
            button = tr("standing.why_hide" if self._why else "standing.why")
            lines.addLayout(row(Button(button, self._turn, "link"), None))
        if self._why:
            for way in view.ways:
                lines.addLayout(
                    row(
                        Glyph("users", "muted", 16),
                        Text(way_words(way), "body", "muted", wrap=True),
                        gap=8,
                    )
                )
        lines.addWidget(Text(tr("standing.seeds"), "meta", "muted", wrap=True))
        if self._is_own(view):
            save = Button(tr("standing.export"), self._export, "plain", "download")
            lines.addLayout(row(save, None))
        return Surface(lines)

    def _is_own(self, view: RatingsView) -> bool:
        status = self._shell.status
        return status is not None and status.peer_id == view.peer_id

    def _export(self) -> None:
        name = str(Path.home() / tr("standing.file_name"))
        target, _ = QFileDialog.getSaveFileName(self, tr("standing.export"), name)
        if target:
            self.export_to(target)

    def export_to(self, target: str) -> None:
        """Have the node write the own reputation to ``target``."""

        def done(made: ReputationView) -> None:
            words = tr("standing.exported", n=made.ratings, file=Path(made.file).name)
            self._shell.note(words, "ok")

        call = ReputationExport(file=target)
        self._shell.door.call(
            call, done, lambda problem: self._shell.note(problem.words, "error")
        )

    def _turn(self) -> None:
        self._why = not self._why
        self.show_ratings(self._view, "")

    def _complete(self, view: RatingsView) -> QWidget:
        lines = column(Text(tr("standing.complete"), "heading"), gap=8)
        if not view.histories:
            lines.addWidget(Text(tr("standing.none"), "body", "muted", wrap=True))
        for history in view.histories:
            lines.addWidget(self._history(history))
            lines.addSpacing(4)
        lines.addWidget(Text(tr("standing.complete_note"), "meta", "muted", wrap=True))
        return Surface(lines)

    def _history(self, one: HistoryView) -> QWidget:
        lines = column(Text(complete_words(one), wrap=True), gap=4)
        found = warnings_of(one)
        if one.read and not found:
            found = [(tr("standing.fine"), "ok")]
        for words, ink in found:
            glyph = {"ok": "badge-check", "muted": "info"}.get(ink, "triangle-alert")
            line = row(Glyph(glyph, ink, 16), gap=8)
            line.addWidget(Text(words, "body", ink, wrap=True), 1)
            lines.addLayout(line)
        for pair in one.shortened[:1]:
            button = Button(
                tr("standing.proof"), lambda pair=pair: self._prove(pair), "link"
            )
            lines.addLayout(row(button, None))
        return box(lines)

    def _prove(self, pair: ShortenedView) -> None:
        Proof(self, pair).open()

    def _list(self, view: RatingsView) -> QWidget:
        lines = column(Text(tr("standing.list"), "heading"), gap=12)
        if not view.items:
            lines.addWidget(Text(tr("standing.empty"), "body", "muted", wrap=True))
        for place, one in enumerate(view.items[:MOST_SHOWN]):
            if place:
                lines.addWidget(rule())
            lines.addWidget(rating_card(one, self._answer))
        for key, count in (
            ("ratings.hidden", view.hidden),
            ("standing.refused", view.refused),
        ):
            if count:
                lines.addWidget(Text(tr(key, n=count), "meta", "muted", wrap=True))
        return Surface(lines)

    def _answer(self, one: RatingView) -> None:
        dialog = ReplyDialog(self, one)

        def done(_: object) -> None:
            self._shell.note(tr("rating.replied"), "ok")
            self._again()

        def send() -> None:
            self._shell.door.call(
                dialog.call(),
                done,
                lambda problem: self._shell.note(problem.words, "error"),
            )

        dialog.accepted.connect(send)
        dialog.open()


class Proof(QDialog):
    """Two envelopes that one key signed, to be kept."""

    def __init__(self, parent: QWidget, pair: ShortenedView) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("standing.proof_title"))
        self.setModal(True)
        self.text = QPlainTextEdit(f"{pair.held}\n\n{pair.head}")
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("standing.proof_title"))
        copy = Button(tr("standing.proof_copy"), self._copy, "plain", "copy")
        close = Button(tr("dialog.back"), self.reject, "main")
        content = column(
            Text(tr("standing.proof_title"), "title", wrap=True),
            selectable(Text(tr("standing.proof_words"), "body", "muted", wrap=True)),
            self.text,
            row(None, copy, close),
            gap=12,
        )
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.resize(PROOF_PX, 360)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())
