"""Motifs: prints, posters, books and things to download."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, PAPER, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, leaf, oval


def book(canvas: Canvas, paint: Paint) -> None:
    """A clothbound book standing on another one."""
    canvas.cast(box(-200, -14, 430, 28), 0.36, 10)
    canvas.fill(box(-200, -58, 400, 58, 5), darker(paint.second, 0.1))
    canvas.fill(box(-190, -48, 392, 38), PAPER)
    for y in (-40, -32, -24, -16):
        canvas.line([(-188, y), (200, y)], "#DAD3C4", 2)
    canvas.fill(box(-200, -58, 18, 58, 4), paint.second)
    canvas.fill(
        [(-112, -430), (152, -430), (166, -418), (166, -60), (-112, -60)], PAPER
    )
    canvas.fill(box(-136, -434, 288, 376, 5), paint.main)
    canvas.fill(box(-136, -434, 30, 376, 5), darker(paint.main, 0.2))
    canvas.fill(box(-82, -392, 210, 190, 2), lighter(paint.second, 0.45))
    with canvas.clip(box(-82, -392, 210, 190)):
        for i in range(16):
            x, y = -80 + (i * 53) % 210, -390 + (i * 71) % 150
            canvas.line([(x + 8, y), (x, y + 36)], paint.second, 4)
        canvas.fill(arc((26, -232), (62, 56), 180, 360), paint.main)
        canvas.line([(26, -288), (26, -196)], INK, 5)
    canvas.write((22, -162), paint.word(0), 31, PAPER)
    canvas.write((22, -126), paint.word(1), 18, lighter(paint.main, 0.6))


def tablet(canvas: Canvas, paint: Paint) -> None:
    """A book to read on a screen, its cover showing."""
    canvas.stand(150, 10)
    canvas.fill([(40, -60), (180, 8), (100, 8)], "#4A5468")
    with canvas.at(0, -210, 1, -5):
        canvas.fill(box(-152, -212, 304, 418, 26), "#2B3347")
        screen = box(-134, -192, 268, 374, 8)
        canvas.fill(screen, paint.main)
        with canvas.clip(screen):
            canvas.fill(oval(60, 170, 230, 150), darker(paint.main, 0.2))
            canvas.fill(oval(-110, 190, 190, 130), darker(paint.main, 0.34))
            for i in range(5):
                x = -96 + i * 48
                canvas.line(
                    curve([(x, 190), (x + 8, 120), (x - 4, 60 - (i * 37) % 50)]),
                    paint.second,
                    5,
                )
                for y in (80, 112, 144):
                    canvas.fill(
                        leaf((x + 4, y + 14), (x + 34, y - 10), 0.26), paint.second
                    )
                    canvas.fill(
                        leaf((x + 4, y + 22), (x - 26, y), 0.26),
                        lighter(paint.second, 0.2),
                    )
            canvas.fill([(-134, -192), (40, -192), (-134, 60)], veil("#FFFFFF", 0.1))
        for i in range(3):
            canvas.write((0, -136 + i * 40), paint.word(i), (29, 29, 18)[i], PAPER)
