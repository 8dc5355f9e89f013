"""The messages that automatic acts and judgements sign."""

from collections.abc import Callable

from bazaar.app.trading.trades import Header
from bazaar.domain.credit.account import PaidOutcome
from bazaar.domain.trading.automatic import Act, Complain, Consent, Leave, Split
from bazaar.domain.trading.duties import Judgement
from bazaar.domain.trading.messages import (
    Agree,
    Decline,
    Dispute,
    Proposal,
    Role,
    Ruling,
    Step,
    Withdraw,
)
from bazaar.domain.trading.trade import Trade


def message_of(act: Act, trade: Trade) -> Callable[[Header], Step]:
    """Builds the message of an automatic act of a party from its header."""

    def build(header: Header) -> Step:
        match act:
            case Leave():
                message = Withdraw(*header, 0)
            case Complain(part, reason):
                message = Dispute(*header, (part,), reason, "")
            case Consent(part, names):
                message = Agree(*header, part, names)
            case Split(outcome):
                message = _split(outcome, header, trade)
        return message

    return build


def _split(outcome: PaidOutcome, header: Header, trade: Trade) -> Step:
    if header.role == Role.SELLER and outcome == trade.contract.refund(outcome.part):
        return Decline(*header, (outcome.part,), 0)
    return Proposal(*header, outcome.part, outcome.to_seller, outcome.to_buyer)


def ruling_of(judgement: Judgement) -> Callable[[Header], Step]:
    """Builds the Ruling of an automatic judgement; it never carries a fee."""

    def build(header: Header) -> Step:
        outcome = judgement.outcome
        return Ruling(
            *header,
            judgement.part,
            judgement.dispute,
            judgement.reason,
            outcome.to_seller,
            outcome.to_buyer,
            0,
            "",
        )

    return build
