"""Checks of an Offer against what it names: listings, prices, arbiters' terms (7.6 row 1).

Buyer, seller and both seats call it, each with what its own node holds; nothing of a
peer's computation is trusted.
"""

from collections.abc import Mapping

from bazaar.domain.amounts.money import Money
from bazaar.domain.errors import InputError, NotAllowedError, ReplyCode
from bazaar.domain.listings.listing import Listing, ListingState
from bazaar.domain.listings.price import price, wanted_lines
from bazaar.domain.reputation.slots import WEEK_SECONDS, Slot, value_class
from bazaar.domain.stores.records import ArbiterOffer, UnitTerms
from bazaar.domain.trading.contract import SUGGESTED_SPLIT_BP, Contract
from bazaar.domain.trading.messages import Offer, Role
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.networks import DAY


def check_terms(
    contract: Contract,
    listings: Mapping[bytes, Signed[Listing]],
    offers: Mapping[bytes, Signed[ArbiterOffer]],
    profile_seats: tuple[bytes, ...],
) -> None:
    """Check the contract's Offer against ``listings`` and arbiter ``offers``, both by id.

    ``profile_seats`` are the seats of the seller's profile, for listings that name none.
    Raises NotAllowedError naming the first difference.
    """
    _check_listings(contract.offer, listings)
    _check_price(contract.offer, listings)
    for seat in contract.offer.seats:
        accepted = [
            _seats_of(listings[line.listing].body, profile_seats)
            for line in contract.offer.lines
        ]
        if not all(seat.key in seats for seats in accepted):
            raise _refused("the seller does not accept this arbiter")
        _check_seat(contract, offers.get(seat.offer), seat.key)


def check_pace(contract: Contract, listings: Mapping[bytes, Signed[Listing]]) -> None:
    """Check that the buyer's terms are not harder than those the listings name.

    For the seller alone, before Accept: time to ship, time to look at it, the split that
    nobody judged. Raises NotAllowedError naming the first that is.
    """
    times, scaled = contract.deadlines, contract.network.scaled
    days = [listings[line.listing].body.deadlines for line in contract.offer.lines]
    if times.t1 - times.t0 < scaled(max(one.ship_days for one in days) * DAY):
        raise _refused("the buyer leaves less time to ship than your listing names")
    if times.t2 - times.t1 > scaled(max(one.inspect_days for one in days) * DAY):
        raise _refused(
            "the buyer wants more time to look at it than your listing names"
        )
    if contract.offer.default_bp > SUGGESTED_SPLIT_BP:
        raise _refused("the buyer wants more than half of what nobody judged")


def _seats_of(listing: Listing, profile_seats: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return profile_seats if listing.seats is None else listing.seats


def _check_listings(offer: Offer, listings: Mapping[bytes, Signed[Listing]]) -> None:
    for line in offer.lines:
        listing = listings.get(line.listing)
        if listing is None or listing.author != offer.seller:
            raise _refused("a listing of this order is not the seller's")
        if listing.body.state not in {ListingState.FOR_SALE, ListingState.HIDDEN}:
            raise NotAllowedError(
                "a listing of this order is not for sale", ReplyCode.STORE_CLOSED
            )
        if offer.rail not in listing.body.rails:
            raise _refused("the seller does not settle this way")


def _check_price(offer: Offer, listings: Mapping[bytes, Signed[Listing]]) -> None:
    bodies = {key: listing.body for key, listing in listings.items()}
    try:
        expected = price(wanted_lines(offer.lines, bodies), offer.country, offer.at)
    except InputError as error:
        raise _refused(str(error)) from error
    if expected.unit != offer.unit:
        raise _refused("the order is in another unit")
    if expected.lines != tuple(line.amounts for line in offer.lines):
        raise _refused("the price differs from ours")


def _check_seat(
    contract: Contract, offer: Signed[ArbiterOffer] | None, key: bytes
) -> None:
    if offer is None or offer.author != key:
        raise _refused("the arbiter's terms are not known here")
    seat = next(seat for seat in contract.offer.seats if seat.key == key)
    terms = terms_in(offer.body, contract.offer.unit)
    if terms is None or (terms.fee_fixed, terms.fee_bp) != (
        seat.fee_fixed,
        seat.fee_bp,
    ):
        raise _refused("the arbiter's fee differs from its terms")
    if contract.total > terms.max_amount:
        raise _refused(
            f"the arbiter takes orders up to {Money(terms.max_amount, terms.unit)}"
        )
    if offer.body.expires < contract.deadlines.t0:
        raise _refused("the arbiter's terms have expired")


def terms_in(offer: ArbiterOffer, unit: str) -> UnitTerms | None:
    """The arbiter's terms in ``unit``, or None."""
    return next((terms for terms in offer.units if terms.unit == unit), None)


def rating_keys(contract: Contract, role: Role) -> tuple[bytes, ...]:
    """Who may rate ``role``: the other party, or for a seat both."""
    if role is Role.SELLER:
        return (contract.offer.rating_key,)
    if role is Role.BUYER:
        return (contract.offer.seller,)
    return (contract.offer.rating_key, contract.offer.seller)


def check_slot(contract: Contract, role: Role, slot: Signed[Slot], at: int) -> None:
    """A role's rating slot must be about this very order. Raises NotAllowedError.

    ``at`` is the time of the message around it, seconds. Who could sign another slot
    could take the money and never be rated.
    """
    body, offer = slot.body, contract.offer
    fits = (
        slot.author == contract.keys[role]
        and body.rating_keys == rating_keys(contract, role)
        and set(body.listings) == {line.listing for line in offer.lines}
        and (body.value_class, body.unit) == (value_class(contract.total), offer.unit)
        and body.seats == tuple(seat.key for seat in offer.seats)
        and body.week == at // WEEK_SECONDS
    )
    if not fits:
        raise _refused("the rating slot is about another order")


def _refused(words: str) -> NotAllowedError:
    return NotAllowedError(words, ReplyCode.MALFORMED)
