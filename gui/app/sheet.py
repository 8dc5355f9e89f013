"""The style sheet of a theme: edges, padding and states of standard widgets."""

from string import Template
from typing import Final

import msgspec

from gui.app.tokens import INKS, TINTED, Tokens, ink, tint

FIELDS: Final = Template("""
QLineEdit, QPlainTextEdit, QComboBox {
  background: $card; color: $text; border: 1px solid $border; border-radius: 6px;
  padding: 5px 9px; min-height: 22px; selection-background-color: $accent;
  selection-color: $on_accent;
}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {
  border: 2px solid $focus; padding: 4px 8px;
}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] { border: 1px solid $error; }
QLineEdit:disabled, QComboBox:disabled {
  color: $muted; background: $ground; border-color: $line;
}
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
  background: $card; color: $text; border: 1px solid $border; outline: 0; padding: 4px;
  selection-background-color: $accent_tint; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 8px; }
QCheckBox, QRadioButton { spacing: 8px; color: $text; min-height: 28px; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QProgressBar { background: $line; border: 0; border-radius: 3px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSlider::groove:horizontal { height: 6px; border-radius: 3px; background: $line; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 3px; }
QSlider::handle:horizontal {
  width: 16px; height: 16px; margin: -7px 0; border-radius: 10px; background: $card;
  border: 2px solid $accent;
}
QSlider:focus { border: 2px solid $focus; border-radius: 6px; }
""")

BUTTONS: Final = Template("""
QPushButton {
  background: $card; color: $text; border: 1px solid $border; border-radius: 6px;
  padding: 6px 14px; min-height: 20px; font-weight: 500;
}
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $focus; padding: 5px 13px; }
QPushButton:disabled { color: $muted; border-color: $line; background: $ground; }
QPushButton[kind="main"] {
  background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
  min-height: 22px; padding: 6px 18px;
}
QPushButton[kind="main"]:focus { border: 2px solid $text; padding: 5px 17px; }
QPushButton[kind="main"]:disabled {
  background: $line; color: $muted; border-color: $line;
}
QPushButton[kind="danger"] { color: $error; border-color: $error; }
QPushButton[kind="danger"]:focus { border: 2px solid $error; }
QPushButton[kind="quiet"] { border: 1px solid transparent; background: transparent; }
QPushButton[kind="quiet"]:hover { background: $raised; }
QPushButton[kind="quiet"]:focus { border: 2px solid $focus; }
QPushButton[kind="status"] {
  border: 1px solid transparent; background: transparent; color: $muted; font-size: 12px;
  font-weight: 400; padding: 1px 6px; min-height: 16px;
}
QPushButton[kind="status"]:hover { color: $text; }
QPushButton[kind="status"]:focus { border: 1px solid $focus; }
QPushButton[kind="link"] {
  border: 1px solid transparent; background: transparent; color: $accent; padding: 6px 4px;
}
QPushButton[kind="link"]:focus { border: 2px solid $focus; padding: 5px 3px; }
QPushButton[kind="tab"] {
  border: 1px solid transparent; background: transparent; color: $muted;
  border-radius: 6px; padding: 5px 12px;
}
QPushButton[kind="tab"]:checked { background: $accent_tint; color: $accent; }
QPushButton[kind="tab"]:focus { border: 2px solid $focus; padding: 4px 11px; }
QPushButton[kind="nav"] {
  border: 2px solid transparent; background: transparent; text-align: left;
  padding: 6px 10px; min-height: 24px;
}
QPushButton[kind="nav"]:hover { background: $raised; }
QPushButton[kind="nav"]:checked {
  background: $accent_tint; color: $accent; font-weight: 600;
}
QPushButton[kind="nav"]:focus { border: 2px solid $focus; }
QToolButton {
  border: 2px solid transparent; border-radius: 6px; background: transparent;
  min-width: 28px; min-height: 28px;
}
QToolButton:hover { background: $raised; }
QToolButton:checked { background: $accent_tint; }
QToolButton:focus { border: 2px solid $focus; }
""")

SURFACES: Final = Template("""
QToolTip {
  background: $card; color: $text; border: 1px solid $border; padding: 4px 8px;
}
QScrollArea, QScrollArea > QWidget > QWidget[page="true"] {
  border: 0; background: transparent;
}
QFrame[surface="card"] {
  background: $card; border: 1px solid $line; border-radius: 8px;
}
QFrame[surface="bar"] { background: $card; border: 0; border-bottom: 1px solid $line; }
QFrame[surface="foot"] { background: $card; border: 0; border-top: 1px solid $line; }
QFrame[surface="side"] { background: $card; border: 0; border-right: 1px solid $line; }
QFrame[surface="rule"] { background: $line; border: 0; }
QFrame[surface="drop"] {
  background: $ground; border: 1px dashed $border; border-radius: 8px;
}
QListView, QTableView, QTextBrowser {
  background: transparent; border: 0; outline: 0; color: $text;
}
QListView[list="suggestions"] {
  background: $card; border: 1px solid $border; padding: 4px;
  selection-background-color: $accent_tint; selection-color: $text;
}
QListView[list="suggestions"]::item { min-height: 30px; padding: 0 10px; }
QTableView { alternate-background-color: $ground; gridline-color: transparent; }
QTableView::item { padding: 0 10px; border: 0; border-bottom: 1px solid $line; }
QTableView::item:selected { background: $accent_tint; color: $text; }
QHeaderView { background: transparent; border: 0; }
QHeaderView::section {
  background: transparent; color: $muted; border: 0; border-bottom: 1px solid $line;
  padding: 6px 10px; font-weight: 500;
}
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QDialog { background: $card; }
""")


def sheet(tokens: Tokens) -> str:
    """Return the whole sheet of a theme."""
    values = msgspec.to_builtins(tokens)
    parts = [part.substitute(values) for part in (FIELDS, BUTTONS, SURFACES)]
    parts += [
        f'QLabel[ink="{role}"] {{ color: {ink(tokens, role)}; }}' for role in INKS
    ]
    parts += [_banner(tokens, role) for role in TINTED]
    return "\n".join(parts)


def _banner(tokens: Tokens, role: str) -> str:
    return (
        f'QFrame[banner="{role}"] {{ background: {tint(tokens, role)}; '
        f"border: 1px solid {ink(tokens, role)}; border-radius: 8px; }}"
    )
