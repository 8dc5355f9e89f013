"""How things from the potter's wheel are shaded and speckled."""

from collections.abc import Sequence

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import darker, veil
from bazaar.demo.drawing.shapes import Point, curve, oval, turned

SPECKS = (
    (-0.6, 0.3),
    (-0.3, 0.7),
    (0.1, 0.4),
    (0.5, 0.6),
    (-0.1, 0.85),
    (0.3, 0.2),
    (-0.75, 0.55),
    (0.65, 0.35),
)


def shaded(canvas: Canvas, profile: Sequence[Point], colour: str) -> None:
    """Paint a turned thing lit from the left."""
    canvas.fill(turned(profile), colour)
    canvas.fill(turned(profile, 0.42), darker(colour, 0.13))
    canvas.fill(turned(profile, -0.78, -0.64), veil("#FFFFFF", 0.32))


def speckled(canvas: Canvas, profile: Sequence[Point], colour: str) -> None:
    """Strew iron specks over a turned thing."""
    top, foot = profile[0][1], profile[-1][1]
    for x, y in SPECKS:
        height = top + (foot - top) * y
        radius = next(r for r, at in curve(profile) if at >= height)
        canvas.fill(oval(x * radius, height, 4, 3), veil(darker(colour, 0.5), 0.5))
