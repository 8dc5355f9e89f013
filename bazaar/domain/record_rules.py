"""The rules of bodies that no single field can say, and the one door to all of them."""

from bazaar.domain.bounds import Body
from bazaar.domain.chat import Chat, check_chat
from bazaar.domain.clearing import ClearPlan, ClearSeek, check_plan, check_seek
from bazaar.domain.listing import Listing
from bazaar.domain.listing_rules import check_countries, check_life, check_listing
from bazaar.domain.messages import Step
from bazaar.domain.records import (
    HEAD_SECONDS,
    MAX_CARDS,
    OFFER_SECONDS,
    ArbiterOffer,
    StoreHead,
)
from bazaar.domain.step_rules import check_step


def check_rules(body: Body) -> None:
    """Check what the fields of ``body`` say together. Raises ValueError naming the field."""
    match body:
        case Listing():
            check_listing(body)
        case ArbiterOffer():
            _check_offer(body)
        case StoreHead():
            _check_head(body)
        case Step():
            check_step(body)
        case Chat():
            check_chat(body)
        case ClearSeek():
            check_seek(body)
        case ClearPlan():
            check_plan(body)
        case _:
            pass


def _check_offer(offer: ArbiterOffer) -> None:
    check_life(offer.issued, offer.expires, OFFER_SECONDS)
    check_countries("countries", offer.countries)
    check_countries("listings_of", offer.listings_of)
    if len({terms.unit for terms in offer.units}) != len(offer.units):
        raise ValueError("units: the same one twice")


def _check_head(head: StoreHead) -> None:
    check_life(head.issued, head.expires, HEAD_SECONDS)
    if head.count > MAX_CARDS:
        raise ValueError(f"count: a store has at most {MAX_CARDS} listings")
