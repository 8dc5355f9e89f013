"""How often the own coupons were used: counted with the Accept, freed if nothing came of it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from bazaar.app.ports import Unit
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.listings.listing import Listing
from bazaar.domain.listings.listing_file import KeptCode
from bazaar.domain.listings.price import coupon_hash
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.trade import Trade

USED_FACT = "coupons"


class Used(NamedTuple):
    """A coupon in an order; limits of 0 are none.

    Attributes:
        per_buyer: Orders of one buyer.
        uses: Orders in all.
    """

    slug: str
    code: str
    per_buyer: int
    uses: int


def kept_codes(unit: Unit, slug: str) -> tuple[KeptCode, ...]:
    """The codes of an own listing's coupons, in their order."""
    held = unit.setting(f"coupons:{slug}")
    return decode_codes(held) if held else ()


def decode_codes(held: bytes) -> tuple[KeptCode, ...]:
    """What ``keep_codes`` wrote."""
    return msgspec.json.decode(held, type=tuple[KeptCode, ...])


def keep_codes(unit: Unit, slug: str, codes: Sequence[KeptCode]) -> None:
    """Remember what only the seller knows of a listing's coupons."""
    unit.set_setting(f"coupons:{slug}", msgspec.json.encode(codes) if codes else None)


def used_coupon(unit: Unit, listing: Listing, code: str) -> Used | None:
    """The coupon that ``code`` is in the version that was ordered."""
    for coupon in listing.coupons:
        if coupon_hash(coupon.salt, code) == coupon.code_hash:
            kept = {one.code: one.uses for one in kept_codes(unit, listing.slug)}
            return Used(listing.slug, code, coupon.per_buyer, kept.get(code, 0))
    return None


def spent_coupon(unit: Unit, coupons: Iterable[Used], trade: Trade) -> str:
    """Why a coupon of ``trade`` cannot be used once more, in words; empty if all can."""
    buyer = trade.contract.keys[Role.BUYER]
    for one in coupons:
        if one.uses and _count(unit, _name(one.slug, one.code)) >= one.uses:
            return f"the coupon {one.code} was used {one.uses} times, which is all"
        mine = _name(one.slug, one.code, buyer)
        if one.per_buyer and _count(unit, mine) >= one.per_buyer:
            return (
                f"this buyer has used the coupon {one.code} "
                f"in {one.per_buyer} orders, which is all"
            )
    return ""


def use_coupons(unit: Unit, coupons: Sequence[Used], trade: Trade) -> None:
    """Count each coupon once for ``trade``. Raises RefusedError (LIMIT), counting none."""
    if words := spent_coupon(unit, coupons, trade):
        raise RefusedError(ReplyCode.LIMIT, words)
    pairs = [(one.slug, one.code) for one in coupons]
    _add(unit, pairs, trade, 1)
    unit.set_fact(trade.id, USED_FACT, msgspec.json.encode(pairs) if pairs else None)


def free_coupons(unit: Unit, trade: Trade) -> None:
    """Nothing came of an order: what it used may be used again, once."""
    held = unit.fact(trade.id, USED_FACT)
    if held is not None:
        _add(unit, msgspec.json.decode(held, type=list[tuple[str, str]]), trade, -1)
        unit.set_fact(trade.id, USED_FACT, None)


def _add(
    unit: Unit, pairs: Iterable[tuple[str, str]], trade: Trade, change: int
) -> None:
    buyer = trade.contract.keys[Role.BUYER]
    for slug, code in pairs:
        for name in (_name(slug, code), _name(slug, code, buyer)):
            count = max(0, _count(unit, name) + change)
            unit.set_setting(name, str(count).encode() if count else None)


def _count(unit: Unit, name: str) -> int:
    return int(unit.setting(name) or 0)


def _name(slug: str, code: str, buyer: bytes = b"") -> str:
    return f"coupon-used:{slug}:{code}:{buyer.hex()}"
