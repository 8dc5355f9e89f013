"""What a picture asks of a motif: colours and the words on its label."""

from typing import NamedTuple, Protocol

from bazaar.demo.drawing.canvas import Canvas


class Paint(NamedTuple):
    """The colours of one thing, main one first, and what is written on it."""

    main: str
    second: str
    words: tuple[str, ...] = ()

    def word(self, index: int) -> str:
        """Return a line of the label, or a blank one where there is none."""
        return self.words[index] if index < len(self.words) else " "


class Motif(Protocol):
    """Draws one thing that stands at the origin and reaches up to about y = -400."""

    __name__: str

    def __call__(self, canvas: Canvas, paint: Paint) -> None: ...
