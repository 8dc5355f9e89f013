"""The drafts that the node keeps, offered above a new listing."""

from collections.abc import Callable

from bazaar.rpc.schema.shelf import DraftView
from gui.texts import tr
from gui.texts.shown import moment
from gui.widgets.boxes import Slot, Surface, column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.text import ShortText, Text


class KeptDrafts(Slot):
    """One line a draft; takes no room without any."""

    def __init__(
        self, open_: Callable[[str], object], drop: Callable[[DraftView], object]
    ) -> None:
        super().__init__()
        self._open = open_
        self._drop = drop

    def show_drafts(self, drafts: tuple[DraftView, ...]) -> None:
        """Offer these."""
        if not drafts:
            self.put()
            return
        lines = column(Text(tr("editor.drafts"), "heading"), gap=4)
        for one in drafts:
            title = one.title or tr("editor.no_title")
            line = row(gap=8)
            line.addWidget(
                Button(title[:60], lambda one=one: self._open(one.name), "link")
            )
            line.addWidget(ShortText(moment(one.saved), "meta", "muted"), 1)
            name = tr("editor.drop_draft", title=title)
            line.addWidget(IconButton("trash-2", name, lambda one=one: self._drop(one)))
            lines.addLayout(line)
        self.put(Surface(lines, inside=12))
