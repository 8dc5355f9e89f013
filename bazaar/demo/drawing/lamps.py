"""Motifs: lamps."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import BRASS, INK, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import arc, box, curve, oval, turned

GLOW = "#FFE9A8"


def desk_lamp(canvas: Canvas, paint: Paint) -> None:
    """A jointed desk lamp: brass arm, coloured shade."""
    canvas.fill([(108, -262), (232, -212), (300, 8), (-20, 8)], veil(GLOW, 0.42))
    canvas.stand(110, -90)
    foot = [(18, -46), (40, -34), (96, -24), (104, -8)]
    with canvas.at(-90, 0):
        canvas.fill(turned(foot), paint.second)
        canvas.fill(turned(foot, 0.35), darker(paint.second))
    for a, b in (((-90, -40), (-170, -230)), ((-170, -230), (70, -352))):
        canvas.line([a, b], darker(paint.second, 0.3), 15)
        canvas.line(
            [(a[0] - 2, a[1] - 2), (b[0] - 2, b[1] - 2)], lighter(paint.second, 0.1), 9
        )
    canvas.fill(oval(-170, -230, 17, 17), darker(paint.second, 0.35))
    canvas.fill(oval(-170, -230, 8, 8), lighter(paint.second))
    with canvas.at(84, -346, 1, -24):
        _shade(canvas, paint)


def _shade(canvas: Canvas, paint: Paint) -> None:
    bell = [(24, -16), (34, 0), (62, 34), (92, 92), (98, 108)]
    canvas.fill(box(-17, -44, 34, 40, 10), darker(paint.second, 0.15))
    canvas.fill(oval(0, 116, 50, 16), "#FFF6DA")
    canvas.fill(turned(bell), paint.main)
    canvas.fill(turned(bell, 0.4), darker(paint.main))
    canvas.fill(turned(bell, -0.75, -0.55), veil("#FFFFFF", 0.4))
    canvas.fill(oval(0, 112, 97, 14), darker(paint.main, 0.35))
    canvas.fill(oval(0, 115, 84, 10), GLOW)


def pendant_lamp(canvas: Canvas, paint: Paint) -> None:
    """An enamelled workshop pendant on its flex."""
    canvas.fill([(-176, -182), (176, -182), (290, 60), (-290, 60)], veil(GLOW, 0.5))
    canvas.line([(0, -520), (0, -390)], INK, 6)
    neck = [(20, -400), (26, -388), (30, -350), (34, -340)]
    bell = [(34, -344), (52, -326), (120, -292), (182, -214), (190, -196)]
    canvas.fill(turned(neck), paint.second)
    canvas.fill(turned(neck, 0.3), darker(paint.second))
    canvas.fill(turned(bell), paint.main)
    canvas.fill(turned(bell, 0.42), darker(paint.main))
    canvas.fill(turned(bell, -0.72, -0.56), veil("#FFFFFF", 0.4))
    canvas.fill(oval(0, -190, 190, 27), darker(paint.main, 0.3))
    canvas.fill(oval(0, -188, 176, 21), "#FFFDF5")
    canvas.fill(oval(0, -186, 52, 13), GLOW)
    canvas.cast(oval(0, 10, 210, 18), 0.2, 16)


def globe_lamp(canvas: Canvas, paint: Paint) -> None:
    """An opal glass globe on a small turned foot."""
    canvas.fill(oval(0, -240, 232, 232), veil(GLOW, 0.4))
    canvas.stand(92)
    foot = [(30, -112), (26, -90), (34, -62), (84, -28), (90, -8)]
    canvas.fill(turned(foot), paint.second)
    canvas.fill(turned(foot, 0.3), darker(paint.second))
    canvas.fill(turned(foot, -0.7, -0.5), lighter(paint.second, 0.45))
    canvas.fill(oval(0, -240, 150, 150), darker(paint.main, 0.08))
    canvas.fill(oval(-12, -248, 134, 134), paint.main)
    canvas.fill(oval(-50, -296, 46, 34), "#FFFFFF")
    canvas.line(
        curve([(90, -30), (160, -4), (240, 12), (420, 6)]), darker(BRASS, 0.5), 5
    )


def rewiring(canvas: Canvas, paint: Paint) -> None:
    """A repair on the bench: lamp holder, fabric flex, plug and screwdriver."""
    flex = curve(
        [
            (-190, -120),
            (-120, -20),
            (10, -60),
            (20, -190),
            (110, -300),
            (230, -230),
            (222, -150),
        ]
    )
    canvas.lie([(x, y - 6) for x, y in flex] + [(x, y + 6) for x, y in reversed(flex)])
    canvas.line(flex, paint.main, 17)
    for i in range(2, len(flex) - 2, 3):
        canvas.line([flex[i], flex[i + 1]], lighter(paint.main, 0.55), 6)
    with canvas.at(-205, -150, 1, -30):
        _holder(canvas, paint)
    with canvas.at(222, -130, 1, 6):
        _plug(canvas)
    with canvas.at(-70, -330, 1, 62):
        _screwdriver(canvas, paint)


def _holder(canvas: Canvas, paint: Paint) -> None:
    canvas.lie(box(-46, -120, 92, 150, 14))
    canvas.fill(box(-26, 20, 52, 30, 8), INK)
    canvas.fill(box(-46, -90, 92, 120, 16), paint.second)
    canvas.fill(box(14, -90, 32, 120, 16), darker(paint.second))
    for y in (-60, -36, -12):
        canvas.line([(-44, y), (44, y)], darker(paint.second, 0.3), 3)
    canvas.fill(oval(0, -170, 74, 82), "#FFF3C9")
    canvas.fill(arc((0, -170), (74, 82), -70, 70), "#FBE6A4")
    canvas.line(
        curve(
            [
                (-22, -112),
                (-30, -170),
                (-10, -190),
                (0, -160),
                (10, -190),
                (30, -170),
                (22, -112),
            ]
        ),
        BRASS,
        4,
    )
    canvas.fill(box(-30, -112, 60, 26, 6), "#AEB6C2")


def _plug(canvas: Canvas) -> None:
    canvas.lie(box(-48, -20, 96, 150, 26))
    for x in (-27, 15):
        canvas.fill(box(x, 70, 13, 72, 6), "#AEB6C2")
    canvas.fill(box(-48, -20, 96, 104, 26), "#2B3347")
    canvas.fill(box(14, -20, 34, 104, 22), "#1E2534")
    canvas.fill(box(-32, 4, 40, 10, 5), "#566079")


def _screwdriver(canvas: Canvas, paint: Paint) -> None:
    canvas.lie(box(-20, -110, 40, 260, 14))
    canvas.fill(box(-7, 0, 14, 150, 3), "#AEB6C2")
    canvas.fill([(-12, 146), (12, 146), (7, 168), (-7, 168)], "#8A93A1")
    canvas.fill(box(-24, -120, 48, 128, 20), paint.main)
    canvas.fill(box(4, -120, 20, 128, 14), darker(paint.main))
    canvas.line([(-12, -100), (-12, -14)], lighter(paint.main, 0.4), 5)
