"""Motifs: what the kitchen works with."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import BRASS, STEEL, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, oval, turned


def knife(canvas: Canvas, paint: Paint) -> None:
    """A cook's knife on a board, with half an onion."""
    board = box(-290, -330, 580, 280, 40)
    canvas.lie(board)
    canvas.fill(board, "#D9B382")
    for y in (-290, -240, -170, -110):
        canvas.line(
            curve([(-260, y), (-60, y + 12), (120, y - 6), (260, y + 8)]), "#CDA36F", 4
        )
    canvas.fill(oval(-236, -286, 16, 16), darker("#D9B382", 0.3))
    with canvas.at(20, -170, 1, -14):
        blade = [
            *curve([(-270, 32), (-200, 20), (-60, -6), (60, -34), (70, -36)]),
            (70, 46),
            (-120, 46),
            *curve([(-120, 46), (-220, 42), (-270, 32)]),
        ]
        canvas.lie(blade)
        canvas.fill(blade, lighter(STEEL, 0.3))
        canvas.fill([(-262, 33), (70, 12), (70, 46), (-120, 46), (-220, 42)], STEEL)
        canvas.fill(box(62, -36, 26, 84, 4), BRASS)
        canvas.fill(
            curve(
                [
                    (86, -32),
                    (150, -26),
                    (230, -34),
                    (256, -20),
                    (262, 14),
                    (240, 44),
                    (170, 26),
                    (86, 30),
                ],
                closed=True,
            ),
            paint.main,
        )
        for x in (116, 164, 212):
            canvas.fill(oval(x, 0, 8, 8), BRASS)
    with canvas.at(-120, -262, 0.86):
        for r, colour in (
            (62, "#8E3B63"),
            (54, "#F3E3EA"),
            (42, "#D9A9BF"),
            (34, "#F3E3EA"),
            (20, "#D9A9BF"),
            (11, "#F3E3EA"),
        ):
            canvas.fill(oval(0, 0, r, r * 0.92), colour)


def coffee_pot(canvas: Canvas, paint: Paint) -> None:
    """A tall enamel coffee pot with a hinged lid."""
    canvas.stand(128)
    canvas.line(
        curve([(96, -296), (190, -300), (214, -200), (180, -110), (116, -92)]),
        darker(paint.second, 0.1),
        19,
    )
    spout = curve([(-92, -190), (-150, -230), (-176, -310), (-218, -330)]) + curve(
        [(-196, -352), (-150, -340), (-120, -290), (-84, -270)]
    )
    canvas.fill(spout, darker(paint.main, 0.06))
    body = [(78, -330), (92, -260), (122, -120), (128, -30), (118, -6)]
    canvas.fill(turned(body), paint.main)
    canvas.fill(turned(body, 0.45), darker(paint.main, 0.16))
    canvas.fill(turned(body, -0.74, -0.6), veil("#FFFFFF", 0.5))
    canvas.fill(oval(0, -328, 80, 17), paint.second)
    canvas.fill(turned([(14, -388), (50, -372), (76, -346), (78, -332)]), paint.main)
    canvas.fill(
        turned([(14, -388), (50, -372), (76, -346), (78, -332)], 0.4),
        darker(paint.main, 0.16),
    )
    canvas.fill(oval(0, -396, 19, 17), paint.second)
    for x, y, r in ((-40, -60, 9), (20, -240, 7), (66, -52, 6)):
        canvas.fill(oval(x, y, r, r * 0.8), darker(paint.second, 0.4))


def pan(canvas: Canvas, paint: Paint) -> None:
    """A cast-iron pan seen from above, with a fried egg."""
    with canvas.at(-20, -200, 1, -32):
        canvas.lie(oval(0, 0, 178, 178))
        canvas.lie(box(150, -28, 200, 56, 28))
        canvas.fill(box(140, -26, 210, 52, 26), paint.main)
        canvas.fill(oval(320, 0, 13, 13), darker(paint.second, 0.1))
        canvas.fill(oval(0, 0, 180, 180), paint.main)
        canvas.fill(oval(-4, -5, 168, 168), lighter(paint.main, 0.2))
        canvas.fill(oval(0, 0, 158, 158), darker(paint.main, 0.3))
        canvas.fill(arc((0, 0), (150, 150), 150, 250), lighter(paint.main, 0.08))
        white = curve(
            [(-84, 10), (-66, -62), (6, -84), (72, -52), (92, 20), (48, 78), (-22, 66)],
            closed=True,
        )
        canvas.fill(white, "#FFFDF6")
        canvas.fill(oval(4, 2, 40, 40), "#F2B233")
        canvas.fill(oval(-8, -12, 13, 9), "#F9D77E")
    for x, y in ((-40, -180), (40, -230), (10, -160), (60, -170)):
        canvas.fill(oval(x, y, 3, 3), "#55606F")


def dough(canvas: Canvas, paint: Paint) -> None:
    """A bowl of rising dough, a whisk and a bench scraper, seen from above."""
    with canvas.at(-70, -200):
        canvas.lie(oval(0, 0, 196, 196))
        canvas.fill(oval(0, 0, 198, 198), paint.main)
        canvas.fill(oval(-3, -4, 184, 184), lighter(paint.main, 0.3))
        canvas.fill(oval(0, 0, 168, 168), darker(paint.main, 0.2))
        canvas.fill(
            curve(
                [
                    (-150, 10),
                    (-110, -100),
                    (0, -146),
                    (116, -96),
                    (148, 20),
                    (80, 122),
                    (-60, 128),
                ],
                closed=True,
            ),
            paint.second,
        )
        canvas.fill(oval(-40, -50, 62, 40), lighter(paint.second, 0.5))
        for x, y, r in ((50, 40, 14), (-60, 70, 10), (80, -30, 9), (10, 90, 8)):
            canvas.fill(arc((x, y), (r, r), 0, 360), darker(paint.second, 0.07))
    with canvas.at(240, -210, 1, 10):
        canvas.cast(box(-30, -170, 70, 340, 20), 0.22, 9)
        canvas.fill(box(-12, 20, 24, 160, 12), "#A8713F")
        for wide in (46, 26, 8):
            wire = curve(
                [
                    (-6, 26),
                    (-wide, -80),
                    (-wide * 0.7, -160),
                    (0, -182),
                    (wide * 0.7, -160),
                    (wide, -80),
                    (6, 26),
                ]
            )
            canvas.line(wire, "#8A93A1", 5)
    for i in range(16):
        canvas.fill(
            oval(140 + (i * i * 53 + i * 7) % 190, 16 + (i * i * 31) % 53, 4, 3),
            "#FFFFFF",
        )
