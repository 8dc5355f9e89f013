"""Which theme is on, and how the whole app changes to another."""

from functools import cache

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from gui.app.fonts import font
from gui.app.palette import palette
from gui.app.sheet import sheet
from gui.app.tokens import DARK, LIGHT, THEMES, Tokens, ink, tint


class Theme(QObject):
    """The theme in use; ``changed`` is for what paints by itself."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT
        self.choice = "system"

    def choose(self, choice: str) -> None:
        """Switch to light, dark, contrast or system; unknown names mean system."""
        self.choice = choice if choice in THEMES else "system"
        self.tokens = THEMES.get(self.choice) or system_tokens()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dress(app, self.tokens)
        self.changed.emit()

    @Slot()
    def follow(self) -> None:
        """Take over the system's new scheme, in system mode only."""
        if self.choice == "system":
            self.choose("system")


def system_tokens() -> Tokens:
    """Return the theme that the system asks for."""
    hints = QApplication.styleHints()
    return DARK if hints.colorScheme() is Qt.ColorScheme.Dark else LIGHT


def dress(app: QApplication, tokens: Tokens) -> None:
    """Give ``app`` the style, palette, font and sheet of ``tokens``."""
    app.setStyle("Fusion")
    app.setPalette(palette(tokens))
    app.setFont(font("body"))
    app.setStyleSheet(sheet(tokens))


@cache
def theme() -> Theme:
    """Return the one theme of this process."""
    return Theme()


def colour(role: str) -> QColor:
    """Return the present colour of a token by its name."""
    return QColor(str(getattr(theme().tokens, role)))


def ink_now(role: str) -> str:
    """Return the present ink of a role as #RRGGBB."""
    return ink(theme().tokens, role)


def tint_now(role: str) -> str:
    """Return the present chip ground of a role as #RRGGBB."""
    return tint(theme().tokens, role)
