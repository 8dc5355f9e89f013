"""Where the goods stand: a tinted wall and table, or a table seen from above."""

from collections.abc import Callable
from typing import Final, NamedTuple

from bazaar.demo.drawing.canvas import HEIGHT, WIDTH, Canvas
from bazaar.demo.drawing.colour import darker, lighter, mix, veil
from bazaar.demo.drawing.shapes import arc, box, oval

FLOOR_Y: Final = 432
STAND_Y: Final = 500
MIDDLE_X: Final = 400


class Tint(NamedTuple):
    """The two soft colours of a scene."""

    wall: str
    floor: str


TINTS: Final = {
    "mist": Tint("#DDE6F3", "#C6D3E8"),
    "sage": Tint("#DFE9DC", "#C7D7C3"),
    "sand": Tint("#F2E8D8", "#E3D2B8"),
    "blush": Tint("#F7E0DA", "#EAC7BD"),
    "lilac": Tint("#E8E1F3", "#D3C7E6"),
    "butter": Tint("#FAEFCB", "#EEDCA2"),
    "sea": Tint("#D5EAE9", "#B8D7D6"),
    "clay": Tint("#EFD9C7", "#DDBD9F"),
    "stone": Tint("#E7E8EC", "#D2D5DC"),
    "dusk": Tint("#44506E", "#364059"),
}


def halo(canvas: Canvas, tint: Tint) -> None:
    """A pale disc on the wall behind the goods."""
    canvas.fill(oval(MIDDLE_X, 300, 232, 232), lighter(tint.wall, 0.42))
    _floor(canvas, tint)


def niche(canvas: Canvas, tint: Tint) -> None:
    """An arched niche in the wall."""
    shape = [
        *arc((MIDDLE_X, 288), (228, 228), 180, 360),
        (628, FLOOR_Y),
        (172, FLOOR_Y),
    ]
    canvas.fill([(x - 12, y) for x, y in shape], darker(tint.wall, 0.07))
    canvas.fill(shape, lighter(tint.wall, 0.36))
    _floor(canvas, tint)


def window(canvas: Canvas, tint: Tint) -> None:
    """Morning light that falls through a window onto the wall."""
    light = veil("#FFFFFF", 0.4)
    for x in (180, 330):
        for y in (40, 190):
            canvas.fill(
                [(x, y + 30), (x + 130, y), (x + 130, y + 130), (x, y + 160)], light
            )
    _floor(canvas, tint)


def hills(canvas: Canvas, tint: Tint) -> None:
    """Out of doors: a low sun and two rows of hills."""
    canvas.fill(oval(590, 170, 70, 70), lighter(tint.wall, 0.6))
    canvas.fill(oval(190, 480, 330, 160), mix(tint.wall, tint.floor, 0.4))
    canvas.fill(oval(650, 500, 360, 150), mix(tint.wall, tint.floor, 0.7))
    _floor(canvas, tint)


def panel(canvas: Canvas, tint: Tint) -> None:
    """A wall with a dado of boards."""
    board = mix(tint.wall, tint.floor, 0.45)
    canvas.fill(box(0, 250, WIDTH, FLOOR_Y - 250), board)
    canvas.fill(box(0, 244, WIDTH, 8), lighter(tint.wall, 0.5))
    for x in range(40, WIDTH, 90):
        canvas.line([(x, 256), (x, FLOOR_Y)], darker(board, 0.06), 2)
    _floor(canvas, tint)


def table(canvas: Canvas, tint: Tint) -> None:
    """A table seen from above, with a paler cloth across it."""
    canvas.fill(
        [(0, 110), (WIDTH, 20), (WIDTH, 500), (0, HEIGHT - 10)],
        lighter(tint.wall, 0.34),
    )


def boards(canvas: Canvas, tint: Tint) -> None:
    """A workbench of boards seen from above."""
    line = darker(tint.wall, 0.07)
    for i, y in enumerate(range(0, HEIGHT, 120)):
        if i % 2:
            canvas.fill(box(0, y, WIDTH, 120), lighter(tint.wall, 0.16))
        canvas.line([(0, y), (WIDTH, y)], line, 2)
        canvas.line([(150 + 190 * (i % 3), y), (150 + 190 * (i % 3), y + 120)], line, 2)


def _floor(canvas: Canvas, tint: Tint) -> None:
    canvas.fill(box(0, FLOOR_Y, WIDTH, HEIGHT - FLOOR_Y), tint.floor)
    canvas.fill(box(0, FLOOR_Y, WIDTH, 5), lighter(tint.floor, 0.3))


BACKDROPS: Final[dict[str, Callable[[Canvas, Tint], None]]] = {
    "halo": halo,
    "niche": niche,
    "window": window,
    "hills": hills,
    "panel": panel,
    "table": table,
    "boards": boards,
}
