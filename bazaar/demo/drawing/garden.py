"""Motifs: plants, seeds and the plan of a garden."""

from collections.abc import Sequence

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import GREENS, INK, PAPER, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import Point, box, curve, leaf, oval, turned


def pothos(canvas: Canvas, paint: Paint) -> None:
    """A trailing plant in a hanging pot."""
    for x in (-78, 78):
        canvas.line([(x, -290), (0, -500)], "#B57F4E", 5)
    pot = [(104, -300), (100, -250), (80, -190), (60, -172)]
    vines = (
        [(-80, -300), (-150, -250), (-170, -150), (-140, -40), (-160, 20)],
        [(80, -300), (150, -240), (160, -140), (190, -60)],
        [(-20, -310), (-60, -240), (-70, -120), (-50, -60)],
        [(40, -310), (90, -200), (70, -90), (96, 10)],
    )
    for i, vine in enumerate(vines[:2]):
        _vine(canvas, vine, i)
    canvas.fill(turned(pot), paint.main)
    canvas.fill(turned(pot, 0.42), darker(paint.main, 0.15))
    canvas.fill(turned(pot, -0.78, -0.64), veil("#FFFFFF", 0.35))
    canvas.fill(oval(0, -298, 104, 19), "#5B4232")
    for i, tip in enumerate(
        ((-110, -370), (-50, -400), (20, -392), (80, -380), (126, -340), (-140, -320))
    ):
        canvas.fill(leaf((0, -296), tip, 0.3), GREENS[i % 4])
    for i, vine in enumerate(vines[2:]):
        _vine(canvas, vine, i + 1)


def _vine(canvas: Canvas, points: Sequence[Point], start: int) -> None:
    path = curve(points)
    canvas.line(path, "#33694A", 5)
    for i, (x, y) in enumerate(path[4::5]):
        side = 44 if (i + start) % 2 else -44
        tip = (x + side, y + 36)
        canvas.fill(leaf((x, y), tip, 0.42), GREENS[(i + start) % 3])
        canvas.line([(x, y), tip], "#A9CDA6", 2)


def herbs(canvas: Canvas, paint: Paint) -> None:
    """Basil, chives and thyme in three clay pots on a tray."""
    canvas.cast(box(-280, -12, 580, 26), 0.34, 10)
    for i, x in enumerate((-178, 0, 178)):
        with canvas.at(x, -22):
            (_basil, _chives, _thyme)[i](canvas)
            pot = [(78, -146), (76, -120), (62, -40), (56, -8)]
            canvas.fill(turned(pot), paint.main)
            canvas.fill(turned(pot, 0.42), darker(paint.main, 0.15))
            canvas.fill(
                turned([(84, -150), (84, -140), (82, -120), (82, -116)]),
                lighter(paint.main, 0.12),
            )
            canvas.fill(box(-44, -92, 88, 36, 4), PAPER)
            canvas.write((0, -73), paint.word(i), 19, INK)
    canvas.fill(box(-284, -28, 568, 30, 8), paint.second)
    canvas.fill(box(-284, -8, 568, 10, 5), darker(paint.second))


def _basil(canvas: Canvas) -> None:
    for i, tip in enumerate(
        (
            (-90, -220),
            (90, -224),
            (-50, -290),
            (56, -286),
            (0, -320),
            (-30, -230),
            (34, -226),
        )
    ):
        canvas.fill(leaf((0, -140), tip, 0.3), GREENS[i % 3])


def _chives(canvas: Canvas) -> None:
    for i in range(15):
        x = -42 + i * 6
        canvas.line(
            curve([(x, -140), (x * 1.3, -230), (x * 2, -300 - (i * 37) % 50)]),
            GREENS[i % 3],
            7,
        )
    for x, y in ((-50, -318), (20, -340), (62, -310)):
        canvas.fill(oval(x, y, 21, 19), "#B08AC9")


def _thyme(canvas: Canvas) -> None:
    for i in range(9):
        tip = (-88 + i * 22, -240 - (i * 31) % 60)
        canvas.line([(0, -140), tip], "#8A7A55", 4)
        for j in range(2, 8):
            x, y = tip[0] * j / 8, -140 + (tip[1] + 140) * j / 8
            canvas.fill(oval(x - 8, y, 8, 5), GREENS[j % 3])
            canvas.fill(oval(x + 8, y - 5, 8, 5), GREENS[(j + 1) % 3])


def garden_plan(canvas: Canvas, paint: Paint) -> None:
    """A drawn plan of beds and paths, with pencil and trowel."""
    with canvas.at(-40, -205, 1, -4):
        sheet = box(-240, -180, 480, 360, 4)
        canvas.lie(sheet)
        canvas.fill(sheet, PAPER)
        canvas.fill(box(-216, -156, 432, 312, 8), "#E4EEDB")
        canvas.line(
            curve([(-216, 100), (-60, 60), (20, -20), (120, -60), (216, -60)]),
            "#EBDCC0",
            34,
        )
        for x, y, wide, high in (
            (-196, -136, 90, 60),
            (-90, -136, 90, 60),
            (-196, -60, 90, 60),
            (60, 40, 130, 40),
            (60, 96, 130, 40),
        ):
            canvas.fill(box(x, y, wide, high, 5), "#A9805A")
            for i in range(int(wide / 18)):
                for j in range(int(high / 20)):
                    canvas.fill(
                        oval(x + 13 + i * 18, y + 12 + j * 20, 7, 7),
                        GREENS[(i + j) % 3],
                    )
        for x, y, r in (
            (70, -110, 34),
            (150, -112, 30),
            (-150, 112, 32),
            (-80, 104, 24),
        ):
            canvas.fill(oval(x, y, r, r), paint.main)
            canvas.fill(oval(x - 6, y - 7, r * 0.6, r * 0.6), lighter(paint.main, 0.2))
    with canvas.at(246, -190, 1, 24):
        canvas.lie(box(-11, -150, 22, 260))
        canvas.fill(box(-11, -150, 22, 240, 2), paint.second)
        canvas.fill(box(3, -150, 8, 240), darker(paint.second))
        canvas.fill(box(-11, -172, 22, 26, 5), "#D98A86")
        canvas.fill([(-11, 90), (11, 90), (0, 128)], "#EBD6A6")
        canvas.fill([(-4, 115), (4, 115), (0, 128)], INK)
