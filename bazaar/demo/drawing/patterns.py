"""Motifs: patterns and music on paper, to print at home."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, PAPER, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import box, curve, oval


def workbook(canvas: Canvas, paint: Paint) -> None:
    """A stapled booklet with a wiring or hub diagram, to print at home."""
    with canvas.at(30, -205, 1, 5):
        for turn in (6, 0):
            with canvas.at(0, 0, 1, turn):
                sheet = box(-158, -205, 316, 410, 3)
                canvas.lie(sheet)
                canvas.fill(sheet, PAPER)
        canvas.fill(box(-158, -205, 316, 120, 3), paint.main)
        canvas.write((0, -160), paint.word(0), 30, PAPER)
        canvas.write((0, -120), paint.word(1), 18, lighter(paint.main, 0.6))
        for r in (94, 66, 38):
            canvas.fill(
                [*oval(0, 40, r, r), *reversed(oval(0, 40, r - 5, r - 5))], paint.main
            )
        for i in range(8):
            with canvas.at(0, 40, 1, i * 45):
                canvas.line([(0, -38), (0, -62)], paint.second, 7)
        canvas.fill(oval(0, 40, 14, 14), paint.second)
        for x, y in ((96, -6), (-96, 90)):
            canvas.line([(x * 0.4, 40 + (y - 40) * 0.4), (x, y), (x * 1.32, y)], INK, 3)
        for i in range(2):
            canvas.line(
                [(-110, 158 + i * 18), (90 - i * 60, 158 + i * 18)], "#A9AFBD", 5
            )


def sheet_music(canvas: Canvas, paint: Paint) -> None:
    """Two sheets of music for guitar, fanned."""
    for turn, x in ((8, 70), (-6, -50)):
        with canvas.at(x, -205, 1, turn):
            sheet = box(-150, -205, 300, 410, 2)
            canvas.lie(sheet)
            canvas.fill(sheet, PAPER)
            canvas.write((0, -168), paint.word(0), 27, INK)
            canvas.write((0, -138), paint.word(1), 16, "#5B6475")
            for row in range(5):
                _stave(canvas, -104 + row * 60, row, paint.main)
            canvas.fill(box(-150, 190, 300, 15), paint.second)


def _stave(canvas: Canvas, top: float, row: int, colour: str) -> None:
    for i in range(5):
        canvas.line([(-126, top + i * 8), (126, top + i * 8)], "#B6BBC6", 2)
    canvas.line(
        curve(
            [
                (-112, top + 38),
                (-104, top + 10),
                (-116, top - 4),
                (-120, top + 22),
                (-104, top + 28),
            ]
        ),
        colour,
        4,
    )
    for i in range(9):
        x, y = -84 + i * 24, top + 4 + (i * 11 + row * 7) % 28
        canvas.fill(oval(x, y, 7, 5), INK)
        canvas.line([(x + 6, y), (x + 6, y - 24)], INK, 2)
    canvas.line([(-84 + 78, top - 8), (-84 + 102, top - 6)], INK, 5)


def pattern(canvas: Canvas, paint: Paint) -> None:
    """A sewing pattern: pieces on tissue, its envelope, scissors and chalk."""
    tissue = [(-290, -400), (120, -420), (140, -10), (-280, 0)]
    canvas.lie(tissue)
    canvas.fill(tissue, "#EFE2C4")
    for shape in (
        [(-240, -360), (-130, -366), (-96, -260), (-60, -220), (-70, -40), (-250, -34)],
        [(-40, -370), (60, -374), (70, -250), (-30, -244)],
    ):
        canvas.fill(shape, veil("#FFFFFF", 0.5))
        canvas.line([*shape, shape[0]], paint.main, 4)
    canvas.line([(-170, -310), (-170, -90)], paint.main, 3)
    canvas.fill([(-182, -300), (-158, -300), (-170, -326)], paint.main)
    canvas.line(
        curve([(-300, -60), (-200, -20), (-40, -30), (160, -100)]), "#F2B233", 15
    )
    with canvas.at(180, -250, 1, 6):
        sheet = box(-110, -146, 220, 290, 4)
        canvas.lie(sheet)
        canvas.fill(sheet, paint.main)
        canvas.write((0, -112), paint.word(0), 23, PAPER)
        canvas.write((0, -86), paint.word(1), 15, lighter(paint.main, 0.6))
        canvas.fill(
            [
                *curve([(-36, -56), (-38, -20), (-70, 10)]),
                (-78, 120),
                (78, 120),
                *curve([(70, 10), (38, -20), (36, -56)]),
            ],
            paint.second,
        )
        canvas.fill(box(-40, 34, 80, 40, 4), darker(paint.second, 0.14))
    with canvas.at(20, -90, 0.9, -50):
        for turn in (-1, 1):
            canvas.fill(
                [(0, 10), (turn * 10, 20), (turn * 26, -170)],
                "#8A93A1" if turn < 0 else "#B9C0CB",
            )
            canvas.line(oval(turn * 34, 70, 26, 38), "#B3261E", 12)
        canvas.fill(oval(0, 12, 8, 8), INK)
