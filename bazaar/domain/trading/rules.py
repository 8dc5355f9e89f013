"""Who may say what, when: the one table of a trade (PROTOCOL.md 7.6).

``phases`` bind the signer's node alone; the fold reads ``needs``. Default is deny: a
message whose kind, role or need does not fit stays in the set, parked.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from bazaar.domain.trading import needs
from bazaar.domain.trading.messages import (
    Accept,
    Agree,
    Decline,
    Dispute,
    Evidence,
    Extend,
    Fund,
    FundAck,
    Offer,
    Proposal,
    Role,
    Ruling,
    SeatAck,
    Settled,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.rulings import is_valid_ruling

Need = Callable[[needs.Facts, Any], bool]

_B: Final = frozenset({Role.BUYER})
_S: Final = frozenset({Role.SELLER})
_PARTY: Final = _B | _S
_SEAT: Final = frozenset({Role.PRIMARY, Role.BACKUP})
_START: Final = frozenset({Phase.NONE})
_BEFORE: Final = frozenset({Phase.OFFERED, Phase.ACCEPTED, Phase.AGREED})
_UNRULED: Final = frozenset({Phase.WAITING, Phase.SHIPPED, Phase.DISPUTED})
_OPEN: Final = _UNRULED | {Phase.RULED}
_FUNDED: Final = frozenset({Phase.FUNDED})


class Row(NamedTuple):
    """One row: its number in PROTOCOL.md, who, in which phases, what it needs."""

    number: int
    who: frozenset[Role]
    phases: frozenset[Phase]
    needs: tuple[Need, ...]
    effect: str


RULES: Final[Mapping[type[Step], Row]] = MappingProxyType(
    {
        Offer: Row(1, _B, _START, (), "OFFERED"),
        Accept: Row(
            2,
            _S,
            frozenset({Phase.OFFERED}),
            (needs.is_the_accept,),
            "ACCEPTED; price fixed",
        ),
        SeatAck: Row(
            3,
            _SEAT,
            frozenset({Phase.ACCEPTED}),
            (needs.names_contract,),
            "AGREED when both stand (`direct`: at once)",
        ),
        Withdraw: Row(
            4,
            _PARTY,
            _BEFORE,
            (),
            "ABORTED unless a FundAck counts; stock and holds freed",
        ),
        Fund: Row(5, _B, frozenset({Phase.AGREED}), (needs.names_contract,), "fact"),
        FundAck: Row(
            6,
            _S,
            frozenset({Phase.AGREED}),
            (needs.names_contract, needs.fund_is_there, needs.sees_no_withdraw),
            "FUNDED; parts WAITING",
        ),
        Extend: Row(
            7, _B, _FUNDED, (needs.funded, needs.days_within_sum), "T1..T5 move (7.4)"
        ),
        Ship: Row(
            8,
            _S,
            frozenset({Phase.WAITING, Phase.DISPUTED}),
            (needs.funded, needs.parts_exist),
            "SHIPPED; S's standing, irrevocable half of REL",
        ),
        Decline: Row(
            9,
            _S,
            _OPEN,
            (needs.funded, needs.parts_exist),
            "S's standing, irrevocable half of REF",
        ),
        Proposal: Row(
            10,
            _PARTY,
            _OPEN,
            (needs.funded, needs.sums_to_part),
            "its author's standing half of that split, fee 0",
        ),
        Agree: Row(
            11, _PARTY, _OPEN, (needs.funded, needs.names_an_offer), "the other half"
        ),
        Dispute: Row(
            12,
            _PARTY,
            _UNRULED,
            (needs.funded, needs.parts_exist, needs.reason_fits_role),
            "DISPUTED",
        ),
        Evidence: Row(13, _PARTY, frozenset({Phase.DISPUTED}), (needs.funded,), "fact"),
        Ruling: Row(
            14,
            _SEAT,
            frozenset({Phase.DISPUTED}),
            (needs.funded, is_valid_ruling),
            "RULED; the seat's half",
        ),
        Settled: Row(
            15,
            _PARTY,
            frozenset({Phase.PAYABLE}),
            (needs.funded, needs.names_an_outcome),
            "both of one outcome: PAID; all parts PAID: CLOSED",
        ),
    }
)


def may_sign(step: Step) -> bool:
    """Whether the role that ``step`` claims may ever say its kind (WRONG_ROLE if not)."""
    row = RULES.get(type(step))
    return row is not None and step.role in row.who


def may_say(kind: type[Step], role: Role, phase: Phase) -> bool:
    """Whether an honest node of ``role`` says ``kind`` in ``phase``, of trade or part."""
    row = RULES[kind]
    return role in row.who and phase in row.phases
