"""Motifs: candles and soap."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, darker, lighter, mix, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, leaf, oval
from bazaar.demo.drawing.vessel import shaded


def candle(canvas: Canvas, paint: Paint) -> None:
    """A candle burning in a ceramic cup."""
    canvas.fill(oval(0, -290, 150, 150), veil("#FFE9A8", 0.4))
    canvas.stand(116)
    profile = [(112, -210), (116, -140), (112, -50), (96, -4)]
    shaded(canvas, profile, paint.main)
    canvas.fill(box(-56, -156, 112, 84, 4), "#FBF8F1")
    canvas.write((0, -126), paint.word(0), 21, INK)
    canvas.write((0, -98), paint.word(1), 14, "#5B6475")
    canvas.fill(oval(0, -208, 112, 22), lighter(paint.main, 0.3))
    canvas.fill(oval(0, -206, 102, 18), "#FFF4DA")
    canvas.line([(0, -208), (0, -238)], INK, 5)
    canvas.fill(
        curve([(0, -228), (-19, -258), (0, -318), (19, -258)], closed=True), "#F2A63B"
    )
    canvas.fill(
        curve([(0, -230), (-10, -254), (0, -288), (10, -254)], closed=True), "#FFE9A8"
    )


def soap(canvas: Canvas, paint: Paint) -> None:
    """Two bars of soap, one in its paper band."""
    canvas.cast(box(-220, -16, 450, 26), 0.34, 10)
    _bar(canvas, lighter(paint.main, 0.12), -6)
    with canvas.at(14, -118, 1, -4):
        _bar(canvas, paint.main, 0)
        canvas.fill([(-92, -6), (72, -6), (72, -112), (-92, -112)], "#FBF8F1")
        canvas.fill([(-92, -112), (72, -112), (100, -146), (-58, -146)], "#EFE9DC")
        canvas.write((-10, -74), paint.word(0), 25, INK)
        canvas.write((-10, -42), paint.word(1), 16, "#5B6475")
        canvas.fill(box(-92, -24, 164, 5), paint.second)
    for x, y in ((230, -30), (-250, -20), (262, -14)):
        canvas.fill(leaf((x, y + 20), (x + 36, y - 24), 0.25), "#7C8F5A")


def _bar(canvas: Canvas, colour: str, y: float) -> None:
    canvas.fill(
        [(-200, y - 112), (-166, y - 146), (216, y - 146), (184, y - 112)],
        lighter(colour, 0.3),
    )
    canvas.fill(
        [(184, y - 112), (216, y - 146), (216, y - 36), (184, y - 2)],
        darker(colour, 0.2),
    )
    canvas.fill(box(-200, y - 112, 384, 112, 7), colour)
    for i in range(7):
        x = -170 + i * 54
        canvas.fill(oval(x, y - 30 - (i * 29) % 60, 5, 4), mix(colour, INK, 0.25))


def tapers(canvas: Canvas, paint: Paint) -> None:
    """A pair of dipped beeswax candles in low holders."""
    for x, height in ((-84, 330), (84, 270)):
        with canvas.at(x, 0):
            canvas.fill(oval(0, -height - 70, 74, 74), veil("#FFE9A8", 0.5))
            canvas.stand(70)
            shaded(
                canvas,
                [(13, -height - 40), (20, -height), (24, -height / 2), (26, -46)],
                paint.main,
            )
            canvas.line([(0, -height - 40), (0, -height - 58)], INK, 4)
            canvas.fill(
                curve(
                    [
                        (0, -height - 50),
                        (-14, -height - 74),
                        (0, -height - 122),
                        (14, -height - 74),
                    ],
                    closed=True,
                ),
                "#F2A63B",
            )
            canvas.fill(
                curve(
                    [
                        (0, -height - 54),
                        (-7, -height - 70),
                        (0, -height - 96),
                        (7, -height - 70),
                    ],
                    closed=True,
                ),
                "#FFE9A8",
            )
            shaded(canvas, [(34, -66), (32, -50), (72, -26), (78, -6)], paint.second)
    canvas.line(arc((0, 10), (40, 12), 200, 340), veil("#000000", 0.05), 4)
