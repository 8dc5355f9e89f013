"""A small graph as SVG, without a library: lines over two logarithmic axes."""

from collections.abc import Sequence
from math import floor, log10
from typing import Final, NamedTuple

WIDTH: Final = 720
HEIGHT: Final = 420
LEFT: Final = 80
TOP: Final = 40
RIGHT: Final = 190
BOTTOM: Final = 60
COLOURS: Final = ("#1f6f8b", "#c8553d", "#588157", "#7d5ba6")


class Line(NamedTuple):
    """A name and its points (x, y), all above 0."""

    name: str
    points: Sequence[tuple[float, float]]


class Axes(NamedTuple):
    """What the axes say."""

    title: str
    x: str
    y: str


def svg(axes: Axes, lines: Sequence[Line]) -> str:
    """The graph; points of each line in the order of x."""
    every = [point for line in lines for point in line.points]
    low, high = zip(*((min(v), max(v)) for v in zip(*every, strict=True)), strict=True)
    scale = _Scale(*map(_floor, low), *map(_ceil, high))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="15" font-weight="bold">{axes.title}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 16}">{axes.x}</text>',
        f'<text x="14" y="{HEIGHT / 2}" transform="rotate(-90 14 {HEIGHT / 2})" '
        f'text-anchor="middle">{axes.y}</text>',
        *scale.grid(),
    ]
    for number, line in enumerate(lines):
        parts += scale.line(line, COLOURS[number % len(COLOURS)])
    return "\n".join([*parts, "</svg>", ""])


class _Scale(NamedTuple):
    """Powers of ten at both ends of both axes."""

    x0: int
    y0: int
    x1: int
    y1: int

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - self.x0) / max(1, self.x1 - self.x0)
        up = (log10(y) - self.y0) / max(1, self.y1 - self.y0)
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1),
        )

    def grid(self) -> list[str]:
        parts: list[str] = []
        for power in range(self.x0, self.x1 + 1):
            x, low = self.at(10.0**power, 10.0**self.y0)
            parts.append(_stroke((x, TOP), (x, low)))
            parts.append(
                f'<text x="{x}" y="{low + 18}" text-anchor="middle">{10**power:,}</text>'
            )
        for power in range(self.y0, self.y1 + 1):
            x, y = self.at(10.0**self.x0, 10.0**power)
            parts.append(_stroke((x, y), (WIDTH - RIGHT, y)))
            parts.append(
                f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g}</text>'
            )
        return parts

    def line(self, line: Line, colour: str) -> list[str]:
        places = [self.at(*point) for point in line.points]
        path = " ".join(f"{x},{y}" for x, y in places)
        x, y = places[-1]
        dots = [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places]
        return [
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
            *dots,
            f'<text x="{x + 10}" y="{y + 4}" fill="{colour}">{line.name}</text>',
        ]


def _stroke(start: tuple[float, float], end: tuple[float, float]) -> str:
    return (
        f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" '
        'stroke="#dddddd"/>'
    )


def _floor(value: float) -> int:
    return floor(log10(value))


def _ceil(value: float) -> int:
    return -floor(-log10(value))
