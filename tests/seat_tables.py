"""Tables of a seat's receipts and clock with the Ruling or silence expected (7.4, 7.5).

Every bound stands here at its second, one before and one after, for a seat that was
always online and for one that was away. They are also the vectors of item 18.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from bazaar.domain.trading.deadlines import Spell
from bazaar.domain.trading.messages import (
    Agree,
    Decline,
    Dispute,
    Evidence,
    Extend,
    FundAck,
    Proposal,
    Role,
    Ruling,
    Ship,
    Step,
)
from bazaar.domain.trading.receipts import Receipts
from bazaar.domain.wire.networks import DAY, HOUR
from tests.trades import START, Story, ruling_fields

B, S, A1, A2 = Role
SILENCE, REFUND, RELEASE = "silence", "refund", "release"
GRACE: Final = DAY
WAIT: Final = 48 * HOUR
WINDOW: Final = 72 * HOUR
SHORT_DEADLINES: Final = tuple(START + d * DAY for d in (3, 5, 8, 18, 25, 28))
"""T2 - T1 is the least, so that the answer window can end after cut(T2)."""


class Table(NamedTuple):
    """One case: what the seat holds since when, when it was online, and what it owes."""

    name: str
    story: Story
    role: Role
    committed: dict[bytes, int]
    spells: Sequence[Spell]
    now: int
    expected: str

    @property
    def receipts(self) -> Receipts:
        return Receipts(self.committed, self.spells, self.now)


class Seat:
    """Tells a story and notes when the seat received what."""

    def __init__(self, *kinds: type[Step], **changes: Any) -> None:
        self.story = Story(**changes).funded()
        self.late: dict[bytes, int] = {}
        self.away: tuple[int, int] | None = None
        for kind in kinds:
            self.hear(S, kind)

    @property
    def times(self) -> dict[str, int]:
        return self.story.times._asdict()

    def hear(self, role: Role, kind: type[Step], **fields: Any) -> "Seat":
        """Receive a message, at the moment ``received`` if given."""
        received = fields.pop("received", None)
        said = self.story.say(role, kind, **fields)
        if received is not None:
            self.late[said.id] = received
        return self

    def fund_ack_at(self, moment: int) -> "Seat":
        ack = next(m for m in self.story.said if isinstance(m.body, FundAck))
        self.late[ack.id] = moment
        return self

    def gone(self, since: int, until: int) -> "Seat":
        """Be offline between the two moments."""
        self.away = (since, until)
        return self

    def receipts(self, now: int) -> Receipts:
        held = {m.id: self.late.get(m.id, m.body.at) for m in self.story.all}
        spells = [Spell(START - DAY, now)]
        if self.away is not None and self.away[0] < now:
            spells = [Spell(START - DAY, self.away[0]), Spell(self.away[1], now)]
        return Receipts({k: v for k, v in held.items() if v <= now}, spells, now)

    def tables(
        self, name: str, role: Role, moment: int, cases: "Around"
    ) -> Iterator[Table]:
        """What ``role`` owes around ``moment``."""
        for offset, expected in cases:
            now = moment + offset
            held = self.receipts(now)
            title = f"{name}, {role.name} at {offset:+d} s"
            committed = dict(held.committed)
            yield Table(title, self.story, role, committed, held.spells, now, expected)


Around = Sequence[tuple[int, str]]


def _around(before: str, after: str) -> Around:
    return ((-1, before), (0, after), (1, after))


def tables() -> list[Table]:
    """All cases of duties a, b and d; c is a person's and stands in the tests alone."""
    return [*_unshipped(), *_in_time(), *_silent(), *_answers(), *_offline(), *_once()]


def _unshipped() -> Iterator[Table]:
    seat = Seat()
    cut = seat.times["t1"] + GRACE
    seat.hear(B, Dispute, reason=1)
    yield from seat.tables("unshipped", A1, cut, _around(SILENCE, REFUND))
    yield from seat.tables("unshipped", A2, cut + WAIT, _around(SILENCE, REFUND))
    for days in (1, 30, 400):
        yield from seat.tables(
            f"unshipped {days} d after", A1, cut + days * DAY, [(0, REFUND)]
        )
    late = Seat()
    heard = cut + 3 * DAY
    late.hear(B, Dispute, reason=1, received=heard)
    yield from late.tables("disputed late", A1, heard, [(0, REFUND), (1, REFUND)])
    moment = heard + WAIT
    yield from late.tables("disputed late", A2, moment, _around(SILENCE, REFUND))
    longer = Seat()
    longer.hear(B, Extend, days=5).hear(B, Dispute, reason=1)
    moment = cut + 5 * DAY
    yield from longer.tables("extended", A1, moment, _around(SILENCE, REFUND))
    for reason in (3, 4):
        other = Seat().hear(B, Dispute, reason=reason)
        yield from other.tables(f"reason {reason}", A1, cut, [(1, SILENCE)])
    yield from Seat().tables("no dispute", A1, cut, [(1, SILENCE)])


def _in_time() -> Iterator[Table]:
    times = Seat().times
    cut0, cut1 = times["t0"] + GRACE, times["t1"] + GRACE
    for offset, expected in ((-1, SILENCE), (0, SILENCE), (1, REFUND)):
        shipped = Seat().hear(S, Ship, received=cut1 + offset)
        shipped.hear(B, Dispute, reason=1)
        name = f"Ship received at cut(T1) {offset:+d} s"
        yield from shipped.tables(name, A1, cut1 + 2, [(0, expected)])
        funded = Seat(Ship).fund_ack_at(cut0 + offset).hear(B, Dispute, reason=1)
        name = f"FundAck received at cut(T0) {offset:+d} s"
        yield from funded.tables(name, A1, cut1, [(0, expected)])


def _silent() -> Iterator[Table]:
    seat = Seat(Ship)
    cut = seat.times["t2"] + GRACE
    seat.hear(S, Dispute, reason=2)
    yield from seat.tables("silent buyer", A1, cut, _around(SILENCE, RELEASE))
    yield from seat.tables("silent buyer", A2, cut + WAIT, _around(SILENCE, RELEASE))
    yield from seat.tables("silent 400 d after", A1, cut + 400 * DAY, [(0, RELEASE)])
    unshipped = Seat().hear(S, Dispute, reason=2)
    yield from unshipped.tables("silent, no Ship", A1, cut, [(1, SILENCE)])
    late = Seat().hear(S, Ship, received=seat.times["t1"] + GRACE + 1)
    late.hear(S, Dispute, reason=2)
    yield from late.tables("silent, Ship late", A1, cut, [(1, SILENCE)])
    after = Seat(Ship).hear(B, Extend, days=9).hear(S, Dispute, reason=2)
    yield from after.tables("Extend after Ship", A1, cut, _around(SILENCE, RELEASE))
    yield from _window()


def _window() -> Iterator[Table]:
    """A Ship that came late because the seat was away: w runs beyond cut(T2)."""
    seat = Seat(deadlines=SHORT_DEADLINES)
    t1, t2 = seat.times["t1"], seat.times["t2"]
    seat.gone(t1 - HOUR, t1 + 30 * HOUR)
    shipped = t1 + 30 * HOUR + GRACE
    seat.hear(S, Ship, received=shipped).hear(S, Dispute, reason=2)
    moment = shipped + WINDOW
    assert t2 + GRACE < moment < t2 + GRACE + WAIT
    cases = _around(SILENCE, RELEASE)
    yield from seat.tables("window after cut(T2)", A1, moment, cases)
    backup = t2 + GRACE + WAIT
    yield from seat.tables("window after cut(T2)", A2, backup, cases)


def _answers() -> Iterator[Table]:
    cut = Seat().times["t2"] + GRACE
    for offset, expected in ((-1, SILENCE), (0, SILENCE), (1, RELEASE)):
        seat = Seat(Ship).hear(S, Dispute, reason=2)
        seat.hear(B, Dispute, reason=3, received=cut + offset)
        name = f"buyer's Dispute received at cut(T2) {offset:+d} s"
        yield from seat.tables(name, A1, cut + 2, [(0, expected)])
    empty = Seat(Ship).hear(S, Dispute, reason=2).hear(B, Agree, names=bytes(32))
    yield from empty.tables("an Agree to nothing is no answer", A1, cut, [(0, RELEASE)])
    chat = Seat(Ship).hear(S, Dispute, reason=2).hear(B, Evidence)
    chat.hear(B, Proposal, to_seller=500, to_buyer=500)
    yield from chat.tables("a Proposal is no answer", A1, cut, [(0, RELEASE)])


def _offline() -> Iterator[Table]:
    times = Seat().times
    for bound, kind, end, ruled in (
        ("t1", None, B, REFUND),
        ("t2", Ship, S, RELEASE),
    ):
        cut = times[bound] + GRACE
        seat = Seat(*([kind] if kind else [])).hear(
            end, Dispute, reason=1 if end == B else 2
        )
        for name, away, moment in (
            ("away over T", (cut - GRACE - HOUR, cut - GRACE + 2 * HOUR), None),
            (
                "back one second after T",
                (cut - GRACE - 2 * HOUR, cut - GRACE + 1),
                None,
            ),
            ("back at T", (cut - GRACE - 2 * HOUR, cut - GRACE), cut),
            ("a break of g / 24", (cut - GRACE, cut - GRACE + HOUR), cut),
            ("a break above g / 24", (cut - GRACE, cut - GRACE + HOUR + 1), None),
            ("gone one second before T + g", (cut - 1, cut + DAY), None),
        ):
            judged = away[1] + GRACE if moment is None else moment
            title = f"{name}, {bound}, {ruled}"
            cases = _around(SILENCE, ruled)
            seat.gone(*away)
            yield from seat.tables(title, A1, judged, cases)
            yield from seat.tables(title, A2, judged + WAIT, cases)
        gone = (cut, cut + DAY)
        seat.gone(*gone)
        yield from seat.tables(f"gone at T + g, {ruled}", A1, gone[1], [(1, ruled)])
    yield from _mail_that_waited()


def _mail_that_waited() -> Iterator[Table]:
    """A Ship that lay in a mailbox while the seat was away is in time until its cut-off."""
    t1 = Seat().times["t1"]
    away = (t1 - 5 * HOUR, t1 + 30 * HOUR)
    for offset, expected in ((0, SILENCE), (1, REFUND)):
        seat = Seat().gone(*away).hear(S, Ship, received=away[1] + GRACE + offset)
        seat.hear(B, Dispute, reason=1)
        name = f"mail that waited, received at the cut-off {offset:+d} s"
        moment = away[1] + GRACE + 2
        yield from seat.tables(name, A1, moment, [(0, expected)])


def _once() -> Iterator[Table]:
    times = Seat().times
    cut = times["t1"] + GRACE
    for role, named in ((A1, "own Ruling"), (A2, "the primary's Ruling")):
        seat = Seat().hear(B, Dispute, reason=1)
        refund = ruling_fields(seat.story.said[-1].id, 1, to_buyer=1000)
        seat.hear(A1, Ruling, at=cut, received=cut, **refund)
        yield from seat.tables(f"after {named}", role, cut + 9 * DAY, [(0, SILENCE)])
    backup = Seat().hear(B, Dispute, reason=1)
    refund = ruling_fields(backup.story.said[-1].id, 1, to_buyer=1000)
    backup.hear(A2, Ruling, at=cut + WAIT, received=cut + WAIT, **refund)
    name = "before and after the backup's Ruling"
    cases = ((-1, REFUND), (0, SILENCE), (1, SILENCE), (9 * DAY, SILENCE))
    yield from backup.tables(name, A1, cut + WAIT, cases)
    void = Seat().hear(B, Dispute, reason=1)
    early = ruling_fields(void.story.said[-1].id, 1, to_buyer=1000)
    void.hear(A1, Ruling, at=cut - 1, **early)
    name = "the primary's Ruling is void"
    yield from void.tables(name, A2, cut + WAIT, _around(SILENCE, REFUND))
    yield from void.tables("own Ruling is void", A1, cut + DAY, [(0, SILENCE)])
    agreed = Seat(Decline).hear(B, Dispute, reason=1)
    declined = next(m for m in agreed.story.said if isinstance(m.body, Decline))
    agreed.hear(B, Agree, names=declined.id)
    yield from agreed.tables("complete outcome", A1, cut, [(1, SILENCE)])
