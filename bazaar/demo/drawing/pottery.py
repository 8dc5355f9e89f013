"""Motifs: ceramics, candles and soap."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import darker, lighter, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import band, curve, leaf, oval, turned
from bazaar.demo.drawing.vessel import shaded, speckled

RAW_CLAY = "#D9B08C"


def bowl(canvas: Canvas, paint: Paint) -> None:
    """A footed bowl with a glaze that stops above raw clay."""
    canvas.stand(130)
    profile = [(210, -218), (204, -170), (160, -80), (96, -28), (92, -6)]
    shaded(canvas, profile, paint.second)
    glaze = band(profile, -218, -66)
    canvas.fill(glaze, paint.main)
    with canvas.clip(glaze):
        canvas.fill(turned(profile, 0.42), darker(paint.main, 0.13))
        canvas.fill(turned(profile, -0.78, -0.64), veil("#FFFFFF", 0.32))
    speckled(canvas, profile, paint.main)
    canvas.fill(oval(0, -216, 210, 42), lighter(paint.main, 0.3))
    canvas.fill(oval(0, -212, 198, 36), darker(paint.main, 0.24))
    canvas.fill(oval(0, -200, 168, 24), darker(paint.main, 0.12))


def teapot(canvas: Canvas, paint: Paint) -> None:
    """A round teapot with a cane handle."""
    canvas.stand(150)
    spout = [
        *curve([(120, -90), (200, -130), (216, -210), (262, -252)]),
        *curve([(232, -268), (180, -230), (150, -180), (110, -180)]),
    ]
    canvas.fill(spout, darker(paint.main, 0.1))
    _pot(canvas, paint)


def broken_teapot(canvas: Canvas, paint: Paint) -> None:
    """The teapot as it arrived: spout snapped off, a crack down its belly."""
    canvas.stand(150)
    edge = [(206, -160), (190, -176), (192, -196), (170, -204)]
    canvas.fill(
        [(110, -80), (160, -104), *edge, (140, -176), (104, -180)],
        darker(paint.main, 0.1),
    )
    canvas.fill([*edge, (180, -172)], RAW_CLAY)
    _pot(canvas, paint)
    crack = [(-20, -214), (6, -170), (-16, -130), (14, -90), (-4, -52)]
    canvas.line(crack, darker(paint.main, 0.7), 4)
    canvas.line([(6, -170), (44, -150), (58, -120)], darker(paint.main, 0.7), 3)
    with canvas.at(262, 2, 1, 52):
        canvas.cast(oval(6, 8, 62, 24), 0.3, 7)
        tip = curve([(-58, -26), (-10, -34), (30, -22), (66, -40)])
        canvas.fill(
            [*tip, (70, -14), (30, 16), (-50, 26), (-42, 4)], darker(paint.main, 0.06)
        )
        canvas.fill([(-58, -26), (-42, 4), (-50, 26), (-68, 16), (-62, -4)], RAW_CLAY)
    for x, y in ((190, 22), (176, -2), (330, 34), (214, 44)):
        canvas.fill(
            [(x, y), (x + 16, y - 9), (x + 22, y + 6), (x + 6, y + 10)], RAW_CLAY
        )


def _pot(canvas: Canvas, paint: Paint) -> None:
    handle = [(-116, -220), (-130, -330), (0, -404), (130, -330), (116, -220)]
    canvas.line(curve(handle), darker(paint.second, 0.1), 15)
    shine = [(-112, -250), (-122, -326), (0, -397), (80, -372)]
    canvas.line(curve(shine), lighter(paint.second, 0.3), 4)
    profile = [(74, -236), (120, -210), (168, -130), (150, -50), (96, -8)]
    shaded(canvas, profile, paint.main)
    speckled(canvas, profile, paint.main)
    canvas.fill(band(profile, -128, -112), veil("#FFFFFF", 0.35))
    lid = [(18, -282), (50, -268), (76, -246), (80, -234)]
    canvas.fill(oval(0, -234, 86, 17), darker(paint.main, 0.25))
    shaded(canvas, lid, paint.main)
    canvas.fill(oval(0, -292, 20, 19), paint.second)


def mug(canvas: Canvas, paint: Paint) -> None:
    """One mug, dipped in glaze, steaming."""
    canvas.stand(100)
    canvas.line(
        curve([(88, -196), (164, -190), (166, -90), (88, -66)]),
        darker(paint.main, 0.08),
        23,
    )
    profile = [(100, -230), (102, -160), (100, -60), (86, -4)]
    shaded(canvas, profile, paint.second)
    glaze = band(profile, -232, -84)
    canvas.fill(glaze, paint.main)
    with canvas.clip(glaze):
        canvas.fill(turned(profile, 0.42), darker(paint.main, 0.13))
        canvas.fill(turned(profile, -0.78, -0.64), veil("#FFFFFF", 0.32))
    canvas.fill(oval(0, -228, 100, 19), lighter(paint.main, 0.3))
    canvas.fill(oval(0, -226, 90, 15), "#6B4226")
    for x in (-30, 14):
        canvas.line(
            curve([(x, -256), (x - 14, -290), (x + 14, -320), (x, -356)]),
            veil("#FFFFFF", 0.6),
            10,
        )


def vase(canvas: Canvas, paint: Paint) -> None:
    """A bottle vase with three dry stems."""
    canvas.stand(92)
    for tip, lean in (((-110, -420), -46), ((16, -452), 16), ((116, -404), 50)):
        canvas.line(curve([(0, -300), (lean * 0.5, -360), tip]), "#A8824E", 5)
        for i in range(5):
            x, y = tip[0] - lean * 0.12 * i, tip[1] + 20 * i
            canvas.fill(oval(x - 11, y + 4, 9, 13), "#D8A94A")
            canvas.fill(oval(x + 11, y + 12, 9, 13), "#C7953B")
    profile = [
        (34, -330),
        (27, -300),
        (28, -240),
        (84, -170),
        (104, -100),
        (88, -30),
        (70, -4),
    ]
    shaded(canvas, profile, paint.main)
    canvas.fill(band(profile, -110, -60), veil(paint.second, 0.9))
    canvas.fill(turned(profile, 0.42), veil(darker(paint.main, 0.5), 0.16))
    speckled(canvas, profile, paint.main)
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
        canvas.fill(
            leaf((x, y), (x - 34, y - 48) if i % 2 else (x + 48, y + 30), 0.18),
            paint.second,
        )
    for x, y in ((-10, -146), (56, -180), (10, -246)):
        canvas.fill(oval(x, y, 13, 17), darker(paint.second, 0.5))


def planter(canvas: Canvas, paint: Paint) -> None:
    """A plant pot on its saucer, with a young rubber plant."""
    canvas.stand(128)
    for foot, tip in (
        ((0, -180), (-130, -330)),
        ((0, -180), (140, -340)),
        ((0, -200), (-60, -440)),
        ((0, -200), (70, -450)),
        ((0, -180), (-170, -220)),
        ((0, -180), (176, -230)),
    ):
        blade = leaf(foot, tip, 0.2)
        canvas.fill(blade, "#3F7A56" if tip[0] < 0 else "#33694A")
        canvas.line([foot, tip], "#6FA380", 3)
    saucer = [(140, -30), (136, -16), (120, -4)]
    shaded(canvas, saucer, darker(paint.main, 0.1))
    profile = [(128, -196), (124, -150), (106, -60), (96, -26)]
    shaded(canvas, profile, paint.main)
    canvas.fill(band(profile, -120, -84), paint.second)
    canvas.fill(turned(profile, 0.42), veil(darker(paint.main, 0.5), 0.14))
    canvas.fill(oval(0, -194, 128, 24), lighter(paint.main, 0.2))
    canvas.fill(oval(0, -192, 114, 19), "#5B4232")
    canvas.fill(leaf((-10, -190), (-90, -300), 0.24), "#4E8E66")
    canvas.fill(leaf((10, -190), (84, -296), 0.24), "#3F7A56")
