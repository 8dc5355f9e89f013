"""The course of an order: numbered steps, done, present, coming or gone wrong."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.app.icons import pixmap
from gui.app.theme import colour, ink_now
from gui.widgets.boxes import box, clear, column, row
from gui.widgets.steps import Step
from gui.widgets.text import Text

MARK_PX = 22
GLYPHS = {"done": "check", "now": "circle-dot", "bad": "triangle-alert"}
INKS = {"done": "ok", "now": "accent", "next": "border", "bad": "dispute"}


class Mark(QWidget):
    """The circle of a step and the line to the next one."""

    def __init__(self, state: str, *, last: bool) -> None:
        super().__init__()
        self._state, self._last = state, last
        self.setFixedWidth(MARK_PX)
        self.setMinimumHeight(MARK_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = colour(INKS[self._state])
        if not self._last:
            painter.setPen(colour("line"))
            painter.drawLine(MARK_PX // 2, MARK_PX + 2, MARK_PX // 2, self.height())
        painter.setPen(ink)
        solid = self._state in {"done", "bad"}
        painter.setBrush(ink if solid else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(1, 1, MARK_PX - 2, MARK_PX - 2))
        if glyph := GLYPHS.get(self._state):
            tone = QColor(colour("card")).name() if solid else ink_now("accent")
            drawn = pixmap(glyph, tone, 14, self.devicePixelRatioF())
            painter.drawPixmap(4, 4, drawn)


class Timeline(QWidget):
    """Steps below each other."""

    def __init__(self) -> None:
        super().__init__()
        self._list: QVBoxLayout = column(gap=0)
        self.setLayout(self._list)

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        """Show the course anew."""
        clear(self._list)
        for number, step in enumerate(steps):
            self._list.addWidget(_line(step, last=number == len(steps) - 1))


def _line(step: Step, *, last: bool) -> QWidget:
    ink = "muted" if step.state == "next" else "text"
    role = "strong" if step.state in {"now", "bad"} else "body"
    head = row(Text(step.title, role, ink), None, Text(step.when, "meta", "muted"))
    words = column(head, gap=2)
    if step.detail:
        words.addWidget(Text(step.detail, "meta", "muted", wrap=True))
    words.addSpacing(2 if last else 14)
    content = row(Mark(step.state, last=last), gap=12)
    content.addLayout(words, 1)
    made = box(content)
    made.setAccessibleName(f"{step.title} {step.when}")
    return made
