"""Motifs: a bicycle and its saddle."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, STEEL, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import Point, arc, box, curve, oval


def bicycle(canvas: Canvas, paint: Paint) -> None:
    """A city bicycle with mudguards and a basket."""
    rear, front, crank = (-186, -116), (196, -116), (-26, -112)
    canvas.cast(oval(10, 8, 310, 12), 0.34, 9)
    for hub in (rear, front):
        _wheel(canvas, hub)
    seat, head = (-74, -306), (142, -306)
    for a, b in ((rear, crank), (rear, seat), (seat, crank)):
        canvas.line([a, b], darker(paint.main, 0.2), 11)
    for a, b in ((crank, (152, -270)), ((-66, -270), head), (head, (160, -240))):
        canvas.line([a, b], paint.main, 14)
    canvas.line(curve([(150, -290), (166, -210), front]), paint.main, 12)
    for hub in (rear, front):
        canvas.line(arc(hub, (126, 126), 190, 320), lighter(paint.main, 0.1), 10)
    canvas.line([(-74, -306), (-80, -352)], STEEL, 11)
    canvas.fill(
        curve(
            [
                (-150, -352),
                (-130, -378),
                (-70, -372),
                (-20, -366),
                (-22, -352),
                (-90, -346),
            ],
            closed=True,
        ),
        paint.second,
    )
    canvas.line([(140, -300), (132, -368)], STEEL, 11)
    canvas.line(curve([(132, -368), (176, -392), (150, -410), (84, -396)]), STEEL, 11)
    canvas.line([(104, -400), (78, -394)], paint.second, 17)
    canvas.line([rear, crank], INK, 4)
    canvas.fill(oval(*crank, 34, 34), STEEL)
    canvas.fill(oval(*crank, 24, 24), darker(STEEL, 0.3))
    canvas.line([crank, (8, -56)], INK, 10)
    canvas.fill(box(-14, -58, 50, 13, 5), INK)
    _basket(canvas)


def _wheel(canvas: Canvas, hub: Point) -> None:
    tyre = [*oval(*hub, 116, 116), *reversed(oval(*hub, 103, 103))]
    for i in range(14):
        with canvas.at(*hub, 1, i * 360 / 14):
            canvas.line([(0, 0), (0, -103)], "#8A93A1", 2)
    canvas.fill(tyre, INK)
    canvas.fill([*oval(*hub, 104, 104), *reversed(oval(*hub, 97, 97))], "#E3E6EB")
    canvas.fill(oval(*hub, 13, 13), "#5B6475")


def _basket(canvas: Canvas) -> None:
    shape = [(168, -378), (286, -378), (270, -284), (184, -284)]
    canvas.fill(shape, "#C9A272")
    with canvas.clip(shape):
        for i in range(7):
            canvas.line([(160, -372 + i * 15), (300, -372 + i * 15)], "#AD8553", 4)
        for i in range(8):
            canvas.line([(166 + i * 17, -380), (178 + i * 14, -280)], "#DDBD93", 4)
    canvas.line([(164, -378), (290, -378)], "#8A5A3B", 10)


def saddle(canvas: Canvas, paint: Paint) -> None:
    """A leather saddle with copper rivets and springs."""
    canvas.stand(150, -30)
    canvas.line([(-40, -150), (-30, 0)], STEEL, 26)
    canvas.line([(-33, -150), (-24, 0)], lighter(STEEL, 0.5), 6)
    for x in (-170, -96):
        for i in range(6):
            canvas.line(
                [(x - 22, -226 + i * 15), (x + 22, -218 + i * 15)],
                darker(STEEL, 0.3),
                8,
            )
    canvas.line(
        curve([(-170, -132), (-60, -146), (100, -176), (200, -216)]),
        darker(STEEL, 0.35),
        12,
    )
    skirt = [
        *curve(
            [
                (-232, -262),
                (-210, -206),
                (-130, -196),
                (-40, -186),
                (60, -196),
                (240, -226),
                (258, -262),
            ]
        ),
        (258, -262),
    ]
    canvas.fill(skirt, darker(paint.main, 0.24))
    top = curve(
        [
            (-236, -262),
            (-228, -312),
            (-150, -326),
            (-30, -288),
            (110, -284),
            (236, -286),
            (268, -262),
            (230, -238),
            (60, -244),
            (-100, -236),
            (-200, -236),
        ],
        closed=True,
    )
    canvas.fill(top, paint.main)
    canvas.line(
        curve([(-196, -300), (-140, -306), (-30, -272), (120, -270), (220, -270)]),
        lighter(paint.main, 0.3),
        8,
    )
    for x, y in ((-206, -258), (-186, -244), (-160, -238), (236, -258), (222, -246)):
        canvas.fill(oval(x, y, 9, 9), paint.second)
        canvas.fill(oval(x - 2, y - 3, 3, 3), veil("#FFFFFF", 0.7))
    canvas.fill(box(-100, -222, 86, 24, 6), darker(paint.main, 0.4))
