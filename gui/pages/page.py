"""What every page is, and what the window gives to a page."""

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from bazaar.rpc.schema.node import Event, StatusView
from gui.app.memory import Memory
from gui.models.pictures import Pictures
from gui.rpc.door import Door


class Place(NamedTuple):
    """Where one is: a page and what it shows."""

    page: str
    argument: str = ""


class Shell(Protocol):
    """The window as pages see it."""

    @property
    def door(self) -> Door: ...
    @property
    def pictures(self) -> Pictures: ...
    @property
    def home(self) -> Path: ...
    @property
    def status(self) -> StatusView | None: ...
    def go(self, page: str, argument: str = "") -> None: ...
    def back(self) -> None: ...
    def show_words(self, words: str) -> None: ...
    def note(self, words: str, role: str = "accent") -> None: ...
    def note_act(self, words: str, button: str, act: Callable[[], object]) -> None: ...
    def note_undo(self, words: str, undo: Callable[[], object]) -> None: ...
    @property
    def memory(self) -> Memory: ...
    def choose_closing(self, choice: str) -> None: ...
    def choose_country(self, code: str) -> None: ...
    def choose_theme(self, choice: str) -> None: ...
    def now(self) -> int: ...


class Page(QWidget):
    """A page of the window, built on its first visit.

    Attributes:
        topics: Events after which it is read again.
    """

    topics: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)

    def set_body(self, *parts: QWidget | QLayout) -> None:
        """Fill the page from top to bottom; the last part takes the room."""
        for part in parts:
            if isinstance(part, QWidget):
                self._outer.addWidget(part, 1 if part is parts[-1] else 0)
            else:
                self._outer.addLayout(part)

    @abstractmethod
    def open(self, argument: str) -> None:
        """Show what ``argument`` names; called at every visit."""

    def refresh(self) -> None:
        """Read again what is shown."""

    def heard(self, event: Event) -> None:
        """Something changed at the node; the page is in sight."""
        if event.topic in self.topics or event.topic == "resync":
            self.refresh()

    def leave(self) -> None:
        """The window closes."""

    def unsaved_title(self) -> str | None:
        """Return the title of what was typed here and not published; None without."""
        return None
