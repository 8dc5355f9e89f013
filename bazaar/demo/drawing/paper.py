"""Motifs: prints, posters, books and things to download."""

from collections.abc import Callable

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, PAPER, WOOD, darker, lighter, mix, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, leaf, oval


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
    canvas.fill([(-150, -434), (-60, -434), (-160, -250), (-160, -400)], veil("#FFFFFF", 0.35))


def print_tide(canvas: Canvas, paint: Paint) -> None:
    """A framed lino print of a river at low tide."""
    _framed(canvas, paint, _tide)


def _tide(canvas: Canvas, paint: Paint) -> None:
    canvas.fill(oval(44, -310, 42, 42), paint.second)
    for x, high in ((-110, 50), (-80, 78), (-44, 44), (-14, 96), (20, 40), (70, 60), (96, 34)):
        canvas.fill(box(x, -226 - high, 26, high), paint.main)
    for i in range(9):
        y = -222 + i * 17
        wave = curve([(-140, y), (-80, y + 7 - (i % 3) * 4), (-10, y - 3), (60, y + 6), (140, y)])
        canvas.line(wave, paint.main if i % 2 else mix(paint.main, paint.second, 0.5), 5 + i)
    canvas.fill([(-60, -160), (50, -160), (34, -132), (-44, -132)], INK)
    canvas.line([(-6, -160), (-6, -236)], INK, 5)
    canvas.fill([(0, -232), (44, -172), (0, -172)], PAPER)


def print_heron(canvas: Canvas, paint: Paint) -> None:
    """A framed lino print of a heron in the reeds."""
    _framed(canvas, paint, _heron)


def _heron(canvas: Canvas, paint: Paint) -> None:
    canvas.fill(oval(-30, -270, 84, 84), paint.second)
    for i in range(6):
        canvas.line([(-130, -110 + i * 9), (130, -114 + i * 9)], mix(paint.main, "#FFFFFF", 0.3 + 0.1 * (i % 2)), 4)
    canvas.line([(6, -180), (4, -88)], INK, 5)
    canvas.line([(24, -180), (30, -88)], INK, 5)
    canvas.fill(curve([(-60, -150), (-26, -220), (30, -240), (58, -208), (30, -168), (-20, -158)], closed=True), paint.main)
    canvas.fill(leaf((40, -214), (-72, -146), 0.16), darker(paint.main, 0.4))
    canvas.line(curve([(44, -216), (62, -262), (30, -296), (44, -336)]), paint.main, 15)
    canvas.fill(oval(46, -342, 17, 14), paint.main)
    canvas.fill([(56, -350), (110, -338), (56, -334)], "#D8A94A")
    canvas.line(curve([(40, -352), (16, -352), (-8, -340)]), INK, 4)
    for x, lean in ((-104, 10), (-86, -8), (92, 12), (106, -6), (78, 2)):
        canvas.line(curve([(x, -76), (x + lean * 0.3, -180), (x + lean, -250)]), darker(paint.main, 0.5), 5)
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
            canvas.fill(box(-150 + i * 40, -158 - (i % 3) * 18, 34, 26 + (i % 3) * 18), mix(paint.main, paint.second, 0.2 + 0.25 * (i % 3)))
    canvas.write((0, -72), paint.word(0), 38, paint.main)
    canvas.write((0, -40), paint.word(1), 16, "#5B6475")
    for x in (-90, 90):
        canvas.fill(box(x - 15, -484, 30, 30, 4), "#4A5468")


def _crane(canvas: Canvas, colour: str) -> None:
    for line in ([(0, 0), (40, -230)], [(80, 0), (50, -230)], [(10, -70), (74, -70)], [(-60, -216), (190, -262)], [(46, -232), (60, -300), (190, -262)], [(60, -300), (-56, -216)], [(176, -258), (176, -170)]):
        canvas.line(line, colour, 10)
    for i in range(4):
        canvas.line([(12 + i * 7, -40 - i * 46), (72 - i * 5, -86 - i * 46)], colour, 5)
    canvas.fill(box(20, -224, 50, 40, 4), colour)


def book(canvas: Canvas, paint: Paint) -> None:
    """A clothbound book standing on another one."""
    canvas.cast(box(-200, -14, 430, 28), 0.36, 10)
    canvas.fill(box(-200, -58, 400, 58, 5), darker(paint.second, 0.1))
    canvas.fill(box(-190, -48, 392, 38), PAPER)
    for y in (-40, -32, -24, -16):
        canvas.line([(-188, y), (200, y)], "#DAD3C4", 2)
    canvas.fill(box(-200, -58, 18, 58, 4), paint.second)
    canvas.fill([(-112, -430), (152, -430), (166, -418), (166, -60), (-112, -60)], PAPER)
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
                canvas.line(curve([(x, 190), (x + 8, 120), (x - 4, 60 - (i * 37) % 50)]), paint.second, 5)
                for y in (80, 112, 144):
                    canvas.fill(leaf((x + 4, y + 14), (x + 34, y - 10), 0.26), paint.second)
                    canvas.fill(leaf((x + 4, y + 22), (x - 26, y), 0.26), lighter(paint.second, 0.2))
            canvas.fill([(-134, -192), (40, -192), (-134, 60)], veil("#FFFFFF", 0.1))
        for i in range(3):
            canvas.write((0, -136 + i * 40), paint.word(i), (29, 29, 18)[i], PAPER)


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
            canvas.fill([*oval(0, 40, r, r), *reversed(oval(0, 40, r - 5, r - 5))], paint.main)
        for i in range(8):
            with canvas.at(0, 40, 1, i * 45):
                canvas.line([(0, -38), (0, -62)], paint.second, 7)
        canvas.fill(oval(0, 40, 14, 14), paint.second)
        for x, y in ((96, -6), (-96, 90)):
            canvas.line([(x * 0.4, 40 + (y - 40) * 0.4), (x, y), (x * 1.32, y)], INK, 3)
        for i in range(2):
            canvas.line([(-110, 158 + i * 18), (90 - i * 60, 158 + i * 18)], "#A9AFBD", 5)


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
    canvas.line(curve([(-112, top + 38), (-104, top + 10), (-116, top - 4), (-120, top + 22), (-104, top + 28)]), colour, 4)
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
    for shape in ([(-240, -360), (-130, -366), (-96, -260), (-60, -220), (-70, -40), (-250, -34)], [(-40, -370), (60, -374), (70, -250), (-30, -244)]):
        canvas.fill(shape, veil("#FFFFFF", 0.5))
        canvas.line([*shape, shape[0]], paint.main, 4)
    canvas.line([(-170, -310), (-170, -90)], paint.main, 3)
    canvas.fill([(-182, -300), (-158, -300), (-170, -326)], paint.main)
    canvas.line(curve([(-300, -60), (-200, -20), (-40, -30), (160, -100)]), "#F2B233", 15)
    with canvas.at(180, -250, 1, 6):
        sheet = box(-110, -146, 220, 290, 4)
        canvas.lie(sheet)
        canvas.fill(sheet, paint.main)
        canvas.write((0, -112), paint.word(0), 23, PAPER)
        canvas.write((0, -86), paint.word(1), 15, lighter(paint.main, 0.6))
        canvas.fill(curve([(-36, -56), (-38, -20), (-70, 10)]) + [(-78, 120), (78, 120)] + curve([(70, 10), (38, -20), (36, -56)]), paint.second)
        canvas.fill(box(-40, 34, 80, 40, 4), darker(paint.second, 0.14))
    with canvas.at(20, -90, 0.9, -50):
        for turn in (-1, 1):
            canvas.fill([(0, 10), (turn * 10, 20), (turn * 26, -170)], "#8A93A1" if turn < 0 else "#B9C0CB")
            canvas.line(oval(turn * 34, 70, 26, 38), "#B3261E", 12)
        canvas.fill(oval(0, 12, 8, 8), INK)
