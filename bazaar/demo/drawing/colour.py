"""Colours as ``#RRGGBB`` or ``#RRGGBBAA`` text, and how they are mixed."""

from typing import Final

INK: Final = "#1B2130"
PAPER: Final = "#FBF8F1"
STEEL: Final = "#B9C0CB"
BRASS: Final = "#C79A45"
WOOD: Final = "#B57F4E"
GLASS: Final = "#3C4F86"
GREENS: Final = ("#4E8E66", "#3F7A56", "#6FA36A", "#33694A")


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the three channels, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, part: float) -> str:
    """Blend two colours; ``part`` 0 gives the first, 1 the second."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02X}" for a, b in pairs)


def darker(colour: str, part: float = 0.18) -> str:
    """Shade a colour towards the market's ink, so that all shadows agree."""
    return mix(colour, INK, part)


def lighter(colour: str, part: float = 0.25) -> str:
    """Tint a colour towards white."""
    return mix(colour, "#FFFFFF", part)


def veil(colour: str, opacity: float) -> str:
    """Return the colour with an opacity of 0 to 1."""
    return f"{colour[:7]}{round(opacity * 255):02X}"
