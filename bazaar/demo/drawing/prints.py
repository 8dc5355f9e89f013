"""Motifs: prints and posters on the wall."""

from collections.abc import Callable

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, PAPER, WOOD, darker, lighter, mix, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import box, curve, leaf, oval


def _framed(canvas: Canvas, paint: Paint, art: Callable[[Canvas, Paint], None]) -> None:
    canvas.cast([(x + 10, y + 12) for x, y in box(-176, -450, 352, 440)], 0.3, 12)
    canvas.fill(box(-176, -450, 352, 440, 3), WOOD)
    canvas.fill(box(-176, -450, 352, 8), lighter(WOOD, 0.3))
    canvas.fill(box(-160, -434, 320, 408), PAPER)
    sheet = box(-120, -396, 240, 320)
    canvas.fill(sheet, lighter(paint.second, 0.75))
    with canvas.clip(sheet):
        art(canvas, paint)
    canvas.write((-84, -54), paint.word(0), 15, "#5B6475")
    canvas.write((84, -54), paint.word(1), 15, "#5B6475")
    canvas.fill(
        [(-150, -434), (-60, -434), (-160, -250), (-160, -400)], veil("#FFFFFF", 0.35)
    )


def print_tide(canvas: Canvas, paint: Paint) -> None:
    """A framed lino print of a river at low tide."""
    _framed(canvas, paint, _tide)


def _tide(canvas: Canvas, paint: Paint) -> None:
    canvas.fill(oval(44, -310, 42, 42), paint.second)
    for x, high in (
        (-110, 50),
        (-80, 78),
        (-44, 44),
        (-14, 96),
        (20, 40),
        (70, 60),
        (96, 34),
    ):
        canvas.fill(box(x, -226 - high, 26, high), paint.main)
    for i in range(9):
        y = -222 + i * 17
        wave = curve(
            [(-140, y), (-80, y + 7 - (i % 3) * 4), (-10, y - 3), (60, y + 6), (140, y)]
        )
        canvas.line(
            wave, paint.main if i % 2 else mix(paint.main, paint.second, 0.5), 5 + i
        )
    canvas.fill([(-60, -160), (50, -160), (34, -132), (-44, -132)], INK)
    canvas.line([(-6, -160), (-6, -236)], INK, 5)
    canvas.fill([(0, -232), (44, -172), (0, -172)], PAPER)


def print_heron(canvas: Canvas, paint: Paint) -> None:
    """A framed lino print of a heron in the reeds."""
    _framed(canvas, paint, _heron)


def _heron(canvas: Canvas, paint: Paint) -> None:
    canvas.fill(oval(-30, -270, 84, 84), paint.second)
    for i in range(6):
        canvas.line(
            [(-130, -110 + i * 9), (130, -114 + i * 9)],
            mix(paint.main, "#FFFFFF", 0.3 + 0.1 * (i % 2)),
            4,
        )
    canvas.line([(6, -180), (4, -88)], INK, 5)
    canvas.line([(24, -180), (30, -88)], INK, 5)
    canvas.fill(
        curve(
            [(-60, -150), (-26, -220), (30, -240), (58, -208), (30, -168), (-20, -158)],
            closed=True,
        ),
        paint.main,
    )
    canvas.fill(leaf((40, -214), (-72, -146), 0.16), darker(paint.main, 0.4))
    canvas.line(curve([(44, -216), (62, -262), (30, -296), (44, -336)]), paint.main, 15)
    canvas.fill(oval(46, -342, 17, 14), paint.main)
    canvas.fill([(56, -350), (110, -338), (56, -334)], "#D8A94A")
    canvas.line(curve([(40, -352), (16, -352), (-8, -340)]), INK, 4)
    for x, lean in ((-104, 10), (-86, -8), (92, 12), (106, -6), (78, 2)):
        canvas.line(
            curve([(x, -76), (x + lean * 0.3, -180), (x + lean, -250)]),
            darker(paint.main, 0.5),
            5,
        )
        canvas.fill(oval(x + lean, -262, 6, 21), "#7A4A2A")


def poster(canvas: Canvas, paint: Paint) -> None:
    """A two-colour poster of harbour cranes, clipped to the wall."""
    sheet = box(-166, -470, 332, 450, 2)
    canvas.cast([(x + 8, y + 10) for x, y in sheet], 0.26, 11)
    canvas.fill(sheet, PAPER)
    inside = box(-150, -454, 300, 350)
    canvas.fill(inside, lighter(paint.second, 0.55))
    with canvas.clip(inside):
        canvas.fill(oval(60, -320, 76, 76), paint.second)
        for x, scale in ((-150, 1), (-20, 0.8), (80, 0.62)):
            with canvas.at(x, -130, scale):
                _crane(canvas, paint.main)
        canvas.fill(box(-150, -134, 300, 40), paint.main)
        for i in range(8):
            canvas.fill(
                box(-150 + i * 40, -158 - (i % 3) * 18, 34, 26 + (i % 3) * 18),
                mix(paint.main, paint.second, 0.2 + 0.25 * (i % 3)),
            )
    canvas.write((0, -72), paint.word(0), 38, paint.main)
    canvas.write((0, -40), paint.word(1), 16, "#5B6475")
    for x in (-90, 90):
        canvas.fill(box(x - 15, -484, 30, 30, 4), "#4A5468")


def _crane(canvas: Canvas, colour: str) -> None:
    for line in (
        [(0, 0), (40, -230)],
        [(80, 0), (50, -230)],
        [(10, -70), (74, -70)],
        [(-60, -216), (190, -262)],
        [(46, -232), (60, -300), (190, -262)],
        [(60, -300), (-56, -216)],
        [(176, -258), (176, -170)],
    ):
        canvas.line(line, colour, 10)
    for i in range(4):
        canvas.line([(12 + i * 7, -40 - i * 46), (72 - i * 5, -86 - i * 46)], colour, 5)
    canvas.fill(box(20, -224, 50, 40, 4), colour)
