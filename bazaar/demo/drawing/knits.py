"""Motifs: knitted wool."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import Shape, arc, box, curve, oval


def _knit(canvas: Canvas, area: Shape, colour: str) -> None:
    """Cover an area with columns of stitches."""
    left, right = min(x for x, _ in area), max(x for x, _ in area)
    top, foot = min(y for _, y in area), max(y for _, y in area)
    line = darker(colour, 0.16)
    with canvas.clip(area):
        x = left
        while x < right:
            zigzag = [
                p
                for i in range(int((foot - top) / 14) + 1)
                for p in ((x, top + i * 14), (x + 9, top + i * 14 + 8))
            ]
            canvas.line(zigzag, line, 3)
            x += 18


def scarf(canvas: Canvas, paint: Paint) -> None:
    """A knitted scarf, looped, with fringed ends."""
    for x, angle in ((-66, 8), (58, -7)):
        with canvas.at(x, -230, 1, angle):
            tail = box(-58, 0, 116, 210)
            canvas.lie(tail)
            for i in range(9):
                canvas.line([(-50 + i * 12.5, 206), (-52 + i * 13, 244)], paint.main, 7)
            canvas.fill(tail, paint.main)
            _knit(canvas, tail, paint.main)
            for y in (140, 170):
                canvas.fill(box(-58, y, 116, 17), paint.second)
    loop = [*oval(0, -280, 190, 142), *reversed(oval(0, -300, 96, 66))]
    canvas.lie(loop)
    canvas.fill(loop, paint.main)
    _knit(canvas, loop, paint.main)
    canvas.line(arc((0, -300), (100, 70), 10, 170), darker(paint.main, 0.3), 7)
    canvas.line(arc((0, -282), (142, 104), 200, 340), lighter(paint.main, 0.2), 5)


def beanie(canvas: Canvas, paint: Paint) -> None:
    """A ribbed woollen hat with a bobble."""
    canvas.stand(170)
    for i in range(26):
        with canvas.at(0, -372, 1, i * 14):
            canvas.line(
                [(0, 0), (0, -54 + (i * 7) % 12)],
                paint.second if i % 3 else lighter(paint.second),
                12,
            )
    crown = [
        (-170, -90),
        *curve(
            [
                (-170, -90),
                (-160, -230),
                (-90, -334),
                (0, -352),
                (90, -334),
                (160, -230),
                (170, -90),
            ]
        ),
    ]
    canvas.fill(crown, paint.main)
    _knit(canvas, crown, paint.main)
    with canvas.clip(crown):
        for y in (-210, -184):
            canvas.fill(box(-200, y, 400, 13), paint.second)
        for x in range(-180, 200, 36):
            canvas.fill(
                [(x, -262), (x + 18, -236), (x + 36, -262), (x + 18, -288)],
                paint.second,
            )
        canvas.fill(oval(220, -180, 130, 240), veil(INK, 0.1))
    brim = box(-184, -116, 368, 108, 26)
    canvas.fill(brim, darker(paint.main, 0.1))
    for x in range(-164, 180, 22):
        canvas.line([(x, -108), (x, -16)], darker(paint.main, 0.24), 5)


def mitten_chart(canvas: Canvas, paint: Paint) -> None:
    """A charted knitting pattern with a finished mitten beside it."""
    with canvas.at(-110, -200, 1, -4):
        sheet = box(-160, -220, 320, 440, 4)
        canvas.lie(sheet)
        canvas.fill(sheet, "#FBF8F1")
        canvas.write((0, -186), paint.word(0), 26, INK)
        canvas.write((0, -156), paint.word(1), 15, "#5B6475")
        for i in range(14):
            for j in range(17):
                if (
                    abs(i - 6.5) + abs(j - 8) in (2.5, 6.5, 7.5)
                    or (i * 5 + j * 3) % 13 == 0
                ):
                    canvas.fill(box(-126 + i * 18, -128 + j * 18, 17, 17), paint.main)
        for i in range(19):
            canvas.line([(-126, -128 + i * 18), (126, -128 + i * 18)], "#D5D9E1", 1)
    with canvas.at(176, -190, 1, 12):
        mitten = [
            *curve(
                [
                    (-70, 150),
                    (-80, 0),
                    (-84, -80),
                    (-40, -186),
                    (40, -186),
                    (84, -80),
                    (86, -30),
                    (130, -76),
                    (152, -40),
                    (110, 40),
                    (72, 84),
                    (70, 150),
                ]
            ),
            (70, 150),
        ]
        canvas.lie(mitten)
        canvas.fill(mitten, paint.main)
        _knit(canvas, mitten, paint.main)
        for y in (-110, -50, 10):
            for x in (-36, 4, 44):
                canvas.fill(
                    [(x - 18, y), (x, y - 20), (x + 18, y), (x, y + 20)], paint.second
                )
        canvas.fill(box(-78, 130, 156, 74, 12), darker(paint.main, 0.14))
        for x in range(-62, 76, 18):
            canvas.line([(x, 138), (x, 196)], darker(paint.main, 0.3), 4)
