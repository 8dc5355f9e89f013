"""The course of an order as steps, made from its signed messages alone; pure."""

import re
from typing import Final, NamedTuple

from bazaar.rpc.schema.orders import MessageView, OrderView
from gui.pages.order.moves import OVER, offered
from gui.pages.orders.presenter import roles_words
from gui.texts import tr, tr_or
from gui.texts.shown import moment, money, sentence, span
from gui.widgets.steps import Step

USUAL: Final = (
    ("offer", "offered"),
    ("accept", "accepted"),
    ("seat_ack", "agreed"),
    ("fund_ack", "funded"),
    ("ship", "shipped"),
    ("agree", "received"),
    ("settled", "paid"),
)
AGREED: Final = re.compile(r"to the (\w+)")
TROUBLE: Final = ("dispute", "evidence", "proposal", "ruling")
ENDINGS: Final = ("decline", "withdraw")
SEATS: Final = ("primary", "arbiter", "backup")


class Said(NamedTuple):
    """A message under its plain name."""

    name: str
    message: MessageView


def plain_type(name: str) -> str:
    """Return ``fund_ack`` for FundAck, fund-ack or FUND_ACK."""
    made = ""
    for place, letter in enumerate(name.replace("-", "_")):
        if letter.isupper() and place and name[place - 1].islower():
            made += "_"
        made += letter.lower()
    return made


def steps(view: OrderView) -> tuple[Step, ...]:
    """Return done steps by time, then the present one, then those to come."""
    said = [Said(plain_type(one.type), one) for one in view.messages if one.counts]
    done = [_done(one, view, said) for one in _first_of_each(said)]
    names = {one.name for one in said}
    if view.rated:
        done.append(Step("done", tr("course.rated")))
    if view.state in OVER or names & set(ENDINGS):
        return tuple(done)
    coming = [
        after for kind, after in USUAL if kind not in names or _lacks(view, after)
    ]
    if set(TROUBLE) & names:
        coming = [after for after in coming if after == "paid"]
        if "ruling" not in names:
            coming.insert(0, "ruled")
    return (*done, *_coming(coming, view))


def _lacks(view: OrderView, step: str) -> bool:
    """Whether a step that was done for some parts is still to come for others."""
    states = {part.state for part in view.parts}
    if step == "shipped":
        return "waiting" in states
    if step == "received":
        return bool(states & {"waiting", "shipped"})
    return step == "paid" and not states <= {"paid"}


def _first_of_each(said: list[Said]) -> list[Said]:
    """Return each kind of message once for each part, but every one that tells of trouble."""
    made: list[Said] = []
    seen: set[tuple[str, tuple[int, ...]]] = set()
    for one in said:
        key = (one.name, one.message.parts)
        if key in seen and one.name not in TROUBLE:
            continue
        if one.name == "fund":
            continue
        seen.add(key)
        made.append(one)
    return made


def _done(one: Said, view: OrderView, said: list[Said]) -> Step:
    bad = one.name in TROUBLE or one.name in ENDINGS
    who = _author(one, view, said)
    title = tr_or(f"course.{one.name}", one.name.replace("_", " ").capitalize())
    told = summary(one.message)
    about = goods_of(one.message, view)
    words = [f"{who}.", sentence(told) if told else "", f"{about}." if about else ""]
    detail = " ".join(word for word in words if word)
    return Step("bad" if bad else "done", title, detail, moment(one.message.at))


def goods_of(message: MessageView, view: OrderView) -> str:
    """Return which parts a message is about, where it is not all of them."""
    if len(message.parts) in {0, len(view.parts)}:
        return ""
    return "; ".join(
        tr("order.part", title=part.title, n=part.quantity)
        for part in view.parts
        if part.index in message.parts
    )


def _author(one: Said, view: OrderView, said: list[Said]) -> str:
    """Return who said it; of the arbiters, who are one step, all of them."""
    spoke = {other.message.author_role for other in said if other.name == one.name}
    seats = [role for role in SEATS if role in spoke]
    if one.name == "seat_ack" and len(seats) > 1:
        return tr("role.by", who=roles_words(", ".join(seats)))
    if one.message.author_role == view.role:
        return tr("role.by_you")
    return tr_or(f"role.by_{one.message.author_role}", one.message.author_role)


def summary(message: MessageView) -> str:
    """Return what a message says, in our words where the node names a kind of message."""
    named = AGREED.fullmatch(message.summary)
    if named is None:
        return message.summary
    return tr_or(f"agreed.{plain_type(named[1])}", message.summary)


def _coming(names: list[str], view: OrderView) -> list[Step]:
    made: list[Step] = []
    for place, name in enumerate(names):
        title = tr(f"coming.{name}")
        if place or view.until is None:
            made.append(Step("now" if not place else "next", title))
        else:
            left = tr(
                "course.due", when=moment(view.until), span=span(view.until - view.now)
            )
            made.append(Step("now", title, left))
    return made


def headline(view: OrderView) -> str:
    """Return whose turn it is, in one line."""
    if view.state in OVER or view.waiting_for in {"", "nobody"}:
        return _ended(view)
    if is_mine(view):
        words = tr_or(f"turn.{view.state}.{view.role}", tr("turn.yours"))
    else:
        words = tr("turn.others", who=roles_words(view.waiting_for))
    if view.until is None:
        return words
    return tr("turn.until", words=words, when=moment(view.until))


def is_mine(view: OrderView) -> bool:
    """Whether this user must act now."""
    if view.state in OVER:
        return False
    waiting = set(re.split(r"\W+", view.waiting_for))
    if view.role in SEATS:
        return bool(waiting & {view.role, "primary"}) or "rule" in offered(view)
    return view.role in waiting


def _ended(view: OrderView) -> str:
    outcome = view.outcome
    if outcome is None:
        key = f"ended.{view.called_off or view.state}"
        return tr_or(key, tr("ended.nobody"))
    seller, buyer = money(outcome.to_seller), money(outcome.to_buyer)
    if not outcome.to_buyer.minor:
        return tr("ended.to_seller", seller=seller)
    if not outcome.to_seller.minor:
        return tr("ended.to_buyer", buyer=buyer)
    return tr("ended.split", seller=seller, buyer=buyer)
