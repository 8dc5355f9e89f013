"""The pictures of a draft: dropped or chosen, in order, the first one is the cover."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImageReader, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from gui.models.pictures import Pictures, Wanted
from gui.pages.editor.presenter import MOST_PICTURES
from gui.texts import tr
from gui.widgets.boxes import box, clear, column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.picture_box import PictureBox
from gui.widgets.text import Text

KINDS: Final = (".jpg", ".jpeg", ".png", ".webp")
SHOWN: Final = QSize(96, 72)
PER_LINE: Final = 5
SIDE_PX: Final = 400


def own_picture(path: str, size: QSize) -> QPixmap:
    """Read the user's own picture by the format that its name tells; null when it is none."""
    if not Path(path).is_file():
        return QPixmap()
    reader = QImageReader(path)
    reader.setAutoDetectImageFormat(False)
    reader.setDecideFormatFromContent(False)
    suffix = Path(path).suffix.lower().lstrip(".")
    reader.setFormat({"jpg": b"jpeg"}.get(suffix, suffix.encode()))
    full = reader.size()
    if full.isValid():
        reader.setScaledSize(full.scaled(size, Qt.AspectRatioMode.KeepAspectRatio))
    return QPixmap.fromImage(reader.read())


class Photos(QFrame):
    """Takes pictures by drop or by choice."""

    changed = Signal()

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._published: dict[str, Wanted] = {}
        self.setAcceptDrops(True)
        self.setProperty("surface", "drop")
        self.paths: list[str] = []
        self._list = column(gap=8)
        note = Text(tr("editor.drop"), "meta", "muted", wrap=True)
        choose = Button(tr("editor.choose"), self._choose, "plain", "image-plus")
        content = column(box(self._list), row(choose, None), note, gap=8)
        content.setContentsMargins(12, 12, 12, 12)
        self.setLayout(content)

    def set_paths(self, paths: tuple[str, ...], published: dict[str, Wanted]) -> None:
        """Show these; those in ``published`` are known to the node already."""
        self.paths = list(paths)
        self._published = published
        self._show()

    def add(self, paths: list[str]) -> None:
        """Add pictures of the three kinds, as many as fit."""
        fine = [path for path in paths if Path(path).suffix.lower() in KINDS]
        self.paths = list(dict.fromkeys([*self.paths, *fine]))[:MOST_PICTURES]
        self._show()
        self.changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add(
            [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        )

    def _choose(self) -> None:
        kinds = " ".join(f"*{kind}" for kind in KINDS)
        paths, _ = QFileDialog.getOpenFileNames(self, tr("editor.choose"), "", kinds)
        self.add(paths)

    def _remove(self, path: str) -> None:
        self.paths.remove(path)
        self._show()
        self.changed.emit()

    def _first(self, path: str) -> None:
        self.paths.remove(path)
        self.paths.insert(0, path)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        clear(self._list)
        for start in range(0, len(self.paths), PER_LINE):
            line = row(gap=8)
            for path in self.paths[start : start + PER_LINE]:
                line.addWidget(self._thumb(path))
            line.addStretch(1)
            self._list.addLayout(line)

    def _thumb(self, path: str) -> QWidget:
        picture = PictureBox(self._pictures)
        picture.setFixedSize(SHOWN)
        wanted = self._published.get(path) or Wanted(path, "", SIDE_PX)
        if path not in self._published:
            self._pictures.put(
                wanted, lambda: own_picture(path, QSize(SIDE_PX, SIDE_PX))
            )
        picture.show_picture(wanted)
        picture.setAccessibleName(Path(path).name)
        first = IconButton("star", tr("editor.first"), lambda: self._first(path))
        away = IconButton(
            "trash-2", tr("editor.remove_picture"), lambda: self._remove(path)
        )
        return box(column(picture, row(first, away, None, gap=0), gap=2))
