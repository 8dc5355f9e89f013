"""Layouts in one expression, cards, rules and pages that scroll."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.app.tokens import CONTENT_PX

Part = QWidget | QLayout | int | None


def fill(layout: QBoxLayout, parts: Sequence[Part]) -> QBoxLayout:
    """Add widgets, layouts, gaps (px) and stretches (None) in order."""
    for part in parts:
        match part:
            case None:
                layout.addStretch(1)
            case int():
                layout.addSpacing(part)
            case QWidget():
                layout.addWidget(part)
            case QLayout():
                layout.addLayout(part)
    return layout


def row(*parts: Part, gap: int = 8) -> QHBoxLayout:
    """Return parts side by side, centred on one line."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    fill(layout, parts)
    return layout


def column(*parts: Part, gap: int = 8) -> QVBoxLayout:
    """Return parts below each other."""
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    fill(layout, parts)
    return layout


def box(layout: QLayout) -> QWidget:
    """Return a bare widget around ``layout``."""
    widget = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    widget.setLayout(layout)
    return widget


class Slot(QWidget):
    """A place for what is not always there; takes no room while it is empty."""

    def __init__(self, gap: int = 12) -> None:
        super().__init__()
        self._list = column(gap=gap)
        self.setLayout(self._list)
        self.hide()

    def put(self, *parts: QWidget | QLayout) -> None:
        """Show these instead of what was there; nothing hides the place."""
        clear(self._list)
        fill(self._list, parts)
        self.setVisible(bool(parts))


def framed(layout: QLayout) -> QWidget:
    """Return a bare widget around ``layout`` that keeps its margins."""
    widget = QWidget()
    widget.setLayout(layout)
    return widget


class Surface(QFrame):
    """A frame of the sheet: card, bar, foot, side, or a banner of a tint."""

    def __init__(self, layout: QLayout, kind: str = "card", inside: int = 16) -> None:
        super().__init__()
        self.setProperty("surface", kind)
        layout.setContentsMargins(inside, inside, inside, inside)
        self.setLayout(layout)


class Banner(QFrame):
    """A tinted frame that says what matters now; ``role`` is one of TINTED."""

    def __init__(self, layout: QLayout, role: str = "waiting") -> None:
        super().__init__()
        self.setProperty("banner", role)
        layout.setContentsMargins(16, 10, 16, 10)
        self.setLayout(layout)


def rule() -> QFrame:
    """Return a hair line across."""
    line = QFrame()
    line.setProperty("surface", "rule")
    line.setFixedHeight(1)
    return line


def scrolling(layout: QLayout, most: int = CONTENT_PX, margin: int = 24) -> QScrollArea:
    """Return a page that scrolls down; its content is at most ``most`` px wide, at the left."""
    content = box(layout)
    content.setMaximumWidth(most)
    content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    outer = QWidget()
    outer.setProperty("page", "true")
    around = row(gap=0)
    around.addWidget(content, 100)
    around.addStretch(1)
    around.setContentsMargins(margin, margin - 4, margin, margin)
    outer.setLayout(around)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(outer)
    return area


def clear(layout: QLayout) -> None:
    """Take everything out of ``layout`` and let it be deleted."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
