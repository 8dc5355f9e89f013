"""The rules of bodies that no single field can say, and the one door to all of them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from bazaar.domain.credit.clearing import ClearPlan, ClearSeek, check_plan, check_seek
from bazaar.domain.delivery.chat import Chat, check_chat
from bazaar.domain.listings.listing import Listing
from bazaar.domain.listings.listing_rules import (
    check_countries,
    check_life,
    check_listing,
)
from bazaar.domain.stores.records import (
    HEAD_SECONDS,
    MAX_CARDS,
    OFFER_SECONDS,
    ArbiterOffer,
    BlockList,
    Follow,
    StoreHead,
)
from bazaar.domain.trading.messages import Step
from bazaar.domain.trading.step_rules import check_step
from bazaar.domain.wire.bounds import Body


def check_rules(body: Body) -> None:
    """Check what the fields of ``body`` say together. Raises ValueError naming the field."""
    check = _CHECKS.get(type(body))
    if check is not None:
        check(body)
    elif isinstance(body, Step):
        check_step(body)


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


def _check_list(found: BlockList) -> None:
    subjects = {entry.subject for entry in found.entries}
    if len(subjects) != len(found.entries):
        raise ValueError("entries: the same subject twice")
    if found.by in subjects:
        raise ValueError("entries: nobody warns of himself")


def _check_follow(found: Follow) -> None:
    if found.by in found.keys:
        raise ValueError("keys: nobody follows himself")


_CHECKS: Final[Mapping[type[Body], Callable[[Any], None]]] = MappingProxyType(
    {
        Listing: check_listing,
        ArbiterOffer: _check_offer,
        StoreHead: _check_head,
        Follow: _check_follow,
        BlockList: _check_list,
        Chat: check_chat,
        ClearSeek: check_seek,
        ClearPlan: check_plan,
    }
)
