"""The one label: always plain text, whatever it is given."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.app.fonts import font


class Text(QLabel):
    """Plain text in one of the roles of ``fonts.SIZES`` and inks of ``tokens.INKS``."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        ink: str = "text",
        *,
        wrap: bool = False,
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(role))
        self.setProperty("ink", ink)
        self.setWordWrap(wrap)
        self.setText(text)

    def set_ink(self, ink: str) -> None:
        """Change the ink."""
        if self.property("ink") != ink:
            self.setProperty("ink", ink)
            self.style().unpolish(self)
            self.style().polish(self)


class ShortText(Text):
    """One line that ends in an ellipsis where the room ends."""

    def __init__(self, text: str = "", role: str = "body", ink: str = "text") -> None:
        self._whole = text
        super().__init__(text, role, ink)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        self._whole = text.replace("\n", " ")
        self.setAccessibleName(self._whole)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self._whole) + 2
        return QSize(wide, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        mode = Qt.TextElideMode.ElideRight
        room = max(self.width(), 24)
        super().setText(self.fontMetrics().elidedText(self._whole, mode, room))


def selectable(text: Text) -> Text:
    """Let the user mark and copy ``text``; returns it."""
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return text


def named(widget: QWidget, name: str) -> QWidget:
    """Give ``widget`` a name for who cannot see it; returns it."""
    widget.setAccessibleName(name)
    return widget
