"""Motifs: wool and linen."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, darker, lighter, mix, veil
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
            zigzag = [p for i in range(int((foot - top) / 14) + 1) for p in ((x, top + i * 14), (x + 9, top + i * 14 + 8))]
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
            canvas.line([(0, 0), (0, -54 + (i * 7) % 12)], paint.second if i % 3 else lighter(paint.second), 12)
    crown = [(-170, -90), *curve([(-170, -90), (-160, -230), (-90, -334), (0, -352), (90, -334), (160, -230), (170, -90)])]
    canvas.fill(crown, paint.main)
    _knit(canvas, crown, paint.main)
    with canvas.clip(crown):
        for y in (-210, -184):
            canvas.fill(box(-200, y, 400, 13), paint.second)
        for x in range(-180, 200, 36):
            canvas.fill([(x, -262), (x + 18, -236), (x + 36, -262), (x + 18, -288)], paint.second)
        canvas.fill(oval(220, -180, 130, 240), veil(INK, 0.1))
    brim = box(-184, -116, 368, 108, 26)
    canvas.fill(brim, darker(paint.main, 0.1))
    for x in range(-164, 180, 22):
        canvas.line([(x, -108), (x, -16)], darker(paint.main, 0.24), 5)


def throw(canvas: Canvas, paint: Paint) -> None:
    """A checked blanket folded into a neat pile."""
    canvas.cast(box(-240, -16, 500, 28), 0.36, 11)
    for i, y in enumerate((-92, -178, -264)):
        fold = box(-236 + i * 5, y, 472 - i * 10, 92, 44)
        colour = mix(paint.main, "#FFFFFF", 0.07 * i)
        canvas.fill(fold, colour)
        with canvas.clip(fold):
            for x in range(-220, 260, 88):
                canvas.fill(box(x, y, 34, 92), veil(paint.second, 0.75))
                canvas.fill(box(x + 52, y, 6, 92), veil("#FFFFFF", 0.6))
            canvas.fill(box(-240, y + 60, 480, 12), veil(paint.second, 0.6))
            canvas.fill(box(-240, y + 80, 480, 14), veil(INK, 0.16))
    for x in range(-216, 226, 16):
        canvas.line([(x, -8), (x + 3, 20)], paint.main if x % 32 else paint.second, 6)


def tea_towels(canvas: Canvas, paint: Paint) -> None:
    """Two linen tea towels on hooks."""
    canvas.fill(box(-260, -452, 520, 26, 8), "#B57F4E")
    for x, colour, stripe in ((-122, paint.main, paint.second), (122, paint.second, paint.main)):
        canvas.line(arc((x, -414), (15, 22), -90, 130), "#8A93A1", 8)
        cloth = curve([(x - 10, -400), (x - 76, -384), (x - 98, -360)]) + [(x - 106, -40), (x - 40, -28), (x + 20, -44), (x + 104, -32)] + curve([(x + 98, -360), (x + 76, -384), (x + 10, -400)])
        canvas.cast([(a + 8, b + 8) for a, b in cloth], 0.22, 9)
        canvas.fill(cloth, colour)
        with canvas.clip(cloth):
            for y in (-110, -90, -66):
                canvas.fill(box(x - 120, y, 240, 11 if y != -90 else 5), stripe)
            for a in (-60, -8, 46):
                canvas.fill([(x + a, -400), (x + a - 6, 0), (x + a + 18, 0)], veil(INK, 0.07))


def apron(canvas: Canvas, paint: Paint) -> None:
    """A linen apron on a hanger peg."""
    canvas.fill(oval(0, -462, 13, 13), "#8A5A3B")
    canvas.line(curve([(-70, -352), (-40, -440), (0, -456), (40, -440), (70, -352)]), darker(paint.main, 0.2), 13)
    for turn in (1, -1):
        canvas.line(curve([(turn * 146, -216), (turn * 220, -200), (turn * 236, -120), (turn * 214, -60)]), darker(paint.main, 0.14), 10)
    left = curve([(-82, -362), (-88, -290), (-150, -226)])
    cloth = [*left, (-172, 14), *[(-x, y) for x, y in reversed([*left, (-172, 14)])]]
    canvas.cast([(x + 9, y + 8) for x, y in cloth], 0.24, 9)
    canvas.fill(cloth, paint.main)
    with canvas.clip(cloth):
        canvas.fill(box(-90, -366, 180, 18), darker(paint.main, 0.12))
        for x in (-110, 30, 120):
            canvas.fill([(x, -230), (x - 12, 20), (x + 22, 20)], veil(INK, 0.07))
    canvas.fill(box(-92, -176, 184, 108, 10), darker(paint.main, 0.1))
    canvas.line([(0, -176), (0, -68)], darker(paint.main, 0.24), 3)
    canvas.line([(-92, -166), (92, -166)], lighter(paint.main, 0.4), 3)
    canvas.line([(50, -150), (50, -210)], "#B57F4E", 12)
    canvas.fill(oval(50, -222, 18, 26), "#C9935F")


def tote(canvas: Canvas, paint: Paint) -> None:
    """A market tote with leeks and a print."""
    canvas.stand(160)
    for x, lean in ((-70, -40), (-34, -8), (50, 30)):
        canvas.line([(x, -250), (x + lean, -380)], "#EDF3E0", 24)
        for bend in (-26, 0, 26):
            canvas.line(curve([(x + lean, -370), (x + lean + bend, -416), (x + lean + bend * 2, -452)]), "#4E8E66", 15)
    canvas.line(curve([(-86, -290), (-80, -400), (0, -440), (80, -400), (86, -290)]), darker(paint.main, 0.12), 17)
    bag = [(-156, -296), (156, -296), (178, -12), (166, 2), (-166, 2), (-178, -12)]
    canvas.fill(bag, paint.main)
    canvas.fill([(92, -296), (156, -296), (178, -12), (166, 2), (112, 2)], darker(paint.main, 0.09))
    canvas.fill(box(-156, -296, 312, 17), darker(paint.main, 0.13))
    canvas.fill(oval(0, -146, 92, 92), paint.second)
    for i in range(8):
        with canvas.at(0, -146, 1, i * 45):
            canvas.fill(oval(0, -52, 15, 32), paint.main)
    canvas.fill(oval(0, -146, 21, 21), paint.main)


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
                if abs(i - 6.5) + abs(j - 8) in (2.5, 6.5, 7.5) or (i * 5 + j * 3) % 13 == 0:
                    canvas.fill(box(-126 + i * 18, -128 + j * 18, 17, 17), paint.main)
        for i in range(0, 19):
            canvas.line([(-126, -128 + i * 18), (126, -128 + i * 18)], "#D5D9E1", 1)
    with canvas.at(176, -190, 1, 12):
        mitten = curve([(-70, 150), (-80, 0), (-84, -80), (-40, -186), (40, -186), (84, -80), (86, -30), (130, -76), (152, -40), (110, 40), (72, 84), (70, 150)]) + [(70, 150)]
        canvas.lie(mitten)
        canvas.fill(mitten, paint.main)
        _knit(canvas, mitten, paint.main)
        for y in (-110, -50, 10):
            for x in (-36, 4, 44):
                canvas.fill([(x - 18, y), (x, y - 20), (x + 18, y), (x, y + 20)], paint.second)
        canvas.fill(box(-78, 130, 156, 74, 12), darker(paint.main, 0.14))
        for x in range(-62, 76, 18):
            canvas.line([(x, 138), (x, 196)], darker(paint.main, 0.3), 4)
