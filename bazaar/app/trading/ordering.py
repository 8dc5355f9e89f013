"""Placing an order: choose, price, name the seats, sign the Offer (7.1, 7.6 row 1)."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.credit.hub_choice import HubChoice, Payment
from bazaar.app.ports import Unit
from bazaar.app.reputation.slot_chain import next_slot, put_slot
from bazaar.app.trading.briefing import PROFILE_FACT
from bazaar.app.trading.proofs import is_refused, refuse_flagged
from bazaar.app.trading.rail import SettlementRail
from bazaar.app.trading.sealed import (
    address_block,
    address_hash,
    new_box,
    sealed_address,
)
from bazaar.app.trading.trades import Trades
from bazaar.domain.amounts.money import Money
from bazaar.domain.delivery.delivery import SealedAddress
from bazaar.domain.errors import InputError
from bazaar.domain.exchange.coding import encode
from bazaar.domain.keys.peer_ids import key_of
from bazaar.domain.listings.listing import Listing, ListingType, ShippingKind
from bazaar.domain.listings.price import Price, Wanted, price
from bazaar.domain.stores.records import ArbiterOffer
from bazaar.domain.trading.checks import check_terms, terms_in
from bazaar.domain.trading.contract import (
    SEATS_IN_ESCROW,
    SUGGESTED_SPLIT_BP,
    Contract,
    check_offer,
)
from bazaar.domain.trading.deadlines import (
    ANSWER_WINDOW_SECONDS,
    GREATEST_ACCEPT_DAYS,
    suggested,
)
from bazaar.domain.trading.messages import (
    MAX_LINES,
    NO_ID,
    Line,
    LineAmounts,
    Mode,
    Offer,
    Role,
    Seat,
    ShippingChoice,
)
from bazaar.domain.trading.parcels import check_parcels, parts_of
from bazaar.domain.trading.trade import Trade, fold
from bazaar.domain.wire.envelope import Signed
from bazaar.domain.wire.kinds import Kind

LEAST_ACCEPT_DAYS: Final = 2
NO_SLOT: Final = b"\0"
"""Stands for the slot while the contract that it is about is being drafted."""


class WantedLine(NamedTuple):
    """One listing that a person wants, in his words.

    Attributes:
        parcels: Pieces in each part that is shipped by itself; empty: all in one.
    """

    listing: bytes
    quantity: int
    options: Mapping[str, str]
    shipping: str | None
    coupons: Sequence[str]
    parcels: Sequence[int] = ()


class Wish(NamedTuple):
    """An order before it is signed; ``arbiter`` and ``backup`` are peer ids or None.

    ``hub`` is a peer id, "none", or None to let the node choose where credit lacks.
    """

    lines: Sequence[WantedLine]
    address: Mapping[str, str] | None
    arbiter: str | None
    backup: str | None
    direct: bool
    memo: str
    contact: str
    rail: str
    accept_days: int
    hub: str | None = None


class Chosen(NamedTuple):
    """All that an Offer of this wish would say."""

    listings: tuple[Signed[Listing], ...]
    wanted: tuple[Wanted, ...]
    price: Price
    seats: tuple[tuple[Seat, Signed[ArbiterOffer]], ...]
    address: SealedAddress | None
    country: str | None
    hub: bytes | None
    accepted: tuple[bytes, ...] = ()
    """Arbiters that the seller accepts for all of it."""


class Fresh(NamedTuple):
    """What is new with every Offer: the clock, and bytes that nobody else has."""

    at: int
    nonce: bytes
    box: bytes
    slot: bytes = NO_SLOT


Also = Callable[[Unit, Trade], None]


def nothing_else(_unit: Unit, _trade: Trade) -> None:
    """What is done beside placing an order that stands by itself."""


class Ordering:
    """Turns a wish into an Offer; the same checks as the seller's and the seats' nodes."""

    def __init__(
        self,
        context: Context,
        trades: Trades,
        market: Market,
        rail: SettlementRail,
        hubs: HubChoice,
    ) -> None:
        self._context = context
        self._trades = trades
        self._market = market
        self._rail = rail
        self.hubs = hubs

    async def choose(self, wish: Wish) -> Chosen:
        """Fetch, price and name the seats. Raises InputError naming what must change."""
        if not LEAST_ACCEPT_DAYS <= wish.accept_days <= GREATEST_ACCEPT_DAYS:
            raise InputError(
                "accept_days", f"must be {LEAST_ACCEPT_DAYS} to {GREATEST_ACCEPT_DAYS}"
            )
        if wish.rail != self._rail.id:
            raise InputError("rail", f"only {self._rail.id} is built")
        for line in wish.lines:
            check_parcels(line.quantity, line.parcels)
        lines = wish.lines[: MAX_LINES + 1]
        listings = tuple([await self._market.listing(line.listing) for line in lines])
        _check_seller(listings, self._context.me)
        with self._context.book.unit() as unit:
            refuse_flagged(unit, [listings[0].author])
        wanted = tuple(map(_wanted, wish.lines, listings))
        address = _address(wish, wanted)
        country = (address.block.country.upper() or None) if address else None
        total = price(wanted, country, self._context.now())
        accepted = await self.accepted_seats(listings)
        seats = () if wish.direct else await self._seats(wish, accepted, total)
        keys = [seat.key for seat, _ in seats]
        amount = Money(total.total, total.unit)
        payment = Payment(listings[0].author, amount, keys)
        hub = await self.hubs.choose(wish.hub, payment)
        return Chosen(
            *(listings, wanted, total, seats, address, country, hub), tuple(accepted)
        )

    async def place(self, wish: Wish, also: Also = nothing_else) -> Trade:
        """Sign and queue the Offer, and do ``also`` in the same unit.

        Raises InputError or NotAllowedError, or what ``also`` raises; then nothing is kept.
        """
        chosen = await self.choose(wish)
        profile = await self._market.profile(chosen.listings[0].author)
        with self._context.book.unit() as unit:
            offer = self._offer(unit, wish, chosen)
            check_offer(offer, self._context.network)
            contract = Contract(offer, None, self._context.network)
            check_terms(
                contract,
                {one.id: one for one in chosen.listings},
                {terms.id: terms for _, terms in chosen.seats},
                profile.body.seats if profile else (),
            )
            trade = self._trades.open(unit, offer)
            self._keep(unit, trade, chosen)
            if profile is not None:
                unit.set_fact(trade.id, PROFILE_FACT, profile.envelope)
            self._trades.spread(unit, trade)
            also(unit, trade)
        return trade

    def _keep(self, unit: Unit, trade: Trade, chosen: Chosen) -> None:
        for listing in chosen.listings:
            unit.keep_object(listing.id, Kind.LISTING, listing.author, listing.envelope)
        for _, terms in chosen.seats:
            unit.keep_object(terms.id, Kind.ARBITER_OFFER, terms.author, terms.envelope)
        if chosen.address is not None:
            unit.set_fact(trade.id, "address", encode(chosen.address))

    def _offer(self, unit: Unit, wish: Wish, chosen: Chosen) -> Signed[Offer]:
        """The signed Offer; its secrets are written beside it in the same unit."""
        box = new_box()
        fresh = Fresh(
            self._context.now(), secrets.token_bytes(32), bytes(box.public_key)
        )
        draft = self._body(wish, chosen, fresh)
        unsigned = Signed(NO_ID, self._context.me, draft, b"")
        contract = Contract(unsigned, None, self._context.network)
        slot = next_slot(self._context, unit, contract, Role.BUYER, fresh.at)
        body = self._body(wish, chosen, fresh._replace(slot=slot.envelope))
        offer = self._context.sign(body)
        put_slot(self._context, unit, slot, offer.id)
        unit.claim(f"trade:{offer.id.hex()}:0:0")
        unit.set_secret(offer.id, "box", bytes(box))
        unit.set_secret(offer.id, "nonce", fresh.nonce)
        return offer

    def _body(self, wish: Wish, chosen: Chosen, fresh: Fresh) -> Offer:
        nonce, at = fresh.nonce, fresh.at
        network = self._context.network
        days = [one.body.deadlines for one in chosen.listings]
        deadlines = suggested(
            at,
            wish.accept_days,
            max(one.ship_days for one in days),
            max(one.inspect_days for one in days),
            network,
        )
        lines = tuple(map(_line, chosen.listings, chosen.wanted, chosen.price.lines))
        parts = parts_of(lines, [one.parcels for one in wish.lines])
        return Offer(
            NO_ID,
            Role.BUYER,
            0,
            NO_ID,
            (),
            at,
            self._context.me,
            chosen.listings[0].author,
            nonce,
            Mode.DIRECT if wish.direct else Mode.ESCROW,
            chosen.price.unit,
            lines,
            parts,
            chosen.country,
            address_hash(chosen.address) if chosen.address else None,
            self._rail.id,
            self._rail.terms(chosen.hub),
            tuple(seat for seat, _ in chosen.seats),
            deadlines,
            network.scaled(ANSWER_WINDOW_SECONDS),
            SUGGESTED_SPLIT_BP,
            self._context.identity.rating_key(nonce).verify_key.encode(),
            fresh.box,
            fresh.slot,
        )

    # ------------------------------------------------------------- seats

    async def _seats(
        self, wish: Wish, accepted: Sequence[bytes], total: Price
    ) -> tuple[tuple[Seat, Signed[ArbiterOffer]], ...]:
        named = [key_of(text) for text in (wish.arbiter, wish.backup) if text]
        for key in named:
            if key not in accepted:
                raise InputError("arbiter", "the seller does not accept this arbiter")
        with self._context.book.unit() as unit:
            refuse_flagged(unit, named)
            trusted = [key for key in accepted if not is_refused(unit, key)]
        rest = [key for key in trusted if key not in named and key != self._context.me]
        found = [
            (Seat(key, terms.id, *fee), terms)
            for key in (*named, *rest)
            if (terms := await self._market.arbiter_offer(key)) is not None
            and (fee := self._fee(terms, total)) is not None
        ]
        if len(found) < SEATS_IN_ESCROW or not {seat.key for seat, _ in found} >= set(
            named
        ):
            raise InputError("arbiter", _no_seats(len(accepted), len(found)))
        return tuple(found[:SEATS_IN_ESCROW])

    async def accepted_seats(self, listings: Sequence[Signed[Listing]]) -> list[bytes]:
        """Arbiters that the seller accepts for all ``listings``, in its order."""
        profile = await self._market.profile(listings[0].author)
        default = profile.body.seats if profile else ()
        lists = [
            default if one.body.seats is None else one.body.seats for one in listings
        ]
        return [key for key in lists[0] if all(key in seats for seats in lists)]

    def _fee(self, terms: Signed[ArbiterOffer], total: Price) -> tuple[int, int] | None:
        """(fixed, bp) of an arbiter for this order, or None if it does not take it."""
        found = terms_in(terms.body, total.unit)
        expires = (
            terms.body.expires
            > self._context.now()
            + self._context.network.scaled(GREATEST_ACCEPT_DAYS * 86_400)
        )
        if found is None or total.total > found.max_amount or not expires:
            return None
        return found.fee_fixed, found.fee_bp

    def preview(self, wish: Wish, chosen: Chosen) -> Trade:
        """The order as it would be folded; unsigned, for showing only."""
        fresh = Fresh(self._context.now(), bytes(32), bytes(32))
        body = self._body(wish, chosen, fresh)
        return fold(
            Signed(NO_ID, self._context.me, body, b""), [], self._context.network
        )


def _no_seats(accepted: int, usable: int) -> str:
    if accepted == 0:
        return "the seller accepts no arbiter; only an order without one is possible"
    return (
        f"two arbiters are needed; the seller accepts {accepted}, "
        f"of whom {usable} take this order now"
    )


def _check_seller(listings: Sequence[Signed[Listing]], me: bytes) -> None:
    if not 1 <= len(listings) <= MAX_LINES:
        raise InputError("listing", f"name 1 to {MAX_LINES} listings")
    if any(one.author != listings[0].author for one in listings):
        raise InputError("listing", "one order is of one seller")
    if listings[0].author == me:
        raise InputError("listing", "you cannot buy from yourself")


def _wanted(line: WantedLine, listing: Signed[Listing]) -> Wanted:
    body = listing.body
    codes = tuple(code.upper() for code in line.coupons)
    sku = sku_of(body, line.options)
    return Wanted(body, sku, line.quantity, _shipping(body, line.shipping), codes)


def sku_of(listing: Listing, options: Mapping[str, str]) -> int | None:
    """Index of the combination that ``options`` name. Raises InputError naming the option."""
    unknown = set(options) - {option.name for option in listing.options}
    if unknown:
        raise InputError("option", f"{min(unknown)} is not an option of this listing")
    chosen: list[int] = []
    for option in listing.options:
        names = [variant.name for variant in option.variants]
        if options.get(option.name) not in names:
            raise InputError("option", f"choose {option.name}: {', '.join(names)}")
        chosen.append(names.index(options[option.name]))
    if not listing.skus:
        return None
    found = [i for i, sku in enumerate(listing.skus) if list(sku.combination) == chosen]
    if not found:
        raise InputError("option", "this combination is not sold")
    return found[0]


def _shipping(listing: Listing, words: str | None) -> ShippingChoice | None:
    """The option and service called ``Title/Service``; the only one if none is named."""
    if listing.type != ListingType.PHYSICAL:
        return None
    choices = [
        (f"{option.title}/{service.name}", ShippingChoice(index, number))
        for index, option in enumerate(listing.shipping)
        for number, service in enumerate(option.services)
    ] + [
        (option.title, ShippingChoice(index, None))
        for index, option in enumerate(listing.shipping)
        if option.kind == ShippingKind.PICKUP
    ]
    if words is None and len(choices) == 1:
        return choices[0][1]
    for name, choice in choices:
        if words is not None and words.casefold() in {
            name.casefold(),
            name.rpartition("/")[2].casefold(),
        }:
            return choice
    raise InputError(
        "shipping", f"choose one of: {', '.join(name for name, _ in choices)}"
    )


def _address(wish: Wish, wanted: Sequence[Wanted]) -> SealedAddress | None:
    if wish.address is None:
        posted = any(
            one.shipping and one.shipping.service is not None for one in wanted
        )
        if posted:
            raise InputError("address", "goods by post need an address")
        if not wish.memo and not wish.contact:
            return None
    return sealed_address(
        address_block(dict(wish.address or {})), wish.memo, wish.contact
    )


def _line(listing: Signed[Listing], wanted: Wanted, amounts: LineAmounts) -> Line:
    return Line(
        listing.id,
        wanted.sku,
        wanted.quantity,
        wanted.shipping,
        wanted.codes,
        amounts,
    )
