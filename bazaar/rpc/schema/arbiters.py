"""Offers to judge."""

from typing import Final

from bazaar.rpc.schema.call import Answer, Answers, Call, Done, MoneyView


class ArbiterOfferSet(Call, frozen=True, tag="arbiter.offer"):
    """Offer to arbitrate: ``fee`` such as ``0.50 EUR + 1 %``."""

    fee: str
    units: tuple[str, ...] = ()
    max: str | None = None
    backup: bool = True
    text: str = ""


class ArbiterWithdraw(Call, frozen=True, tag="arbiter.withdraw"):
    """Stop offering; open cases stay."""


class ArbiterList(Call, frozen=True, tag="arbiter.list"):
    """Known arbiters."""


class ArbiterView(Answer, frozen=True):
    """One arbiter's terms in words and his record as this node knows it."""

    peer_id: str
    name: str
    fee: str
    units: tuple[str, ...]
    max: tuple[MoneyView, ...]
    backup: bool
    terms: str
    languages: tuple[str, ...]
    answer_hours: int
    expires: int
    cases: int
    online: bool
    fingerprint: tuple[str, ...]
    colour: str


CALLS: Final[Answers] = {
    ArbiterOfferSet: ArbiterView,
    ArbiterWithdraw: Done,
    ArbiterList: tuple[ArbiterView, ...],
}
