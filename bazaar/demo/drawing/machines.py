"""Motifs: machines with dials and keys."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import BRASS, INK, PAPER, STEEL, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, oval


def radio(canvas: Canvas, paint: Paint) -> None:
    """A valve radio in a rounded wooden case."""
    canvas.cast(box(-250, -16, 520, 28), 0.36, 10)
    canvas.fill(box(-256, -318, 512, 318, 58), darker(paint.main, 0.25))
    canvas.fill(box(-256, -318, 500, 306, 56), paint.main)
    canvas.fill(box(-222, -292, 440, 170, 34), darker(paint.second, 0.1))
    for x in range(-206, 206, 13):
        canvas.line([(x, -280), (x, -134)], lighter(paint.second, 0.22), 4)
    canvas.fill(box(-130, -104, 260, 58, 8), "#FFF3CF")
    for i in range(11):
        canvas.line(
            [(-112 + i * 22, -92), (-112 + i * 22, -74 if i % 2 else -66)], "#9A6A2A", 3
        )
    canvas.line([(36, -100), (36, -50)], "#B3261E", 4)
    for x in (-184, 178):
        canvas.fill(oval(x + 3, -72, 41, 41), darker(paint.main, 0.4))
        canvas.fill(oval(x, -76, 38, 38), PAPER)
        canvas.fill(oval(x, -76, 26, 26), darker(PAPER, 0.1))
        canvas.line([(x, -76), (x + 16, -92)], BRASS, 5)
    for i in range(5):
        canvas.fill(box(-62 + i * 26, -38, 20, 18, 4), PAPER)
    canvas.fill(box(-200, -308, 360, 8, 4), veil("#FFFFFF", 0.3))
    canvas.fill(box(-222, -4, 46, 14, 5), INK)
    canvas.fill(box(176, -4, 46, 14, 5), INK)


def mantel_clock(canvas: Canvas, paint: Paint) -> None:
    """A wooden mantel clock shaped like a hat."""
    canvas.cast(box(-236, -16, 490, 28), 0.36, 10)
    case = [
        (-230, -34),
        *curve(
            [
                (-230, -64),
                (-190, -92),
                (-150, -150),
                (-120, -250),
                (0, -330),
                (120, -250),
                (150, -150),
                (190, -92),
                (230, -64),
            ]
        ),
        (230, -34),
    ]
    canvas.fill(case, paint.main)
    with canvas.clip(case):
        canvas.fill(oval(240, -120, 150, 300), darker(paint.main, 0.16))
    canvas.fill(box(-246, -40, 492, 40, 8), darker(paint.main, 0.3))
    canvas.fill(oval(0, -188, 112, 112), BRASS)
    canvas.fill(oval(-3, -191, 106, 106), lighter(BRASS, 0.3))
    canvas.fill(oval(0, -188, 96, 96), paint.second)
    for i in range(12):
        with canvas.at(0, -188, 1, i * 30):
            canvas.line(
                [(0, -86), (0, -68 if i % 3 == 0 else -76)], INK, 6 if i % 3 == 0 else 4
            )
    canvas.line([(0, -188), (-30, -226)], INK, 8)
    canvas.line([(0, -188), (52, -238)], INK, 5)
    for x in (-30, 30):
        canvas.fill(oval(x, -156, 6, 6), darker(BRASS, 0.5))
    canvas.fill(oval(0, -188, 9, 9), BRASS)


def typewriter(canvas: Canvas, paint: Paint) -> None:
    """A portable typewriter with a sheet of paper in it."""
    canvas.cast(box(-240, -14, 500, 26), 0.36, 10)
    canvas.fill(box(-118, -430, 236, 180, 4), PAPER)
    for i, width in enumerate((120, 176, 150, 168)):
        canvas.line([(-88, -396 + i * 26), (-88 + width, -396 + i * 26)], "#A9AFBD", 5)
    canvas.fill(box(-240, -292, 480, 48, 22), "#2B3347")
    for x in (-276, 244):
        canvas.fill(box(x, -288, 32, 40, 10), "#4A5468")
    canvas.line([(-256, -290), (-300, -330)], STEEL, 8)
    body = [(-196, -256), (196, -256), (252, -30), (240, 0), (-240, 0), (-252, -30)]
    canvas.fill(body, paint.main)
    canvas.fill(
        [(-252, -30), (252, -30), (240, 0), (-240, 0)], darker(paint.main, 0.28)
    )
    canvas.fill(arc((0, -196), (92, 46), 180, 360), "#2B3347")
    canvas.fill(box(-170, -240, 60, 10, 5), lighter(paint.main, 0.4))
    for row in range(4):
        span = 158 + row * 18
        for i in range(10):
            x, y = -span + i * span * 2 / 9, -162 + row * 36
            canvas.fill(oval(x, y + 4, 16, 13), darker(paint.main, 0.5))
            canvas.fill(oval(x, y, 15, 12), paint.second)
    canvas.fill(box(-110, -24, 220, 16, 8), paint.second)


def telephone(canvas: Canvas, paint: Paint) -> None:
    """A rotary telephone."""
    canvas.stand(210)
    canvas.line(
        curve(
            [(-206, -50), (-280, -30), (-300, 20), (-240, 40), (-330, 50), (-480, 30)]
        ),
        darker(paint.main, 0.3),
        9,
    )
    side = curve([(90, -250), (120, -200), (190, -90), (216, -24), (204, 0)])
    body = [*[(-x, y) for x, y in reversed(side)], *side]
    canvas.fill(body, paint.main)
    with canvas.clip(body):
        canvas.fill(oval(230, -80, 110, 220), darker(paint.main, 0.2))
        canvas.fill(box(-240, -20, 480, 30), darker(paint.main, 0.3))
    for x in (-86, 50):
        canvas.fill(box(x, -286, 36, 46, 8), darker(paint.main, 0.3))
    grip = curve(
        [
            (-236, -262),
            (-240, -330),
            (-180, -364),
            (0, -352),
            (180, -364),
            (240, -330),
            (236, -262),
            (176, -256),
            (150, -306),
            (0, -312),
            (-150, -306),
            (-176, -256),
        ],
        closed=True,
    )
    canvas.fill(grip, paint.main)
    canvas.line(
        curve([(-200, -338), (-100, -346), (60, -338)]), lighter(paint.main, 0.4), 7
    )
    canvas.fill(oval(0, -136, 102, 92), paint.second)
    for i in range(10):
        x, y = arc((0, -136), (74, 66), -60 + i * 29, -30 + i * 29)[0]
        canvas.fill(oval(x, y, 15, 14), darker(paint.main, 0.35))
    canvas.fill(oval(0, -136, 40, 36), lighter(paint.second, 0.3))
    canvas.line([(58, -84), (78, -70)], STEEL, 9)


def turntable(canvas: Canvas, paint: Paint) -> None:
    """A record player seen from above, a record on its platter."""
    deck = box(-290, -390, 580, 400, 20)
    canvas.lie(deck)
    canvas.fill(deck, paint.main)
    canvas.fill(box(-274, -374, 548, 368, 12), lighter(paint.main, 0.14))
    canvas.fill(oval(-70, -190, 172, 172), STEEL)
    canvas.fill(oval(-70, -190, 162, 162), "#20242E")
    for r in (146, 128, 110, 92):
        canvas.fill(oval(-70, -190, r, r), "#2C323F")
        canvas.fill(oval(-70, -190, r - 3, r - 3), "#20242E")
    for start in (200, 20):
        canvas.fill(
            [(-70, -190), *arc((-70, -190), (150, 150), start, start + 26)],
            veil("#FFFFFF", 0.1),
        )
    canvas.fill(oval(-70, -190, 58, 58), paint.second)
    canvas.write((-70, -214), paint.word(0), 17, PAPER)
    canvas.fill(oval(-70, -190, 6, 6), PAPER)
    canvas.fill(oval(206, -316, 38, 38), darker(STEEL, 0.25))
    canvas.fill(oval(206, -316, 24, 24), STEEL)
    canvas.line([(206, -316), (196, -150), (96, -92)], lighter(STEEL, 0.5), 11)
    with canvas.at(88, -88, 1, 60):
        canvas.fill(box(-15, -22, 30, 56, 5), INK)
    for i in range(2):
        canvas.fill(oval(238, -50 - i * 56, 19, 19), darker(paint.main, 0.4))
    canvas.fill(box(170, -60, 30, 14, 7), "#B3261E")
