"""What an order is called, without folding it."""

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.domain.listings.listing import Listing
from bazaar.domain.trading.messages import Offer
from bazaar.domain.wire.envelope import verify_as
from bazaar.domain.wire.kinds import Kind

NAMELESS = "an order"


class Titles:
    """Titles by order; they never change, so that each is read once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[bytes, str] = {}

    def title(self, trade: bytes) -> str:
        """The first listing's title, and how many more."""
        if trade not in self._known:
            with self._context.book.unit() as unit:
                self._known[trade] = self._read(unit, trade)
        return self._known[trade]

    def _read(self, unit: Unit, trade: bytes) -> str:
        network = self._context.network.id
        rows = [row.envelope for row in unit.messages(trade) if row.id == trade]
        if not rows:
            return NAMELESS
        lines = verify_as(Offer, rows[0], network).body.lines
        envelope = unit.object(lines[0].listing) or self._own(unit, lines[0].listing)
        if envelope is None:
            return NAMELESS
        first = verify_as(Listing, envelope, network).body.title
        return f"{first} and {len(lines) - 1} more" if lines[1:] else first

    def _own(self, unit: Unit, listing: bytes) -> bytes | None:
        rows = (row for row in unit.records(Kind.LISTING) if row.id == listing)
        return next((row.envelope for row in rows), None)
