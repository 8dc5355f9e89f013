"""This node as the hub of other people's orders: binds, decides once, pays what it is paid (9.3, 9.4).

It never owes the seller what the buyer does not owe it: it binds and pays on the buyer's
account first, and frees on the seller's first.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from bazaar.app.context import Context
from bazaar.app.credit import hub_policy
from bazaar.app.credit.accounts import Account, Accounts, Verdict
from bazaar.app.credit.breach import Breach, note_asked
from bazaar.app.credit.credit import applied_name
from bazaar.app.credit.expiry import Expiry
from bazaar.app.ports import Request, Unit
from bazaar.app.trading.proofs import is_refused
from bazaar.app.trading.rail import Applied
from bazaar.app.trading.trades import Trades
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    AddHold,
    ApplyOutcome,
    Hold,
    Operation,
    PaidOutcome,
    VoidHold,
)
from bazaar.domain.credit.holds import (
    BUYER_LEG,
    HUB_LEG,
    buyer_holds,
    contains,
    has_any,
    hid,
    hub_holds,
)
from bazaar.domain.errors import NotFoundError, RefusedError, ReplyCode
from bazaar.domain.exchange.accounts import HubAnswer, HubAsk
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.trading.messages import Accept, Role, Withdraw
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade

log = logging.getLogger(__name__)

TOLD: Final = "hub-told"


class Decision(msgspec.Struct, frozen=True, array_like=True):
    """What this hub pays for a part on both accounts: taken once, kept for ever."""

    outcome: PaidOutcome
    halves: tuple[bytes, ...]


class _Legs(NamedTuple):
    """The two accounts of one order: the buyer owes us, we owe the seller."""

    buyer: Account
    seller: Account

    def hold(self, leg: int, part: int, contract: bytes) -> Hold | None:
        account = self.buyer if leg == BUYER_LEG else self.seller
        found = (
            hold
            for hold in account.state.holds
            if (hold.contract, hold.part, hold.leg) == (contract, part, leg)
        )
        return next(found, None)


class Hub:
    """Tends the orders that are paid over this node."""

    def __init__(
        self, context: Context, trades: Trades, accounts: Accounts, expiry: Expiry
    ) -> None:
        self._context = context
        self._trades = trades
        self._accounts = accounts
        self._expiry = expiry

    def tend(self, trade_id: bytes) -> None:
        """Do what is due for an order carried here; what is refused is tried again later."""
        try:
            with self._context.book.unit() as unit:
                trade = self._trades.load(unit, trade_id)
                self._bind(unit, trade)
                self._tell(unit, trade)
                for part in trade.parts:
                    self._pay(unit, trade, part.number)
                self._free(unit, trade)
        except RefusedError as error:
            log.info("a hub's step waits", extra={"why": type(error).__name__})

    # ------------------------------------------------------------- consent

    async def answer(self, request: Request) -> bytes:
        """Say whether an order could be carried now; to account partners alone.

        Raises NotFoundError for anybody else.
        """
        asked = decode(HubAsk, request.body)
        with self._context.book.unit() as unit:
            if not self._accounts.all(unit, request.peer):
                raise NotFoundError("there is no account with you")
            code = ReplyCode.OK
            try:
                self._check_buyer(unit, request.peer, asked)
                self._check_seller(unit, asked)
            except RefusedError as error:
                code = error.code
        return encode(HubAnswer(code))

    def check_carries(self, unit: Unit, trade: Trade) -> None:
        """Raise RefusedError where the owner's limits or the seller's do not allow it."""
        offer = trade.contract.offer
        if is_refused(unit, offer.buyer):
            raise RefusedError(ReplyCode.BLOCKED, "the buyer has contradicted itself")
        if self._context.now() > trade.contract.deadlines.t0:
            raise RefusedError(ReplyCode.STALE, "the time to bind the money has passed")
        asked = HubAsk(offer.seller, offer.unit, trade.contract.total)
        self._check_seller(unit, asked)

    def _check_buyer(self, unit: Unit, buyer: bytes, asked: HubAsk) -> None:
        if is_refused(unit, buyer):
            raise RefusedError(ReplyCode.BLOCKED, "the buyer has contradicted itself")
        account = self._accounts.load(unit, buyer, asked.unit)
        left = ledger.free(account.state, 1 - account.mine)
        if account.state.frozen or left < asked.amount:
            raise RefusedError(ReplyCode.LIMIT, "the buyer may not owe us so much")

    def _check_seller(self, unit: Unit, asked: HubAsk) -> None:
        most = hub_policy.most(unit, asked.unit)
        if most is None:
            raise RefusedError(ReplyCode.STORE_CLOSED, "this node carries no orders")
        carried = hub_policy.carried(self._accounts.all(unit), asked.unit)
        if carried + asked.amount > most:
            raise RefusedError(ReplyCode.LIMIT, "more than the owner carries at a time")
        if is_refused(unit, asked.seller):
            raise RefusedError(ReplyCode.BLOCKED, "the seller has contradicted itself")
        account = self._accounts.load(unit, asked.seller, asked.unit)
        left = ledger.free(account.state, account.mine)
        if account.state.frozen or left < asked.amount:
            raise RefusedError(
                ReplyCode.LIMIT,
                f"the seller lets us owe {Money(left, asked.unit)} more",
            )

    # ------------------------------------------------------------- binding

    def _bind(self, unit: Unit, trade: Trade) -> None:
        """Owe the seller only once the buyer has bound the same here."""
        legs = self._legs(unit, trade)
        ready = trade.phase is Phase.AGREED and not trade.facts.withdraws
        if not ready or not contains(legs.buyer.state, buyer_holds(trade.contract)):
            return
        wanted = hub_holds(trade.contract)
        late = self._context.now() > trade.contract.deadlines.t0
        if late or has_any(legs.seller.state, wanted):
            return
        if legs.seller.row.open is None:
            self._accounts.check_refusal(unit, legs.seller)
            self.check_carries(unit, trade)
            self._accounts.propose(unit, legs.seller, [AddHold(one) for one in wanted])

    def _tell(self, unit: Unit, trade: Trade) -> None:
        """Give the buyer both signatures of the hold onward: its Fund names them."""
        legs = self._legs(unit, trade)
        seller = legs.seller
        if unit.fact(trade.id, TOLD) or not contains(
            seller.state, hub_holds(trade.contract)
        ):
            return
        buyer, now = trade.contract.keys[Role.BUYER], self._context.now()
        unit.post(buyer, seller.propose, seller.row.propose, trade.id, now)
        unit.post(buyer, seller.accept, seller.row.accept, trade.id, now)
        unit.set_fact(trade.id, TOLD, b"1")

    def _legs(self, unit: Unit, trade: Trade) -> _Legs:
        keys, unit_id = trade.contract.keys, trade.contract.offer.unit
        return _Legs(
            self._accounts.load(unit, keys[Role.BUYER], unit_id),
            self._accounts.load(unit, keys[Role.SELLER], unit_id),
        )

    # ------------------------------------------------------------- paying

    def decision(self, unit: Unit, trade: Trade, part: int) -> Decision | None:
        """The one outcome of a part for both accounts: what both Settled, or after g the fold's."""
        kept = unit.fact(trade.id, f"hub-decision:{part}")
        if kept is not None:
            return msgspec.msgpack.decode(kept, type=Decision)
        found = trade.parts[part].decision if trade.parts else None
        if found is None:
            return None
        now, name = self._context.now(), f"hub-held:{part}"
        held = unit.fact(trade.id, name)
        if held is None:
            unit.set_fact(trade.id, name, str(now).encode())
        waited = held is not None and now - int(held) >= trade.facts.network.grace
        if not found.final and not waited:
            return None
        decision = Decision(found.outcome, tuple(dict.fromkeys(found.halves)))
        unit.set_fact(
            trade.id, f"hub-decision:{part}", msgspec.msgpack.encode(decision)
        )
        return decision

    def _pay(self, unit: Unit, trade: Trade, part: int) -> None:
        """On the hold that we are owed on first; onward only once that is applied."""
        decision = self.decision(unit, trade, part)
        if decision is None:
            return
        legs = self._legs(unit, trade)
        for leg, account in ((BUYER_LEG, legs.buyer), (HUB_LEG, legs.seller)):
            hold = legs.hold(leg, part, trade.contract.id)
            if hold is not None:
                asked = Breach(
                    self._context.now(), hid(hold), trade.id, decision.outcome
                )
                note_asked(unit, account, asked)
                paid = ApplyOutcome(hid(hold), decision.outcome, decision.halves)
                self._ask(unit, account, [paid])
                return
            if not _is_applied(unit, trade, part, leg, decision):
                return

    def _ask(
        self, unit: Unit, account: Account, operations: Sequence[Operation]
    ) -> None:
        note = self._accounts.refusal(unit, account)
        waits = note is not None and self._context.now() < note.until
        if account.row.open is None and not waits:
            self._accounts.propose(unit, account, operations)

    def judge(
        self, unit: Unit, trade: Trade, hold: Hold, operation: ApplyOutcome
    ) -> Verdict:
        """A party's own proposal to pay: only what this hub decided, and in its order."""
        decision = self.decision(unit, trade, hold.part)
        if decision is None or decision.outcome != operation.outcome:
            return Verdict.REJECT
        first = hold.leg == BUYER_LEG or _is_applied(
            unit, trade, hold.part, BUYER_LEG, decision
        )
        return Verdict.ACCEPT if first else Verdict.REJECT

    # ------------------------------------------------------------- freeing

    def may_free(self, unit: Unit, trade: Trade, hold: Hold) -> bool:
        """Whether nothing onward rests on ``hold`` any more, nor can come to rest on it.

        A promise that the seller has not answered may be signed at any moment; it loses
        its worth only with ``hold`` itself.
        """
        legs = self._legs(unit, trade)
        onward = legs.hold(HUB_LEG, hold.part, hold.contract)
        if hold.leg == HUB_LEG or onward is not None:
            return hold.leg == HUB_LEG
        return hold.expires < self._context.now() or not self._is_promised(legs, hold)

    def _is_promised(self, legs: _Legs, hold: Hold) -> bool:
        """Whether an own proposal to the seller would bind the same part, once he signs it."""
        asked = self._accounts.opened(legs.seller)
        return asked is not None and any(
            (one.hold.contract, one.hold.part) == (hold.contract, hold.part)
            for one in asked.body.operations
            if isinstance(one, AddHold)
        )

    def _free(self, unit: Unit, trade: Trade) -> None:
        """What we owe onward is freed first, then what the buyer owes us."""
        legs = self._legs(unit, trade)
        accepts = {accept.id for accept in trade.facts.of(Accept)}
        for account, leg in ((legs.seller, HUB_LEG), (legs.buyer, BUYER_LEG)):
            held = [
                hold
                for hold in account.state.holds
                if hold.contract in accepts and hold.leg == leg
            ]
            voids = [
                VoidHold(hid(hold), why)
                for hold in held
                if self.may_free(unit, trade, hold)
                for why in self._reasons(unit, trade, hold)
            ]
            if voids:
                self._ask(unit, account, voids)
                return

    def _reasons(self, unit: Unit, trade: Trade, hold: Hold) -> Iterator[bytes | None]:
        if trade.phase is Phase.ABORTED:
            yield trade.facts.of(Withdraw)[0].id
        elif (
            self._expiry.is_over(unit, trade, hold)
            and self.decision(unit, trade, hold.part) is None
        ):
            yield None


def _is_applied(
    unit: Unit, trade: Trade, part: int, leg: int, decision: Decision
) -> bool:
    kept = unit.fact(trade.id, applied_name(part, leg))
    if kept is None:
        return False
    return msgspec.msgpack.decode(kept, type=Applied).outcome == decision.outcome
