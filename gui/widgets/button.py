"""Buttons: main, plain, danger, quiet, link, tab and those of one icon."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton

from gui.app.icons import icon
from gui.app.theme import ink_now, theme

INK_OF_KIND = {"danger": "error", "link": "accent"}
ICON_PX = 18
ICON_GAP = "\N{EN SPACE}"


class Button(QPushButton):
    """A button with a word; ``kind`` is plain, main, danger, quiet, link, tab or nav."""

    def __init__(
        self,
        text: str,
        act: Callable[[], object] | None = None,
        kind: str = "plain",
        icon_name: str = "",
    ) -> None:
        super().__init__()
        self._icon = icon_name
        self.setText(text)
        self.setProperty("kind", kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if kind in {"tab", "nav"}:
            self.setCheckable(True)
        if act is not None:
            self.clicked.connect(lambda _checked=False: act())
        self.toggled.connect(self._tint)
        self._tint()

    def setText(self, text: str) -> None:
        """Show ``text`` as it is, at a distance from the icon."""
        gap = ICON_GAP if self._icon and text else ""
        super().setText(gap + text.replace("&", "&&"))
        self.setAccessibleName(text)

    def _tint(self) -> None:
        if not self._icon:
            return
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setIcon(icon(self._icon, self._ink(), ICON_PX))

    def _ink(self) -> str:
        kind = str(self.property("kind"))
        if kind == "main":
            return theme().tokens.on_accent
        if self.isCheckable() and self.isChecked():
            return ink_now("accent")
        return ink_now(INK_OF_KIND.get(kind, "muted"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._tint()


class IconButton(QToolButton):
    """A button of one icon; ``name`` is its tip and its name for screen readers."""

    def __init__(
        self, icon_name: str, name: str, act: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self._icon = icon_name
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setToolTip(escape(name))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if act is not None:
            self.clicked.connect(lambda _checked=False: act())
        self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._icon, ink_now("muted"), ICON_PX))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._tint()
