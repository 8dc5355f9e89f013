"""Motifs: ceramics, candles and soap."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, darker, lighter, mix, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import Point, arc, band, box, curve, leaf, oval, turned

SPECKS = ((-0.6, 0.3), (-0.3, 0.7), (0.1, 0.4), (0.5, 0.6), (-0.1, 0.85), (0.3, 0.2), (-0.75, 0.55), (0.65, 0.35))


def _body(canvas: Canvas, profile: list[Point], colour: str) -> None:
    canvas.fill(turned(profile), colour)
    canvas.fill(turned(profile, 0.42), darker(colour, 0.13))
    canvas.fill(turned(profile, -0.78, -0.64), veil("#FFFFFF", 0.32))


def _speckle(canvas: Canvas, profile: list[Point], colour: str) -> None:
    top, foot = profile[0][1], profile[-1][1]
    for x, y in SPECKS:
        height = top + (foot - top) * y
        radius = next(r for r, at in curve(profile) if at >= height)
        canvas.fill(oval(x * radius, height, 4, 3), veil(darker(colour, 0.5), 0.5))


def bowl(canvas: Canvas, paint: Paint) -> None:
    """A footed bowl with a glaze that stops above raw clay."""
    canvas.stand(130)
    profile = [(210, -218), (204, -170), (160, -80), (96, -28), (92, -6)]
    _body(canvas, profile, paint.second)
    glaze = band(profile, -218, -66)
    canvas.fill(glaze, paint.main)
    with canvas.clip(glaze):
        canvas.fill(turned(profile, 0.42), darker(paint.main, 0.13))
        canvas.fill(turned(profile, -0.78, -0.64), veil("#FFFFFF", 0.32))
    _speckle(canvas, profile, paint.main)
    canvas.fill(oval(0, -216, 210, 42), lighter(paint.main, 0.3))
    canvas.fill(oval(0, -212, 198, 36), darker(paint.main, 0.24))
    canvas.fill(oval(0, -200, 168, 24), darker(paint.main, 0.12))


def teapot(canvas: Canvas, paint: Paint) -> None:
    """A round teapot with a cane handle."""
    canvas.stand(150)
    canvas.line(curve([(-116, -220), (-130, -330), (0, -404), (130, -330), (116, -220)]), darker(paint.second, 0.1), 15)
    canvas.line(curve([(-114, -250), (-124, -326), (0, -396), (60, -380)]), lighter(paint.second, 0.3), 4)
    spout = [*curve([(120, -90), (200, -130), (216, -210), (262, -252)]), *curve([(232, -268), (180, -230), (150, -180), (110, -180)])]
    canvas.fill(spout, darker(paint.main, 0.1))
    profile = [(74, -236), (120, -210), (168, -130), (150, -50), (96, -8)]
    _body(canvas, profile, paint.main)
    _speckle(canvas, profile, paint.main)
    canvas.fill(band(profile, -128, -112), veil("#FFFFFF", 0.35))
    lid = [(18, -282), (50, -268), (76, -246), (80, -234)]
    canvas.fill(oval(0, -234, 86, 17), darker(paint.main, 0.25))
    _body(canvas, lid, paint.main)
    canvas.fill(oval(0, -292, 20, 19), paint.second)


def broken_teapot(canvas: Canvas, paint: Paint) -> None:
    """The teapot as it arrived: spout snapped off, a crack down its belly."""
    teapot(canvas, paint)
    canvas.line([(-20, -214), (6, -170), (-16, -130), (14, -90), (-4, -52)], darker(paint.main, 0.7), 4)
    canvas.line([(6, -170), (44, -150), (58, -120)], darker(paint.main, 0.7), 3)
    canvas.fill([(176, -216), (196, -196), (220, -222), (240, -196), (300, -250), (230, -300), (170, -250)], paint.second)
    canvas.fill([(172, -214), (196, -192), (220, -218), (214, -182), (176, -164)], "#D9B08C")
    with canvas.at(286, 10, 1, 118):
        canvas.stand(34, 0, 14)
        canvas.fill([(-30, 40), (0, 26), (26, 44), (40, -10), (60, -50), (26, -60), (-6, -20)], darker(paint.main, 0.1))
        canvas.fill([(-30, 40), (0, 26), (26, 44), (2, 54)], "#D9B08C")
    for x, y in ((216, 16), (180, 24), (330, 30), (244, 36)):
        canvas.fill([(x, y), (x + 16, y - 9), (x + 22, y + 6), (x + 6, y + 10)], "#D9B08C")


def mug(canvas: Canvas, paint: Paint) -> None:
    """One mug, dipped in glaze, steaming."""
    canvas.stand(100)
    canvas.line(curve([(88, -196), (164, -190), (166, -90), (88, -66)]), darker(paint.main, 0.08), 23)
    profile = [(100, -230), (102, -160), (100, -60), (86, -4)]
    _body(canvas, profile, paint.second)
    glaze = band(profile, -232, -84)
    canvas.fill(glaze, paint.main)
    with canvas.clip(glaze):
        canvas.fill(turned(profile, 0.42), darker(paint.main, 0.13))
        canvas.fill(turned(profile, -0.78, -0.64), veil("#FFFFFF", 0.32))
    canvas.fill(oval(0, -228, 100, 19), lighter(paint.main, 0.3))
    canvas.fill(oval(0, -226, 90, 15), "#6B4226")
    for x in (-30, 14):
        canvas.line(curve([(x, -256), (x - 14, -290), (x + 14, -320), (x, -356)]), veil("#FFFFFF", 0.6), 10)


def vase(canvas: Canvas, paint: Paint) -> None:
    """A bottle vase with three dry stems."""
    canvas.stand(92)
    for tip, lean in (((-110, -420), -46), ((16, -452), 16), ((116, -404), 50)):
        canvas.line(curve([(0, -300), (lean * 0.5, -360), tip]), "#A8824E", 5)
        for i in range(5):
            x, y = tip[0] - lean * 0.12 * i, tip[1] + 20 * i
            canvas.fill(oval(x - 11, y + 4, 9, 13), "#D8A94A")
            canvas.fill(oval(x + 11, y + 12, 9, 13), "#C7953B")
    profile = [(34, -330), (27, -300), (28, -240), (84, -170), (104, -100), (88, -30), (70, -4)]
    _body(canvas, profile, paint.main)
    canvas.fill(band(profile, -110, -60), veil(paint.second, 0.9))
    canvas.fill(turned(profile, 0.42), veil(darker(paint.main, 0.5), 0.16))
    _speckle(canvas, profile, paint.main)
    canvas.fill(oval(0, -328, 34, 8), darker(paint.main, 0.35))


def plate(canvas: Canvas, paint: Paint) -> None:
    """A serving plate seen from above, with a painted olive branch."""
    rim = oval(0, -200, 218, 218)
    canvas.lie(rim)
    canvas.fill(rim, darker(paint.main, 0.16))
    canvas.fill(oval(-3, -204, 214, 214), paint.main)
    canvas.fill(oval(0, -200, 164, 164), darker(paint.main, 0.07))
    canvas.fill(oval(2, -196, 158, 158), lighter(paint.main, 0.3))
    for i in range(36):
        with canvas.at(0, -200, 1, i * 10):
            canvas.line([(0, -206), (0, -184)], paint.second, 5)
    stem = curve([(-96, -130), (-30, -180), (40, -214), (100, -270)])
    canvas.line(stem, darker(paint.second), 5)
    for i, (x, y) in enumerate(stem[4::5]):
        canvas.fill(leaf((x, y), (x - 34, y - 48) if i % 2 else (x + 48, y + 30), 0.18), paint.second)
    for x, y in ((-10, -146), (56, -180), (10, -246)):
        canvas.fill(oval(x, y, 13, 17), darker(paint.second, 0.5))


def planter(canvas: Canvas, paint: Paint) -> None:
    """A plant pot on its saucer, with a young rubber plant."""
    canvas.stand(128)
    for foot, tip in (((0, -180), (-130, -330)), ((0, -180), (140, -340)), ((0, -200), (-60, -440)), ((0, -200), (70, -450)), ((0, -180), (-170, -220)), ((0, -180), (176, -230))):
        blade = leaf(foot, tip, 0.2)
        canvas.fill(blade, "#3F7A56" if tip[0] < 0 else "#33694A")
        canvas.line([foot, tip], "#6FA380", 3)
    saucer = [(140, -30), (136, -16), (120, -4)]
    _body(canvas, saucer, darker(paint.main, 0.1))
    profile = [(128, -196), (124, -150), (106, -60), (96, -26)]
    _body(canvas, profile, paint.main)
    canvas.fill(band(profile, -120, -84), paint.second)
    canvas.fill(turned(profile, 0.42), veil(darker(paint.main, 0.5), 0.14))
    canvas.fill(oval(0, -194, 128, 24), lighter(paint.main, 0.2))
    canvas.fill(oval(0, -192, 114, 19), "#5B4232")
    canvas.fill(leaf((-10, -190), (-90, -300), 0.24), "#4E8E66")
    canvas.fill(leaf((10, -190), (84, -296), 0.24), "#3F7A56")


def candle(canvas: Canvas, paint: Paint) -> None:
    """A candle burning in a ceramic cup."""
    canvas.fill(oval(0, -290, 150, 150), veil("#FFE9A8", 0.4))
    canvas.stand(116)
    profile = [(112, -210), (116, -140), (112, -50), (96, -4)]
    _body(canvas, profile, paint.main)
    canvas.fill(box(-56, -156, 112, 84, 4), "#FBF8F1")
    canvas.write((0, -126), paint.word(0), 21, INK)
    canvas.write((0, -98), paint.word(1), 14, "#5B6475")
    canvas.fill(oval(0, -208, 112, 22), lighter(paint.main, 0.3))
    canvas.fill(oval(0, -206, 102, 18), "#FFF4DA")
    canvas.line([(0, -208), (0, -238)], INK, 5)
    canvas.fill(curve([(0, -228), (-19, -258), (0, -318), (19, -258)], closed=True), "#F2A63B")
    canvas.fill(curve([(0, -230), (-10, -254), (0, -288), (10, -254)], closed=True), "#FFE9A8")


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
    canvas.fill([(-200, y - 112), (-166, y - 146), (216, y - 146), (184, y - 112)], lighter(colour, 0.3))
    canvas.fill([(184, y - 112), (216, y - 146), (216, y - 36), (184, y - 2)], darker(colour, 0.2))
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
            _body(canvas, [(13, -height - 40), (20, -height), (24, -height / 2), (26, -46)], paint.main)
            canvas.line([(0, -height - 40), (0, -height - 58)], INK, 4)
            canvas.fill(curve([(0, -height - 50), (-14, -height - 74), (0, -height - 122), (14, -height - 74)], closed=True), "#F2A63B")
            canvas.fill(curve([(0, -height - 54), (-7, -height - 70), (0, -height - 96), (7, -height - 70)], closed=True), "#FFE9A8")
            _body(canvas, [(34, -66), (32, -50), (72, -26), (78, -6)], paint.second)
    canvas.line(arc((0, 10), (40, 12), 200, 340), veil("#000000", 0.05), 4)
