"""The `credit` rail: holds on pairwise accounts, paid from two half-signatures (9.2-9.4).

An amount on it is a promise between two people, not money in a bank.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from bazaar.app.context import Context
from bazaar.app.credit import hub_policy
from bazaar.app.credit.accounts import Account, Accounts
from bazaar.app.credit.breach import Breach, note_asked
from bazaar.app.credit.expiry import Expiry
from bazaar.app.ports import Unit
from bazaar.app.recovery.resync_mode import is_open_account
from bazaar.app.trading import fund_proof
from bazaar.app.trading.rail import Applied, RailState
from bazaar.domain.amounts.money import Money
from bazaar.domain.credit import holds, ledger
from bazaar.domain.credit.account import (
    AddHold,
    ApplyOutcome,
    Hold,
    Operation,
    PaidOutcome,
    SetLimit,
    VoidHold,
    hold_id,
)
from bazaar.domain.credit.holds import (
    BUYER_LEG,
    HUB_LEG,
    buyer_holds,
    buyer_partner,
    fee_holds,
    hid,
    hub_holds,
    seller_holds,
    seller_partner,
)
from bazaar.domain.credit.hub_terms import terms_of
from bazaar.domain.errors import NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.trading.messages import Accept, Role, Settled, Withdraw
from bazaar.domain.trading.needs import PARTIES
from bazaar.domain.trading.phases import DECIDED, Phase
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed

OTHER_SIDE_SECONDS: Final = 30
"""The side that gains proposes; after this the other may, so that nobody can stall."""


def applied_name(part: int, leg: int) -> str:
    """Fact under which a trade notes what was applied to a hold: reference and outcome."""
    return f"applied:{part}:{leg}"


def money_paid(unit: Unit, trade: Trade, part: int) -> PaidOutcome | None:
    """What was applied to the hold from which the seller is paid; known to him and to a hub."""
    leg = BUYER_LEG if trade.contract.hub is None else HUB_LEG
    kept = unit.fact(trade.id, applied_name(part, leg))
    return None if kept is None else msgspec.msgpack.decode(kept, type=Applied).outcome


def leg_name(leg: int) -> str:
    """Fact under which a trade notes where a leg between two others is bound."""
    return f"leg:{leg}"


class CreditRail:
    """Fits ``SettlementRail``; every amount is checked against the contract from bytes."""

    id = "credit"

    def __init__(self, context: Context, accounts: Accounts, expiry: Expiry) -> None:
        self._context = context
        self._accounts = accounts
        self._expiry = expiry

    # ------------------------------------------------------------- terms

    def terms(self, hub: bytes | None) -> bytes:
        """Accounts and holds follow from the contract; only a hub must be named."""
        return terms_of(hub)

    def part(self, trade: Trade, role: int) -> bytes:
        """Nor any keys of a role."""
        return b""

    def verify_terms(self, trade: Trade) -> None:
        """Refuse terms that this rail did not write."""
        contract = trade.contract
        if contract.offer.rail != self.id:
            raise NotAllowedError("this rail is not built", ReplyCode.MALFORMED)
        if contract.offer.rail_terms != terms_of(contract.hub) or (
            contract.accept and contract.accept.rail_part
        ):
            raise NotAllowedError(
                "the credit rail has no such terms", ReplyCode.MALFORMED
            )

    def rehearse(self, unit: Unit, trade: Trade) -> None:
        """Play release, refund and default on copies of the accounts that will hold it."""
        del unit
        contract = trade.contract
        for hold in (*buyer_holds(contract), *hub_holds(contract)):
            for outcome in (
                contract.release(hold.part),
                contract.refund(hold.part),
                contract.default_split(hold.part),
            ):
                holds.play(hold, outcome)

    # ------------------------------------------------------------- binding

    def fund(self, unit: Unit, trade: Trade) -> Sequence[bytes] | None:
        """Propose the holds to the seller or the hub; the legs once all are signed.

        Raises RefusedError in words while the other's limit does not allow them.
        """
        account = self._at(unit, trade, buyer_partner(trade.contract))
        wanted = buyer_holds(trade.contract)
        if holds.contains(account.state, wanted):
            if trade.contract.hub is None:
                return (account.reference,)
            onward = unit.fact(trade.id, leg_name(HUB_LEG))
            return None if onward is None else (account.reference, onward)
        if not holds.has_any(account.state, wanted):
            self._check_limit(account, trade)
            self._check_hub(unit, account, trade)
            self._bind(unit, account, [AddHold(hold) for hold in wanted])
        return None

    def _check_limit(self, account: Account, trade: Trade) -> None:
        unit_id, total = trade.contract.offer.unit, trade.contract.total
        left = ledger.free(account.state, account.mine)
        who = "hub" if trade.contract.hub else "seller"
        if account.state.frozen:
            raise RefusedError(ReplyCode.LIMIT, f"the account with the {who} is frozen")
        if left < total:
            raise RefusedError(
                ReplyCode.LIMIT,
                f"the {who} lets you owe {Money(left, unit_id)} more, the order needs "
                f"{Money(total, unit_id)}; it goes on as soon as the {who} allows it",
            )

    def _check_hub(self, unit: Unit, account: Account, trade: Trade) -> None:
        note = self._accounts.refusal(unit, account)
        if trade.contract.hub and note and self._context.now() < note.until:
            raise RefusedError(
                ReplyCode.LIMIT,
                f"the hub did not take the order: {hub_policy.words(note.code)}; "
                "it is asked again later",
            )

    def secure_fee(self, unit: Unit, trade: Trade, role: int) -> bool:
        """The seat gives the seller just the credit that its own fee needs."""
        wanted = fee_holds(trade.contract, Role(role))
        if not wanted:
            return True
        account = self._with(unit, trade, Role.SELLER)
        if holds.contains(account.state, wanted):
            return True
        if not holds.has_any(account.state, wanted):
            needed = ledger.use(account.state, 1 - account.mine) + sum(
                hold.amount for hold in wanted
            )
            limit = (
                account.state.limit_a if account.mine == 0 else account.state.limit_b
            )
            raised = [SetLimit(needed)] if needed > limit else []
            self._bind(unit, account, [*raised, *(AddHold(hold) for hold in wanted)])
        return False

    def _bind(
        self, unit: Unit, account: Account, operations: Sequence[Operation]
    ) -> None:
        if account.row.open is None:
            self._accounts.check_refusal(unit, account)
            self._accounts.propose(unit, account, operations)

    def proofs(
        self, unit: Unit, legs: Sequence[bytes]
    ) -> Sequence[tuple[bytes, bytes]]:
        """The proposal and the acceptance of every leg."""
        return fund_proof.proofs(unit, tuple(legs))

    # ------------------------------------------------------------- seeing

    def is_funded(self, unit: Unit, trade: Trade) -> bool:
        """Whether some Fund names a co-signed state that holds all that the contract says.

        The seller also finds all of it in its own account as it is now.
        """
        if trade.contract.role_of(self._context.me) is Role.SELLER:
            account = self._at(unit, trade, seller_partner(trade.contract))
            if not all(
                ledger.hold_of(account.state, hid(hold)) == hold
                or unit.fact(trade.id, applied_name(hold.part, hold.leg))
                for hold in seller_holds(trade.contract)
            ):
                return False
        return fund_proof.is_proven(unit, trade)

    def state(self, unit: Unit, trade: Trade) -> RailState:
        """From the facts of this node alone."""
        if self._is_settled(unit, trade):
            return RailState.SETTLED
        if any(part.phase in DECIDED for part in trade.parts):
            return RailState.PAYING
        if self.is_funded(unit, trade):
            return RailState.FUNDED
        return RailState.BOUND if unit.fact(trade.id, "fund") else RailState.NEW

    def _is_settled(self, unit: Unit, trade: Trade) -> bool:
        """Over a hub the two Settled come first, the money of the own leg follows."""
        contract, me = trade.contract, self._context.me
        mine = hub_holds(contract)
        if contract.hub is None or contract.role_of(me) is not Role.SELLER:
            mine = buyer_holds(contract)
        applied = all(unit.fact(trade.id, applied_name(h.part, h.leg)) for h in mine)
        is_hop = contract.hub is not None and me in {
            contract.hub,
            contract.offer.buyer,
            contract.offer.seller,
        }
        return applied or (trade.phase is Phase.CLOSED and not is_hop)

    def bound_contracts(self, unit: Unit, partner: bytes | None = None) -> set[bytes]:
        """Ids of the contracts that still have a hold on some account (with ``partner``)."""
        accounts = self._accounts.all(unit, partner)
        return {hold.contract for one in accounts for hold in one.state.holds}

    # ------------------------------------------------------------- paying

    def apply(self, unit: Unit, trade: Trade, part: int) -> Applied | None:
        """Propose the outcome on the account, or say what was applied and where."""
        role = trade.contract.role_of(self._context.me)
        decision = trade.parts[part].decision
        if role is None:
            return None
        if decision is not None:
            for leg in _legs(trade, role):
                if leg not in {BUYER_LEG, HUB_LEG} or trade.contract.hub is None:
                    self._apply_leg(unit, trade, decision.outcome, leg)
        if trade.contract.hub is not None and role in PARTIES:
            return None if decision is None else Applied(b"", decision.outcome)
        leg = BUYER_LEG if role in {Role.BUYER, Role.SELLER} else int(role)
        applied = unit.fact(trade.id, applied_name(part, leg))
        return (
            None if applied is None else msgspec.msgpack.decode(applied, type=Applied)
        )

    def _apply_leg(
        self, unit: Unit, trade: Trade, outcome: PaidOutcome, leg: int
    ) -> None:
        account = self._account_of_leg(unit, trade, leg)
        hold = ledger.hold_of(
            account.state, hold_id(trade.contract.id, outcome.part, leg)
        )
        if hold is None:
            return
        is_payer = hold.payer == account.mine
        gains = is_payer is not (ledger.moved(hold, outcome) > 0)
        decision = trade.parts[outcome.part].decision
        halves = tuple(dict.fromkeys(decision.halves)) if decision else ()
        if not gains and not self._have_waited(unit, trade, halves):
            return
        if not self._may_move_fee(unit, trade, hold, outcome):
            return
        if is_open_account(unit, account.row.partner):
            asked = Breach(self._context.now(), hid(hold), trade.id, outcome)
            note_asked(unit, account, asked)
        if account.row.open is None:
            self._end_hold(unit, account, [ApplyOutcome(hid(hold), outcome, halves)])

    def _may_move_fee(
        self, unit: Unit, trade: Trade, hold: Hold, outcome: PaidOutcome
    ) -> bool:
        """A seller pays a seat out of what he got; a seat asks him when he says that he did.

        From g on it asks all the same: who hides that he was paid breaks his word.
        """
        if hold.leg in {BUYER_LEG, HUB_LEG} or ledger.moved(hold, outcome) == 0:
            return True
        if self._context.me in {trade.contract.offer.seller, trade.contract.hub}:
            return money_paid(unit, trade, outcome.part) == outcome
        said = trade.contract.outcome_id(outcome)
        settled = any(
            m.body.role == Role.SELLER and m.body.outcome == said
            for m in trade.facts.of(Settled)
        )
        decision = trade.parts[outcome.part].decision
        halves = decision.halves if decision else ()
        grace = trade.facts.network.grace
        return settled or self._have_waited(unit, trade, halves, grace)

    def _end_hold(
        self, unit: Unit, account: Account, operations: Sequence[Operation]
    ) -> None:
        """As ``_bind``, but a partner that refused is asked again quietly."""
        note = self._accounts.refusal(unit, account)
        if note is None or self._context.now() >= note.until:
            self._accounts.propose(unit, account, operations)

    def _have_waited(
        self,
        unit: Unit,
        trade: Trade,
        messages: Sequence[bytes],
        seconds: int = OTHER_SIDE_SECONDS,
    ) -> bool:
        """Whether what ended the hold was here long enough for the other side to act."""
        received = [
            row.received for row in unit.messages(trade.id) if row.id in messages
        ]
        last = max(received, default=self._context.now())
        return self._context.now() - last > seconds

    def _account_of_leg(self, unit: Unit, trade: Trade, leg: int) -> Account:
        mine = trade.contract.role_of(self._context.me)
        if leg in {BUYER_LEG, HUB_LEG}:
            find = seller_partner if mine is Role.SELLER else buyer_partner
            return self._at(unit, trade, find(trade.contract))
        return self._with(
            unit, trade, Role(leg) if mine is Role.SELLER else Role.SELLER
        )

    def free(self, unit: Unit, trade: Trade) -> None:
        """Propose to void the holds of a trade that ended without money, and expired ones."""
        role = trade.contract.role_of(self._context.me)
        accepts = {accept.id for accept in trade.facts.of(Accept)}
        for leg in _legs(trade, role) if role is not None else ():
            account = self._account_of_leg(unit, trade, leg)
            voids = [
                VoidHold(hid(hold), why.id if why else None)
                for hold in account.state.holds
                if hold.contract in accepts
                for why in self._reasons(unit, trade, hold, account)
            ]
            if voids and account.row.open is None:
                self._end_hold(unit, account, voids)

    def _reasons(
        self, unit: Unit, trade: Trade, hold: Hold, account: Account
    ) -> Iterator[Signed[Withdraw] | None]:
        """The Withdraw that frees ``hold``, or None once it has expired; else nothing."""
        if trade.phase is Phase.ABORTED:
            withdraw = trade.facts.of(Withdraw)[0]
            is_payer = hold.payer == account.mine
            if is_payer or self._have_waited(unit, trade, [withdraw.id]):
                yield withdraw
        elif self._expiry.is_over(unit, trade, hold):
            yield None

    def _with(self, unit: Unit, trade: Trade, role: Role) -> Account:
        return self._at(unit, trade, trade.contract.keys[role])

    def _at(self, unit: Unit, trade: Trade, partner: bytes) -> Account:
        return self._accounts.load(unit, partner, trade.contract.offer.unit)


def _legs(trade: Trade, role: Role) -> Iterator[int]:
    if role in {Role.PRIMARY, Role.BACKUP}:
        yield int(role)
        return
    over_hub = trade.contract.hub is not None
    yield HUB_LEG if over_hub and role is Role.SELLER else BUYER_LEG
    if role is Role.SELLER:
        yield from (int(seat) for seat in trade.contract.seats)
