"""What buyer, seller and seats check before they sign a contract, with fetched objects (7.5.1)."""

import contextlib
from collections.abc import Mapping

from bazaar.app.catalogue.market import Market
from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.reputation.slot_chain import next_slot, put_slot
from bazaar.app.trading.proofs import refuse_flagged
from bazaar.app.trading.rail import SettlementRail
from bazaar.app.trading.trades import Trades
from bazaar.domain.errors import BazaarError, NotAllowedError, ReplyCode
from bazaar.domain.listings.listing import Listing
from bazaar.domain.stores.records import ArbiterOffer
from bazaar.domain.trading.checks import check_pace, check_terms
from bazaar.domain.trading.contract import Contract
from bazaar.domain.trading.messages import Role, SeatAck
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.bodies import KIND_OF
from bazaar.domain.wire.envelope import Signed, verify_as
from bazaar.domain.wire.kinds import Kind


class Consent:
    """Verifies contracts in full, and signs the consent of a seat."""

    def __init__(
        self, context: Context, trades: Trades, market: Market, rail: SettlementRail
    ) -> None:
        self._context = context
        self._trades = trades
        self._market = market
        self._rail = rail

    async def verify(self, contract: Contract) -> None:
        """Check the contract against what its parties published. Raises BazaarError."""
        try:
            await self._verify(contract)
        except NotAllowedError:
            # What the seller says of itself may be newer than what we last heard.
            await self._market.refresh(contract.keys[Role.SELLER])
            await self._verify(contract)

    async def _verify(self, contract: Contract) -> None:
        seller = contract.keys[Role.SELLER]
        listings = await self._listings(contract, seller)
        offers = await self._offers(contract)
        profile = await self._market.profile(seller)
        check_terms(contract, listings, offers, profile.body.seats if profile else ())
        if contract.role_of(self._context.me) is Role.SELLER:
            check_pace(contract, listings)
        self._keep(listings, offers)

    async def _listings(
        self, contract: Contract, seller: bytes
    ) -> dict[bytes, Signed[Listing]]:
        found: dict[bytes, Signed[Listing]] = {}
        for line in contract.offer.lines:
            found[line.listing] = await self._listing(contract, line.listing, seller)
        return found

    async def _listing(
        self, contract: Contract, listing: bytes, seller: bytes
    ) -> Signed[Listing]:
        """From the seller, or while he is away from any other role. Raises his error."""
        try:
            return await self._market.listing(listing, seller)
        except BazaarError:
            for other in contract.others(self._context.me):
                with contextlib.suppress(BazaarError):
                    found = await self._market.fetch_listings(
                        seller, (listing,), source=other
                    )
                    return found[0]
            raise

    async def _offers(self, contract: Contract) -> dict[bytes, Signed[ArbiterOffer]]:
        found: dict[bytes, Signed[ArbiterOffer]] = {}
        for seat in contract.offer.seats:
            held = self._kept_offer(seat.offer) or await self._market.arbiter_offer(
                seat.key
            )
            if held is not None:
                found[held.id] = held
        return found

    def _kept_offer(self, offer: bytes) -> Signed[ArbiterOffer] | None:
        with self._context.book.unit() as unit:
            envelope = unit.object(offer)
        return (
            verify_as(ArbiterOffer, envelope, self._context.network.id)
            if envelope
            else None
        )

    def _keep(
        self,
        listings: Mapping[bytes, Signed[Listing]],
        offers: Mapping[bytes, Signed[ArbiterOffer]],
    ) -> None:
        """What a trade rests on stays in the book, whatever its author publishes later."""
        with self._context.book.unit() as unit:
            for one in (*listings.values(), *offers.values()):
                unit.keep_object(
                    one.id, KIND_OF[type(one.body)], one.author, one.envelope
                )

    async def verify_offer(self, trade: Trade) -> None:
        """As ``verify``, and the rail's terms; for the seller before Accept."""
        self._rail.verify_terms(trade)
        await self.verify(trade.contract)

    async def consent(self, trade_id: bytes) -> bool:
        """As a seat: verify, bind the fee, sign SeatAck. True if it was signed now.

        Raises BazaarError in words if the contract cannot be consented to, or not yet.
        Cancelling leaves nothing half done.
        """
        with self._context.book.unit() as unit:
            trade = self._trades.load(unit, trade_id)
        role = self._trades.own_role(trade)
        is_seat = role in {Role.PRIMARY, Role.BACKUP}
        if (
            not is_seat
            or trade.phase is not Phase.ACCEPTED
            or role in trade.facts.acknowledged
        ):
            return False
        await self.verify_offer(trade)
        with self._context.book.unit() as unit:
            return self._sign(unit, trade_id, role)

    def _sign(self, unit: Unit, trade_id: bytes, role: Role) -> bool:
        trade = self._trades.load(unit, trade_id)
        seat = trade.contract.seats[role]
        own = unit.record(Kind.ARBITER_OFFER)
        if own is None or self._expired(own.envelope):
            raise NotAllowedError("we take no new cases", ReplyCode.STORE_CLOSED)
        if unit.object(seat.offer) is None:
            raise NotAllowedError("the order names terms that were never ours")
        if trade.phase is not Phase.ACCEPTED or role in trade.facts.acknowledged:
            return False
        if self._context.now() > trade.contract.deadlines.t0:
            raise NotAllowedError(
                "the time to bind the money has passed", ReplyCode.STALE
            )
        refuse_flagged(unit, trade.contract.others(self._context.me))
        self._rail.rehearse(unit, trade)
        if not self._rail.secure_fee(unit, trade, role):
            return False
        slot = next_slot(self._context, unit, trade.contract, role, self._context.now())
        part = self._rail.part(trade, role)
        self._trades.say(
            unit, trade, lambda h: SeatAck(*h, trade.contract.id, part, slot.envelope)
        )
        put_slot(self._context, unit, slot, trade_id)
        return True

    def _expired(self, offer: bytes) -> bool:
        body = verify_as(ArbiterOffer, offer, self._context.network.id).body
        return body.expires <= self._context.now()
