"""The pictures of a draft: dropped or chosen, in order, the first one is the cover."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImageReader,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QSizePolicy, QWidget

from gui.models.pictures import Pictures, Wanted
from gui.pages.editor.draft import Touch
from gui.pages.editor.photo import SHOWN, Photo
from gui.pages.editor.presenter import MOST_PICTURES
from gui.pages.editor.touching import TouchDialog
from gui.texts import tr
from gui.widgets.badges import Chip
from gui.widgets.boxes import box, clear, column, row
from gui.widgets.button import Button, IconButton
from gui.widgets.text import Text

KINDS: Final = (".jpg", ".jpeg", ".png", ".webp")
PHOTO_PX: Final = 150
INSIDE_PX: Final = 12
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
    """Takes pictures by drop or by choice; ``touches`` is what is done to each."""

    changed = Signal()

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures = pictures
        self._published: dict[str, Wanted] = {}
        self.setAcceptDrops(True)
        self.setProperty("surface", "drop")
        self.paths: list[str] = []
        self.touches: dict[str, Touch] = {}
        self._per_line = 0
        self._list = column(gap=8)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        note = Text(tr("editor.drop"), "meta", "muted", wrap=True)
        choose = Button(tr("editor.choose"), self._choose, "plain", "image-plus")
        content = column(box(self._list), row(choose, None), note, gap=8)
        content.setContentsMargins(INSIDE_PX, INSIDE_PX, INSIDE_PX, INSIDE_PX)
        self.setLayout(content)

    def set_paths(
        self,
        paths: tuple[str, ...],
        published: dict[str, Wanted],
        touches: dict[str, Touch] | None = None,
    ) -> None:
        """Show these; those in ``published`` are known to the node already."""
        self.paths = list(paths)
        self.touches = dict(touches or {})
        self._published = published
        self._show()

    def add(self, paths: list[str]) -> None:
        """Add pictures of the three kinds, as many as fit."""
        fine = [path for path in paths if Path(path).suffix.lower() in KINDS]
        self.paths = list(dict.fromkeys([*self.paths, *fine]))[:MOST_PICTURES]
        self._told()

    def place(self, path: str, at: int) -> None:
        """Give a picture another place; the first one is the cover."""
        if path in self.paths:
            self.paths.remove(path)
            self.paths.insert(min(max(at, 0), len(self.paths)), path)
            self._told()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data = event.mimeData()
        self.add([url.toLocalFile() for url in data.urls() if url.isLocalFile()])

    def _let_go(self, path: str, spot: QPoint) -> None:
        """A picture was let go at ``spot`` of the screen: it takes the place of what is there."""
        inside = self.mapFromGlobal(spot)
        if not self.rect().contains(inside):
            return
        for photo in self.findChildren(Photo):
            if photo.rect().contains(photo.mapFrom(self, inside)):
                self.place(path, self.paths.index(photo.path))
                return
        self.place(path, len(self.paths))

    def _choose(self) -> None:
        kinds = " ".join(f"*{kind}" for kind in KINDS)
        paths, _ = QFileDialog.getOpenFileNames(self, tr("editor.choose"), "", kinds)
        self.add(paths)

    def _remove(self, path: str) -> None:
        self.paths.remove(path)
        self.touches.pop(path, None)
        self._told()

    def edit(self, path: str) -> None:
        """Ask how a picture shall be turned, cropped and described."""
        found = self._pictures.get(self._wanted(path)) or QPixmap(SHOWN)
        dialog = TouchDialog(self, found, self.touches.get(path, Touch()))
        dialog.accepted.connect(lambda: self._touch(path, dialog.touch()))
        dialog.open()

    def _touch(self, path: str, touch: Touch) -> None:
        self.touches = {name: one for name, one in self.touches.items() if name != path}
        if touch != Touch():
            self.touches[path] = touch
        self._told()

    def _told(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        clear(self._list)
        many = max(self._per_line, 1)
        for start in range(0, len(self.paths), many):
            line = row(gap=8)
            for place in range(start, min(start + many, len(self.paths))):
                line.addWidget(self._thumb(place))
            line.addStretch(1)
            self._list.addLayout(line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit = max(1, (event.size().width() - 2 * INSIDE_PX) // PHOTO_PX)
        if fit != self._per_line:
            self._per_line = fit
            self._show()

    def _wanted(self, path: str) -> Wanted:
        return self._published.get(path) or Wanted(path, "", SIDE_PX)

    def _thumb(self, place: int) -> QWidget:
        path = self.paths[place]
        picture = Photo(self._pictures, path, self._let_go)
        wanted = self._wanted(path)
        if path not in self._published:
            self._pictures.put(
                wanted, lambda: own_picture(path, QSize(SIDE_PX, SIDE_PX))
            )
        picture.show_picture(wanted)
        touch = self.touches.get(path, Touch())
        picture.setAccessibleName(touch.caption or Path(path).name)
        tools = row(gap=0)
        for glyph, key, act in (
            ("chevron-left", "editor.earlier", lambda: self.place(path, place - 1)),
            ("chevron-right", "editor.later", lambda: self.place(path, place + 1)),
            ("pencil", "editor.touch", lambda: self.edit(path)),
            ("trash-2", "editor.remove_picture", lambda: self._remove(path)),
        ):
            tools.addWidget(IconButton(glyph, tr(key, n=place + 1), act))
        below = row(gap=4)
        if place == 0:
            below.addWidget(Chip(tr("editor.cover"), "accent"))
        if touch.turn or touch.crop != Touch().crop:
            below.addWidget(Chip(tr("editor.touched"), "muted"))
        below.addStretch(1)
        return box(column(picture, tools, below, None, gap=2))
