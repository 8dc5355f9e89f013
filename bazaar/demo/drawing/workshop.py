"""Motifs: things of steel and brass from the workshop and the kitchen."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import BRASS, INK, STEEL, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, oval, turned


def watch(canvas: Canvas, paint: Paint) -> None:
    """A hand-wound wristwatch lying on a table."""
    strap = curve([(-52, 60), (-46, -60), (-62, -120), (-66, -280), (-62, -340), (-46, -400), (-42, -470), (42, -470), (46, -400), (62, -340), (66, -280), (62, -120), (46, -60), (52, 60)])
    canvas.lie(strap)
    canvas.fill(strap, paint.second)
    for x in (-36, 36):
        for y in range(-452, 40, 22):
            if not -340 < y < -60:
                canvas.line([(x, y), (x, y + 11)], lighter(paint.second, 0.4), 3)
    canvas.fill(box(112, -216, 30, 32, 8), darker(STEEL, 0.1))
    canvas.lie(oval(0, -200, 126, 126))
    canvas.fill(oval(0, -200, 126, 126), darker(STEEL, 0.12))
    canvas.fill(oval(-4, -204, 120, 120), lighter(STEEL, 0.4))
    canvas.fill(oval(0, -200, 104, 104), paint.main)
    _dial(canvas, darker(paint.main, 0.75))
    canvas.fill([(-70, -270), (-30, -296), (40, -120), (10, -104)], veil("#FFFFFF", 0.16))


def _dial(canvas: Canvas, ink: str) -> None:
    for i in range(12):
        with canvas.at(0, -200, 1, i * 30):
            canvas.line([(0, -94), (0, -72 if i % 3 == 0 else -82)], ink, 6 if i % 3 == 0 else 4)
    canvas.line([(0, -200), (-44, -232)], ink, 8)
    canvas.line([(0, -200), (52, -256)], ink, 6)
    canvas.line([(0, -200), (-10, -130)], "#B3261E", 3)
    canvas.fill(oval(0, -200, 8, 8), ink)
    canvas.fill(oval(0, -150, 20, 20), veil(ink, 0.14))


def knife(canvas: Canvas, paint: Paint) -> None:
    """A cook's knife on a board, with half an onion."""
    board = box(-290, -330, 580, 280, 40)
    canvas.lie(board)
    canvas.fill(board, "#D9B382")
    for y in (-290, -240, -170, -110):
        canvas.line(curve([(-260, y), (-60, y + 12), (120, y - 6), (260, y + 8)]), "#CDA36F", 4)
    canvas.fill(oval(-236, -286, 16, 16), darker("#D9B382", 0.3))
    with canvas.at(20, -170, 1, -14):
        blade = curve([(-270, 32), (-200, 20), (-60, -6), (60, -34), (70, -36)]) + [(70, 46), (-120, 46)] + curve([(-120, 46), (-220, 42), (-270, 32)])
        canvas.lie(blade)
        canvas.fill(blade, lighter(STEEL, 0.3))
        canvas.fill([(-262, 33), (70, 12), (70, 46), (-120, 46), (-220, 42)], STEEL)
        canvas.fill(box(62, -36, 26, 84, 4), BRASS)
        canvas.fill(curve([(86, -32), (150, -26), (230, -34), (256, -20), (262, 14), (240, 44), (170, 26), (86, 30)], closed=True), paint.main)
        for x in (116, 164, 212):
            canvas.fill(oval(x, 0, 8, 8), BRASS)
    with canvas.at(-120, -262, 0.86):
        for r, colour in ((62, "#8E3B63"), (54, "#F3E3EA"), (42, "#D9A9BF"), (34, "#F3E3EA"), (20, "#D9A9BF"), (11, "#F3E3EA")):
            canvas.fill(oval(0, 0, r, r * 0.92), colour)


def coffee_pot(canvas: Canvas, paint: Paint) -> None:
    """A tall enamel coffee pot with a hinged lid."""
    canvas.stand(128)
    canvas.line(curve([(96, -296), (190, -300), (214, -200), (180, -110), (116, -92)]), darker(paint.second, 0.1), 19)
    spout = curve([(-92, -190), (-150, -230), (-176, -310), (-218, -330)]) + curve([(-196, -352), (-150, -340), (-120, -290), (-84, -270)])
    canvas.fill(spout, darker(paint.main, 0.06))
    body = [(78, -330), (92, -260), (122, -120), (128, -30), (118, -6)]
    canvas.fill(turned(body), paint.main)
    canvas.fill(turned(body, 0.45), darker(paint.main, 0.16))
    canvas.fill(turned(body, -0.74, -0.6), veil("#FFFFFF", 0.5))
    canvas.fill(oval(0, -328, 80, 17), paint.second)
    canvas.fill(turned([(14, -388), (50, -372), (76, -346), (78, -332)]), paint.main)
    canvas.fill(turned([(14, -388), (50, -372), (76, -346), (78, -332)], 0.4), darker(paint.main, 0.16))
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
        white = curve([(-84, 10), (-66, -62), (6, -84), (72, -52), (92, 20), (48, 78), (-22, 66)], closed=True)
        canvas.fill(white, "#FFFDF6")
        canvas.fill(oval(4, 2, 40, 40), "#F2B233")
        canvas.fill(oval(-8, -12, 13, 9), "#F9D77E")
    for x, y in ((-40, -180), (40, -230), (10, -160), (60, -170)):
        canvas.fill(oval(x, y, 3, 3), "#55606F")


def plane(canvas: Canvas, paint: Paint) -> None:
    """A block plane with curls of wood."""
    canvas.cast(box(-250, -14, 520, 26), 0.36, 9)
    canvas.fill(box(-330, -24, 660, 26), "#E0BE8D")
    canvas.fill(box(-330, -4, 660, 14), "#CBA470")
    body = [(-230, -26), (-230, -62)] + curve([(-230, -62), (-150, -104), (-60, -112), (60, -112), (160, -96), (236, -60)]) + [(236, -26)]
    canvas.fill(body, paint.main)
    canvas.fill([(-230, -26), (-230, -44), (236, -44), (236, -26)], darker(paint.main, 0.25))
    canvas.fill([(-30, -106), (40, -106), (132, -226), (86, -246)], STEEL)
    canvas.fill([(-10, -106), (40, -106), (120, -210), (100, -220)], darker(STEEL, 0.18))
    canvas.fill(oval(-150, -142, 36, 40), paint.second)
    canvas.fill(box(-168, -112, 36, 22, 6), darker(paint.second))
    canvas.fill(curve([(100, -100), (120, -190), (112, -250), (150, -268), (186, -250), (176, -180), (196, -92)], closed=True), paint.second)
    canvas.fill(oval(142, -236, 12, 12), BRASS)
    canvas.fill(oval(-162, -154, 10, 12), lighter(paint.second, 0.35))
    for x, y, r in ((-60, -150, 34), (-264, -52, 30), (276, -48, 26), (-20, -190, 20)):
        curl = [(x + r * (1 - i / 40) * c, y + r * (1 - i / 40) * s) for i, (c, s) in enumerate(arc((0, 0), (1, 1), 0, 150) * 1)]
        canvas.line(curl, "#F0D3A4", 9)
        canvas.line(arc((x, y), (r * 0.6, r * 0.6), 60, 330), "#E0BE8D", 7)


def tune_up(canvas: Canvas, paint: Paint) -> None:
    """A wheel on the truing stand with a spanner across it."""
    canvas.cast(oval(10, 6, 200, 18), 0.34, 10)
    canvas.fill([(-150, 0), (-118, 0), (-14, -214), (-26, -226)], darker(paint.second, 0.2))
    canvas.fill([(150, 0), (118, 0), (14, -214), (26, -226)], darker(paint.second, 0.2))
    canvas.fill(box(-176, -16, 352, 22, 8), paint.second)
    for i in range(20):
        with canvas.at(0, -226, 1, i * 18):
            canvas.line([(6, 0), (0, -172)], darker(STEEL, 0.14), 3)
    rim = [*oval(0, -226, 196, 196), *reversed(oval(0, -226, 170, 170))]
    canvas.fill(rim, INK)
    canvas.fill([*oval(0, -226, 178, 178), *reversed(oval(0, -226, 168, 168))], lighter(STEEL, 0.35))
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
        jaw = [(arc((0, y), (50, 50), start, start + 296)[-1][0], y), (0, y), (ring[0][0], y)]
        canvas.fill([*ring, *jaw], colour)


def pottery_wheel(canvas: Canvas, paint: Paint) -> None:
    """A bowl growing on the potter's wheel between two hands."""
    canvas.stand(190)
    canvas.fill(turned([(196, -70), (200, -60), (200, -34), (190, -20)]), darker(paint.second, 0.3))
    canvas.fill(oval(0, -70, 200, 42), paint.second)
    canvas.fill(oval(0, -72, 150, 30), darker(paint.second, 0.12))
    bowl = [(150, -268), (140, -226), (98, -140), (80, -100), (84, -76)]
    canvas.fill(turned(bowl), paint.main)
    canvas.fill(turned(bowl, 0.4), darker(paint.main, 0.16))
    for y in (-236, -200, -166, -134):
        canvas.line(arc((0, y), (84 + (-y - 100) * 0.36, 14), 20, 160), darker(paint.main, 0.12), 4)
    canvas.fill(oval(0, -266, 150, 30), darker(paint.main, 0.3))
    for turn in (1, -1):
        hand = [(turn * x, y) for x, y in curve([(330, -250), (230, -300), (150, -286), (112, -232), (118, -196), (150, -196), (176, -226), (240, -210), (340, -170)])]
        canvas.fill(hand, "#D9A07C" if turn < 0 else "#CE9270")
        cuff = [(turn * x, y) for x, y in ((250, -316), (420, -300), (420, -110), (262, -180))]
        canvas.fill(cuff, "#5E7A99")
