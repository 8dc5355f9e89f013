"""The cards of an order: amounts, people, dispute, signed messages."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from bazaar.rpc.schema.orders import EvidenceView, OrderView
from bazaar.rpc.schema.placing import SeatView
from bazaar.rpc.schema.profile import ProfileView
from gui.pages.order.course import plain_type, summary
from gui.texts import tr, tr_or
from gui.texts.shown import moment, money, number, sentence, without_total
from gui.widgets.badges import Chip, Glyph
from gui.widgets.boxes import Surface, box, column, row, rule
from gui.widgets.person import Person
from gui.widgets.text import ShortText, Text, selectable

ADDRESS_LINES = (
    ("name",), ("company",), ("street",), ("street2",), ("postal_code", "city"),
    ("region",), ("country",), ("phone",), ("email",),
)  # fmt: skip


def amounts(view: OrderView) -> QWidget:
    """Return the receipt, what became of it, and what such an amount is."""
    lines = column(Text(tr("order.amounts"), "heading"), gap=6)
    for entry in without_total(view.receipt, view.total):
        lines.addLayout(
            row(
                ShortText(sentence(entry.label), "body", "muted"),
                Text(number(entry.amount)),
            )
        )
    lines.addWidget(rule())
    lines.addLayout(
        row(
            Text(tr("checkout.total"), "strong"), None, Text(money(view.total), "price")
        )
    )
    if view.outcome is not None:
        lines.addSpacing(4)
        for key, amount in (
            ("buyer", view.outcome.to_buyer),
            ("seller", view.outcome.to_seller),
            ("fee", view.outcome.fee),
        ):
            if not amount.minor:
                continue
            lines.addLayout(
                row(
                    Text(tr(f"outcome.{key}"), "body", "muted"),
                    None,
                    Text(money(amount)),
                )
            )
    words = tr_or(f"rail.{view.rail_state}", view.rail_state)
    if words:
        lines.addWidget(Text(words, "meta", "muted", wrap=True))
    lines.addWidget(Text(sentence(view.unit_note), "meta", "muted", wrap=True))
    return Surface(lines)


def people(view: OrderView, known: dict[str, ProfileView]) -> QWidget:
    """Return the other side and the seats, each with fingerprint."""
    lines = column(Text(tr("order.people"), "heading"), gap=12)
    sides = (
        ("seller", view.seller, view.seller_name),
        ("buyer", view.buyer, view.buyer_name),
    )
    for role, peer, name in sides:
        if role == view.role:
            continue
        profile = known.get(peer)
        words = profile.fingerprint if profile else ()
        colour = profile.colour if profile else "#808080"
        lines.addWidget(Person(peer, name, words, colour, tr(f"role.{role}")))
    for seat in view.seats:
        lines.addWidget(_seat(seat))
    if view.hub:
        lines.addWidget(_hub(view, known))
    return Surface(lines)


def _hub(view: OrderView, known: dict[str, ProfileView]) -> QWidget:
    """Who stands between the two: each owes or is owed by the hub, not the other."""
    seat = next((one for one in view.seats if one.peer_id == view.hub), None)
    profile = known.get(view.hub)
    mark = profile or seat
    words = mark.fingerprint if mark else ()
    colour = mark.colour if mark else "#808080"
    return Person(view.hub, view.hub_name, words, colour, tr("order.hub"))


def _seat(seat: SeatView) -> QWidget:
    agreed = tr("seat.agreed") if seat.acknowledged else tr("seat.asked")
    note = tr(
        "seat.note",
        role=tr_or(f"role.{seat.role}", seat.role),
        fee=seat.fee,
        agreed=agreed,
    )
    return Person(seat.peer_id, seat.name, seat.fingerprint, seat.colour, note)


def address(view: OrderView) -> QWidget | None:
    """Return where the goods go, for who may see it."""
    filled = [
        " ".join(view.address[name] for name in names if view.address.get(name))
        for names in ADDRESS_LINES
    ]
    words = "\n".join(part for part in filled if part)
    if view.shredded is not None:
        when = tr("order.shredded", when=moment(view.shredded))
        return Surface(column(Text(when, "meta", "muted", wrap=True)))
    if not words and not view.memo and not view.delivery:
        return None
    lines = column(gap=6)
    for key, text in (
        ("address", words),
        ("memo", view.memo),
        ("delivery", view.delivery),
    ):
        if text:
            lines.addWidget(Text(tr(f"order.{key}"), "heading"))
            lines.addWidget(selectable(Text(text, wrap=True)))
            lines.addSpacing(4)
    lines.addWidget(Text(_readers(view), "meta", "muted", wrap=True))
    return Surface(lines)


def _readers(view: OrderView) -> str:
    """Return who can read what is sealed."""
    if view.role not in {"buyer", "seller"}:
        return tr("order.handed")
    shown = [one.partition(":") for one in view.disclosed]
    return " ".join(
        (
            tr("order.sealed"),
            *(
                tr(f"order.shown_{what}", who=tr(f"role.{seat}"))
                for what, _, seat in shown
            ),
        )
    )


def case(view: OrderView, exhibit: Callable[[EvidenceView], QWidget]) -> QWidget | None:
    """Return both sides of a dispute with their evidence, and the rulings."""
    if not (view.dispute or view.disputed_by or view.evidence or view.rulings):
        return None
    lines = column(row(Text(tr("case.title"), "heading"), None, _reached(view)), gap=12)
    sides = row(gap=16)
    for role in ("buyer", "seller"):
        sides.addWidget(_side(view, role, exhibit), 1)
    lines.addLayout(sides)
    for ruling in view.rulings:
        lines.addWidget(rule())
        words = tr(
            "case.ruling",
            buyer=money(ruling.to_buyer),
            seller=money(ruling.to_seller),
            fee=money(ruling.fee),
        )
        who = tr_or(f"role.by_{ruling.author_role}", ruling.author_role)
        valid = "" if ruling.valid else tr("case.void")
        lines.addLayout(
            row(
                Glyph("gavel", "dispute"),
                Text(f"{who}, {moment(ruling.at)} {valid}", "meta", "muted"),
                None,
            )
        )
        lines.addWidget(Text(words, "strong", wrap=True))
        if ruling.text:
            lines.addWidget(Text(ruling.text, wrap=True))
    return Surface(lines)


def _reached(view: OrderView) -> Chip:
    reached = tr("case.reached", n=view.seats_acked)
    return Chip(reached, "ok" if view.seats_acked else "waiting", "shield-check")


def _side(
    view: OrderView, role: str, exhibit: Callable[[EvidenceView], QWidget]
) -> QWidget:
    lines = column(Text(tr(f"case.{role}_says"), "meta", "muted"), gap=8)
    if view.disputed_by == role:
        words = tr_or(f"reason.{view.dispute}", view.dispute) or tr("case.asked")
        lines.addWidget(Text(words, wrap=True))
    shown = [one for one in view.evidence if one.author_role == role]
    for one in shown:
        lines.addWidget(exhibit(one))
    if not shown and view.disputed_by != role:
        lines.addWidget(Text(tr("case.silent"), "body", "muted", wrap=True))
    lines.addStretch(1)
    return box(lines)


def messages(view: OrderView) -> QWidget:
    """Return every signed message with who has it."""
    lines = column(gap=6)
    for one in view.messages:
        who = tr_or(f"role.by_{one.author_role}", one.author_role)
        head = row(
            Text(tr_or(f"course.{plain_type(one.type)}", one.type), "strong"),
            Text(f"{who} · {one.type}", "meta", "muted"),
            None,
            Text(moment(one.at), "meta", "muted"),
        )
        lines.addLayout(head)
        if told := summary(one):
            lines.addWidget(Text(sentence(told), "body", "muted", wrap=True))
        if had := _told(one.delivery):
            lines.addWidget(Text(had, "meta", "muted", wrap=True))
        lines.addWidget(rule())
    if view.parked:
        lines.addWidget(
            Text(tr("order.parked", n=view.parked), "meta", "muted", wrap=True)
        )
    return box(lines)


def _told(delivery: dict[str, str]) -> str:
    return " · ".join(
        tr(
            "order.told",
            who=tr_or(f"role.{role}", role),
            state=tr_or(f"delivery.{state}", state),
        )
        for role, state in delivery.items()
    )
