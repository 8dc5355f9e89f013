"""Motifs: jars, bags, bottles and things to eat."""

from bazaar.demo.drawing.canvas import Canvas
from bazaar.demo.drawing.colour import INK, PAPER, darker, lighter, mix, veil
from bazaar.demo.drawing.paint import Paint
from bazaar.demo.drawing.shapes import box, curve, leaf, oval, turned

KRAFT = "#C9A272"


def _label(canvas: Canvas, paint: Paint, top: float, width: float) -> None:
    canvas.fill(box(-width, top, width * 2, 104, 6), PAPER)
    canvas.fill(box(-width, top, width * 2, 9), paint.second)
    canvas.write((0, top + 40), paint.word(0), _fit(paint.word(0), 25, width * 2), INK)
    canvas.write((0, top + 66), paint.word(1), 16, "#5B6475")
    canvas.write((0, top + 88), paint.word(2), 13, "#5B6475")


def _fit(words: str, size: float, width: float) -> float:
    """Return the size of letters at which the words leave a margin within the width."""
    return min(size, width / (0.8 * len(words)))


def jar(canvas: Canvas, paint: Paint) -> None:
    """A glass jar with a paper label and a cloth lid."""
    canvas.stand(124)
    body = [(96, -276), (122, -250), (126, -200), (126, -60), (112, -4)]
    canvas.fill(turned(body), mix(paint.main, "#FFFFFF", 0.55))
    inside = [(112, -244), (117, -200), (117, -60), (104, -12)]
    canvas.fill(turned(inside), paint.main)
    canvas.fill(turned(inside, 0.45), darker(paint.main, 0.14))
    canvas.fill(turned(inside, -0.86, -0.7), veil("#FFFFFF", 0.5))
    _label(canvas, paint, -184, 92)
    lid = [(96, -338), (106, -330), (106, -296), (104, -286)]
    canvas.fill(turned(lid), paint.second)
    canvas.fill(turned(lid, 0.4), darker(paint.second))
    canvas.fill(oval(0, -334, 100, 17), lighter(paint.second, 0.25))
    canvas.line(curve([(-106, -290), (0, -274), (106, -290)]), KRAFT, 6)


def coffee_bag(canvas: Canvas, paint: Paint) -> None:
    """A folded bag of roasted coffee with beans before it."""
    canvas.cast(box(-150, -16, 320, 28), 0.36, 10)
    canvas.fill([(-140, -356), (140, -356), (152, 0), (-152, 0)], paint.main)
    canvas.fill([(96, -356), (140, -356), (152, 0), (112, 0)], darker(paint.main, 0.17))
    canvas.fill(
        [(-140, -356), (-112, -356), (-124, 0), (-152, 0)], lighter(paint.main, 0.12)
    )
    canvas.fill(box(-144, -420, 288, 72, 6), darker(paint.main, 0.1))
    canvas.fill(box(-144, -420, 288, 14, 6), lighter(paint.main, 0.15))
    for x in (-150, 118):
        canvas.fill(box(x, -396, 32, 22, 4), paint.second)
    canvas.fill(box(-92, -282, 184, 214, 6), PAPER)
    canvas.fill(oval(0, -226, 40, 40), paint.second)
    for turn in (-1, 1):
        canvas.fill(oval(turn * 9, -226, 8, 25), PAPER)
    canvas.write((0, -160), paint.word(0), 25, INK)
    canvas.write((0, -132), paint.word(1), 16, "#5B6475")
    canvas.write((0, -94), paint.word(2), 14, "#5B6475")
    for x, y, turn in (
        (-214, -12, 30),
        (-180, 8, -20),
        (196, 4, 40),
        (232, -10, -30),
        (212, 24, 10),
        (-228, 22, 70),
    ):
        with canvas.at(x, y, 1, turn):
            canvas.fill(oval(0, 0, 20, 14), "#5A3825")
            canvas.line(curve([(-16, 0), (0, 4), (16, 0)]), "#2E1B12", 3)


def paper_bag(canvas: Canvas, paint: Paint) -> None:
    """A rolled paper bag of flour tied with string, and a wooden scoop."""
    canvas.cast(box(-160, -16, 340, 28), 0.36, 10)
    body = [
        (-140, -300),
        (-156, -20),
        (-146, 0),
        (146, 0),
        (156, -20),
        (140, -300),
        (112, -352),
        (-112, -352),
    ]
    canvas.fill(body, paint.main)
    canvas.fill(
        [(90, -300), (140, -300), (156, -20), (146, 0), (104, 0)],
        darker(paint.main, 0.12),
    )
    for i in range(9):
        x = -112 + i * 28
        canvas.fill(
            [(x, -352), (x + 14, -392), (x + 28, -352)],
            lighter(paint.main, 0.2 if i % 2 else 0.05),
        )
    canvas.line([(-126, -340), (126, -340)], "#8A5A3B", 7)
    canvas.line(
        curve([(0, -340), (-40, -372), (-52, -340), (0, -338), (52, -306), (60, -280)]),
        "#8A5A3B",
        5,
    )
    _label(canvas, paint, -226, 100)
    canvas.line([(-60, -64), (60, -64)], paint.second, 4)
    canvas.write((0, -42), paint.word(3), 15, darker(paint.main, 0.6))
    canvas.line([(190, 6), (300, -34)], "#A8713F", 16)
    canvas.fill(
        curve([(150, -8), (206, -26), (226, 14), (170, 34), (140, 20)], closed=True),
        "#B57F4E",
    )
    canvas.fill(oval(176, 4, 30, 14), "#FFFDF6")


def tin(canvas: Canvas, paint: Paint) -> None:
    """A tea tin with a pressed lid and loose leaves."""
    canvas.stand(132)
    body = [(124, -290), (124, -200), (124, -100), (124, -4)]
    canvas.fill(turned(body), paint.main)
    canvas.fill(turned(body, 0.45), darker(paint.main, 0.16))
    canvas.fill(turned(body, -0.84, -0.72), veil("#FFFFFF", 0.3))
    lid = [(128, -346), (130, -330), (130, -300), (128, -284)]
    canvas.fill(turned(lid), darker(paint.main, 0.1))
    canvas.fill(turned(lid, 0.45), darker(paint.main, 0.26))
    canvas.fill(oval(0, -344, 128, 22), lighter(paint.main, 0.2))
    canvas.fill(oval(0, -344, 104, 16), lighter(paint.main, 0.08))
    canvas.fill(oval(0, -142, 86, 96), PAPER)
    canvas.fill(oval(0, -142, 79, 89), paint.second)
    canvas.fill(oval(0, -142, 74, 84), PAPER)
    for tip in ((-36, -208), (0, -222), (36, -208)):
        canvas.fill(leaf((0, -168), tip, 0.24), paint.main)
    canvas.write((0, -140), paint.word(0), 24, INK)
    canvas.write((0, -112), paint.word(1), 15, "#5B6475")
    for i in range(14):
        x = 150 + (i * 41) % 110
        canvas.fill(
            leaf((x, 8 + (i * 13) % 26), (x + 18, (i * 17) % 24), 0.25),
            "#5C7A4E" if i % 2 else "#48633D",
        )


def bottle(canvas: Canvas, paint: Paint) -> None:
    """A swing-top bottle with its label."""
    canvas.stand(84)
    glass = [
        (28, -400),
        (28, -360),
        (32, -320),
        (76, -258),
        (84, -220),
        (84, -60),
        (78, -4),
    ]
    canvas.fill(turned(glass), mix(paint.main, "#FFFFFF", 0.45))
    wine = [(36, -312), (72, -254), (77, -220), (77, -60), (72, -12)]
    canvas.fill(turned(wine), paint.main)
    canvas.fill(turned(wine, 0.45), darker(paint.main, 0.16))
    canvas.fill(turned(wine, -0.8, -0.62), veil("#FFFFFF", 0.45))
    canvas.fill(box(-31, -408, 62, 26, 9), "#FBF8F1")
    canvas.fill(box(-26, -436, 52, 36, 14), paint.second)
    canvas.line(curve([(-34, -394), (-44, -350), (-30, -330)]), "#8A93A1", 6)
    canvas.line(curve([(34, -394), (44, -350), (30, -330)]), "#8A93A1", 6)
    canvas.fill(box(-77, -202, 154, 132, 4), PAPER)
    canvas.fill(box(-77, -202, 154, 9), paint.second)
    canvas.write((0, -158), paint.word(0), _fit(paint.word(0), 23, 154), INK)
    canvas.write((0, -130), paint.word(1), 15, "#5B6475")
    canvas.write((0, -96), paint.word(2), 13, "#5B6475")
    canvas.fill(turned([(84, -208), (84, -64), (84, -60)], 0.5), veil(INK, 0.08))
