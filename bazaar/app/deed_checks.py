"""Why a person may not move an order now, in his words."""

from collections.abc import Sequence

from bazaar.domain.duties import Span
from bazaar.domain.errors import InputError, NotAllowedError, ReplyCode
from bazaar.domain.messages import DisputeReason, Role, Step
from bazaar.domain.moves import allows, parts_for
from bazaar.domain.trade import PartState, Trade


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


def check_span(span: Span) -> None:
    """Raise NotAllowedError with what is in the way of a Ruling."""
    if span.words:
        raise NotAllowedError(span.words, ReplyCode.WRONG_STATE)


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
