"""Why a person may not move an order now, in his words."""

from collections.abc import Sequence

from bazaar.domain.errors import InputError, NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.trading.duties import Span
from bazaar.domain.trading.extra_time import shipping_risk
from bazaar.domain.trading.messages import Agree, DisputeReason, Role, Step
from bazaar.domain.trading.moves import allows, offers_to, parts_for
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.receipts import Receipts
from bazaar.domain.trading.trade import PartState, Trade


def must(trade: Trade, role: Role, kind: type[Step]) -> None:
    """Raise NotAllowedError unless the table lets ``role`` say ``kind`` now."""
    if not allows(trade, role, kind):
        raise not_now(trade, kind.__name__.lower())


def chosen_parts(
    trade: Trade, role: Role, kind: type[Step], parts: Sequence[int]
) -> tuple[int, ...]:
    """The parts named, or all that fit. Raises NotAllowedError where one does not."""
    fitting = [part.number for part in parts_for(trade, role, kind)]
    if not fitting or any(part not in fitting for part in parts):
        raise not_now(trade, kind.__name__.lower())
    return tuple(sorted(set(parts) or fitting))


def one_part(trade: Trade, role: Role, kind: type[Step], part: int | None) -> int:
    """The part named, or the only one that fits.

    Raises NotAllowedError where none fits, InputError where several do.
    """
    named = [] if part is None else [part]
    fitting = chosen_parts(trade, role, kind, named)
    if len(fitting) != 1:
        raise InputError("part", f"name one of the parts {_listed(fitting)}")
    return fitting[0]


def agreed_parts(
    trade: Trade, role: Role, parts: Sequence[int], names: bytes
) -> tuple[int, ...]:
    """The parts to agree on: those named, those that ``names`` is about, or the only one.

    Raises InputError where several stand open and nothing was named, so that nobody
    confirms a parcel by agreeing to something else.
    """
    fitting = chosen_parts(trade, role, Agree, parts)
    if parts:
        return fitting
    if names:
        meant = [n for n in fitting if names in offers_to(trade, role, trade.parts[n])]
        return tuple(meant) or fitting
    return (one_part(trade, role, Agree, None),)


def disputed_part(trade: Trade, number: int | None) -> PartState:
    """The part named, or the only one in dispute. Raises InputError."""
    if number is not None:
        return the_part(trade, number)
    disputed = [part for part in trade.parts if part.phase is Phase.DISPUTED]
    if len(disputed) > 1:
        numbers = tuple(part.number for part in disputed)
        raise InputError("part", f"name one of the parts {_listed(numbers)}")
    return disputed[0] if disputed else the_part(trade, 0)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def the_part(trade: Trade, number: int) -> PartState:
    """The part of a funded trade. Raises InputError if there is none."""
    if not 0 <= number < len(trade.parts):
        raise InputError("part", "the order has no such part, or no money is bound yet")
    return trade.parts[number]


def not_now(trade: Trade, command: str) -> NotAllowedError:
    """The error that says so."""
    return NotAllowedError(
        f"{command} is not possible while the order is {trade.state}",
        ReplyCode.WRONG_STATE,
    )


def check_clock(doubt: str) -> None:
    """Raise RefusedError while the clock cannot be trusted: a Ruling is judged by it (7.4)."""
    if doubt:
        raise RefusedError(ReplyCode.WRONG_STATE, f"no ruling now: {doubt}")


def check_span(span: Span) -> None:
    """Raise NotAllowedError with what is in the way of a Ruling."""
    if span.words:
        raise NotAllowedError(span.words, ReplyCode.WRONG_STATE)


def check_in_time(trade: Trade, parts: Sequence[int], receipts: Receipts) -> None:
    """Row 8's condition of time: raise NotAllowedError where a Ship would be at risk."""
    for part in parts:
        words = shipping_risk(trade, part, receipts)
        if words:
            raise NotAllowedError(
                f"{words}: the money may go back although you ship; say that it is late to ship it all the same",
                ReplyCode.WRONG_STATE,
            )


def check_reason(
    trade: Trade, part: PartState, reason: DisputeReason, now: int
) -> None:
    """Row 12's conditions of the signer's own node."""
    times = trade.facts.deadlines(part.number)
    problems = {
        DisputeReason.UNSHIPPED: (
            now < times.t1 or bool(part.ships),
            "unshipped can be said once the shipping deadline has passed without a shipment",
        ),
        DisputeReason.SILENT: (
            now < times.t2 or not part.ships,
            "silent can be said once the buyer's time to answer a shipment has passed",
        ),
        DisputeReason.GOODS: (
            now > times.t2 or not part.ships,
            "goods can be said from the shipment until the buyer's deadline",
        ),
    }
    is_wrong, words = problems.get(reason, (False, ""))
    if is_wrong:
        raise NotAllowedError(words, ReplyCode.WRONG_STATE)
