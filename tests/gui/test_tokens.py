"""Every ink is readable on every ground that it stands on (WCAG 2.2 AA)."""

import pytest

from gui.app.tokens import INKS, THEMES, TINTED, Tokens, contrast, ink, tint

TEXT = 4.5
BORDER = 3.0
PAIRS = [(theme, role) for theme in THEMES.values() for role in INKS]


@pytest.mark.parametrize(("theme", "role"), PAIRS)
def test_inks_are_readable_on_card_and_ground(theme: Tokens, role: str) -> None:
    assert contrast(ink(theme, role), theme.card) >= TEXT
    assert contrast(ink(theme, role), theme.ground) >= TEXT


@pytest.mark.parametrize("theme", THEMES.values())
@pytest.mark.parametrize("role", TINTED)
def test_inks_and_text_are_readable_on_their_tints(theme: Tokens, role: str) -> None:
    assert contrast(ink(theme, role), tint(theme, role)) >= TEXT
    assert contrast(theme.text, tint(theme, role)) >= TEXT


@pytest.mark.parametrize("theme", THEMES.values())
def test_what_can_be_operated_has_a_visible_edge(theme: Tokens) -> None:
    assert contrast(theme.border, theme.card) >= BORDER
    assert contrast(theme.border, theme.ground) >= BORDER
    assert contrast(theme.focus, theme.card) >= BORDER


@pytest.mark.parametrize("theme", THEMES.values())
def test_the_main_button_is_readable(theme: Tokens) -> None:
    assert contrast(theme.on_accent, theme.accent) >= TEXT


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 1) == 21.0
