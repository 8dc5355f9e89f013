"""Descriptions of others: typed blocks into a document, no markup, no resources."""

from html import escape

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QImage,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QTextBrowser

from bazaar.rpc.schema.listings import Block
from gui.app.fonts import font

MAX_CHARACTERS = 64 * 1024
MAX_LINES = 2_000
LINE_HEIGHT_PERCENT = 140.0


class SafeText(QTextBrowser):
    """Shows blocks as they are; grows with its text and never loads anything."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.setFont(font("body"))
        self.document().contentsChanged.connect(self.updateGeometry)

    def loadResource(self, kind: int, name: QUrl | str) -> QImage:
        """Answer every request with a clear pixel; answering nothing would read the file."""
        del kind, name
        pixel = QImage(1, 1, QImage.Format.Format_ARGB32)
        pixel.fill(Qt.GlobalColor.transparent)
        return pixel

    def show_blocks(self, blocks: tuple[Block, ...]) -> None:
        """Show a description; what is beyond the limits is cut."""
        self.clear()
        cursor = QTextCursor(self.document())
        room = MAX_CHARACTERS
        for number, block in enumerate(blocks[:MAX_LINES]):
            if number:
                cursor.insertBlock()
            cursor.setBlockFormat(_block_format(block.kind, number))
            if block.kind == "item":
                cursor.insertText("•  ", QTextCharFormat())
            for style, text in block.runs:
                cursor.insertText(text[:room], _char_format(style, block.kind))
                room = max(room - len(text), 0)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(self.viewport().width())
        self.setFixedHeight(max(round(self.document().size().height()) + 4, 24))

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())


def _block_format(kind: str, number: int) -> QTextBlockFormat:
    made = QTextBlockFormat()
    proportional = QTextBlockFormat.LineHeightTypes.ProportionalHeight
    made.setLineHeight(LINE_HEIGHT_PERCENT, proportional.value)
    if number:
        made.setTopMargin(4 if kind == "item" else 10)
    if kind == "item":
        made.setLeftMargin(8)
    return made


def _char_format(style: str, kind: str) -> QTextCharFormat:
    made = QTextCharFormat()
    if kind == "heading":
        made.setFont(font("heading"))
    if style == "bold":
        made.setFontWeight(QFont.Weight.DemiBold)
    if style == "italic":
        made.setFontItalic(True)
    if style == "code" or kind == "code":
        made.setFontFamilies(["DejaVu Sans Mono", "monospace"])
    return made


def tip(text: str) -> str:
    """Return foreign text made safe for places where Qt guesses rich text."""
    return escape(text)
