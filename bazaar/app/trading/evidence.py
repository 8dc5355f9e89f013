"""Puts one order's evidence together from the book; nothing private goes into it (7.11)."""

from collections.abc import Iterable, Iterator

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.trading.trades import Trades
from bazaar.domain.credit.funding import references
from bazaar.domain.trading.bundle import (
    MAX_ACCOUNT_ENVELOPES,
    MAX_FILES,
    Bundle,
    Receipt,
    encode_bundle,
)
from bazaar.domain.trading.bundle_check import evidence_hashes
from bazaar.domain.trading.messages import Fund
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.kinds import Kind


class EvidenceExport:
    """Exports what this node holds of an order, also long after it was closed."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades

    def bundle(self, trade_id: bytes, *, with_files: bool) -> bytes:
        """The bytes of the bundle; ``with_files`` adds the evidence files held here.

        Raises NotFoundError for an order that is not here.
        """
        with self._context.book.unit() as unit:
            trade = self._trades.load(unit, trade_id)
            chains = trade.facts.chains
            messages = chains.complete | chains.waiting
            received = {row.id: row.received for row in unit.messages(trade_id)}
            offer = trade.contract.offer
            made = Bundle(
                self._context.network.name,
                trade_id,
                tuple(messages[one].envelope for one in sorted(messages)),
                _found(self._listing(unit, line.listing) for line in offer.lines),
                _found((seat.offer, unit.object(seat.offer)) for seat in offer.seats),
                _found(_accounts(unit, trade))[:MAX_ACCOUNT_ENVELOPES],
                self._files(trade) if with_files else (),
                tuple(Receipt(one, received[one]) for one in sorted(messages)),
            )
        return encode_bundle(made)

    def _listing(self, unit: Unit, listing: bytes) -> tuple[bytes, bytes | None]:
        """As kept with the order, else the own one as it still stands."""
        own = {row.id: row.envelope for row in unit.records(Kind.LISTING)}
        return listing, unit.object(listing) or own.get(listing)

    def _files(self, trade: Trade) -> tuple[bytes, ...]:
        held = (self._context.blobs.get(one) for one in sorted(evidence_hashes(trade)))
        return tuple(dict.fromkeys(data for data in held if data))[:MAX_FILES]


def _accounts(unit: Unit, trade: Trade) -> Iterator[tuple[bytes, bytes | None]]:
    for fund in trade.facts.of(Fund):
        for reference in references(fund.body):
            for subject in (reference.propose, reference.accept):
                yield subject, unit.object(subject)


def _found(objects: Iterable[tuple[bytes, bytes | None]]) -> tuple[bytes, ...]:
    """The envelopes that are here, once each, by ascending id."""
    held = {subject: envelope for subject, envelope in objects if envelope}
    return tuple(held[subject] for subject in sorted(held))
