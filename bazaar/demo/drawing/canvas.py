"""A drawing surface with a movable origin, soft shadows and smooth edges."""

import math
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bazaar.demo.drawing.colour import INK, rgb
from bazaar.demo.drawing.shapes import Point, Shape, moved, oval

WIDTH: Final = 800
HEIGHT: Final = 600
FINER: Final = 3
"""Everything is drawn this many times larger and then averaged down."""
COARSER: Final = 12
"""Shadows are blurred this many times smaller, which costs nothing."""
OPAQUE: Final = len("#RRGGBB")

Matrix = tuple[float, float, float, float, float, float]


class Canvas:
    """Draws in picture units around an origin that callers may move, turn and scale."""

    def __init__(self, ground: str) -> None:
        """Start with one flat colour and the origin at the top left."""
        self._paint_on(Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), ground))
        self._matrix: Matrix = (FINER, 0, 0, 0, FINER, 0)

    def finish(self) -> Image.Image:
        """Return the picture at its real size."""
        return self._image.reduce(FINER)

    def fill(self, shape: Iterable[Point], colour: str) -> None:
        """Paint a closed outline; a colour with opacity lets what is below shine through."""
        draw = self._solid if len(colour) == OPAQUE else self._blend
        draw.polygon(self._place(shape), fill=colour)

    def line(self, points: Iterable[Point], colour: str, width: float) -> None:
        """Paint a stroke with round ends and joints."""
        placed = self._place(points)
        thick = width * self._size()
        if len(colour) == OPAQUE:
            _stroke(self._solid, placed, thick, colour)
            return
        mask = Image.new("L", self._image.size)
        _stroke(ImageDraw.Draw(mask), placed, thick, int(colour[OPAQUE:], 16))
        self._image.paste(rgb(colour), (0, 0), mask)

    def write(self, at: Point, words: str, size: float, colour: str) -> None:
        """Write one line of words around a point, turned as the canvas is."""
        font = ImageFont.load_default(max(1, round(size * self._size())))
        ((x, y),) = self._place([at])
        angle = -math.degrees(math.atan2(self._matrix[3], self._matrix[0]))
        box = font.getbbox(words, anchor="mm")
        half = (
            math.ceil(max(-box[0], box[2])) + 2,
            math.ceil(max(-box[1], box[3])) + 2,
        )
        mask = Image.new("L", (half[0] * 2, half[1] * 2))
        ImageDraw.Draw(mask).text(half, words, fill=255, font=font, anchor="mm")
        mask = (
            mask.rotate(angle, Image.Resampling.BICUBIC, expand=True) if angle else mask
        )
        corner = (round(x - mask.width / 2), round(y - mask.height / 2))
        self._image.paste(rgb(colour), corner, mask)

    def cast(
        self, shape: Sequence[Point], strength: float = 0.3, blur: float = 10
    ) -> None:
        """Paint the soft shadow of a shape."""
        placed = self._place(shape)
        soft = blur * self._size() / COARSER
        pad = math.ceil(soft * 3) * COARSER
        left, top = (
            int(min(x for x, _ in placed)) - pad,
            int(min(y for _, y in placed)) - pad,
        )
        wide = math.ceil((max(x for x, _ in placed) + pad - left) / COARSER)
        high = math.ceil((max(y for _, y in placed) + pad - top) / COARSER)
        mask = Image.new("L", (wide, high))
        points = [((x - left) / COARSER, (y - top) / COARSER) for x, y in placed]
        ImageDraw.Draw(mask).polygon(points, fill=round(strength * 255))
        mask = mask.filter(ImageFilter.GaussianBlur(soft))
        mask = mask.resize((wide * COARSER, high * COARSER), Image.Resampling.BICUBIC)
        self._image.paste(rgb(INK), (left, top), mask)

    def stand(self, radius: float, x: float = 0, y: float = 0) -> None:
        """Paint the shadow of something that stands on the ground."""
        self.cast(
            oval(x + radius * 0.1, y + 4, radius * 1.06, max(10, radius * 0.15)),
            0.34,
            9,
        )

    def lie(self, shape: Sequence[Point]) -> None:
        """Paint the shadow of something flat that lies on a table seen from above."""
        self.cast(moved(shape, 7, 10), 0.3, 8)

    @contextmanager
    def clip(self, shape: Sequence[Point]) -> Generator[None]:
        """Keep what is painted meanwhile inside the shape."""
        placed = self._place(shape)
        left = math.floor(min(x for x, _ in placed))
        top = math.floor(min(y for _, y in placed))
        right = math.ceil(max(x for x, _ in placed))
        foot = math.ceil(max(y for _, y in placed))
        whole, matrix = self._image, self._matrix
        self._paint_on(whole.crop((left, top, right, foot)))
        a, b, c, d, e, f = matrix
        self._matrix = (a, b, c - left, d, e, f - top)
        yield
        mask = Image.new("L", self._image.size)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in placed], fill=255)
        whole.paste(self._image, (left, top), mask)
        self._paint_on(whole)
        self._matrix = matrix

    def _paint_on(self, image: Image.Image) -> None:
        self._image = image
        self._solid = ImageDraw.Draw(image)
        self._blend = ImageDraw.Draw(image, "RGBA")

    @contextmanager
    def at(
        self, x: float, y: float, scale: float = 1, angle: float = 0
    ) -> Generator[None]:
        """Move the origin to (x, y), then scale and turn by degrees clockwise, meanwhile."""
        before = self._matrix
        a, b, c, d, e, f = before
        cos, sin = (
            math.cos(math.radians(angle)) * scale,
            math.sin(math.radians(angle)) * scale,
        )
        self._matrix = (
            a * cos + b * sin,
            b * cos - a * sin,
            a * x + b * y + c,
            d * cos + e * sin,
            e * cos - d * sin,
            d * x + e * y + f,
        )
        yield
        self._matrix = before

    def _place(self, shape: Iterable[Point]) -> Shape:
        a, b, c, d, e, f = self._matrix
        return [(a * x + b * y + c, d * x + e * y + f) for x, y in shape]

    def _size(self) -> float:
        return math.hypot(self._matrix[0], self._matrix[3])


def _stroke(
    draw: ImageDraw.ImageDraw, placed: Shape, thick: float, ink: str | int
) -> None:
    draw.line(placed, fill=ink, width=max(1, round(thick)), joint="curve")
    if thick > FINER:
        for x, y in (placed[0], placed[-1]):
            r = thick / 2
            draw.ellipse((x - r, y - r, x + r, y + r), fill=ink)
