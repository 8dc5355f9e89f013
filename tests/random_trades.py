"""Random sets of trade messages: plausible courses with forks, gaps, lies and strangers."""

import os
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.facts import Facts
from bazaar.domain.trading.messages import (
    Accept,
    Agree,
    Decline,
    Dispute,
    Evidence,
    Extend,
    Fund,
    FundAck,
    Mode,
    Proposal,
    Role,
    Ruling,
    SeatAck,
    Seen,
    Settled,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.needs import offered, outcome_of_ruling
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.networks import DAY
from tests.reference_fold import Verdict
from tests.trades import KEYS, STRANGER, Story

NIGHTLY: Final = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
MOST_STEPS: Final = 22
OFTEN: Final = 0.88
RARELY: Final = 0.06
AMOUNTS: Final = ((1000,), (1000, 1), (700, 300, 999))
BEFORE: Final = (Accept, SeatAck, Fund, FundAck, Withdraw, Ship, Dispute)
AFTER: Final = (
    *(Ship, Ship, Decline, Proposal, Proposal, Agree, Agree, Agree),
    *(Dispute, Dispute, Dispute, Ruling, Ruling, Ruling, Ruling),
    *(Settled, Settled, Settled, Settled, Extend, Evidence, FundAck, Fund, Withdraw),
)
ROLES: Final[dict[type[Step], tuple[Role, ...]]] = {
    Accept: (Role.SELLER,),
    SeatAck: (Role.PRIMARY, Role.BACKUP),
    Withdraw: (Role.BUYER, Role.SELLER),
    Fund: (Role.BUYER,),
    FundAck: (Role.SELLER,),
    Ship: (Role.SELLER,),
    Decline: (Role.SELLER,),
    Extend: (Role.BUYER,),
    Ruling: (Role.PRIMARY, Role.BACKUP),
}
PARTIES: Final = (Role.BUYER, Role.SELLER)


def verdict(trade: Trade) -> Verdict:
    """What two folds of one set must agree on."""
    parts = tuple(
        (
            str(part.phase),
            _split(part.outcome),
            part.ruling.id if part.ruling else None,
        )
        for part in trade.parts
    )
    flagged = frozenset(int(fork.role) for fork in trade.forks)
    return Verdict(trade.phase, trade.state, trade.contract.id, parts, flagged)


def _split(outcome: PaidOutcome | None) -> tuple[int, int, int, int] | None:
    if outcome is None:
        return None
    return outcome.to_seller, outcome.to_buyer, outcome.fee, outcome.fee_role


def random_story(seed: int, most_steps: int = MOST_STEPS) -> Story:
    """The story of ``seed``; what was said is shuffled, doubled and has gaps."""
    return _Teller(random.Random(seed)).tell(most_steps)


class _Teller:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        mode = Mode.DIRECT if dice.random() < RARELY else Mode.ESCROW
        self.story = Story(dice.choice(AMOUNTS), mode=mode)

    def tell(self, most_steps: int) -> Story:
        story, dice = self.story, self.dice
        stage = dice.random()
        if stage > 0.25:
            story.funded()
            if stage > 0.4:
                story.say(Role.SELLER, Ship, parts=self.parts())
            if stage > 0.7:
                self.step(Dispute)
                self.step(Ruling)
        elif stage > 0.1:
            story.agreed()
        kinds = AFTER if stage > 0.25 else BEFORE
        for _ in range(dice.randint(1, most_steps)):
            self.step(dice.choice(kinds))
        if dice.random() < 0.3:
            story.said = [m for m in story.said if dice.random() < OFTEN]
        story.said += dice.choices(story.said, k=2) if story.said else []
        dice.shuffle(story.said)
        return story

    def often(self) -> bool:
        return self.dice.random() < OFTEN

    def step(self, kind: type[Step]) -> None:
        dice, story = self.dice, self.story
        role = dice.choice(ROLES.get(kind, PARTIES) if self.often() else tuple(Role))
        if role >= 2 and not story.offer.body.seats:
            return
        fields = self.fields(kind, role)
        if kind is Accept:
            fields["prev"] = None
        elif dice.random() < RARELY:
            fields["prev"] = dice.choice(
                [None, *(m for m in story.all if m.body.role == role)]
            )
        if dice.random() < RARELY:
            fields["seen"] = self.seen(role)
        if dice.random() < RARELY / 2:
            fields["key"] = dice.choice([STRANGER, *KEYS.values()])
        if (
            last := fields.get("prev", story.last(role))
        ) is None or last.body.seq < 127:
            story.say(role, kind, **fields)

    def seen(self, role: Role) -> tuple[Seen, ...]:
        """An old view of some of the others."""
        found: list[Seen] = []
        for other in Role:
            said = [m for m in self.story.all if m.body.role == other]
            if other != role and said and self.dice.random() < 0.7:
                one = self.dice.choice(said)
                found.append(Seen(one.body.role, one.body.seq, one.id))
        return tuple(found)

    def part(self) -> int:
        return self.dice.randrange(
            len(self.story.offer.body.parts) + (not self.often())
        )

    def parts(self) -> tuple[int, ...]:
        return tuple(sorted({self.part() for _ in range(self.dice.randint(1, 3))}))

    def fields(self, kind: type[Step], role: Role) -> dict[str, Any]:
        if kind in {SeatAck, Fund, FundAck}:
            accepts = [m.id for m in self.story.said if isinstance(m.body, Accept)]
            return {"contract": self.dice.choice([*accepts, *accepts, bytes(32)])}
        if kind in {Ship, Decline}:
            return {"parts": self.parts()}
        if kind is Dispute:
            usual = (1, 3, 4) if role == Role.BUYER else (2, 2, 4)
            reason = self.dice.choice(usual) if self.often() else 3
            return {"parts": self.parts(), "reason": reason}
        if kind is Extend:
            return {"days": self.dice.choice((1, 5, 25, 30, 30))}
        told: dict[type[Step], Callable[[], dict[str, Any]]] = {
            Proposal: self.split,
            Ruling: self.ruling,
            Agree: self.agree,
            Settled: self.settled,
        }
        return told[kind]() if kind in told else {}

    def split(self) -> dict[str, Any]:
        part = self.part()
        amount = self.amount(part)
        seller = self.dice.choice((0, amount // 2, amount))
        buyer = amount - seller if self.often() else self.dice.choice((0, amount))
        return {"part": part, "to_seller": seller, "to_buyer": buyer}

    def amount(self, part: int) -> int:
        parts = self.story.offer.body.parts
        return parts[min(part, len(parts) - 1)].amount

    def ruling(self) -> dict[str, Any]:
        disputes = [m for m in self.story.said if isinstance(m.body, Dispute)]
        if not disputes:
            return self.split() | {"dispute": bytes(32), "reason": 3}
        dispute = self.dice.choice(disputes).body
        named = next(m.id for m in disputes if m.body is dispute)
        assert isinstance(dispute, Dispute)
        part = self.dice.choice(dispute.parts) if self.often() else self.part()
        amount = self.amount(part)
        reason = dispute.reason if self.often() else self.dice.randint(1, 4)
        fee = self.dice.choice((0, amount // 20, 1)) if reason > 2 else 0
        seller = {1: 0, 2: amount}.get(
            reason, self.dice.choice((0, amount // 3, amount - fee))
        )
        return {
            "part": part,
            "dispute": named,
            "reason": reason,
            "to_seller": seller,
            "to_buyer": amount - seller - fee,
            "fee": fee,
            "at": self.moment(reason),
        } | ({} if amount - seller - fee >= 0 else {"to_buyer": 0})

    def moment(self, reason: int) -> int:
        times = self.story.times
        grace, dice = self.story.network.grace, self.dice
        usual = {1: (times.t1 + grace,), 2: (times.t2 + grace,)}
        person = (times.t1 + grace, times.t3, times.t2, times.t3 + grace, times.t4)
        near = usual.get(reason, person) if self.often() else person
        moved = dice.choice((0, 0, 0, 1, 5, 25, 30, 60)) * DAY
        return dice.choice(near) + moved + dice.choice((-1, 0, 0, 0, 1))

    def agree(self) -> dict[str, Any]:
        named = self.giving()
        if named is None:
            return {"part": self.part(), "names": bytes(32)}
        return {"part": self.part_of(named), "names": named.id}

    def settled(self) -> dict[str, Any]:
        named = self.giving()
        if named is None:
            return {"part": self.part(), "outcome": bytes(32)}
        part = self.part_of(named)
        facts = Facts(self.story.offer, self.story.said, self.story.network)
        outcome = (
            outcome_of_ruling(named.body)
            if isinstance(named.body, Ruling)
            else offered(facts, named.body, part)
        )
        settled = facts.contract.outcome_id(outcome) if outcome else bytes(32)
        return {"part": part, "outcome": settled}

    def giving(self) -> Signed[Step] | None:
        kinds = Ship | Decline | Proposal | Ruling
        found = [m for m in self.story.said if isinstance(m.body, kinds)]
        return self.dice.choice(found) if found else None

    def part_of(self, named: Signed[Step]) -> int:
        match named.body:
            case Ship(parts=parts) | Decline(parts=parts) if self.often():
                return self.dice.choice(parts)
            case Proposal(part=part) | Ruling(part=part) if self.often():
                return part
            case _:
                return self.part()


def shuffled(story: Story, seed: int) -> Sequence[Signed[Step]]:
    """All that was said in another order, each message up to three times."""
    dice = random.Random(seed)
    said = story.said + dice.choices(story.said, k=len(story.said))
    dice.shuffle(said)
    return said
