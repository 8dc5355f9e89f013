"""What a party put before the arbiters: pictures are shown, other files only saved."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from bazaar.rpc.schema.orders import EvidenceView
from gui.models.pictures import Pictures, Wanted
from gui.texts import tr
from gui.texts.shown import day, size
from gui.widgets.badges import Glyph
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.picture_box import PictureBox
from gui.widgets.text import ShortText, Text

HASH_CHARACTERS: Final = 12
SIDE_PX: Final = 1200
SHOWN: Final = QSize(280, 210)
RISKY: Final = "bin"
"""The ending of a saved file that is no picture of ours: nothing opens it by itself."""


class Exhibit(QWidget):
    """A statement, and a file with its hash.

    Attributes:
        wanted: The file as a picture, which it may not be.
    """

    def __init__(
        self,
        one: EvidenceView,
        order: str,
        pictures: Pictures,
        save: Callable[[EvidenceView], None],
    ) -> None:
        super().__init__()
        self._pictures = pictures
        self.wanted = Wanted(one.hash, "", SIDE_PX, order)
        lines = column(gap=4)
        if one.statement:
            lines.addWidget(Text(one.statement, wrap=True))
        self._picture = PictureBox(pictures, whole=True)
        self._note = Text(tr("case.not_shown"), "meta", "muted", wrap=True)
        if one.hash:
            self._add_file(lines, one, save)
        self.setLayout(lines)

    def _add_file(
        self,
        lines: QVBoxLayout,
        one: EvidenceView,
        save: Callable[[EvidenceView], None],
    ) -> None:
        self._picture.setMinimumHeight(SHOWN.height())
        self._picture.setMaximumWidth(SHOWN.width() * 3 // 2)
        self._picture.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        )
        self._picture.setAccessibleName(one.caption or tr("case.file"))
        self._picture.show_picture(self.wanted)
        button = Button(tr("case.save"), lambda: save(one), "link")
        facts = tr(
            "case.facts",
            size=size(one.size),
            hash=one.hash[:HASH_CHARACTERS],
            day=day(one.at),
        )
        lines.addWidget(self._picture)
        lines.addWidget(Text(one.caption or tr("case.file"), wrap=True))
        lines.addWidget(self._note)
        known = Glyph("shield-check", "ok", 14)
        lines.addLayout(row(known, ShortText(facts, "meta", "muted"), button, gap=6))
        self._pictures.ready.connect(self._told)
        self._pictures.missed.connect(self._told)
        self._show()

    def _told(self, wanted: Wanted) -> None:
        if wanted == self.wanted:
            self._show()

    def _show(self) -> None:
        lacking = self._pictures.lacks(self.wanted)
        self._picture.setVisible(not lacking)
        self._note.setVisible(lacking)


def saved_name(one: EvidenceView, *, picture: bool) -> str:
    """Return our own name for a copy: never the sender's, never one that runs."""
    return f"evidence-{one.hash[:HASH_CHARACTERS]}.{'jpg' if picture else RISKY}"


def copy_of(source: str, target: str) -> None:
    """Write a copy that cannot be run. Raises OSError."""
    path = Path(target)
    path.write_bytes(Path(source).read_bytes())
    path.chmod(0o600)
