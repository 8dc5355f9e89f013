"""The packing slip: looked at, printed, or saved as PDF; plain text throughout."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTableFormat,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QTextEdit, QWidget

from bazaar.rpc.schema.papers import SlipView
from gui.texts import tr
from gui.texts.shown import day, money, short_id
from gui.widgets.boxes import column, row
from gui.widgets.button import Button
from gui.widgets.tick import Tick

WIDE_PX, HIGH_PX = 640, 720
LARGE_PT, SMALL_PT = 16, 10
PDF_DPI = 300


class SlipDialog(QDialog):
    """Shows the slip as it will be printed."""

    def __init__(self, parent: QWidget, slip: SlipView) -> None:
        super().__init__(parent)
        self._slip = slip
        self.setWindowTitle(tr("slip.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sheet = QTextEdit()
        self.sheet.setReadOnly(True)
        self.sheet.setAccessibleName(tr("slip.title"))
        self.sheet.setStyleSheet("QTextEdit { background: white; padding: 24px; }")
        self.bill = Tick(tr("slip.with_bill"))
        self.bill.toggled.connect(self._draw)
        content = column(
            self.sheet,
            row(
                self.bill, None, Button(tr("slip.save"), self._save),
                Button(tr("slip.paper"), self._print, "main"),
            ),
            gap=12,
        )  # fmt: skip
        content.setContentsMargins(16, 16, 16, 16)
        self.setLayout(content)
        self.resize(WIDE_PX, HIGH_PX)
        self._draw()

    def _draw(self) -> None:
        self.sheet.setDocument(drawn(self._slip, has_bill=self.bill.isChecked()))

    def _save(self) -> None:
        name = f"{short_id(self._slip.order_id)}.pdf"
        path, _ = QFileDialog.getSaveFileName(
            self, tr("slip.save"), str(Path.home() / name), "PDF (*.pdf)"
        )
        if path:
            save_pdf(self.sheet.document(), path)

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec():
            self.sheet.document().print_(printer)


def save_pdf(document: QTextDocument, path: str) -> None:
    """Write ``document`` to a PDF of A4."""
    writer = QPdfWriter(path)
    writer.setResolution(PDF_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageOrientation(QPageLayout.Orientation.Portrait)
    document.print_(writer)


def drawn(slip: SlipView, *, has_bill: bool) -> QTextDocument:
    """Return the slip as a document; every word of others goes in as plain text."""
    document = QTextDocument()
    font = QFont(document.defaultFont())
    font.setPointSize(SMALL_PT)
    document.setDefaultFont(font)
    cursor = QTextCursor(document)
    title = tr("slip.invoice") if has_bill else tr("slip.title")
    _line(cursor, title, large=True)
    _line(cursor, tr("slip.from", name=slip.seller_name))
    order = short_id(slip.order_id)
    _line(cursor, tr("slip.order", id=order, day=day(slip.created)))
    _line(cursor, "")
    for words_of in slip.address or (tr("slip.no_address"),):
        _line(cursor, words_of, bold=True)
    _line(cursor, "")
    _items(cursor, slip, has_bill=has_bill)
    cursor.movePosition(QTextCursor.MoveOperation.End)
    _line(cursor, "")
    _line(cursor, "")
    if slip.shipping:
        _line(cursor, tr("slip.way", way=slip.shipping))
    if slip.note:
        _line(cursor, tr("slip.note", note=slip.note))
    if has_bill:
        _line(cursor, "")
        for one in slip.bill:
            _line(
                cursor,
                f"{one.label}: {money(one.amount)}",
                bold=one.label.lower() == "total",
            )
    return document


def _items(cursor: QTextCursor, slip: SlipView, *, has_bill: bool) -> None:
    heads = ["quantity", "item", "sku", *(["amount"] if has_bill else [])]
    look = QTextTableFormat()
    look.setCellPadding(6)
    look.setCellSpacing(0)
    look.setBorder(0.5)
    look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table = cursor.insertTable(len(slip.items) + 1, len(heads), look)
    for number, head in enumerate(heads):
        cell = table.cellAt(0, number).firstCursorPosition()
        _line(cell, tr(f"slip.{head}"), bold=True, end="")
    for at, one in enumerate(slip.items, 1):
        item = f"{one.title} ({one.choice})" if one.choice else one.title
        cells = [str(one.quantity), item, one.sku, money(one.amount)]
        for number in range(len(heads)):
            _line(table.cellAt(at, number).firstCursorPosition(), cells[number], end="")


def _line(
    cursor: QTextCursor,
    words: str,
    *,
    bold: bool = False,
    large: bool = False,
    end: str = "\n",
) -> None:
    look = QTextCharFormat()
    look.setFontWeight(QFont.Weight.Bold if bold or large else QFont.Weight.Normal)
    look.setFontPointSize(LARGE_PT if large else SMALL_PT)
    look.setForeground(Qt.GlobalColor.black)
    cursor.insertText(f"{words}{end}", look)
