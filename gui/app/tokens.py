"""The colours and measures of the visual language."""

from typing import Final

from msgspec import Struct


class Tokens(Struct, frozen=True):
    """One theme; colours as #RRGGBB.

    Attributes:
        ground: Behind everything.
        card: Raised surfaces and fields.
        raised: Hovered and pressed surfaces.
        border: Edge of what can be operated.
        line: Edge of what only groups.
        on_accent: Ink on the accent.
    """

    name: str
    ground: str
    card: str
    raised: str
    text: str
    muted: str
    border: str
    line: str
    accent: str
    on_accent: str
    ok: str
    waiting: str
    error: str
    dispute: str
    ok_tint: str
    waiting_tint: str
    error_tint: str
    dispute_tint: str
    accent_tint: str
    muted_tint: str
    focus: str


LIGHT: Final = Tokens(
    name="light",
    ground="#F4F5F7",
    card="#FFFFFF",
    raised="#EEF0F4",
    text="#1B2130",
    muted="#5B6475",
    border="#7F889A",
    line="#DDE1E8",
    accent="#1F5FD6",
    on_accent="#FFFFFF",
    ok="#137A4B",
    waiting="#8A5A00",
    error="#B3261E",
    dispute="#6B3FA0",
    ok_tint="#E3F4EB",
    waiting_tint="#FCEFD6",
    error_tint="#FBE5E3",
    dispute_tint="#F0E7FA",
    accent_tint="#E5EDFC",
    muted_tint="#ECEEF2",
    focus="#1F5FD6",
)

DARK: Final = Tokens(
    name="dark",
    ground="#14171E",
    card="#1F2430",
    raised="#2A3040",
    text="#E8EAF0",
    muted="#A3ABBD",
    border="#667085",
    line="#323949",
    accent="#7AA8FF",
    on_accent="#14171E",
    ok="#4CC38A",
    waiting="#F0B85A",
    error="#FF8A80",
    dispute="#C4A1F5",
    ok_tint="#1B3A30",
    waiting_tint="#3D3220",
    error_tint="#44282C",
    dispute_tint="#352A4B",
    accent_tint="#25355A",
    muted_tint="#2A3040",
    focus="#7AA8FF",
)

CONTRAST: Final = Tokens(
    name="contrast",
    ground="#000000",
    card="#000000",
    raised="#1C1C1C",
    text="#FFFFFF",
    muted="#E6E6E6",
    border="#FFFFFF",
    line="#BFBFBF",
    accent="#FFE14D",
    on_accent="#000000",
    ok="#7CFFB2",
    waiting="#FFD27A",
    error="#FFB3AC",
    dispute="#E2CCFF",
    ok_tint="#00331C",
    waiting_tint="#332400",
    error_tint="#3D0A06",
    dispute_tint="#26104A",
    accent_tint="#332B00",
    muted_tint="#262626",
    focus="#FFE14D",
)

THEMES: Final = {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}
INKS: Final = ("text", "muted", "accent", "ok", "waiting", "error", "dispute")
TINTED: Final = ("ok", "waiting", "error", "dispute", "accent", "muted")

SIDE_PX: Final = 208
SIDE_ICONS_PX: Final = 56
NARROW_PX: Final = 1100
CONTENT_PX: Final = 1440
DETAIL_PX: Final = 360
CARD_PX: Final = 216
RADIUS_PX: Final = 8
LINEAR_UP_TO: Final = 0.04045
ROW_PX: Final = 64


def luminance(colour: str) -> float:
    """Return the relative luminance of #RRGGBB, 0..1 (WCAG 2.2)."""
    total = 0.0
    for start, weight in ((1, 0.2126), (3, 0.7152), (5, 0.0722)):
        part = int(colour[start : start + 2], 16) / 255
        linear = (
            part / 12.92 if part <= LINEAR_UP_TO else ((part + 0.055) / 1.055) ** 2.4
        )
        total += weight * linear
    return total


def contrast(ink: str, ground: str) -> float:
    """Return the contrast ratio of two colours, 1..21 (WCAG 2.2)."""
    dark, light = sorted((luminance(ink), luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


def tint(tokens: Tokens, role: str) -> str:
    """Return the ground of a chip of ``role``, one of TINTED."""
    return str(getattr(tokens, f"{role}_tint"))


def ink(tokens: Tokens, role: str) -> str:
    """Return the colour of writing of ``role``, one of INKS."""
    return str(getattr(tokens, role))
