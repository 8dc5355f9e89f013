"""Splitting the lines of an order into parts, each shipped, judged and paid by itself (7.3)."""

from collections.abc import Sequence

from bazaar.domain.errors import InputError
from bazaar.domain.trading.contract import split_line
from bazaar.domain.trading.messages import MAX_PARTS, Line, Part


def check_parcels(quantity: int, parcels: Sequence[int]) -> None:
    """Raise InputError unless ``parcels`` (pieces of each) hold ``quantity`` pieces; empty is one."""
    if not parcels:
        return
    if len(parcels) > MAX_PARTS or min(parcels) < 1:
        raise InputError(
            "parcels", f"1 to {MAX_PARTS} parcels, each of at least one piece"
        )
    if sum(parcels) != quantity:
        raise InputError(
            "parcels", f"they hold {sum(parcels)} pieces, but {quantity} are ordered"
        )


def parts_of(
    lines: Sequence[Line], parcels: Sequence[Sequence[int]]
) -> tuple[Part, ...]:
    """The parts of all lines in order; no parcels of a line mean one part for it.

    Raises InputError for more parts than an order may have, NotAllowedError for one
    worth nothing.
    """
    made: list[Part] = []
    for index, (line, split) in enumerate(zip(lines, parcels, strict=True)):
        check_parcels(line.quantity, split)
        made += split_line(index, line.amounts.line, list(split) or [line.quantity])
    if len(made) > MAX_PARTS:
        raise InputError("parcels", f"an order has at most {MAX_PARTS} parts")
    return tuple(made)
