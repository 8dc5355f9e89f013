"""Motifs: chairs, shelves and luggage."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import BRASS, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import Shape, box, curve, oval

SPINES = (
    "#B5533C",
    "#2F5D62",
    "#D8A94A",
    "#44506E",
    "#7C8F5A",
    "#C98B7A",
    "#6B3FA0",
    "#E5DCC8",
)


def cafe_chair(canvas: Canvas, paint: Paint) -> None:
    """A bentwood chair with a caned seat."""
    canvas.stand(150)
    wood, shade = paint.main, darker(paint.main, 0.28)
    for leg in (
        [(-96, -176), (-108, -90), (-128, -34)],
        [(96, -176), (108, -90), (128, -34)],
    ):
        canvas.line(curve(leg), shade, 17)
    back = curve(
        [
            (-112, -180),
            (-124, -300),
            (-96, -410),
            (0, -446),
            (96, -410),
            (124, -300),
            (112, -180),
        ]
    )
    canvas.line(back, wood, 19)
    inner = curve(
        [
            (-66, -186),
            (-72, -290),
            (-50, -356),
            (0, -376),
            (50, -356),
            (72, -290),
            (66, -186),
        ]
    )
    canvas.line(inner, shade, 13)
    canvas.line([(-3 + x, y - 3) for x, y in back], lighter(wood, 0.22), 5)
    canvas.fill(oval(0, -170, 142, 42), shade)
    canvas.fill(oval(0, -178, 142, 42), wood)
    _cane(canvas, oval(0, -180, 114, 30), paint.second)
    for leg in (
        [(-118, -160), (-134, -80), (-150, 4)],
        [(118, -160), (134, -80), (150, 4)],
    ):
        canvas.line(curve(leg), wood, 19)
    canvas.line(curve([(-138, -66), (0, -52), (138, -66)]), shade, 10)


def _cane(canvas: Canvas, shape: Shape, colour: str) -> None:
    canvas.fill(shape, colour)
    with canvas.clip(shape):
        for x in range(-200, 201, 19):
            canvas.line([(x - 60, -220), (x + 60, -140)], darker(colour, 0.26), 3)
            canvas.line([(x + 60, -220), (x - 60, -140)], darker(colour, 0.26), 3)
            canvas.line([(x, -220), (x, -140)], darker(colour, 0.14), 2)


def caning(canvas: Canvas, paint: Paint) -> None:
    """A cane seat close by, half woven, with a strand hanging out."""
    frame = oval(0, -200, 270, 210)
    canvas.lie(frame)
    canvas.fill(frame, paint.main)
    canvas.fill(oval(-8, -208, 252, 194), lighter(paint.main, 0.16))
    hole = oval(0, -200, 206, 154)
    canvas.fill(hole, darker(paint.main, 0.55))
    with canvas.clip(hole):
        for x in range(-220, 221, 32):
            canvas.line([(x, -360), (x, -40)], paint.second, 8)
        for y in range(-350, -190, 32):
            canvas.line([(-220, y), (220, y)], lighter(paint.second, 0.2), 8)
        for x in range(-400, 401, 45):
            canvas.line([(x, -370), (x + 180, -190)], darker(paint.second, 0.12), 7)
    for i in range(24):
        x, y = oval(0, -200, 236, 182)[i * 3]
        canvas.fill(oval(x, y, 5, 5), darker(paint.main, 0.5))
    canvas.line(
        curve([(60, -180), (130, -120), (220, -90), (300, 20), (380, 30)]),
        paint.second,
        8,
    )


def stool(canvas: Canvas, paint: Paint) -> None:
    """A three-legged milking stool."""
    canvas.stand(150)
    shade = darker(paint.main, 0.3)
    canvas.fill([(-12, -190), (12, -190), (8, -30), (-8, -30)], darker(paint.main, 0.4))
    for turn in (1, -1):
        canvas.fill(
            [(turn * x, y) for x, y in ((78, -200), (112, -200), (166, 4), (144, 6))],
            shade,
        )
    canvas.fill(oval(0, -206, 178, 44), darker(paint.main, 0.22))
    canvas.fill(oval(0, -232, 178, 44), paint.main)
    for i, y in enumerate((-246, -234, -220)):
        width = 120 - 20 * abs(i - 1)
        canvas.line(
            curve([(-width, y), (0, y + 7), (width, y)]), darker(paint.main, 0.1), 4
        )
    canvas.fill(oval(-84, -244, 34, 8), lighter(paint.main, 0.3))


def bookshelf(canvas: Canvas, paint: Paint) -> None:
    """A low bookshelf with books, a vase and a trailing plant."""
    canvas.cast(box(-226, -10, 470, 24), 0.34, 10)
    canvas.fill(box(-230, -420, 460, 412, 6), paint.main)
    canvas.fill(box(-212, -402, 424, 182), darker(paint.main, 0.42))
    canvas.fill(box(-212, -204, 424, 170), darker(paint.main, 0.42))
    _books(canvas, -204, -220, 11)
    _books(canvas, -60, -34, 13)
    canvas.fill(
        curve(
            [
                (120, -222),
                (104, -270),
                (132, -300),
                (126, -330),
                (166, -330),
                (160, -300),
                (188, -270),
                (172, -222),
            ]
        ),
        paint.second,
    )
    for i in range(3):
        canvas.fill(box(-196, -56 - i * 22, 108 - i * 12, 20, 3), SPINES[i * 2])
    canvas.fill(box(-230, -420, 12, 412), lighter(paint.main, 0.18))
    canvas.fill(box(-236, -432, 472, 22, 5), lighter(paint.main, 0.12))
    for x in (-214, 190):
        canvas.fill(
            [(x, -8), (x + 24, -8), (x + 18, 12), (x + 6, 12)], darker(paint.main, 0.35)
        )


def _books(canvas: Canvas, x: float, foot: float, count: int) -> None:
    for i in range(count):
        width, height = 17 + (i * 7) % 9, 104 + (i * 37) % 48
        colour = SPINES[(i * 3 + count) % len(SPINES)]
        canvas.fill(box(x, foot - height, width, height, 2), colour)
        canvas.fill(box(x, foot - height + 16, width, 6), lighter(colour, 0.4))
        x += width + 1


def suitcase(canvas: Canvas, paint: Paint) -> None:
    """A leather suitcase with straps and riveted corners."""
    canvas.cast(box(-230, -16, 480, 28), 0.36, 10)
    canvas.line(
        curve([(-58, -296), (-50, -336), (50, -336), (58, -296)]),
        darker(paint.second, 0.2),
        18,
    )
    body = box(-232, -300, 464, 300, 28)
    canvas.fill(body, paint.main)
    with canvas.clip(body):
        canvas.fill(box(-232, -112, 464, 120), darker(paint.main, 0.14))
        canvas.line([(-232, -190), (232, -190)], darker(paint.main, 0.3), 5)
        for x in (-232, 232):
            for y in (-300, 0):
                canvas.fill(oval(x, y, 62, 62), paint.second)
    for x in (-150, 116):
        canvas.fill(box(x, -302, 34, 304), paint.second)
        canvas.fill(box(x, -302, 10, 304), lighter(paint.second, 0.12))
        canvas.fill(box(x - 6, -216, 46, 44, 8), BRASS)
        canvas.fill(box(x + 5, -206, 24, 24, 4), paint.second)
    canvas.fill(box(-26, -206, 52, 36, 8), BRASS)
    canvas.fill(oval(0, -188, 6, 6), darker(BRASS, 0.6))
    canvas.fill(box(-208, -284, 300, 10, 5), veil("#FFFFFF", 0.25))
