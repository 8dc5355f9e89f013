"""The licence codes of one listing: how many are left, more of them, and none any more."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.licences import (
    LicenceDrop,
    LicenceList,
    LicencePut,
    LicenceView,
)
from gui.pages.page import Shell
from gui.texts import tr
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.choice import Choice
from gui.widgets.form import Field
from gui.widgets.text import Text
from gui.widgets.tick import Tick

WIDE_PX = 480
HIGH_PX = 180


class LicenceDialog(QDialog):
    """Takes codes, one a line; they are delivered by the node as they are sold."""

    def __init__(self, parent: QWidget, shell: Shell, slug: str, title: str) -> None:
        super().__init__(parent)
        self._shell, self._slug = shell, slug
        self.setWindowTitle(tr("licence.title"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.lists: tuple[LicenceView, ...] = ()
        self.sku = Choice(tr("licence.sku"), [("", tr("licence.all_skus"))], self._tell)
        self.left = Text("", "strong", wrap=True)
        self.codes = QPlainTextEdit()
        self.codes.setAccessibleName(tr("licence.codes"))
        self.codes.setPlaceholderText(tr("licence.hint"))
        self.codes.setMinimumHeight(HIGH_PX)
        self.codes.setTabChangesFocus(True)
        self.replace = Tick(tr("licence.replace"))
        self.problem = Text("", "body", "error", wrap=True)
        self.problem.hide()
        self._which = Field(tr("licence.sku"), self.sku)
        self._which.hide()
        content = column(
            Text(tr("licence.of", title=title), "title", wrap=True),
            Text(tr("licence.about"), "body", "muted", wrap=True),
            self._which, self.left, Field(tr("licence.codes"), self.codes),
            self.replace, self.problem, None, 8, self._buttons(), gap=12,
        )  # fmt: skip
        content.setContentsMargins(24, 20, 24, 20)
        self.setLayout(content)
        self.setFixedWidth(WIDE_PX)
        self._read()

    def _buttons(self) -> QWidget:
        self.drop = Button(tr("licence.drop"), self._drop, "danger")
        back = Button(tr("dialog.back"), self.reject, "quiet")
        add = Button(tr("licence.add"), self._add, "main")
        held = QWidget()
        line = row(back, None, self.drop, add)
        line.setContentsMargins(0, 0, 0, 0)
        held.setLayout(line)
        return held

    def offer_skus(self, words: tuple[str, ...]) -> None:
        """Let one list be of one variant."""
        pairs = [("", tr("licence.all_skus")), *((word, word) for word in words)]
        self.sku.offer(pairs)
        self._which.setVisible(bool(words))

    def _read(self) -> None:
        self._shell.door.call(LicenceList(), self._got, self._complain)

    def _got(self, lists: tuple[LicenceView, ...]) -> None:
        self.lists = tuple(one for one in lists if one.slug == self._slug)
        self._tell()

    def _tell(self) -> None:
        held = [one for one in self.lists if one.sku == self.sku.value()]
        self.drop.setVisible(bool(held))
        if not held:
            self.left.setText(tr("licence.none"))
            return
        words = tr("licence.left", left=f"{held[0].left:,}", sold=f"{held[0].sold:,}")
        doubt = f" {tr('licence.doubtful')}" if held[0].doubtful else ""
        self.left.setText(words + doubt)
        self.replace.setChecked(held[0].doubtful)

    def _add(self) -> None:
        codes = tuple(filter(str.strip, self.codes.toPlainText().splitlines()))
        if not codes and not self.replace.isChecked():
            self._say(tr("licence.missing"))
            return
        call = LicencePut(
            slug=self._slug,
            codes=codes,
            sku=self.sku.value(),
            replace=self.replace.isChecked(),
        )
        self._shell.door.call(call, self._added, self._complain)

    def _added(self, view: LicenceView) -> None:
        words = tr("licence.added", n=view.added)
        if view.known:
            words += " " + tr("licence.known", n=view.known)
        self._shell.note(words, "ok")
        self.accept()

    def _drop(self) -> None:
        call = LicenceDrop(slug=self._slug, sku=self.sku.value())
        self._shell.door.call(call, lambda _: self._read(), self._complain)

    def _complain(self, problem: Problem) -> None:
        self._say(problem.words)

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.show()
