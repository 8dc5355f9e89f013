"""Outlines as lists of points, in units of a picture 800 wide; y grows downwards."""

import math
from collections.abc import Sequence
from typing import Final

Point = tuple[float, float]
Shape = list[Point]

SAG: Final = 0.14
"""How far a circle seen slightly from above bulges, in radii."""


def oval(x: float, y: float, across: float, down: float) -> Shape:
    """Return an ellipse by its middle and its two radii."""
    return arc((x, y), (across, down), 0, 360)


def arc(middle: Point, radii: Point, start: float, end: float) -> Shape:
    """Return a piece of an ellipse, clockwise from ``start`` to ``end`` degrees."""
    steps = max(8, round(abs(end - start) / 5))
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [
        (middle[0] + radii[0] * math.cos(a), middle[1] + radii[1] * math.sin(a))
        for a in angles
    ]


def box(x: float, y: float, width: float, height: float, corner: float = 0) -> Shape:
    """Return a rectangle by its top left corner, with rounded corners if asked."""
    if not corner:
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    r, right, foot = corner, x + width, y + height
    corners = (
        (right - r, y + r),
        (right - r, foot - r),
        (x + r, foot - r),
        (x + r, y + r),
    )
    return [
        p for i, c in enumerate(corners) for p in arc(c, (r, r), i * 90 - 90, i * 90)
    ]


def curve(points: Sequence[Point], *, closed: bool = False) -> Shape:
    """Return a smooth (Catmull-Rom) curve through the points."""
    ring = list(points)
    ends = (ring[-1], *ring, ring[0], ring[1]) if closed else (ring[0], *ring, ring[-1])
    found: Shape = []
    for i in range(len(ends) - 3):
        found += [_between(ends[i : i + 4], step / 10) for step in range(10)]
    return found if closed else [*found, ring[-1]]


def _between(p: Sequence[Point], t: float) -> Point:
    def axis(i: int) -> float:
        a, b, c, d = (q[i] for q in p)
        return 0.5 * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )

    return axis(0), axis(1)


def turned(profile: Sequence[Point], start: float = -1, end: float = 1) -> Shape:
    """Return a thing from the potter's wheel, from its profile of (radius, y), top first.

    ``start`` and ``end`` cut an upright slice out of it: -1 is its left edge, 1 its right.
    """
    smooth = curve(profile)
    left = [(start * r, y + _sag(r, start)) for r, y in smooth]
    right = [(end * r, y + _sag(r, end)) for r, y in reversed(smooth)]
    foot = smooth[-1]
    bottom = [(s * foot[0], foot[1] + _sag(foot[0], s)) for s in _steps(start, end)]
    head = smooth[0]
    top = [(s * head[0], head[1] + _sag(head[0], s)) for s in _steps(end, start)]
    return [*left, *bottom, *right, *top]


def band(profile: Sequence[Point], top: float, foot: float) -> Shape:
    """Return the belt of a turned thing between two heights."""
    inside = [p for p in curve(profile) if top <= p[1] <= foot]
    return turned([inside[0], inside[len(inside) // 2], inside[-1]])


def _sag(radius: float, part: float) -> float:
    return radius * SAG * math.sqrt(max(0.0, 1 - part * part))


def _steps(start: float, end: float) -> list[float]:
    return [start + (end - start) * i / 16 for i in range(17)]


def moved(shape: Sequence[Point], across: float, down: float) -> Shape:
    """Return the shape at another place."""
    return [(x + across, y + down) for x, y in shape]


def mirrored(shape: Sequence[Point]) -> Shape:
    """Return the shape with left and right changed over."""
    return [(-x, y) for x, y in shape]


def leaf(foot: Point, tip: Point, width: float) -> Shape:
    """Return a pointed leaf from its foot to its tip."""
    dx, dy = tip[0] - foot[0], tip[1] - foot[1]
    side = (-dy * width, dx * width)
    one = [
        (foot[0] + dx * t + side[0] * w, foot[1] + dy * t + side[1] * w)
        for t, w in _LEAF
    ]
    two = [
        (foot[0] + dx * t - side[0] * w, foot[1] + dy * t - side[1] * w)
        for t, w in _LEAF
    ]
    return [*curve([foot, *one, tip]), *curve([tip, *reversed(two), foot])]


_LEAF: Final = ((0.18, 0.62), (0.42, 1.0), (0.7, 0.7))
