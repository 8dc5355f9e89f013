"""What a verified bundle says, for programs and for people."""

from msgspec import Struct

from bazaar.cli.formats import moment, short
from bazaar.cli.output import Page


class RoleLine(Struct, frozen=True):
    """One key of the contract."""

    role: str
    peer_id: str


class PartLine(Struct, frozen=True):
    """One part and what became of it; amounts in words."""

    index: int
    title: str
    amount: str
    state: str
    outcome: str


class TimelineLine(Struct, frozen=True):
    """One signed message; ``received`` is the exporter's word alone."""

    id: str
    at: int
    author_role: str
    author: str
    type: str
    summary: str
    counts: bool
    received: int | None


class VerifiedView(Struct, frozen=True):
    """What a bundle proves; without problems all of it holds."""

    valid: bool
    state: str
    problems: tuple[str, ...]
    order_id: str = ""
    network: str = ""
    total: str = ""
    flagged: tuple[str, ...] = ()
    roles: tuple[RoleLine, ...] = ()
    parts: tuple[PartLine, ...] = ()
    timeline: tuple[TimelineLine, ...] = ()


def show_verified(page: Page, view: VerifiedView) -> None:
    """The verdict, the contract, and what was said in its order."""
    page.line("the evidence holds" if view.valid else "THE EVIDENCE DOES NOT HOLD")
    for problem in view.problems:
        page.line(f"! {problem}")
    if not view.order_id:
        return
    page.fields(
        [
            ("order", view.order_id),
            ("network", view.network),
            ("state", view.state),
            ("total", view.total),
            *((one.role, one.peer_id) for one in view.roles),
            ("contradicted itself", ", ".join(view.flagged)),
        ]
    )
    page.line()
    page.table(
        ("PART>", "WHAT", "AMOUNT>", "STATE", "OUTCOME"),
        [(str(p.index), p.title, p.amount, p.state, p.outcome) for p in view.parts],
    )
    page.line()
    page.table(
        ("AT", "FROM", "MESSAGE", "", "RECEIVED", "ID"),
        [_line(one) for one in view.timeline],
    )
    page.line()
    page.line(
        "Times are the signers' own; when something was received is the exporter's word. "
        "What was left out at the end cannot be seen."
    )


def _line(one: TimelineLine) -> tuple[str, ...]:
    said = one.summary + ("" if one.counts else " (changed nothing)")
    head = (moment(one.at), one.author_role, one.type, said)
    return (*head, moment(one.received), short(one.id))
