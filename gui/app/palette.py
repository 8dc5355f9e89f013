"""The full palette of a theme; each role is set, since Qt derives wrong ones."""

from PySide6.QtGui import QColor, QPalette

from gui.app.tokens import Tokens

Role = QPalette.ColorRole


def palette(tokens: Tokens) -> QPalette:
    """Return the palette of all three colour groups."""
    colours = {
        Role.Window: tokens.ground,
        Role.WindowText: tokens.text,
        Role.Base: tokens.card,
        Role.AlternateBase: tokens.raised,
        Role.ToolTipBase: tokens.card,
        Role.ToolTipText: tokens.text,
        Role.PlaceholderText: tokens.muted,
        Role.Text: tokens.text,
        Role.Button: tokens.card,
        Role.ButtonText: tokens.text,
        Role.BrightText: tokens.on_accent,
        Role.Light: tokens.card,
        Role.Midlight: tokens.line,
        Role.Mid: tokens.line,
        Role.Dark: tokens.border,
        Role.Shadow: tokens.border,
        Role.Highlight: tokens.accent,
        Role.HighlightedText: tokens.on_accent,
        Role.Link: tokens.accent,
        Role.LinkVisited: tokens.dispute,
        Role.Accent: tokens.accent,
    }
    made = QPalette()
    for role, colour in colours.items():
        made.setColor(QPalette.ColorGroup.All, role, QColor(colour))
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return made
