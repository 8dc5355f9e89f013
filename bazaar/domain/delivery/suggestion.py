"""A seat's suggestion: the first line of a chat text, in one of two forms (12).

``I suggest 40/60`` gives the buyer 40 % and the seller the rest. ``I suggest 12.06 EUR to
the buyer and 18.09 EUR to the seller`` names amounts. Either may end in ``for part 2``,
which must stand where the order has several parts; parts are counted from 0.
"""

import re
from typing import Final, NamedTuple

from bazaar.domain.amounts.money import Money, parse_amount
from bazaar.domain.errors import InputError
from bazaar.domain.trading.messages import Offer

_FORM: Final = re.compile(
    r"I suggest (?:(?P<buyer_share>\d{1,3})/(?P<seller_share>\d{1,3})"
    r"|(?P<buyer>[0-9.]{1,20} \w{3,65}) to the buyer"
    r" and (?P<seller>[0-9.]{1,20} \w{3,65}) to the seller)"
    r"(?: for part (?P<part>\d{1,2}))?\.?",
    re.ASCII,
)
_WHOLE: Final = 100


class Suggestion(NamedTuple):
    """How a seat would split one part; it binds nobody."""

    part: int
    to_seller: int
    to_buyer: int


def words(suggestion: Suggestion, offer: Offer) -> str:
    """The line that says it."""
    buyer = Money(suggestion.to_buyer, offer.unit)
    seller = Money(suggestion.to_seller, offer.unit)
    where = f" for part {suggestion.part}" if offer.parts[1:] else ""
    return f"I suggest {buyer} to the buyer and {seller} to the seller{where}"


def suggested(text: str, offer: Offer) -> Suggestion | None:
    """What the first line of ``text`` suggests for ``offer``; None if nothing."""
    found = _FORM.fullmatch(text.split("\n", 1)[0].strip())
    if found is None or (found["part"] is None and offer.parts[1:]):
        return None
    number = int(found["part"] or 0)
    if number >= len(offer.parts):
        return None
    amount = offer.parts[number].amount
    buyer = _buyer(found, amount, offer.unit)
    return None if buyer is None else Suggestion(number, amount - buyer, buyer)


def _buyer(found: re.Match[str], amount: int, unit: str) -> int | None:
    """The buyer's share, if both shares together are the whole."""
    if found["buyer_share"] is not None:
        share = int(found["buyer_share"])
        is_whole = share + int(found["seller_share"]) == _WHOLE
        return amount * share // _WHOLE if is_whole else None
    try:
        buyer = parse_amount(found["buyer"], "buyer")
        seller = parse_amount(found["seller"], "seller")
    except InputError:
        return None
    is_whole = buyer.minor + seller.minor == amount
    return buyer.minor if {buyer.unit, seller.unit} == {unit} and is_whole else None
