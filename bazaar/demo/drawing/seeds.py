"""Motifs: packets of seed."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import GREENS, PAPER, darker, lighter
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import box, curve, leaf, oval

PETALS = ("#D9534F", "#6B7FD6", "#F2B233", "#C774B2", "#F3F0E4")


def seed_packet(canvas: Canvas, paint: Paint) -> None:
    """One packet of wildflower seed with a few seeds spilled."""
    with canvas.at(0, -205, 1, -5):
        _packet(canvas, paint)
        for i in range(5):
            with canvas.at(-80 + i * 40, 96 - (i * 47) % 60):
                canvas.line(curve([(0, 84), (-6, 30), (0, 0)]), GREENS[1], 5)
                canvas.fill(leaf((-3, 60), (26, 30), 0.25), GREENS[2])
                _flower(canvas, PETALS[i])
    for i in range(18):
        canvas.fill(
            oval(
                190 + (i * i * 37 + i * 11) % 120, -60 + (i * i * 23 + i * 5) % 97, 5, 3
            ),
            "#6B4F36",
        )


def _flower(canvas: Canvas, colour: str) -> None:
    for i in range(7):
        with canvas.at(0, 0, 1, i * 51.4):
            canvas.fill(oval(0, -19, 9, 16), colour)
    canvas.fill(oval(0, 0, 10, 10), "#5B4232")


def _packet(canvas: Canvas, paint: Paint) -> None:
    sheet = box(-150, -205, 300, 410, 6)
    canvas.lie(sheet)
    canvas.fill(sheet, PAPER)
    canvas.fill(box(-150, -205, 300, 36, 6), paint.second)
    canvas.fill(box(-136, -156, 272, 92, 4), paint.main)
    canvas.write((0, -122), paint.word(0), 34, PAPER)
    canvas.write((0, -86), paint.word(1), 18, PAPER)
    canvas.line([(-150, -169), (150, -169)], darker(paint.second, 0.2), 2)


def seed_collection(canvas: Canvas, paint: Paint) -> None:
    """A fan of vegetable packets."""
    words = paint.words or ("PEAS", "BEETROOT", "KALE")
    colours = (paint.main, paint.second, "#8E3B63")
    for i, word in enumerate(words[:3]):
        with canvas.at(-180 + i * 180, -196 - (16 if i == 1 else 0), 0.8, -11 + i * 11):
            _packet(
                canvas,
                Paint(colours[i], lighter(colours[i], 0.3), (word, paint.word(3))),
            )
            with canvas.at(0, 80):
                (_pod, _beet, _kale)[i](canvas)


def _pod(canvas: Canvas) -> None:
    canvas.fill(leaf((-110, 40), (112, -40), 0.2), "#4E8E66")
    for i in range(5):
        canvas.fill(oval(-62 + i * 31, 22 - i * 11, 16, 16), "#9CCB7D")
    canvas.line(curve([(112, -40), (130, -60), (124, -84)]), "#33694A", 6)


def _beet(canvas: Canvas) -> None:
    for tip in ((-40, -120), (0, -136), (40, -120)):
        canvas.fill(leaf((0, -20), tip, 0.2), "#3F7A56")
        canvas.line([(0, -20), tip], "#B5405F", 4)
    canvas.fill(
        curve(
            [(0, -30), (-66, -4), (-50, 60), (0, 112), (50, 60), (66, -4)], closed=True
        ),
        "#8E2F52",
    )
    canvas.fill(oval(-26, 10, 13, 22), "#A9496B")


def _kale(canvas: Canvas) -> None:
    for i, tip in enumerate(
        ((-84, -30), (84, -30), (-56, -104), (56, -104), (0, -126))
    ):
        canvas.fill(leaf((0, 90), tip, 0.22), GREENS[i % 2])
        for t in (0.5, 0.65, 0.8, 0.95):
            x, y = tip[0] * t, 90 + (tip[1] - 90) * t
            canvas.fill(oval(x - 14, y, 17, 14), GREENS[i % 2])
            canvas.fill(oval(x + 14, y, 17, 14), GREENS[i % 2])
        canvas.line([(0, 90), tip], "#D7E6C8", 5)
