"""Short ways to tell disputed trades and to read what became of their first part."""

from typing import Any

from bazaar.domain.trading.messages import (
    Dispute,
    Role,
    Seen,
)
from bazaar.domain.trading.trade import PartState
from bazaar.domain.wire.envelope import Signed
from tests.trades import Story

B, S = Role.BUYER, Role.SELLER
RELEASE, REFUND = {"to_seller": 1000}, {"to_buyer": 1000}


def the_part(story: Story) -> PartState:
    return story.fold().parts[0]


def paid(story: Story) -> tuple[int, int, int, int] | None:
    outcome = the_part(story).outcome
    return outcome and (
        outcome.to_seller,
        outcome.to_buyer,
        outcome.fee,
        outcome.fee_role,
    )


def seen(*messages: Signed[Any]) -> tuple[Seen, ...]:
    return tuple(Seen(m.body.role, m.body.seq, m.id) for m in messages)


def disputed(
    reason: int = 3, by: Role = B, *, shipped: bool = True
) -> tuple[Story, bytes]:
    story = Story().shipped() if shipped else Story().funded()
    return story, story.say(by, Dispute, reason=reason).id
