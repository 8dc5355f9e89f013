"""Which account operations of a partner this node signs: only what a contract or a person says."""

from collections.abc import Sequence

import msgspec

from bazaar.app.context import Context
from bazaar.app.credit import outside, people_accounts
from bazaar.app.credit.accounts import Account, Verdict
from bazaar.app.credit.clearing import Clearing
from bazaar.app.credit.credit import applied_name, leg_name, money_paid
from bazaar.app.credit.expiry import Expiry
from bazaar.app.credit.hub import Hub
from bazaar.app.ports import Unit
from bazaar.app.trading.rail import Applied
from bazaar.app.trading.trades import Trades
from bazaar.domain.credit import ledger
from bazaar.domain.credit.account import (
    AccountAccept,
    AccountPropose,
    AddHold,
    ApplyOutcome,
    CreditReference,
    Freeze,
    Hold,
    Operation,
    SetLimit,
    SettledOutside,
    Transfer,
    VoidHold,
    account_id,
)
from bazaar.domain.credit.holds import (
    BUYER_LEG,
    HUB_LEG,
    buyer_holds,
    buyer_partner,
    fee_holds,
    hub_holds,
)
from bazaar.domain.errors import RefusedError, ReplyCode
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed

_BEFORE_FUNDS = frozenset({Phase.ACCEPTED, Phase.AGREED})


class CreditJudge:
    """Judges proposals, and notes what co-signed states did to trades."""

    def __init__(
        self,
        context: Context,
        trades: Trades,
        hub: Hub,
        clearing: Clearing,
        expiry: Expiry,
    ) -> None:
        self._trades = trades
        self._hub = hub
        self._clearing = clearing
        self._expiry = expiry
        self._context = context

    def shares(self, unit: Unit, contract: bytes, key: bytes) -> bool:
        """Whether ``contract`` is known here and ``key`` has a role in it, or is its hub."""
        trade = self._trades.of_contract(unit, contract)
        return trade is not None and key in trade.contract.members.values()

    def witnessed(
        self,
        unit: Unit,
        proposal: Signed[AccountPropose],
        accept: Signed[AccountAccept],
    ) -> None:
        """Note where the hub has bound what it will owe the seller: the Fund names it."""
        body = proposal.body
        account = account_id(self._context.network.id, body.by, body.partner, body.unit)
        where = CreditReference(account, body.n, proposal.id, accept.id)
        onward = (hold for hold in body.state.holds if hold.leg == HUB_LEG)
        for contract in {hold.contract for hold in onward}:
            trade = self._trades.of_contract(unit, contract)
            if trade is None or trade.contract.hub not in {body.by, body.partner}:
                continue
            if all(hold in body.state.holds for hold in hub_holds(trade.contract)):
                unit.set_fact(
                    trade.id, leg_name(HUB_LEG), msgspec.msgpack.encode(where)
                )

    def judge(
        self, unit: Unit, account: Account, proposal: Signed[AccountPropose]
    ) -> Verdict:
        """The worst verdict over all operations: one to reject rejects all."""
        verdicts = {
            self._operation(unit, account, operation, proposal.id)
            for operation in proposal.body.operations
        }
        for verdict in (Verdict.REJECT, Verdict.WAIT):
            if verdict in verdicts:
                return verdict
        return Verdict.ACCEPT

    def _operation(
        self, unit: Unit, account: Account, operation: Operation, proposal: bytes
    ) -> Verdict:
        match operation:
            case SetLimit():
                verdict = Verdict.ACCEPT
            case Freeze(frozen):
                wanted = frozen or people_accounts.wants_reopened(unit, account)
                verdict = Verdict.ACCEPT if wanted else Verdict.REJECT
            case AddHold(hold):
                verdict = self._on_hold(unit, account, operation, hold)
            case ApplyOutcome(hold=hid) | VoidHold(hold=hid):
                held = ledger.hold_of(account.state, hid)
                verdict = Verdict.REJECT
                if held is not None:
                    verdict = self._on_hold(unit, account, operation, held)
            case SettledOutside():
                verdict = _outside(unit, account, operation, proposal)
            case Transfer(direction):
                pays_us = (direction == 0) == (account.mine == ledger.PAYER_A)
                verdict = Verdict.ACCEPT if pays_us else Verdict.REJECT
        return verdict

    def _on_hold(
        self,
        unit: Unit,
        account: Account,
        operation: AddHold | ApplyOutcome | VoidHold,
        hold: Hold,
    ) -> Verdict:
        """By the order that the hold is for; what is for no order may clear a circle."""
        trade = self._trades.of_accept(unit, hold.contract)
        if trade is None:
            return self._clearing.judge(unit, account, hold, operation)
        if not isinstance(operation, AddHold):
            return self._end_of_hold(unit, trade, operation, hold)
        if trade.contract.offer.unit != account.row.unit:
            return Verdict.REJECT
        return self._hold(unit, trade, hold, account.row.partner)

    def _hold(self, unit: Unit, trade: Trade, hold: Hold, proposer: bytes) -> Verdict:
        """Only the contract's own holds, proposed by the role that must, before the funding."""
        expected = self._expected(trade, proposer, hold.leg)
        if trade.phase not in _BEFORE_FUNDS or hold not in expected:
            return Verdict.REJECT
        if hold.leg not in {BUYER_LEG, HUB_LEG}:
            return Verdict.ACCEPT
        if trade.phase is Phase.ACCEPTED:
            return Verdict.WAIT
        if hold.leg == BUYER_LEG and trade.contract.hub == self._context.me:
            self._hub.check_carries(unit, trade)
        return Verdict.ACCEPT

    def _expected(self, trade: Trade, proposer: bytes, leg: int) -> Sequence[Hold]:
        """What ``proposer`` may bind with us on a leg: the payer's side, or a seat's fee."""
        contract, me = trade.contract, self._context.me
        role = contract.role_of(proposer)
        if leg == BUYER_LEG and role is Role.BUYER and me == buyer_partner(contract):
            return buyer_holds(contract)
        if contract.role_of(me) is not Role.SELLER:
            return ()
        if leg == HUB_LEG and proposer == contract.hub:
            return hub_holds(contract)
        if role is None or role not in contract.seats or leg != role:
            return ()
        return fee_holds(contract, role)

    def _end_of_hold(
        self,
        unit: Unit,
        trade: Trade,
        operation: ApplyOutcome | VoidHold,
        hold: Hold,
    ) -> Verdict:
        carries = trade.contract.hub == self._context.me and hold.leg in {
            BUYER_LEG,
            HUB_LEG,
        }
        if isinstance(operation, VoidHold):
            if carries and not self._hub.may_free(unit, trade, hold):
                return Verdict.REJECT
            return self._void(unit, trade, hold, operation.withdraw)
        applied = unit.fact(trade.id, applied_name(hold.part, hold.leg))
        if hold.contract != trade.contract.id or (applied and not carries):
            return Verdict.REJECT
        if carries:
            return self._hub.judge(unit, trade, hold, operation)
        return self._outcome(unit, trade, hold, operation)

    def _outcome(
        self, unit: Unit, trade: Trade, hold: Hold, operation: ApplyOutcome
    ) -> Verdict:
        verdict = _of_outcome(trade, hold, operation)
        if verdict is Verdict.ACCEPT and self._is_our_fee(trade, hold, operation):
            return _after_the_money(unit, trade, operation)
        return verdict

    def _is_our_fee(self, trade: Trade, hold: Hold, operation: ApplyOutcome) -> bool:
        """Whether we are the seller, who would pay a seat by this."""
        is_seller = trade.contract.offer.seller == self._context.me
        to_seat = hold.leg not in {BUYER_LEG, HUB_LEG}
        return is_seller and to_seat and ledger.moved(hold, operation.outcome) > 0

    def _void(
        self, unit: Unit, trade: Trade, hold: Hold, withdraw: bytes | None
    ) -> Verdict:
        """By a Withdraw of a trade that ended without money, or because it has expired."""
        if withdraw is not None and trade.facts.funded:
            return Verdict.REJECT
        if withdraw is not None:
            known = withdraw in trade.facts.withdraws
            return Verdict.ACCEPT if known else Verdict.WAIT
        is_over = self._expiry.is_over(unit, trade, hold)
        return Verdict.ACCEPT if is_over else Verdict.REJECT

    def advanced(
        self,
        unit: Unit,
        before: Account,
        after: Account,
        operations: Sequence[Operation],
    ) -> None:
        """Note every hold that the new state has applied, once for ever (I1)."""
        for operation in operations:
            outside.settled(unit, after.row.id, operation)
            people_accounts.settled(unit, after, operation)
            if not isinstance(operation, ApplyOutcome):
                continue
            hold = ledger.hold_of(before.state, operation.hold)
            trade = (
                None if hold is None else self._trades.of_contract(unit, hold.contract)
            )
            if (
                hold is not None
                and trade is not None
                and unit.claim(f"paid:{operation.hold.hex()}")
            ):
                note = Applied(after.reference, operation.outcome)
                name = applied_name(hold.part, hold.leg)
                unit.set_fact(trade.id, name, msgspec.msgpack.encode(note))


def _outside(
    unit: Unit, account: Account, payment: SettledOutside, proposal: bytes
) -> Verdict:
    """Only what our own person has said too. Raises RefusedError (BUSY) until then."""
    if outside.is_said(unit, account.row.id, payment):
        return Verdict.ACCEPT
    outside.hear(unit, account.row.id, payment, proposal)
    raise RefusedError(ReplyCode.BUSY, "our person has not said so yet")


def _after_the_money(unit: Unit, trade: Trade, operation: ApplyOutcome) -> Verdict:
    """A fee is paid out of what the same outcome brought the seller before, or never (9.3).

    What comes too early is rejected: a proposal that waits would keep the account from
    all else, and the seller asks by himself once he is paid.
    """
    paid = money_paid(unit, trade, operation.outcome.part)
    return Verdict.ACCEPT if paid == operation.outcome else Verdict.REJECT


def _of_outcome(trade: Trade, hold: Hold, operation: ApplyOutcome) -> Verdict:
    """Our own fold must select exactly this outcome, by halves that we hold."""
    if not trade.parts:
        return Verdict.WAIT
    if not trade.facts.everything.issuperset(operation.halves):
        return Verdict.WAIT
    fits = trade.parts[hold.part].outcome == operation.outcome
    return Verdict.ACCEPT if fits else Verdict.WAIT
