"""A reputation in words: never a number without its count, no warning without its reason."""

from bazaar.rpc.schema.ratings import HistoryView, RatingsView, WayView
from gui.texts import tr
from gui.texts.shown import day

Line = tuple[str, str]
"""Words and the ink that they are written in."""


def score_lines(view: RatingsView) -> list[Line]:
    """Return what the ratings are worth to this user, the main sentence first."""
    if view.score is None:
        lines: list[Line] = [(tr("standing.nobody"), "text")]
        if view.ratings:
            lines.append((tr("standing.nobody_of", n=view.ratings), "muted"))
    else:
        score = f"{view.score:.1f}"
        lines = [
            (tr("standing.voices", n=view.voices, score=score), "text"),
            (tr("standing.of", n=view.ratings, far=view.unconnected), "muted"),
        ]
    if view.against:
        lines.append((tr("standing.against", n=view.against), "error"))
    if view.since is not None:
        lines.append((tr("standing.since", day=day(view.since)), "muted"))
    return lines


def complete_words(one: HistoryView) -> str:
    """Return ``41 sales, 38 closed, 35 rated, 3 unaccounted``."""
    if not one.read:
        total = tr(f"standing.{one.chain}", n=one.published)
        words = tr("standing.unread", n=one.published, total=total)
        if one.published_at is None:
            return words
        return f"{words}, {tr('standing.unread_at', day=day(one.published_at))}"
    words = tr(
        "standing.counts",
        total=tr(f"standing.{one.chain}", n=one.total),
        closed=one.closed,
        rated=one.rated,
        left=one.unaccounted,
    )
    more = [
        tr(key, n=count)
        for key, count in (
            ("standing.open", one.open),
            ("standing.aborted", one.aborted),
        )
        if count
    ]
    return ", ".join((words, *more))


def warnings_of(one: HistoryView) -> list[Line]:
    """Return what a reader should know of a chain before he trusts it, the worst first."""
    found: list[Line] = []
    if one.is_false:
        found.append((tr("standing.false"), "error"))
    if one.shortened:
        found.append((tr("standing.short"), "error"))
    for key, count, ink in (
        ("standing.marks", one.false_marks, "error"),
        ("standing.unproven", one.unproven, "waiting"),
        ("standing.gap", one.left_out, "waiting"),
    ):
        if count:
            found.append((tr(key, n=count), ink))
    return found


def way_words(way: WayView) -> str:
    """Return who stands between the user and a rater."""
    if not way.people:
        return tr("standing.way_own")
    return tr("standing.way", people=" → ".join(way.people))
