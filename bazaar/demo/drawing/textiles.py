"""Motifs: wool and linen."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, darker, lighter, mix, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import box, curve, oval


def throw(canvas: Canvas, paint: Paint) -> None:
    """A checked blanket folded into a neat pile."""
    canvas.cast(box(-240, -16, 500, 28), 0.36, 11)
    for i, y in enumerate((-92, -178, -264)):
        fold = box(-236 + i * 5, y, 472 - i * 10, 92, 44)
        colour = mix(paint.main, "#FFFFFF", 0.07 * i)
        canvas.fill(fold, colour)
        with canvas.clip(fold):
            for x in range(-220, 260, 88):
                canvas.fill(box(x, y, 34, 92), veil(paint.second, 0.75))
                canvas.fill(box(x + 52, y, 6, 92), veil("#FFFFFF", 0.6))
            canvas.fill(box(-240, y + 60, 480, 12), veil(paint.second, 0.6))
            canvas.fill(box(-240, y + 80, 480, 14), veil(INK, 0.16))
    for x in range(-216, 226, 16):
        canvas.line([(x, -8), (x + 3, 20)], paint.main if x % 32 else paint.second, 6)


def apron(canvas: Canvas, paint: Paint) -> None:
    """A linen apron on a hanger peg."""
    canvas.fill(oval(0, -462, 13, 13), "#8A5A3B")
    canvas.line(
        curve([(-70, -352), (-40, -440), (0, -456), (40, -440), (70, -352)]),
        darker(paint.main, 0.2),
        13,
    )
    for turn in (1, -1):
        canvas.line(
            curve(
                [
                    (turn * 146, -216),
                    (turn * 220, -200),
                    (turn * 236, -120),
                    (turn * 214, -60),
                ]
            ),
            darker(paint.main, 0.14),
            10,
        )
    left = curve([(-82, -362), (-88, -290), (-150, -226)])
    cloth = [*left, (-172, 14), *[(-x, y) for x, y in reversed([*left, (-172, 14)])]]
    canvas.cast([(x + 9, y + 8) for x, y in cloth], 0.24, 9)
    canvas.fill(cloth, paint.main)
    with canvas.clip(cloth):
        canvas.fill(box(-90, -366, 180, 18), darker(paint.main, 0.12))
        for x in (-110, 30, 120):
            canvas.fill([(x, -230), (x - 12, 20), (x + 22, 20)], veil(INK, 0.07))
    canvas.fill(box(-92, -176, 184, 108, 10), darker(paint.main, 0.1))
    canvas.line([(0, -176), (0, -68)], darker(paint.main, 0.24), 3)
    canvas.line([(-92, -166), (92, -166)], lighter(paint.main, 0.4), 3)
    canvas.line([(50, -150), (50, -210)], "#B57F4E", 12)
    canvas.fill(oval(50, -222, 18, 26), "#C9935F")


def tote(canvas: Canvas, paint: Paint) -> None:
    """A market tote with leeks and a print."""
    canvas.stand(160)
    for x, lean in ((-70, -40), (-34, -8), (50, 30)):
        canvas.line([(x, -250), (x + lean, -380)], "#EDF3E0", 24)
        for bend in (-26, 0, 26):
            canvas.line(
                curve(
                    [
                        (x + lean, -370),
                        (x + lean + bend, -416),
                        (x + lean + bend * 2, -452),
                    ]
                ),
                "#4E8E66",
                15,
            )
    canvas.line(
        curve([(-86, -290), (-80, -400), (0, -440), (80, -400), (86, -290)]),
        darker(paint.main, 0.12),
        17,
    )
    bag = [(-156, -296), (156, -296), (178, -12), (166, 2), (-166, 2), (-178, -12)]
    canvas.fill(bag, paint.main)
    canvas.fill(
        [(92, -296), (156, -296), (178, -12), (166, 2), (112, 2)],
        darker(paint.main, 0.09),
    )
    canvas.fill(box(-156, -296, 312, 17), darker(paint.main, 0.13))
    canvas.fill(oval(0, -146, 92, 92), paint.second)
    for i in range(8):
        with canvas.at(0, -146, 1, i * 45):
            canvas.fill(oval(0, -52, 15, 32), paint.main)
    canvas.fill(oval(0, -146, 21, 21), paint.main)
