"""When somebody was last seen, in words."""

from gui.texts import tr
from gui.texts.shown import ago


def away_words(seen: int, as_of: int, now: int) -> str:
    """Return that a seller is away, since when as far as known, and how old the copy is."""
    copy = ago(as_of, now)
    if not seen:
        return tr("seen.away_unknown", copy=copy)
    return tr("seen.away", ago=ago(seen, now), copy=copy)
