"""QR codes in a terminal."""

from bazaar.cli.output import Page


def draw(page: Page, text: str) -> None:
    """Draw ``text`` as a QR code, light squares drawn, for dark terminals."""
    # Only here, for those commands that draw.
    import segno  # noqa: PLC0415 - see the line above

    rows = list(segno.make_qr(text, error="l").matrix_iter(border=2))
    for upper, lower in zip(rows[::2], [*rows[1::2], rows[0]], strict=False):
        page.line(
            "".join(_half_blocks(*pair) for pair in zip(upper, lower, strict=True))
        )


def _half_blocks(upper: int, lower: int) -> str:
    """Two squares above each other."""
    return (" ", "▄", "▀", "█")[2 * (not upper) + (not lower)]
