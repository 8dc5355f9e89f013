"""Which account operations of a partner this node signs: only what a contract or a person says."""

from collections.abc import Sequence

from bazaar.app.accounts import Account, Verdict
from bazaar.app.context import Context
from bazaar.app.credit import applied_name, buyer_holds, fee_holds
from bazaar.app.ports import Unit
from bazaar.app.trades import Trades
from bazaar.domain import ledger
from bazaar.domain.account import (
    AccountPropose,
    AddHold,
    ApplyOutcome,
    Freeze,
    Hold,
    Operation,
    SetLimit,
    SettledOutside,
    Transfer,
    VoidHold,
)
from bazaar.domain.envelope import Signed
from bazaar.domain.messages import Role
from bazaar.domain.phases import Phase
from bazaar.domain.trade import Trade

_BEFORE_FUNDS = frozenset({Phase.ACCEPTED, Phase.AGREED})


def consent_name(proposal: bytes) -> str:
    """Setting under which the person's yes to a payment made outside is noted."""
    return f"account-consent:{proposal.hex()}"


class CreditJudge:
    """Judges proposals, and notes what co-signed states did to trades."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades

    def judge(
        self, unit: Unit, account: Account, proposal: Signed[AccountPropose]
    ) -> Verdict:
        """The worst verdict over all operations: one to reject rejects all."""
        verdicts = {
            self._operation(unit, account, proposal, operation)
            for operation in proposal.body.operations
        }
        for verdict in (Verdict.REJECT, Verdict.WAIT):
            if verdict in verdicts:
                return verdict
        return Verdict.ACCEPT

    def _operation(
        self,
        unit: Unit,
        account: Account,
        proposal: Signed[AccountPropose],
        operation: Operation,
    ) -> Verdict:
        match operation:
            case SetLimit() | Freeze():
                verdict = Verdict.ACCEPT
            case AddHold(hold):
                verdict = self._hold(unit, account, proposal, hold)
            case ApplyOutcome() | VoidHold():
                verdict = self._end_of_hold(unit, account, operation)
            case SettledOutside():
                said = unit.setting(consent_name(proposal.id)) is not None
                verdict = Verdict.ACCEPT if said else Verdict.WAIT
            case Transfer(direction):
                pays_us = (direction == 0) == (account.mine == ledger.PAYER_A)
                verdict = Verdict.ACCEPT if pays_us else Verdict.REJECT
        return verdict

    def _hold(
        self, unit: Unit, account: Account, proposal: Signed[AccountPropose], hold: Hold
    ) -> Verdict:
        """Only the contract's own holds, proposed by the role that must, before the funding."""
        trade = self._trades.of_contract(unit, hold.contract)
        if trade is None:
            return Verdict.WAIT
        role = trade.contract.role_of(proposal.author)
        if role is None or trade.contract.role_of(self._context.me) is not Role.SELLER:
            return Verdict.REJECT
        if (
            trade.contract.offer.unit != account.row.unit
            or trade.phase is Phase.ABORTED
        ):
            return Verdict.REJECT
        if role is Role.BUYER and trade.phase is Phase.ACCEPTED:
            return Verdict.WAIT
        expected = (
            buyer_holds(trade.contract)
            if role is Role.BUYER
            else fee_holds(trade.contract, role)
        )
        fits = hold in expected and trade.phase in _BEFORE_FUNDS
        return Verdict.ACCEPT if fits else Verdict.REJECT

    def _end_of_hold(
        self, unit: Unit, account: Account, operation: ApplyOutcome | VoidHold
    ) -> Verdict:
        hold = ledger.hold_of(account.state, operation.hold)
        trade = None if hold is None else self._trades.of_contract(unit, hold.contract)
        if hold is None or trade is None:
            return Verdict.REJECT
        if isinstance(operation, ApplyOutcome):
            return _of_outcome(trade, hold, operation)
        if trade.phase is Phase.ABORTED:
            return Verdict.ACCEPT
        expired = operation.withdraw is None and hold.expires < self._context.now()
        decided = bool(trade.parts) and trade.parts[hold.part].outcome is not None
        return Verdict.ACCEPT if expired and not decided else Verdict.WAIT

    def advanced(
        self,
        unit: Unit,
        before: Account,
        after: Account,
        operations: Sequence[Operation],
    ) -> None:
        """Note every hold that the new state has applied, once for ever (I1)."""
        for operation in operations:
            if not isinstance(operation, ApplyOutcome):
                continue
            hold = ledger.hold_of(before.state, operation.hold)
            trade = (
                None if hold is None else self._trades.of_contract(unit, hold.contract)
            )
            if hold is not None and trade is not None:
                unit.claim(f"paid:{operation.hold.hex()}")
                name = applied_name(hold.part, hold.leg)
                unit.set_fact(trade.id, name, after.reference)


def _of_outcome(trade: Trade, hold: Hold, operation: ApplyOutcome) -> Verdict:
    """Our own fold must select exactly this outcome."""
    if not trade.parts:
        return Verdict.WAIT
    outcome = trade.parts[hold.part].outcome
    if outcome is None:
        return Verdict.WAIT
    return Verdict.ACCEPT if outcome == operation.outcome else Verdict.WAIT
