"""A person's moves on an order: each checks the state it believes it is in (cli.md, order)."""

import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bazaar.app.context import Context
from bazaar.app.files import share
from bazaar.app.ports import Unit
from bazaar.app.reputation.slot_chain import next_slot, put_slot
from bazaar.app.shop.counter import Counter
from bazaar.app.trading.consent import Consent
from bazaar.app.trading.deed_checks import (
    agreed_parts,
    check_clock,
    check_reason,
    check_span,
    chosen_parts,
    disputed_part,
    must,
    not_now,
    one_part,
)
from bazaar.app.trading.proofs import refuse_flagged
from bazaar.app.trading.rail import SettlementRail
from bazaar.app.trading.sealed import new_box
from bazaar.app.trading.shares import Share, less_fee, split
from bazaar.app.trading.shipments import Parcel, Shipments
from bazaar.app.trading.trades import Header, Trades
from bazaar.domain.errors import (
    InputError,
    NotAllowedError,
    RefusedError,
    ReplyCode,
    StaleStateError,
)
from bazaar.domain.trading.door import check_evidence
from bazaar.domain.trading.duties import may_pay_seller, may_rule, named_dispute
from bazaar.domain.trading.messages import (
    Accept,
    Agree,
    Decline,
    Dispute,
    DisputeReason,
    Evidence,
    EvidenceFile,
    Extend,
    Fund,
    Proposal,
    Role,
    Ruling,
    Ship,
    Step,
    Withdraw,
)
from bazaar.domain.trading.moves import offers_to, parts_for
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.receipts import Receipts
from bazaar.domain.trading.trade import PartState, Trade
from bazaar.domain.wire.bounds import MAX_SHORT

BEFORE_FUNDING = frozenset({Phase.OFFERED, Phase.ACCEPTED, Phase.AGREED})


class Deeds:
    """One method per move; each is one unit of the book and signs one message or more."""

    def __init__(
        self,
        context: Context,
        trades: Trades,
        consent: Consent,
        rail: SettlementRail,
        counter: Counter,
    ) -> None:
        self._context = context
        self._trades = trades
        self._consent = consent
        self._rail = rail
        self._counter = counter
        self._shipments = Shipments(trades, rail)

        self.clock_doubt: Callable[[], str] = lambda: ""
        """Why the clock cannot be trusted; empty while it can."""

    def _seen(self, unit: Unit, trade_id: bytes, version: str) -> tuple[Trade, Role]:
        """The trade if it still is as the person saw it. Raises StaleStateError."""
        trade = self._trades.load(unit, trade_id)
        if version and version != trade.digest.hex():
            raise StaleStateError("the order has moved on; look at it again")
        return trade, self._trades.own_role(trade)

    # ------------------------------------------------------------- before the money

    async def accept(self, trade_id: bytes, version: str) -> Trade:
        """Verify in full, reserve the stock and sign, in one transaction for the last two."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
        _must_accept(trade, role)
        await self._consent.verify_offer(trade)
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            _must_accept(trade, role)
            if self._context.now() > trade.contract.deadlines.t0:
                raise NotAllowedError(
                    "the time to accept this order has passed", ReplyCode.STALE
                )
            refuse_flagged(unit, trade.contract.others(self._context.me))
            self._counter.promise(unit, trade)
            return self._sign_accept(unit, trade)

    def _sign_accept(self, unit: Unit, trade: Trade) -> Trade:
        box = new_box()
        slot = next_slot(
            self._context, unit, trade.contract, Role.SELLER, self._context.now()
        )
        nonce = secrets.token_bytes(32)
        after = self._trades.say(
            unit,
            trade,
            lambda h: Accept(*h, nonce, bytes(box.public_key), b"", slot.envelope),
        )
        unit.set_secret(trade.id, "box", bytes(box))
        put_slot(self._context, unit, slot, trade.id)
        return after

    def withdraw(self, trade_id: bytes, version: str, reason: int = 0) -> Trade:
        """Leave before the money is bound."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            must(trade, role, Withdraw)
            return self._trades.say(unit, trade, lambda h: Withdraw(*h, reason))

    def fund(self, trade_id: bytes, version: str) -> Trade:
        """Say yes to binding the money; the node does it as soon as the account allows."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            must(trade, role, Fund)
            unit.set_fact(trade_id, "fund", b"1")
            return trade

    # ------------------------------------------------------------- seller

    def ship(
        self, trade_id: bytes, version: str, parts: Sequence[int], sent: Parcel
    ) -> Trade:
        """Sent: the standing half of the release; its text is sealed to the buyer."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            chosen = chosen_parts(trade, role, Ship, parts)
            if len(sent.text) > MAX_SHORT:
                raise InputError("text", f"it has at most {MAX_SHORT} characters")
            return self._shipments.say(unit, trade, chosen, sent)

    def decline(self, trade_id: bytes, version: str, parts: Sequence[int]) -> Trade:
        """Withdraw before the funding, Decline after it."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            if trade.phase in BEFORE_FUNDING:
                must(trade, role, Withdraw)
                return self._trades.say(unit, trade, lambda h: Withdraw(*h, 0))
            chosen = chosen_parts(trade, role, Decline, parts)
            return self._trades.say(unit, trade, lambda h: Decline(*h, chosen, 0))

    # ------------------------------------------------------------- both

    def agree(
        self, trade_id: bytes, version: str, parts: Sequence[int], names: bytes
    ) -> Trade:
        """Complete the other's standing half or a Ruling; by default the newest one."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            for number in agreed_parts(trade, role, parts, names):
                offers = offers_to(trade, role, trade.parts[number])
                named = names or offers[-1]
                if named not in offers:
                    raise NotAllowedError(
                        "there is no such offer to agree to", ReplyCode.WRONG_STATE
                    )
                trade = self._agree_to(unit, trade, number, named)
            return trade

    def confirm(self, trade_id: bytes, version: str, parts: Sequence[int]) -> Trade:
        """Agree to the seller's Ship of each part."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            shipped = [p for p in parts_for(trade, role, Agree) if p.ships]
            numbers = [p.number for p in shipped if not parts or p.number in parts]
            if role is not Role.BUYER or not numbers:
                raise not_now(trade, "confirm")
            for number in numbers:
                ship = trade.parts[number].ships[0]
                if ship.id not in offers_to(trade, role, trade.parts[number]):
                    raise not_now(trade, "confirm")
                trade = self._agree_to(unit, trade, number, ship.id)
            return trade

    def _agree_to(self, unit: Unit, trade: Trade, number: int, named: bytes) -> Trade:
        return self._trades.say(unit, trade, lambda h: Agree(*h, number, named))

    def propose(
        self, trade_id: bytes, version: str, part: int | None, share: Share
    ) -> Trade:
        """Offer a split of one part; it stays open to the other side until paid."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            number = one_part(trade, role, Proposal, part)
            amount = trade.contract.offer.parts[number].amount
            to_seller, to_buyer = split(amount, share, trade.contract.offer.unit)
            return self._trades.say(
                unit, trade, lambda h: Proposal(*h, number, to_seller, to_buyer)
            )

    def extend(self, trade_id: bytes, version: str, days: int) -> Trade:
        """Give the seller more days, before any shipment."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            must(trade, role, Extend)
            if any(part.ships for part in trade.parts):
                raise not_now(trade, "extend")
            return self._trades.say(unit, trade, lambda h: Extend(*h, days))

    def dispute(
        self,
        trade_id: bytes,
        version: str,
        parts: Sequence[int],
        reason: DisputeReason,
        text: str,
    ) -> Trade:
        """Ask the seats to judge."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            chosen = chosen_parts(trade, role, Dispute, parts)
            for number in chosen:
                check_reason(trade, trade.parts[number], reason, self._context.now())
            return self._trades.say(
                unit, trade, lambda h: Dispute(*h, chosen, reason, text)
            )

    def add_evidence(
        self, trade_id: bytes, files: Sequence[EvidenceFile], statement: str
    ) -> Trade:
        """Files by hash and a statement, open to both parties and both seats."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, "")
            chosen_parts(trade, role, Evidence, ())

            def build(header: Header) -> Evidence:
                evidence = Evidence(*header, tuple(files), statement)
                check_evidence(trade, evidence)
                return evidence

            readers = trade.contract.keys.values()
            share(unit, trade_id, readers, [one.hash for one in files])
            return self._trades.say(unit, trade, build)

    # ------------------------------------------------------------- seat

    def rule(
        self,
        trade_id: bytes,
        version: str,
        part: int | None,
        share: Share,
        text: str,
    ) -> Trade:
        """A person's Ruling: the fee is taken from the side ruled against (duty c)."""
        with self._context.book.unit() as unit:
            trade, role = self._seen(unit, trade_id, version)
            check_clock(self.clock_doubt())
            state = disputed_part(trade, part)
            receipts = self._trades.receipts(unit, trade)
            span = may_rule(trade, role, state, receipts)
            check_span(span)
            ruling = self._ruling(trade, role, state, share, receipts)
            return self._trades.say(unit, trade, lambda h: ruling(h, text))

    def _ruling(
        self,
        trade: Trade,
        role: Role,
        state: PartState,
        share: Share,
        receipts: Receipts,
    ) -> "Written":
        dispute = named_dispute(trade, state, receipts)
        if dispute is None or role not in trade.contract.seats:
            raise NotAllowedError(
                "only a seat rules, on a dispute", ReplyCode.WRONG_STATE
            )
        amount = trade.contract.offer.parts[state.number].amount
        to_seller, to_buyer = split(amount, share, trade.contract.offer.unit)
        if to_seller > 0 and not may_pay_seller(trade, role, state, receipts):
            raise NotAllowedError(
                "nothing may go to the seller: no shipment in time, or no dispute of the buyer",
                ReplyCode.WRONG_STATE,
            )
        fee = trade.contract.greatest_fee(role, state.number)
        shares = less_fee(to_seller, to_buyer, fee)
        reason = dispute.body.reason
        if reason in {DisputeReason.UNSHIPPED, DisputeReason.SILENT}:
            reason = DisputeReason.OTHER
        return Written(state.number, dispute.id, DisputeReason(reason), *shares)


class Written(NamedTuple):
    """A person's Ruling without its header and text."""

    part: int
    dispute: bytes
    reason: DisputeReason
    to_seller: int
    to_buyer: int
    fee: int

    def __call__(self, header: Header, text: str) -> Step:
        """The message."""
        return Ruling(*header, *self, text)


def _must_accept(trade: Trade, role: Role) -> None:
    """As ``must``; says why if the own node called the order off. Raises RefusedError."""
    reasons = {one.body.reason for one in trade.facts.of(Withdraw)}
    if ReplyCode.OUT_OF_STOCK in reasons:
        raise RefusedError(
            ReplyCode.OUT_OF_STOCK, "0 left for this order: it was called off"
        )
    if ReplyCode.LIMIT in reasons:
        raise RefusedError(
            ReplyCode.LIMIT, "a coupon of this order is used up: it was called off"
        )
    if ReplyCode.STORE_CLOSED in reasons:
        raise RefusedError(
            ReplyCode.STORE_CLOSED, "the store takes no orders: it was called off"
        )
    must(trade, role, Accept)
