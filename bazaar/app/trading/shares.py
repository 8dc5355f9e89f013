"""How a part is split between the parties, and who pays the fee of a Ruling."""

from typing import NamedTuple

from bazaar.domain.amounts.money import Money
from bazaar.domain.errors import InputError


class Share(NamedTuple):
    """How a person wants a part split; None is what the other leaves."""

    to_buyer: int | None
    to_seller: int | None


def split(amount: int, share: Share, unit: str) -> tuple[int, int]:
    """(to seller, to buyer) of a part. Raises InputError unless they are the whole."""
    to_buyer, to_seller = share
    if to_buyer is None and to_seller is None:
        raise InputError("buyer", "say how much the buyer or the seller gets")
    seller = amount - (to_buyer or 0) if to_seller is None else to_seller
    buyer = amount - seller if to_buyer is None else to_buyer
    if seller < 0 or buyer < 0 or seller + buyer != amount:
        raise InputError("buyer", f"both shares together must be {Money(amount, unit)}")
    return seller, buyer


def less_fee(to_seller: int, to_buyer: int, fee: int) -> tuple[int, int, int]:
    """(to seller, to buyer, fee): the side that gets less pays it, as far as its share reaches.

    What that side cannot pay is not taken from the winner, unless the loser gets nothing:
    then the fee falls on the part, that is on the winner (PROTOCOL.md 19).
    """
    if to_seller == 0:
        taken = min(fee, to_buyer)
        return 0, to_buyer - taken, taken
    if to_buyer == 0:
        taken = min(fee, to_seller)
        return to_seller - taken, 0, taken
    if to_seller <= to_buyer:
        taken = min(fee, to_seller)
        return to_seller - taken, to_buyer, taken
    taken = min(fee, to_buyer)
    return to_seller, to_buyer - taken, taken
