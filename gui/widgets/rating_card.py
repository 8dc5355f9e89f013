"""One rating with what it took the place of and what was answered."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from bazaar.rpc.schema.ratings import RatingView, ReplyView
from gui.texts import tr, tr_or
from gui.texts.shown import day
from gui.widgets.badges import Chip, Glyph
from gui.widgets.boxes import box, column, row
from gui.widgets.button import Button
from gui.widgets.text import Text

Act = Callable[[RatingView], object]
ASPECTS: Final = ("quality", "description", "delivery", "service")
STARS: Final = 5
STAR_PX: Final = 14
INDENT_PX: Final = 20
BAR_PX: Final = 2


def stars(count: int) -> QWidget:
    """Return stars that are also said in words."""
    glyphs = [Glyph("star", "waiting", STAR_PX) for _ in range(min(count, STARS))]
    made = box(row(*glyphs, gap=2))
    made.setAccessibleName(tr("ratings.stars", n=count))
    return made


def rating_card(
    one: RatingView, answer: Act | None = None, correct: Act | None = None
) -> QWidget:
    """Return one rating; ``answer`` and ``correct`` where the user may do so."""
    lines = column(_head(one), gap=6)
    if one.text:
        lines.addWidget(Text(one.text, wrap=True))
    if given := _aspects(one):
        lines.addWidget(Text(given, "meta", "muted", wrap=True))
    if one.earlier is not None:
        before = one.earlier
        words = tr(
            "rating.earlier", day=day(before.at), stars=before.stars, text=before.text
        )
        lines.addWidget(Text(words, "meta", "muted", wrap=True))
    if one.reply is not None:
        lines.addWidget(_reply(one, one.reply))
    if buttons := _buttons(one, answer, correct):
        lines.addLayout(row(*buttons, None))
    return box(lines)


def _head(one: RatingView) -> QHBoxLayout:
    role = tr_or(f"rating.role_{one.role}", one.role)
    name = tr("rating.nameless") if one.anonymous else one.rater_name
    who = tr("ratings.by", name=name or tr("person.nameless"), day=day(one.at))
    head = row(
        stars(one.stars),
        Text(tr("ratings.of_five", n=one.stars), "strong"),
        Text(tr("rating.as", role=role), "meta", "muted"),
        gap=8,
    )
    for chip in _chips(one):
        head.addWidget(chip)
    head.addStretch(1)
    head.addWidget(Text(who, "meta", "muted"))
    return head


def _chips(one: RatingView) -> list[Chip]:
    if one.mine:
        return [Chip(tr("rating.mine"), "accent", "user")]
    if not one.counts and not one.anonymous:
        chip = Chip(tr("rating.void"), "error", "triangle-alert")
        chip.setAccessibleDescription(tr("rating.void_words"))
        return [chip]
    if one.reached:
        return [Chip(tr("rating.near"), "ok", "users")]
    return []


def _aspects(one: RatingView) -> str:
    given = [
        f"{tr(f'rating.aspect_{name}')} {one.aspects[name]}"
        for name in ASPECTS
        if name in one.aspects
    ]
    return " · ".join([*given, *(f"#{tag}" for tag in one.tags)])


def _reply(one: RatingView, reply: ReplyView) -> QWidget:
    role = tr_or(f"rating.role_{one.role}", one.role)
    key = "rating.reply_changed" if reply.changed else "rating.reply_by"
    words = column(
        Text(tr(key, role=role, day=day(reply.at)), "meta", "muted"),
        Text(reply.text, wrap=True),
        gap=2,
    )
    bar = QFrame()
    bar.setProperty("surface", "rule")
    bar.setFixedWidth(BAR_PX)
    line = row(bar, gap=12)
    line.addLayout(words, 1)
    holder = box(line)
    line.setContentsMargins(INDENT_PX, 4, 0, 4)
    return holder


def _buttons(one: RatingView, answer: Act | None, correct: Act | None) -> list[QWidget]:
    made: list[QWidget] = []
    if answer is not None and one.may_reply:
        key = "rating.answer_change" if one.reply else "rating.answer"
        made.append(Button(tr(key), lambda: answer(one), "plain", "message-square"))
    if correct is not None and one.mine and one.correct_until is not None:
        made.append(
            Button(tr("rating.correct"), lambda: correct(one), "plain", "pencil")
        )
    return made
