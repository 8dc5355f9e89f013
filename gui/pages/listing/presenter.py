"""What a listing's page shows, and which combination the buyer has chosen."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bazaar.rpc.problems import Problem
from bazaar.rpc.schema.call import MoneyView
from bazaar.rpc.schema.listings import ListingShow, ListingView, SkuView
from bazaar.rpc.schema.mirrors import SeenView, SellerSeen
from bazaar.rpc.schema.profile import ProfileShow, ProfileView
from bazaar.rpc.schema.ratings import Ratings, RatingsView
from bazaar.rpc.schema.shelf import (
    DeliveryView,
    ListingDeliver,
    ListingVersions,
    VersionView,
)
from gui.models.stock import Stock, most_of, stock_of, stock_of_card
from gui.rpc.door import Door
from gui.texts import tr, tr_or
from gui.texts.presence import away_words
from gui.texts.shown import like, money
from gui.texts.standing_words import score_lines


class Tile(NamedTuple):
    """What matters, in words."""

    icon: str
    heading: str
    words: str


class ListingState:
    """One listing with its seller's profile and ratings."""

    def __init__(self, door: Door, changed: Callable[[], object]) -> None:
        self._door = door
        self._changed = changed
        self.id = ""
        self.view: ListingView | None = None
        self.seller: ProfileView | None = None
        self.ratings: RatingsView | None = None
        self.problem: Problem | None = None
        self.versions: tuple[VersionView, ...] = ()
        self.seen: SeenView | None = None
        self._priced = 0

    def show(self, listing: str) -> None:
        """Fetch a listing; what was shown goes."""
        if listing != self.id:
            self.view = self.seller = self.ratings = None
            self.versions = ()
            self.seen = None
        self.id = listing
        self.problem = None
        self._door.call(ListingShow(id=listing), self._got, self._failed)

    def _got(self, view: ListingView) -> None:
        self.view = view
        peer = view.card.seller
        self._door.call(ProfileShow(peer=peer), self._got_seller, lambda _: None)
        self._door.call(Ratings(peer=peer), self._got_ratings, lambda _: None)
        self.ask_seen()
        if view.own:
            asked = ListingVersions(slug=view.card.slug)
            self._door.call(asked, self._got_versions, lambda _: None)
        self._changed()

    def ask_seen(self) -> None:
        """Ask when the seller was last seen; an event says when more is known."""
        if self.view is not None and not self.view.own:
            call = SellerSeen(peers=(self.view.card.seller,))
            self._door.call(call, self._got_seen, lambda _: None)

    def away_words(self, now: int) -> str:
        """Return since when the seller is away, empty while he is here or nobody knows."""
        seen = self.seen
        if seen is None or seen.online or not (seen.seen or seen.as_of):
            return ""
        return away_words(seen.seen, seen.as_of, now)

    def _got_seen(self, seen: tuple[SeenView, ...]) -> None:
        found = seen[0] if seen else None
        if found != self.seen:
            self.seen = found
            self._changed()

    def ask_price(
        self,
        country: str,
        options: Mapping[str, str],
        answer: Callable[[tuple[DeliveryView, ...]], object],
    ) -> None:
        """Ask what it costs in ``country``; an answer to an older question is dropped."""
        self._priced += 1
        mine = self._priced

        def answered(ways: tuple[DeliveryView, ...]) -> None:
            if mine == self._priced:
                answer(ways)

        call = ListingDeliver(id=self.id, country=country, options=dict(options))
        self._door.call(call, answered, lambda _: None)

    def _got_versions(self, versions: tuple[VersionView, ...]) -> None:
        self.versions = versions
        self._changed()

    def _failed(self, problem: Problem) -> None:
        self.problem = problem
        self._changed()

    def _got_seller(self, profile: ProfileView) -> None:
        self.seller = profile
        self._changed()

    def _got_ratings(self, ratings: RatingsView) -> None:
        self.ratings = ratings
        self._changed()


def sku_for(view: ListingView, chosen: Mapping[str, str]) -> SkuView | None:
    """Return the combination of the chosen variants, None when there is none."""
    for sku in view.skus:
        if all(sku.options.get(name) == variant for name, variant in chosen.items()):
            return sku
    return None


def price_of(view: ListingView, chosen: Mapping[str, str]) -> MoneyView:
    """Return the price of one piece with its surcharge."""
    sku = sku_for(view, chosen) if view.options else None
    if sku is None:
        return view.card.price
    least = min(one.surcharge.minor for one in _in_stock(view.skus))
    return like(view.card.price, view.card.price.minor - least + sku.surcharge.minor)


def _in_stock(skus: tuple[SkuView, ...]) -> tuple[SkuView, ...]:
    """Return what a card's "price from" was made of (PROTOCOL.md 6.5)."""
    return tuple(sku for sku in skus if stock_of(sku.stock) is not Stock.GONE) or skus


def stock_here(view: ListingView, chosen: Mapping[str, str]) -> Stock:
    """Return whether the chosen combination can be bought now."""
    state = stock_of(view.card.state)
    if state is not Stock.ENOUGH:
        return state
    if not view.options:
        return stock_of_card(view.card)
    sku = sku_for(view, chosen)
    return stock_of(sku.stock) if sku else Stock.GONE


def pieces_at_most(view: ListingView, chosen: Mapping[str, str]) -> int | None:
    """Return how many pieces can be ordered; None when the seller tells no count."""
    sku = sku_for(view, chosen) if view.options else None
    return most_of(sku.stock if sku else view.card.stock)


def shipping_words(view: ListingView) -> str:
    """Return the cheapest way to ship, in words."""
    if not view.shipping:
        return tr("listing.no_shipping")
    services = [service for option in view.shipping for service in option.services]
    if not services:
        return tr("listing.pickup")
    cheapest = min(services, key=lambda service: service.first.minor)
    if cheapest.first.minor == 0:
        return tr("listing.ships_free")
    return tr("listing.ships_from", amount=money(cheapest.first))


def tiles(view: ListingView, seller: ProfileView | None = None) -> tuple[Tile, ...]:
    """Return the four questions of a buyer with their answers.

    A listing without arbiters of its own has those of its seller's profile.
    """
    seats = view.arbiters or (seller.arbiters if seller else ())
    condition = tr_or(
        f"condition.{view.condition}", view.condition or tr("condition.none")
    )
    arbiters = tr("tile.arbiters", n=len(seats)) if seats else tr("tile.no_arbiters")
    return (
        Tile("tag", tr("tile.condition"), condition),
        Tile("truck", tr("tile.sending"), sending(view)),
        Tile("shield-check", tr("tile.escrow"), arbiters),
        Tile("undo-2", tr("tile.returns"), view.refund_policy or tr("tile.no_returns")),
    )


def sending(view: ListingView) -> str:
    """Return when and from where it comes."""
    if view.card.type == "digital":
        return tr("tile.digital")
    ready = view.processing_time or tr("tile.within", n=view.ship_days)
    if not view.ships_from:
        return ready
    return tr("tile.ready_from", ready=ready, place=view.ships_from)


def score_words(ratings: RatingsView | None) -> str:
    """Return what ratings are worth, never without their count and the unconnected ones."""
    if ratings is None or not ratings.ratings:
        return tr("ratings.none")
    first, second = (line for line, _ in score_lines(ratings)[:2])
    words = f"{first} ({second})"
    hidden = ratings.hidden
    return f"{words}. {tr('ratings.hidden', n=hidden)}" if hidden else words
