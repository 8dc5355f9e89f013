"""Motifs: things of steel and brass from the workshop and the kitchen."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import BRASS, INK, STEEL, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, oval


def watch(canvas: Canvas, paint: Paint) -> None:
    """A hand-wound wristwatch lying on a table."""
    strap = curve(
        [
            (-52, 60),
            (-46, -60),
            (-62, -120),
            (-66, -280),
            (-62, -340),
            (-46, -400),
            (-42, -470),
            (42, -470),
            (46, -400),
            (62, -340),
            (66, -280),
            (62, -120),
            (46, -60),
            (52, 60),
        ]
    )
    canvas.lie(strap)
    canvas.fill(strap, paint.second)
    for x in (-36, 36):
        for y in (*range(-452, -340, 22), *range(-56, 40, 22)):
            canvas.line([(x, y), (x, y + 11)], lighter(paint.second, 0.4), 3)
    canvas.fill(box(112, -216, 30, 32, 8), darker(STEEL, 0.1))
    canvas.lie(oval(0, -200, 126, 126))
    canvas.fill(oval(0, -200, 126, 126), darker(STEEL, 0.12))
    canvas.fill(oval(-4, -204, 120, 120), lighter(STEEL, 0.4))
    canvas.fill(oval(0, -200, 104, 104), paint.main)
    _dial(canvas, darker(paint.main, 0.75))
    canvas.fill(
        [(-70, -270), (-30, -296), (40, -120), (10, -104)], veil("#FFFFFF", 0.16)
    )


def _dial(canvas: Canvas, ink: str) -> None:
    for i in range(12):
        with canvas.at(0, -200, 1, i * 30):
            canvas.line(
                [(0, -94), (0, -72 if i % 3 == 0 else -82)], ink, 6 if i % 3 == 0 else 4
            )
    canvas.line([(0, -200), (-44, -232)], ink, 8)
    canvas.line([(0, -200), (52, -256)], ink, 6)
    canvas.line([(0, -200), (-10, -130)], "#B3261E", 3)
    canvas.fill(oval(0, -200, 8, 8), ink)
    canvas.fill(oval(0, -150, 20, 20), veil(ink, 0.14))


def plane(canvas: Canvas, paint: Paint) -> None:
    """A block plane with curls of wood."""
    canvas.cast(box(-250, -14, 520, 26), 0.36, 9)
    canvas.fill(box(-330, -24, 660, 26), "#E0BE8D")
    canvas.fill(box(-330, -4, 660, 14), "#CBA470")
    body = [
        (-230, -26),
        (-230, -62),
        *curve(
            [(-230, -62), (-150, -104), (-60, -112), (60, -112), (160, -96), (236, -60)]
        ),
        (236, -26),
    ]
    canvas.fill(body, paint.main)
    canvas.fill(
        [(-230, -26), (-230, -44), (236, -44), (236, -26)], darker(paint.main, 0.25)
    )
    canvas.fill([(-30, -106), (40, -106), (132, -226), (86, -246)], STEEL)
    canvas.fill(
        [(-10, -106), (40, -106), (120, -210), (100, -220)], darker(STEEL, 0.18)
    )
    canvas.fill(oval(-150, -142, 36, 40), paint.second)
    canvas.fill(box(-168, -112, 36, 22, 6), darker(paint.second))
    canvas.fill(
        curve(
            [
                (100, -100),
                (120, -190),
                (112, -250),
                (150, -268),
                (186, -250),
                (176, -180),
                (196, -92),
            ],
            closed=True,
        ),
        paint.second,
    )
    canvas.fill(oval(142, -236, 12, 12), BRASS)
    canvas.fill(oval(-162, -154, 10, 12), lighter(paint.second, 0.35))
    for x, y, r in ((-60, -150, 34), (-264, -52, 30), (276, -48, 26), (-20, -190, 20)):
        curl = [
            (x + r * (1 - i / 40) * c, y + r * (1 - i / 40) * s)
            for i, (c, s) in enumerate(arc((0, 0), (1, 1), 0, 150) * 1)
        ]
        canvas.line(curl, "#F0D3A4", 9)
        canvas.line(arc((x, y), (r * 0.6, r * 0.6), 60, 330), "#E0BE8D", 7)


def tune_up(canvas: Canvas, paint: Paint) -> None:
    """A wheel on the truing stand with a spanner across it."""
    canvas.cast(oval(10, 6, 200, 18), 0.34, 10)
    canvas.fill(
        [(-150, 0), (-118, 0), (-14, -214), (-26, -226)], darker(paint.second, 0.2)
    )
    canvas.fill([(150, 0), (118, 0), (14, -214), (26, -226)], darker(paint.second, 0.2))
    canvas.fill(box(-176, -16, 352, 22, 8), paint.second)
    for i in range(20):
        with canvas.at(0, -226, 1, i * 18):
            canvas.line([(6, 0), (0, -172)], darker(STEEL, 0.14), 3)
    rim = [*oval(0, -226, 196, 196), *reversed(oval(0, -226, 170, 170))]
    canvas.fill(rim, INK)
    canvas.fill(
        [*oval(0, -226, 178, 178), *reversed(oval(0, -226, 168, 168))],
        lighter(STEEL, 0.35),
    )
    canvas.fill(oval(0, -226, 30, 30), STEEL)
    canvas.fill(oval(0, -226, 15, 15), darker(STEEL, 0.4))
    with canvas.at(150, -120, 0.95, 38):
        _spanner(canvas, paint.main)


def _spanner(canvas: Canvas, colour: str) -> None:
    canvas.cast(box(-22, -160, 50, 320, 10), 0.22, 8)
    canvas.fill(box(-19, -130, 38, 260, 10), colour)
    canvas.fill(box(3, -130, 16, 260, 6), darker(colour))
    for y, start in ((-160, -58), (160, 122)):
        ring = arc((0, y), (50, 50), start, start + 296)
        jaw = [
            (arc((0, y), (50, 50), start, start + 296)[-1][0], y),
            (0, y),
            (ring[0][0], y),
        ]
        canvas.fill([*ring, *jaw], colour)
