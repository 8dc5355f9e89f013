"""What the header and lists of one trade message must say by themselves (7.2, 7.3)."""

from bazaar.domain.trading.messages import (
    NO_ID,
    Accept,
    Decline,
    Dispute,
    Offer,
    Role,
    Ship,
    Step,
)


def check_step(step: Step) -> None:
    """Check what no single field can say. Raises ValueError naming the field."""
    if (step.seq == 0) != (step.prev == NO_ID):
        raise ValueError("prev: zeros at seq 0, and only there")
    roles = [seen.role for seen in step.seen]
    if step.role in roles or roles != sorted(set(roles)):
        raise ValueError("seen: the other roles, ascending, each once")
    match step:
        case Offer():
            _check_first(step)
        case Accept() if step.seq != 0:
            raise ValueError("seq: an Accept is the seller's first message")
        case Ship(parts=parts) | Decline(parts=parts) | Dispute(parts=parts):
            _check_parts(parts)
        case _:
            pass
    if not isinstance(step, Offer) and step.trade == NO_ID:
        raise ValueError("trade: only an Offer carries zeros")


def _check_first(offer: Offer) -> None:
    if offer.trade != NO_ID or offer.role != Role.BUYER or offer.seq or offer.seen:
        raise ValueError("seq: an Offer starts its trade")


def _check_parts(parts: tuple[int, ...]) -> None:
    if list(parts) != sorted(set(parts)):
        raise ValueError("parts: ascending indices, each once")
