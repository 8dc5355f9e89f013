"""One message as it is shown: plain text, where it lies, its files, a suggestion."""

from collections.abc import Callable
from typing import Final, NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from bazaar.rpc.schema.chat import AttachmentView, ChatLineView, SuggestionView
from gui.models.pictures import Pictures, Wanted
from gui.texts import tr, tr_or
from gui.texts.shown import moment, money, size
from gui.widgets.badges import Glyph
from gui.widgets.boxes import Banner, Surface, column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.picture_box import PictureBox
from gui.widgets.text import ShortText, Text, selectable

WIDEST_PX: Final = 520
PICTURE_PX: Final = 1200
PICTURE_HIGH_PX: Final = 180
RESTORED: Final = 500
"""A gap this wide was left on purpose, after a restore."""

STATES: Final = {
    "queued": "clock",
    "in_mailbox": "download",
    "delivered": "check",
    "read": "circle-check",
}


class Acts(NamedTuple):
    """What a message lets one do."""

    answer: Callable[[ChatLineView], object]
    copy: Callable[[ChatLineView], object]
    delete: Callable[[ChatLineView], object]
    save: Callable[[ChatLineView, AttachmentView], object]
    propose: Callable[[ChatLineView], object] | None


class Bubble(QWidget):
    """One message; own ones stand at the right."""

    def __init__(self, line: ChatLineView, pictures: Pictures, acts: Acts) -> None:
        super().__init__()
        self._line = line
        self._acts = acts
        body = column(gap=4)
        body.addLayout(self._head())
        if line.quoted:
            body.addWidget(
                ShortText(tr("chat.answers", text=line.quoted), "meta", "muted")
            )
        if line.suggestion is not None:
            body.addWidget(self._suggestion(line.suggestion))
        if words := _words(line):
            body.addWidget(selectable(Text(words, wrap=True)))
        for file in line.attachments:
            body.addWidget(self._file(file, pictures))
        frame = Banner(body, "accent") if line.own else Surface(body, inside=12)
        frame.setMaximumWidth(WIDEST_PX)
        frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        beside = row(gap=0)
        if line.own:
            beside.addStretch(1)
        beside.addWidget(frame, 3)
        if not line.own:
            beside.addStretch(1)
        whole = column(gap=6)
        if line.gap:
            whole.addLayout(_gap(line))
        whole.addLayout(beside)
        self.setLayout(whole)
        self.setAccessibleName(f"{self._who()}: {line.text}")

    def _who(self) -> str:
        if self._line.own:
            return tr("chat.you")
        role = tr_or(f"role.{self._line.role}", "") if self._line.role else ""
        return f"{self._line.name} · {role}" if role else self._line.name

    def _head(self) -> QHBoxLayout:
        line = self._line
        head = row(gap=6)
        who = ShortText(self._who(), "meta", "text")
        head.addWidget(who, 1)
        head.addWidget(Text(moment(line.at), "meta", "muted"))
        if line.own:
            words = tr_or(f"chat.{line.state}", line.state)
            mark = Glyph(STATES.get(line.state, "clock"), "muted", 14)
            mark.setAccessibleName(words)
            head.addWidget(mark)
            head.addWidget(Text(words, "meta", "muted"))
        more = IconButton("chevron-down", tr("chat.more"), self._menu)
        self._more = more
        head.addWidget(more)
        return head

    def _menu(self) -> None:
        menu = QMenu(self)
        acts = (
            ("chat.answer", self._acts.answer),
            ("chat.copy", self._acts.copy),
            ("chat.delete", self._acts.delete),
        )
        for key, act in acts:
            menu.addAction(tr(key), lambda one=act: one(self._line))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _file(self, file: AttachmentView, pictures: Pictures) -> QWidget:
        lines = column(gap=4)
        if file.picture:
            box = PictureBox(pictures, whole=True)
            box.setFixedHeight(PICTURE_HIGH_PX)
            box.setMinimumWidth(PICTURE_HIGH_PX)
            box.setAccessibleName(tr("chat.picture"))
            wanted = Wanted(file.hash, "", PICTURE_PX, "", self._line.message_id)
            box.show_picture(wanted)
            lines.addWidget(box)
        save = Button(
            tr("chat.save"), lambda: self._acts.save(self._line, file), "link"
        )
        facts = tr("chat.file", size=size(file.size))
        glyph = Glyph("image" if file.picture else "file-text", "muted", 16)
        lines.addLayout(row(glyph, Text(facts, "meta", "muted"), save, None, gap=6))
        whole = QWidget()
        whole.setLayout(lines)
        return whole

    def _suggestion(self, one: SuggestionView) -> QWidget:
        head = row(
            Glyph("scale", "dispute"), Text(tr("chat.suggestion"), "strong"), None
        )
        lines = column(
            head,
            Text(tr("chat.to_buyer", amount=money(one.to_buyer))),
            Text(tr("chat.to_seller", amount=money(one.to_seller))),
            gap=6,
        )
        propose = self._acts.propose
        if propose is not None:
            button = Button(tr("chat.propose"), lambda: propose(self._line), "main")
            lines.addLayout(row(button, None))
        return Banner(lines, "dispute")


def _words(line: ChatLineView) -> str:
    """Return what is said beside a suggestion, which is shown by itself."""
    if line.suggestion is None:
        return line.text
    return line.text.partition("\n")[2].strip()


def _gap(line: ChatLineView) -> QHBoxLayout:
    words = tr("chat.gap", n=line.gap, name=line.name)
    if line.gap >= RESTORED:
        words = tr("chat.gap_restored", name=line.name)
    return row(None, Glyph("info", "muted", 14), Text(words, "meta", "muted"), None)
