"""What a draft still lacks, as a list; or that it is ready."""

import re
from typing import Final

from PySide6.QtWidgets import QWidget

from gui.texts import tr, tr_or
from gui.texts.shown import sentence
from gui.widgets.badges import Glyph
from gui.widgets.boxes import clear, column, row
from gui.widgets.text import Text

_STEP: Final = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")


def place_words(field: str) -> str:
    """Return ``Combination 2, surcharge`` for ``skus[1].surcharge``."""
    said: list[str] = []
    for name, index in _STEP.findall(field):
        words = tr_or(f"field.{name}", name.replace("_", " "))
        said.append(f"{words} {int(index) + 1}" if index else words)
    return sentence(", ".join(said))


class Missing(QWidget):
    """Follows the form."""

    def __init__(self) -> None:
        super().__init__()
        self._list = column(gap=6)
        self.setLayout(self._list)

    def say(self, lacking: tuple[str, ...], wrong: tuple[str, ...] = ()) -> None:
        """Show the fields that must still be filled, and those that must be put right."""
        clear(self._list)
        if wrong:
            self._list.addWidget(Text(tr("editor.wrong"), "strong"))
            for field in wrong:
                words = Text(place_words(field), wrap=True)
                self._list.addLayout(
                    row(Glyph("circle-alert", "error", 14), words, None)
                )
        if not lacking and not wrong:
            ready = Text(tr("editor.ready"), "strong")
            self._list.addLayout(row(Glyph("circle-check", "ok"), ready, None))
            return
        if lacking:
            self._list.addWidget(Text(tr("editor.missing"), "strong"))
        for name in lacking:
            words = Text(tr(f"missing.{name}"))
            self._list.addLayout(row(Glyph("circle", "waiting", 14), words, None))
