"""The cards of the own store, made once per version of a listing."""

from collections.abc import Iterable, Sequence

from bazaar.app.context import Context
from bazaar.app.ports import RecordRow, Unit
from bazaar.domain.listings.card import Card, card_of
from bazaar.domain.listings.listing import Listing, ListingState
from bazaar.domain.stores.records import Profile
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind


class OwnCards:
    """Remembers cards by listing id: a publication of one thing opens one listing."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._profile = b""
        self._seats: tuple[bytes, ...] = ()
        self._cards: dict[bytes, Card | None] = {}

    def all(self, unit: Unit) -> list[Card]:
        """The cards of all own listings that the network may see, newest first."""
        self._forget_if_seats_changed(unit)
        keys = unit.record_keys(Kind.LISTING)
        missing = [slug for slug, _, one in keys if one not in self._cards]
        rows = _rows(unit, missing, len(keys))
        opened = (
            verify_as(Listing, r.envelope, self._context.network.id) for r in rows
        )
        made = {one.id: _card(one, self._seats) for one in opened}
        self._cards = {
            one: made[one] if one in made else self._cards[one] for _, _, one in keys
        }
        shown = [card for card in self._cards.values() if card is not None]
        return sorted(shown, key=lambda card: (-card.changed, card.slug))

    def learn(self, unit: Unit, listings: Iterable[Signed[Listing]]) -> None:
        """Make the cards of listings just signed, without looking at the signatures again."""
        self._forget_if_seats_changed(unit)
        for listing in listings:
            self._cards[listing.id] = _card(listing, self._seats)

    def _forget_if_seats_changed(self, unit: Unit) -> None:
        """The arbiters of the profile count for listings that name none."""
        row = unit.record(Kind.PROFILE)
        profile = row.id if row is not None else b""
        if row is None or profile == self._profile:
            return
        self._profile = profile
        opened = verify_as(Profile, row.envelope, self._context.network.id)
        if opened.body.seats != self._seats:
            self._seats, self._cards = opened.body.seats, {}


def _card(listing: Signed[Listing], seats: Sequence[bytes]) -> Card | None:
    is_hidden = listing.body.state == ListingState.HIDDEN
    return None if is_hidden else card_of(listing, seats)


def _rows(unit: Unit, slugs: list[str], whole: int) -> list[RecordRow]:
    """The listings named; all at once where most of ``whole`` are wanted."""
    if 2 * len(slugs) > whole:
        wanted = set(slugs)
        return [row for row in unit.records(Kind.LISTING) if row.slug in wanted]
    found = (unit.record(Kind.LISTING, slug) for slug in slugs)
    return [row for row in found if row is not None]
