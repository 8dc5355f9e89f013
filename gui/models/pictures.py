"""Pictures of others: our node's own JPEG files, decoded in one thread, kept within bounds."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QSize, Qt, QThreadPool, QTimer, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.chat import ChatFile
from bazaar.rpc.schema.disputes import OrderFile
from bazaar.rpc.schema.search import Picture, PictureView
from gui.rpc.door import Door

CACHE_BYTES: Final = 64 * 1024 * 1024
ALLOCATION_MB: Final = 64
AGAIN_MS: Final = 30_000
BYTES_PER_PIXEL: Final = 4


class Wanted(NamedTuple):
    """A picture by hash, whose it is, and the length of its longer side, px.

    Attributes:
        order: The order whose evidence it is; "" for a picture of a listing.
        message: The chat message it came with; "" for others.
    """

    id: str
    peer: str
    side: int
    order: str = ""
    message: str = ""


def _call(wanted: Wanted) -> Call:
    if wanted.message:
        return ChatFile(message=wanted.message, hash=wanted.id)
    if wanted.order:
        return OrderFile(id=wanted.order, hash=wanted.id)
    size = next((size for size in (200, 400) if size >= wanted.side), 1200)
    return Picture(id=wanted.id, peer=wanted.peer, size=size)


class _Messenger(QObject):
    decoded = Signal(object, QImage)


def decode(path: str, side: int) -> QImage:
    """Read a JPEG of our node, at most ``side`` px; a null image for anything else."""
    if not Path(path).is_file():
        return QImage()
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    reader = QImageReader(path)
    reader.setAutoDetectImageFormat(False)
    reader.setDecideFormatFromContent(False)
    reader.setFormat(b"jpeg")
    full = reader.size()
    if full.isValid() and max(full.width(), full.height()) > side:
        mode = Qt.AspectRatioMode.KeepAspectRatio
        reader.setScaledSize(full.scaled(QSize(side, side), mode))
    return reader.read()


class Cache:
    """Pixmaps, the longest unused ones go when there are too many bytes."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit = limit
        self._bytes = 0
        self._kept: OrderedDict[Wanted, QPixmap] = OrderedDict()

    def get(self, wanted: Wanted) -> QPixmap | None:
        """Return a kept picture and mark it as used."""
        found = self._kept.get(wanted)
        if found is not None:
            self._kept.move_to_end(wanted)
        return found

    def keep(self, wanted: Wanted, pixmap: QPixmap) -> None:
        """Keep a picture; make room for it."""
        self._bytes += weight(pixmap)
        self._kept[wanted] = pixmap
        while self._bytes > self._limit and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= weight(gone)


def weight(pixmap: QPixmap) -> int:
    """Return the bytes of a pixmap."""
    return pixmap.width() * pixmap.height() * BYTES_PER_PIXEL


class Pictures(QObject):
    """Gives pictures at once when it has them, else asks and tells later.

    Signals:
        ready: A picture came; carries its ``Wanted``.
        missed: It cannot be shown just now; carries its ``Wanted``.
    """

    ready = Signal(object)
    missed = Signal(object)

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door
        self.uncovered = False
        """Whether pictures for adults are shown without a cover."""

        self._cache = Cache()
        self._pending: set[Wanted] = set()
        self._missing: set[Wanted] = set()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._messenger = _Messenger(self)
        self._messenger.decoded.connect(self._decoded)

    def uncover(self, *, uncovered: bool) -> None:
        """Show pictures for adults without a cover, or cover them."""
        if self.uncovered != uncovered:
            self.uncovered = uncovered
            self.ready.emit(None)

    @property
    def busy(self) -> bool:
        """Whether pictures are on their way."""
        return bool(self._pending)

    def get(self, wanted: Wanted) -> QPixmap | None:
        """Return the picture, or None and ``ready`` later."""
        found = self._cache.get(wanted)
        if found is None and wanted not in self._pending | self._missing:
            self._pending.add(wanted)
            self._ask(wanted)
        return found

    def lacks(self, wanted: Wanted) -> bool:
        """Whether it was asked for and cannot be shown just now."""
        return wanted in self._missing

    def put(self, wanted: Wanted, read: Callable[[], QPixmap]) -> None:
        """Keep a picture of the user's own, read once."""
        if self._cache.get(wanted) is None:
            found = read()
            if not found.isNull():
                self._cache.keep(wanted, found)

    def _ask(self, wanted: Wanted) -> None:
        self._door.call(
            _call(wanted), self._found(wanted), lambda _: self._lack(wanted)
        )

    def _found(self, wanted: Wanted) -> Callable[[PictureView], None]:
        def found(view: PictureView) -> None:
            if view.path is None or view.problem:
                self._lack(wanted)
            else:
                self._pool.start(partial(self._decode, wanted, view.path))

        return found

    def _decode(self, wanted: Wanted, path: str) -> None:
        self._messenger.decoded.emit(wanted, decode(path, wanted.side))

    def _decoded(self, wanted: Wanted, image: QImage) -> None:
        if image.isNull():
            self._lack(wanted)
            return
        self._pending.discard(wanted)
        self._cache.keep(wanted, QPixmap.fromImage(image))
        self.ready.emit(wanted)

    def _lack(self, wanted: Wanted) -> None:
        self._pending.discard(wanted)
        self._missing.add(wanted)
        self.missed.emit(wanted)
        QTimer.singleShot(AGAIN_MS, self, lambda: self._missing.discard(wanted))

    def settle(self) -> None:
        """Wait for the decoding thread, at the end."""
        self._pool.clear()
        self._pool.waitForDone()
