"""Turns a picture's recipe (motif, colours, scene) into a JPEG file."""

from pathlib import Path
from typing import Final, NamedTuple

from bazaar.demo.drawing.canvas import HEIGHT, Canvas
from bazaar.demo.drawing.motifs import MOTIFS
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.scene import BACKDROPS, MIDDLE_X, STAND_Y, TINTS

JPEG_QUALITY: Final = 90
COMPANY_SCALE: Final = 0.86
COMPANY_SPACING: Final = 250
"""How far apart things stand that are shown together."""


class Recipe(NamedTuple):
    """What to draw.

    Attributes:
        motif: A name of ``MOTIFS``.
        paint: Main and second colour.
        tint: A name of ``TINTS``.
        backdrop: A name of ``BACKDROPS``.
        words: Lines for a label, where the motif has one.
        scale: Enlargement; with ``focus`` a detail, else of the whole thing.
        turn: Degrees clockwise.
        focus: The point of the motif that comes to the middle of the picture.
        others: Colours of further copies that stand beside the first.
    """

    motif: str
    paint: tuple[str, str]
    tint: str
    backdrop: str
    words: tuple[str, ...] = ()
    scale: float = 1.0
    turn: float = 0.0
    focus: tuple[float, float] | None = None
    others: tuple[tuple[str, str], ...] = ()


def save(recipe: Recipe, path: Path) -> None:
    """Draw the recipe into a JPEG of 800 x 600 pixels; the same recipe gives the same picture."""
    tint = TINTS[recipe.tint]
    canvas = Canvas(tint.wall)
    BACKDROPS[recipe.backdrop](canvas, tint)
    if recipe.focus:
        _detail(canvas, recipe, recipe.focus)
    else:
        _company(canvas, recipe)
    canvas.finish().save(path, "JPEG", quality=JPEG_QUALITY, subsampling=0)


def _detail(canvas: Canvas, recipe: Recipe, focus: tuple[float, float]) -> None:
    with (
        canvas.at(MIDDLE_X, HEIGHT / 2, recipe.scale, recipe.turn),
        canvas.at(-focus[0], -focus[1]),
    ):
        _thing(canvas, recipe, recipe.paint)


def _company(canvas: Canvas, recipe: Recipe) -> None:
    colours = (recipe.paint, *recipe.others)
    scale = recipe.scale * (COMPANY_SCALE if recipe.others else 1)
    left = MIDDLE_X - COMPANY_SPACING * (len(colours) - 1) / 2
    for i, paint in enumerate(colours):
        with canvas.at(left + i * COMPANY_SPACING, STAND_Y, scale, recipe.turn):
            _thing(canvas, recipe, paint)


def _thing(canvas: Canvas, recipe: Recipe, paint: tuple[str, str]) -> None:
    MOTIFS[recipe.motif](canvas, Paint(paint[0], paint[1], recipe.words))
