"""Motifs: bread and cheese."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import darker, lighter
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import box, curve, leaf, oval, turned


def bread(canvas: Canvas, paint: Paint) -> None:
    """A scored sourdough loaf on a board, with wheat ears."""
    canvas.cast(box(-280, -16, 580, 28), 0.34, 10)
    canvas.fill(box(-284, -36, 568, 38, 12), "#C9A272")
    canvas.fill(box(-284, -14, 568, 16, 8), "#AD8553")
    loaf = [
        (-220, -36),
        *curve(
            [
                (-220, -36),
                (-236, -120),
                (-170, -220),
                (0, -262),
                (170, -220),
                (236, -120),
                (220, -36),
            ]
        ),
    ]
    canvas.fill(loaf, paint.main)
    with canvas.clip(loaf):
        canvas.fill(oval(20, 30, 280, 130), darker(paint.main, 0.2))
        canvas.fill(oval(-40, -190, 150, 56), lighter(paint.main, 0.16))
        canvas.fill(leaf((-170, -120), (180, -214), 0.13), paint.second)
        canvas.line(
            curve([(-170, -120), (-20, -190), (180, -214)]), darker(paint.main, 0.4), 6
        )
        for i in range(6):
            x = -120 + i * 46
            canvas.fill(leaf((x, -70), (x + 24, -132 - i * 3), 0.14), paint.second)
    for i in range(20):
        canvas.fill(oval(-190 + (i * 67) % 380, -70 - (i * 43) % 130, 3, 2), "#FBF3E4")
    canvas.line(curve([(200, -30), (280, -90), (330, -180)]), "#C7953B", 5)
    for i in range(6):
        x, y = 270 + i * 12, -86 - i * 20
        canvas.fill(leaf((x, y), (x + 30, y - 18), 0.28), "#D8A94A")
        canvas.fill(leaf((x, y), (x - 12, y - 32), 0.28), "#C7953B")


def cheese(canvas: Canvas, paint: Paint) -> None:
    """A small wheel of farmhouse cheese with a wedge cut out."""
    canvas.stand(220)
    wheel = [(206, -170), (216, -140), (216, -60), (204, -10)]
    canvas.fill(turned(wheel), paint.second)
    canvas.fill(turned(wheel, 0.5), darker(paint.second, 0.14))
    canvas.fill(oval(0, -168, 206, 62), lighter(paint.second, 0.25))
    canvas.write((-84, -174), paint.word(0), 22, darker(paint.second, 0.4))
    cut = [(0, -168), (60, -109), (60, 16), (0, -30)]
    canvas.fill(
        [(0, -168), (60, -109), (190, -142), (206, -20), (60, 18)],
        darker(paint.second, 0.3),
    )
    canvas.fill(
        [(0, -168), (196, -150), (204, -26), (0, -36)], darker(paint.main, 0.08)
    )
    canvas.fill(cut, paint.main)
    for x, y, r in (
        (40, -130, 9),
        (100, -90, 12),
        (150, -120, 8),
        (30, -60, 7),
        (130, -56, 6),
        (70, -66, 8),
    ):
        canvas.fill(oval(x, y, r, r * 0.8), darker(paint.main, 0.24))
    with canvas.at(250, 22):
        canvas.stand(70)
        canvas.fill([(-80, -96), (60, -110), (92, -6), (-84, 6)], paint.main)
        canvas.fill([(60, -110), (82, -98), (112, -10), (92, -6)], paint.second)
        for x, y, r in ((-40, -60, 9), (20, -40, 11), (30, -84, 6)):
            canvas.fill(oval(x, y, r, r * 0.8), darker(paint.main, 0.24))
