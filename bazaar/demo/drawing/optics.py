"""Motifs: cameras, film and light."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import GLASS, INK, PAPER, STEEL, darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import box, oval, turned


def _glass(canvas: Canvas, radius: float) -> None:
    canvas.fill(oval(0, 0, radius, radius), "#1B2130")
    canvas.fill(oval(0, 0, radius * 0.84, radius * 0.84), GLASS)
    canvas.fill(
        oval(radius * 0.1, radius * 0.12, radius * 0.62, radius * 0.62), "#28355F"
    )
    canvas.fill(oval(0, 0, radius * 0.3, radius * 0.3), "#171D33")
    canvas.fill(
        oval(-radius * 0.32, -radius * 0.36, radius * 0.24, radius * 0.18),
        veil("#FFFFFF", 0.7),
    )
    canvas.fill(
        oval(radius * 0.36, radius * 0.36, radius * 0.12, radius * 0.1),
        veil("#C4A1F5", 0.7),
    )


def rangefinder(canvas: Canvas, paint: Paint) -> None:
    """A 35 mm rangefinder camera."""
    canvas.cast(box(-236, -14, 490, 26), 0.36, 10)
    for x, wide in ((-200, 70), (86, 46), (150, 64)):
        canvas.fill(box(x, -326, wide, 34, 6), darker(paint.main, 0.12))
        canvas.fill(box(x, -326, wide, 8, 4), lighter(paint.main, 0.4))
    canvas.fill(box(-240, -298, 480, 298, 34), paint.main)
    canvas.fill(box(-240, -212, 480, 156), paint.second)
    for y in range(-206, -56, 12):
        canvas.line([(-236, y), (236, y)], lighter(paint.second, 0.08), 2)
    for x in (-206, 60, 140):
        canvas.fill(box(x, -280, 62, 44, 7), "#1B2130")
        canvas.fill(box(x + 7, -273, 48, 30, 4), "#5E76A8")
        canvas.fill(
            [(x + 14, -244), (x + 34, -272), (x + 44, -272), (x + 24, -244)],
            veil("#FFFFFF", 0.5),
        )
    canvas.write((-56, -276), paint.word(0), 18, darker(paint.main, 0.7))
    with canvas.at(0, -130):
        canvas.cast(oval(8, 12, 118, 118), 0.34, 8)
        canvas.fill(oval(0, 0, 120, 120), darker(paint.main, 0.2))
        canvas.fill(oval(-3, -3, 112, 112), lighter(paint.main, 0.25))
        for i in range(36):
            with canvas.at(0, 0, 1, i * 10):
                canvas.line([(0, -110), (0, -97)], darker(paint.main, 0.35), 5)
        canvas.fill(oval(0, 0, 92, 92), "#2B3347")
        _glass(canvas, 72)
    canvas.line([(-240, -250), (-268, -244)], STEEL, 11)
    canvas.line([(240, -250), (268, -244)], STEEL, 11)


def reflex(canvas: Canvas, paint: Paint) -> None:
    """A twin-lens reflex camera with its hood up."""
    canvas.stand(150)
    canvas.fill(
        [(-112, -356), (112, -356), (94, -446), (-94, -446)], darker(paint.second, 0.2)
    )
    canvas.fill([(-88, -356), (88, -356), (74, -430), (-74, -430)], "#5E76A8")
    canvas.fill(box(-140, -360, 280, 360, 16), paint.second)
    canvas.fill(box(-118, -338, 236, 316, 8), darker(paint.main, 0.1))
    canvas.fill(box(-108, -328, 216, 296, 6), lighter(paint.second, 0.1))
    canvas.fill(box(-62, -338, 124, 28, 5), PAPER)
    canvas.write((0, -324), paint.word(0), 18, INK)
    for y, radius in ((-236, 62), (-102, 70)):
        with canvas.at(0, y):
            canvas.fill(oval(0, 0, radius, radius), paint.main)
            canvas.fill(oval(-2, -2, radius - 6, radius - 6), lighter(paint.main, 0.4))
            canvas.fill(oval(0, 0, radius - 13, radius - 13), "#2B3347")
            _glass(canvas, radius - 19)
    for x in (-84, 84):
        canvas.fill(oval(x, -168, 19, 19), paint.main)
        canvas.fill(oval(x, -168, 9, 9), darker(paint.main, 0.4))
    canvas.fill(box(138, -250, 26, 76, 8), paint.main)
    canvas.line([(150, -212), (196, -180)], paint.main, 11)
    canvas.fill(oval(200, -176, 17, 17), "#2B3347")


def lens(canvas: Canvas, paint: Paint) -> None:
    """A manual lens standing on its mount, cap leaning on it."""
    canvas.stand(128)
    rings = (
        ([(104, -40), (104, -30), (104, -14), (100, -2)], lighter(STEEL, 0.1)),
        ([(122, -126), (124, -110), (124, -60), (120, -42)], paint.main),
        ([(116, -164), (116, -150), (116, -136), (116, -128)], lighter(STEEL, 0.1)),
        ([(132, -270), (132, -240), (132, -190), (130, -166)], paint.main),
        (
            [(122, -320), (122, -300), (122, -284), (122, -272)],
            lighter(paint.main, 0.1),
        ),
    )
    for profile, colour in rings:
        canvas.fill(turned(profile), colour)
        canvas.fill(turned(profile, 0.45), darker(colour, 0.3))
        canvas.fill(turned(profile, -0.8, -0.66), veil("#FFFFFF", 0.2))
    for i in range(-9, 10):
        x = 132 * i / 9.6
        sag = 18 * (1 - (i / 9.6) ** 2) ** 0.5
        canvas.line([(x, -254 + sag), (x, -186 + sag)], lighter(paint.main, 0.18), 5)
    for i, number in enumerate(("16", "11", "8", "5.6", "4", "2")):
        canvas.write(
            (-80 + i * 31, -84 + 12 - abs(i - 2.5) * 2),
            number,
            17,
            paint.second if number == "8" else PAPER,
        )
    canvas.fill(oval(0, -318, 122, 34), lighter(paint.main, 0.12))
    canvas.fill(oval(0, -317, 104, 27), "#28355F")
    canvas.fill(oval(-20, -322, 56, 11), veil("#C4A1F5", 0.55))
    canvas.fill(oval(-40, -325, 22, 5), veil("#FFFFFF", 0.8))
    with canvas.at(206, -62, 1, 14):
        canvas.fill(oval(6, 0, 60, 72), INK)
        canvas.fill(oval(0, 0, 58, 70), lighter(INK, 0.16))
        canvas.write((0, 0), paint.word(0), 19, PAPER)


def film(canvas: Canvas, paint: Paint) -> None:
    """Cartons and canisters of black-and-white film."""
    canvas.cast(box(-250, -14, 510, 26), 0.34, 10)
    for i, x in enumerate((-246, -126)):
        colour = (paint.main, darker(paint.main, 0.16))[i]
        canvas.fill(box(x, -270, 116, 270, 4), colour)
        canvas.fill(
            [(x, -270), (x + 20, -292), (x + 136, -292), (x + 116, -270)],
            lighter(colour, 0.25),
        )
        canvas.fill(box(x, -176, 116, 96), PAPER)
        canvas.write((x + 58, -140), paint.word(0), 42, INK)
        canvas.write((x + 58, -102), paint.word(1), 17, "#5B6475")
        canvas.fill(box(x, -82, 116, 12), paint.second)
    for x in (72, 190):
        with canvas.at(x, 0):
            canvas.stand(54)
            can = [(48, -160), (48, -120), (48, -50), (48, -10)]
            canvas.fill(box(-11, -196, 22, 30, 4), INK)
            canvas.fill(
                turned([(54, -172), (54, -166), (54, -160), (52, -156)]), "#2B3347"
            )
            canvas.fill(turned(can), paint.main)
            canvas.fill(turned([(48, -130), (48, -110), (48, -80), (48, -62)]), PAPER)
            canvas.write((0, -88), paint.word(0), 25, INK)
            canvas.fill(turned(can, 0.45), veil(INK, 0.16))
            canvas.fill(turned([(54, -14), (54, -8), (54, -4), (52, 0)]), "#2B3347")
    strip = [(236, -140), (330, -150), (330, -30), (236, -20)]
    canvas.fill(strip, "#4A3A33")
    for i in range(6):
        canvas.fill(box(242 + i * 15, -141 - i * 1.6, 8, 9), PAPER)
        canvas.fill(box(242 + i * 15, -36 - i * 1.6, 8, 9), PAPER)
