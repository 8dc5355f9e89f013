"""Motifs: where photographs and pots are made."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import GLASS, INK, PAPER, STEEL, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, oval, turned


def portrait(canvas: Canvas, paint: Paint) -> None:
    """A camera on its tripod, a soft box and a stool before a paper roll."""
    canvas.fill(box(-20, -470, 300, 24, 8), "#8A93A1")
    sweep = [
        (-6, -450),
        (266, -450),
        (266, -60),
        *curve([(266, -60), (250, -20), (300, 30)]),
        (-60, 30),
        *curve([(-60, 30), (-20, -20), (-6, -60)]),
    ]
    canvas.fill(sweep, paint.main)
    canvas.fill(
        [(-6, -60), (266, -60), (300, 30), (-60, 30)], lighter(paint.main, 0.18)
    )
    with canvas.at(130, 0, 0.55):
        canvas.stand(120)
        for foot in (-110, 110, 0):
            canvas.line([(foot * 0.4, -230), (foot, 0)], "#7A4A2A", 19)
        canvas.fill(oval(0, -240, 120, 34), "#A8713F")
    for foot in (-250, -130, -186):
        canvas.line([(-190, -240), (foot, 14)], INK, 10)
    canvas.line([(-190, -300), (-190, -230)], INK, 14)
    canvas.fill(box(-250, -366, 120, 76, 10), "#2B3347")
    canvas.fill(box(-222, -386, 50, 26, 6), "#2B3347")
    canvas.fill(box(-136, -352, 44, 50, 6), "#4A5468")
    canvas.fill(box(-96, -358, 14, 62, 4), GLASS)
    canvas.line([(-320, 20), (-320, -400)], "#5B6475", 8)
    with canvas.at(-322, -418, 0.8, 40):
        canvas.fill([(-30, -30), (70, -84), (70, 84), (-30, 30)], "#2B3347")
        canvas.fill([(66, -90), (90, -90), (90, 90), (66, 90)], paint.second)
    canvas.fill(arc((-190, -240), (12, 12), 0, 360), "#8A93A1")


def darkroom(canvas: Canvas, paint: Paint) -> None:
    """An enlarger under the red light, a tray, and prints on the line."""
    canvas.line(curve([(-400, -430), (0, -410), (400, -440)]), "#A9AFBD", 4)
    for i, x in enumerate((-270, -150, 150, 270)):
        with canvas.at(x, -420, 1, (-4, 3, -2, 4)[i]):
            canvas.fill(box(-46, 6, 92, 122), "#F3E4E0")
            canvas.fill(
                box(-38, 14, 76, 106), ("#6B7288", "#4A5468", "#596178", "#7C8398")[i]
            )
            canvas.fill(oval(-10 + i * 7, 60, 20, 24), "#C9B9B8")
            canvas.fill(
                [(-38, 120), (-38, 100 - i * 4), (38, 92 + i * 5), (38, 120)], "#2B3347"
            )
            canvas.fill(box(-7, -10, 14, 30, 4), "#B57F4E")
    canvas.fill(oval(0, -230, 200, 200), veil(paint.second, 0.16))
    canvas.cast(box(-190, -10, 380, 22), 0.5, 9)
    canvas.fill(box(-190, -22, 380, 24, 5), "#B57F4E")
    canvas.fill(
        [(-40, -190), (30, -190), (110, -24), (-120, -24)], veil("#FFE9A8", 0.35)
    )
    canvas.fill(box(-90, -30, 170, 9), PAPER)
    canvas.line([(140, -30), (96, -390)], STEEL, 21)
    canvas.line([(128, -290), (30, -270)], darker(STEEL, 0.2), 17)
    canvas.fill(
        [(-44, -330), (36, -330), (52, -250), (-60, -250)], lighter(paint.main, 0.16)
    )
    canvas.fill(box(-30, -376, 52, 50, 14), lighter(paint.main, 0.28))
    canvas.fill([(-48, -250), (40, -250), (24, -206), (-32, -206)], "#8A93A1")
    canvas.fill(box(-24, -208, 40, 24, 4), "#171D33")
    with canvas.at(-284, -6):
        canvas.fill([(-96, -44), (96, -44), (80, 10), (-80, 10)], PAPER)
        canvas.fill(oval(0, -42, 92, 13), darker(paint.second, 0.3))
        canvas.fill([(-40, -46), (30, -50), (44, -38), (-28, -34)], PAPER)
    with canvas.at(300, -150):
        canvas.stand(50, 0, 150)
        canvas.fill(box(-46, 30, 92, 126, 10), lighter(paint.main, 0.2))
        canvas.fill(oval(0, -20, 120, 120), veil(paint.second, 0.25))
        canvas.fill(arc((0, 34), (52, 96), 180, 360), paint.second)
        canvas.fill(arc((-14, 20), (14, 56), 180, 360), veil("#FFFFFF", 0.4))


def pottery_wheel(canvas: Canvas, paint: Paint) -> None:
    """A bowl growing on the potter's wheel between two hands."""
    canvas.stand(190)
    canvas.fill(
        turned([(196, -70), (200, -60), (200, -34), (190, -20)]),
        darker(paint.second, 0.3),
    )
    canvas.fill(oval(0, -70, 200, 42), paint.second)
    canvas.fill(oval(0, -72, 150, 30), darker(paint.second, 0.12))
    bowl = [(150, -268), (140, -226), (98, -140), (80, -100), (84, -76)]
    canvas.fill(turned(bowl), paint.main)
    canvas.fill(turned(bowl, 0.4), darker(paint.main, 0.16))
    for y in (-236, -200, -166, -134):
        canvas.line(
            arc((0, y), (84 + (-y - 100) * 0.36, 14), 20, 160),
            darker(paint.main, 0.12),
            4,
        )
    canvas.fill(oval(0, -266, 150, 30), darker(paint.main, 0.3))
    for turn in (1, -1):
        hand = [
            (turn * x, y)
            for x, y in curve(
                [
                    (330, -250),
                    (230, -300),
                    (150, -286),
                    (112, -232),
                    (118, -196),
                    (150, -196),
                    (176, -226),
                    (240, -210),
                    (340, -170),
                ]
            )
        ]
        canvas.fill(hand, "#D9A07C" if turn < 0 else "#CE9270")
        cuff = [
            (turn * x, y)
            for x, y in ((250, -316), (420, -300), (420, -110), (262, -180))
        ]
        canvas.fill(cuff, "#5E7A99")
