"""Motifs: linen for the house."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, darker, mix, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, mirrored, oval


def cushion(canvas: Canvas, paint: Paint) -> None:
    """A plump cushion with woven stripes and tassels."""
    canvas.stand(200)
    side = [
        (0, -20),
        (-120, -8),
        (-210, -6),
        (-206, -110),
        (-202, -200),
        (-204, -300),
        (-212, -386),
        (-110, -378),
    ]
    shape = curve([*side, (0, -374), *mirrored(list(reversed(side)))[:-1]], closed=True)
    canvas.fill(shape, paint.main)
    with canvas.clip(shape):
        for x in range(-200, 260, 66):
            canvas.fill(box(x, -400, 22, 400), paint.second)
            canvas.fill(box(x + 30, -400, 5, 400), mix(paint.main, paint.second, 0.6))
        canvas.fill(oval(260, -120, 240, 330), veil(darker(paint.main, 0.5), 0.2))
    for x, y in ((-214, -8), (214, -8), (-214, -388), (214, -388)):
        canvas.fill(oval(x, y, 15, 15), darker(paint.second, 0.2))
    canvas.line(curve([(-60, -200), (0, -190), (60, -206)]), veil("#000000", 0.08), 5)


def tea_towels(canvas: Canvas, paint: Paint) -> None:
    """Two linen tea towels on hooks."""
    canvas.fill(box(-260, -452, 520, 26, 8), "#B57F4E")
    for x, colour, stripe in (
        (-122, paint.main, paint.second),
        (122, paint.second, paint.main),
    ):
        canvas.line(arc((x, -414), (15, 22), -90, 130), "#8A93A1", 8)
        cloth = [
            *curve([(x - 10, -400), (x - 76, -384), (x - 98, -360)]),
            (x - 106, -40),
            (x - 40, -28),
            (x + 20, -44),
            (x + 104, -32),
            *curve([(x + 98, -360), (x + 76, -384), (x + 10, -400)]),
        ]
        canvas.cast([(a + 8, b + 8) for a, b in cloth], 0.22, 9)
        canvas.fill(cloth, colour)
        with canvas.clip(cloth):
            for y, high in ((-110, 11), (-90, 5), (-66, 11)):
                canvas.fill(box(x - 120, y, 240, high), stripe)
            for a in (-60, -8, 46):
                canvas.fill(
                    [(x + a, -400), (x + a - 6, 0), (x + a + 18, 0)], veil(INK, 0.07)
                )
