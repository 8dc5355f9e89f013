"""Motifs: instruments, lessons and recordings."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import BRASS, INK, PAPER, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import Shape, box, curve, mirrored, oval


def _outline(grow: float) -> Shape:
    half = [
        (0, -196 - grow),
        (64, -192 - grow),
        (98 + grow, -150),
        (86 + grow, -96),
        (74 + grow, -60),
        (104 + grow, -10),
        (138 + grow, 60),
        (120 + grow, 136),
        (60, 170 + grow),
        (0, 176 + grow),
    ]
    return curve([*half, *mirrored(list(reversed(half)))[1:-1]], closed=True)


def _instrument(canvas: Canvas, paint: Paint, neck: float, strings: int) -> None:
    canvas.cast([(x + 8, y + 10) for x, y in _outline(8)], 0.3, 9)
    canvas.fill(box(-23, -190 - neck, 46, neck + 20), darker(paint.second, 0.1))
    canvas.fill(
        [(-30, -190 - neck), (30, -190 - neck), (38, -290 - neck), (-38, -290 - neck)],
        paint.second,
    )
    canvas.fill(_outline(8), paint.second)
    canvas.fill(_outline(0), paint.main)
    with canvas.clip(_outline(0)):
        canvas.fill(oval(150, 60, 110, 200), veil(darker(paint.main, 0.4), 0.18))
        canvas.line(
            curve([(-98, -120), (-70, -150), (-40, -168)]), lighter(paint.main, 0.4), 7
        )
    canvas.fill(oval(0, -44, 57, 57), paint.second)
    canvas.fill(oval(0, -44, 51, 51), BRASS)
    canvas.fill(oval(0, -44, 45, 45), "#2E1B12")
    canvas.fill(box(-24, -190 - neck, 48, neck + 112, 3), "#3A2A20")
    for i in range(12):
        y = -180 - neck + (neck + 96) * (1 - 0.9**i) / 0.74
        canvas.line([(-23, y), (23, y)], "#C9C2B0", 2)
    canvas.fill(box(-62, 76, 124, 24, 6), "#3A2A20")
    for i in range(strings):
        x = -17 + i * 34 / (strings - 1)
        canvas.line([(x, -200 - neck), (x, 84)], "#F2EAD3", 2)
        side = -50 if i < strings / 2 else 50
        y = -218 - neck - 24 * (i % (strings / 2))
        canvas.line([(side * 0.6, y), (side, y)], BRASS, 9)
        canvas.fill(oval(side, y, 10, 9), PAPER)


def guitar(canvas: Canvas, paint: Paint) -> None:
    """A classical guitar leaning a little."""
    canvas.cast(oval(-50, 16, 130, 14), 0.3, 10)
    with canvas.at(-36, -128, 0.8, 12):
        _instrument(canvas, paint, 130, 6)


def ukulele(canvas: Canvas, paint: Paint) -> None:
    """A small ukulele, leaning the other way."""
    canvas.cast(oval(30, 16, 120, 14), 0.3, 10)
    with canvas.at(26, -146, 0.88, -10):
        _instrument(canvas, paint, 60, 4)


def lesson(canvas: Canvas, paint: Paint) -> None:
    """A guitar, a music stand and an empty chair that waits for a pupil."""
    canvas.stand(70, 160)
    canvas.line([(160, 0), (160, -220)], INK, 10)
    for foot in (90, 230):
        canvas.line([(160, -50), (foot, 6)], INK, 9)
    with canvas.at(160, -300, 1, -4):
        canvas.fill(box(-134, -110, 268, 176, 6), "#2B3347")
        for x in (-124, 4):
            canvas.fill(box(x, -122, 120, 164, 2), PAPER)
            for row in range(4):
                for i in range(5):
                    canvas.line(
                        [
                            (x + 10, -104 + row * 38 + i * 5),
                            (x + 110, -104 + row * 38 + i * 5),
                        ],
                        "#A9AFBD",
                        1,
                    )
                for i in range(5):
                    canvas.fill(
                        oval(
                            x + 20 + i * 19,
                            -90 + row * 38 - (i * 7 + row * 5) % 16,
                            5,
                            4,
                        ),
                        INK,
                    )
    with canvas.at(-140, -140, 0.78, 14):
        canvas.cast(oval(-30, 200, 130, 14), 0.3, 10)
        _instrument(canvas, paint, 130, 6)


def sample_pack(canvas: Canvas, paint: Paint) -> None:
    """A cassette with headphones: sounds to download."""
    with canvas.at(-30, -190, 1, -7):
        shell = box(-220, -140, 440, 280, 20)
        canvas.lie(shell)
        canvas.fill(shell, paint.main)
        canvas.fill(box(-194, -116, 388, 184, 10), PAPER)
        canvas.fill(box(-194, -116, 388, 40, 10), paint.second)
        canvas.write((0, -96), paint.word(0), 26, PAPER)
        canvas.write((0, -54), paint.word(1), 17, "#5B6475")
        canvas.fill(box(-116, -30, 232, 76, 38), darker(paint.main, 0.3))
        for x in (-74, 74):
            canvas.fill(oval(x, 8, 30, 30), PAPER)
            for i in range(6):
                with canvas.at(x, 8, 1, i * 60 + x):
                    canvas.fill(box(-4, -27, 8, 13), darker(paint.main, 0.3))
        canvas.fill(box(-38, -10, 76, 36, 4), "#5B4232")
        canvas.fill(
            [(-130, 140), (130, 140), (112, 88), (-112, 88)], lighter(paint.main, 0.12)
        )
        for i in range(33):
            high = 5 + (i * 29 + i * i * 7) % 26
            canvas.line(
                [
                    (-170 + i * 10.6, 58 - high * 0.3),
                    (-170 + i * 10.6, 58 + high * 0.3),
                ],
                paint.second,
                4,
            )
    ear = curve([(170, -60), (150, -230), (230, -330), (320, -240), (330, -60)])
    canvas.cast(
        [
            (x + 6, y + 8)
            for x, y in [
                *ear,
                *reversed(
                    curve(
                        [(190, -60), (176, -220), (232, -300), (300, -230), (308, -60)]
                    )
                ),
            ]
        ],
        0.22,
        8,
    )
    canvas.line(ear, INK, 22)
    for x in (150, 296):
        canvas.fill(box(x, -100, 54, 100, 24), paint.second)
        canvas.fill(box(x + 28, -100, 26, 100, 13), darker(paint.second))
