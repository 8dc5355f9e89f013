"""The `credit` rail: holds on pairwise accounts, paid from two half-signatures (9.2-9.4).

An amount on it is a promise between two people, not money in a bank.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from bazaar.app.accounts import Account, Accounts
from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.rail import RailState
from bazaar.domain import ledger
from bazaar.domain.account import (
    HOLD_EXTRA_DAYS,
    AccountAccept,
    AccountPropose,
    AddHold,
    ApplyOutcome,
    CreditReference,
    Hold,
    Operation,
    PaidOutcome,
    SetLimit,
    VoidHold,
    hold_id,
)
from bazaar.domain.contract import Contract
from bazaar.domain.envelope import verify_as
from bazaar.domain.errors import BazaarError, NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.messages import Fund, Role, Withdraw
from bazaar.domain.networks import DAY
from bazaar.domain.phases import DECIDED, Phase
from bazaar.domain.trade import Trade

BUYER_LEG: Final = 0
OTHER_SIDE_SECONDS: Final = 30
"""The side that gains proposes; after this the other may, so that nobody can stall."""


def payer_side(payer: bytes, partner: bytes) -> int:
    """Side of ``payer`` in its account with ``partner``, as a hold names it."""
    return ledger.side(payer, partner)


def buyer_holds(contract: Contract) -> list[Hold]:
    """What the buyer must bind on its account with the seller: one hold per part."""
    buyer, seller = contract.keys[Role.BUYER], contract.keys[Role.SELLER]
    return [
        Hold(
            payer_side(buyer, seller),
            part.amount,
            contract.id,
            number,
            BUYER_LEG,
            expires(contract),
        )
        for number, part in enumerate(contract.offer.parts)
    ]


def fee_holds(contract: Contract, role: Role) -> list[Hold]:
    """What the seller must bind for a seat: the greatest fee of each part, none if it is 0."""
    seller, seat = contract.keys[Role.SELLER], contract.keys[role]
    fees = [
        (number, contract.greatest_fee(role, number))
        for number in range(len(contract.offer.parts))
    ]
    return [
        Hold(
            payer_side(seller, seat),
            fee,
            contract.id,
            number,
            int(role),
            expires(contract),
        )
        for number, fee in fees
        if fee > 0
    ]


def expires(contract: Contract) -> int:
    """When a hold ends by itself: T5 + 90 d of the network."""
    return contract.deadlines.t5 + contract.network.scaled(HOLD_EXTRA_DAYS * DAY)


def applied_name(part: int, leg: int) -> str:
    """Fact under which a trade notes the reference of an applied hold."""
    return f"applied:{part}:{leg}"


class CreditRail:
    """Fits ``SettlementRail``; every amount is checked against the contract from bytes."""

    id = "credit"

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts

    # ------------------------------------------------------------- terms

    def terms(self) -> bytes:
        """Credit needs no terms: accounts and holds follow from the contract."""
        return b""

    def part(self, trade: Trade, role: int) -> bytes:
        """Nor any keys of a role."""
        return b""

    def verify_terms(self, trade: Trade) -> None:
        """Refuse terms that this rail did not write."""
        accept = trade.contract.accept
        if trade.contract.offer.rail_terms or (accept and accept.rail_part):
            raise NotAllowedError("the credit rail has no terms", ReplyCode.MALFORMED)

    def rehearse(self, unit: Unit, trade: Trade) -> None:
        """Play release, refund and default on copies of the account that will hold it."""
        del unit
        contract = trade.contract
        payer = buyer_holds(contract)[0].payer
        for number, hold in enumerate(buyer_holds(contract)):
            for outcome in (
                contract.release(number),
                contract.refund(number),
                contract.default_split(number),
            ):
                _play(hold, outcome, payer)

    # ------------------------------------------------------------- binding

    def fund(self, unit: Unit, trade: Trade) -> Sequence[bytes] | None:
        """Propose the holds to the seller; the leg once both signed them."""
        account = self._with(unit, trade, Role.SELLER)
        holds = buyer_holds(trade.contract)
        if _contains(account, holds):
            return (account.reference,)
        if not _has_any(account, holds):
            self._propose(unit, account, [AddHold(hold) for hold in holds])
        return None

    def secure_fee(self, unit: Unit, trade: Trade, role: int) -> bool:
        """The seat gives the seller just the credit that its own fee needs."""
        holds = fee_holds(trade.contract, Role(role))
        if not holds:
            return True
        account = self._with(unit, trade, Role.SELLER)
        if _contains(account, holds):
            return True
        if not _has_any(account, holds):
            debtor = 1 - account.mine
            needed = ledger.use(account.state, debtor) + sum(
                hold.amount for hold in holds
            )
            limit = (
                account.state.limit_a if account.mine == 0 else account.state.limit_b
            )
            raised = [SetLimit(needed)] if needed > limit else []
            self._propose(unit, account, [*raised, *(AddHold(hold) for hold in holds)])
        return False

    def _propose(
        self, unit: Unit, account: Account, operations: Sequence[Operation]
    ) -> None:
        if account.row.open is None:
            refused = unit.setting(f"account-refused:{account.row.id.hex()}")
            if refused is not None:
                unit.set_setting(f"account-refused:{account.row.id.hex()}", None)
                words = "the other side refused to bind the amount"
                raise RefusedError(ReplyCode(refused[0]), words)
            self._accounts.propose(unit, account, operations)

    def proofs(
        self, unit: Unit, legs: Sequence[bytes]
    ) -> Sequence[tuple[bytes, bytes]]:
        """The proposal and the acceptance of every leg."""
        found: list[tuple[bytes, bytes]] = []
        for leg in legs:
            reference = msgspec.msgpack.decode(leg, type=CreditReference)
            for subject in (reference.propose, reference.accept):
                envelope = unit.object(subject)
                if envelope is not None:
                    found.append((subject, envelope))
        return found

    # ------------------------------------------------------------- seeing

    def is_funded(self, unit: Unit, trade: Trade) -> bool:
        """Whether some Fund names a co-signed state that holds all that the contract says."""
        return any(
            self._proves(unit, trade, fund.body)
            for fund in trade.facts.naming_contract(Fund)
        )

    def _proves(self, unit: Unit, trade: Trade, fund: Fund) -> bool:
        try:
            reference = msgspec.msgpack.decode(fund.legs[0], type=CreditReference)
            proposal = self._signed_state(unit, trade, reference)
        except (BazaarError, msgspec.DecodeError):
            return False
        held = {_hid(hold): hold for hold in proposal.state.holds}
        return all(held.get(_hid(hold)) == hold for hold in buyer_holds(trade.contract))

    def _signed_state(
        self, unit: Unit, trade: Trade, reference: CreditReference
    ) -> AccountPropose:
        """The state named by ``reference``, with both signatures checked from their bytes."""
        network = self._context.network.id
        envelopes = [unit.object(reference.propose), unit.object(reference.accept)]
        if envelopes[0] is None or envelopes[1] is None:
            raise NotAllowedError(
                "the account's state is not here", ReplyCode.NOT_FOUND
            )
        proposal = verify_as(AccountPropose, envelopes[0], network)
        accept = verify_as(AccountAccept, envelopes[1], network)
        contract = trade.contract
        authors = {proposal.author, accept.author}
        parties = {contract.keys[Role.BUYER], contract.keys[Role.SELLER]}
        fits = (
            accept.body.propose == proposal.id
            and proposal.body.unit == contract.offer.unit
        )
        if authors != parties or proposal.body.partner != accept.author or not fits:
            raise NotAllowedError("these are not the parties' signatures")
        return proposal.body

    def state(self, unit: Unit, trade: Trade) -> RailState:
        """From the facts of this node alone."""
        numbers = range(len(trade.contract.offer.parts))
        applied = [
            unit.fact(trade.id, applied_name(number, BUYER_LEG)) for number in numbers
        ]
        if all(one is not None for one in applied):
            return RailState.SETTLED
        if any(part.phase in DECIDED for part in trade.parts):
            return RailState.PAYING
        if self.is_funded(unit, trade):
            return RailState.FUNDED
        return RailState.BOUND if unit.fact(trade.id, "fund") else RailState.NEW

    # ------------------------------------------------------------- paying

    def apply(self, unit: Unit, trade: Trade, part: int) -> bytes | None:
        """Propose the outcome on the account, or answer with the state that applied it."""
        role = trade.contract.role_of(self._context.me)
        if role is None:
            return None
        leg = BUYER_LEG if role in {Role.BUYER, Role.SELLER} else int(role)
        applied = unit.fact(trade.id, applied_name(part, leg))
        if applied is not None:
            return applied
        decision = trade.parts[part].decision
        if decision is not None:
            for own in self._legs(trade, role):
                self._apply_leg(unit, trade, decision.outcome, own)
        return None

    def _legs(self, trade: Trade, role: Role) -> Iterator[int]:
        if role in {Role.PRIMARY, Role.BACKUP}:
            yield int(role)
            return
        yield BUYER_LEG
        if role is Role.SELLER:
            yield from (int(seat) for seat in trade.contract.seats)

    def _apply_leg(
        self, unit: Unit, trade: Trade, outcome: PaidOutcome, leg: int
    ) -> None:
        account = self._account_of_leg(unit, trade, leg)
        hold = ledger.hold_of(
            account.state, hold_id(trade.contract.id, outcome.part, leg)
        )
        if hold is None or account.row.open is not None:
            return
        gains = ledger.moved(hold, outcome) > 0
        is_payer = hold.payer == account.mine
        if is_payer is gains and not self._has_waited(unit, trade):
            return
        decision = trade.parts[outcome.part].decision
        halves = decision.halves if decision else ()
        self._accounts.propose(
            unit,
            account,
            [ApplyOutcome(_hid(hold), outcome, tuple(dict.fromkeys(halves)))],
        )

    def _has_waited(self, unit: Unit, trade: Trade) -> bool:
        row = unit.trade(trade.id)
        return (
            row is not None and self._context.now() - row.updated > OTHER_SIDE_SECONDS
        )

    def _account_of_leg(self, unit: Unit, trade: Trade, leg: int) -> Account:
        mine = trade.contract.role_of(self._context.me)
        if leg == BUYER_LEG:
            other = Role.BUYER if mine is Role.SELLER else Role.SELLER
        else:
            other = Role(leg) if mine is Role.SELLER else Role.SELLER
        return self._with(unit, trade, other)

    def free(self, unit: Unit, trade: Trade) -> None:
        """Propose to void every hold of a trade that ended before any money moved."""
        withdraws = trade.facts.of(Withdraw)
        role = trade.contract.role_of(self._context.me)
        if trade.phase is not Phase.ABORTED or role is None or not withdraws:
            return
        for leg in self._legs(trade, role):
            account = self._account_of_leg(unit, trade, leg)
            held = [h for h in account.state.holds if h.contract == trade.contract.id]
            is_payer = bool(held) and held[0].payer == account.mine
            if held and is_payer and account.row.open is None:
                voids = [VoidHold(_hid(hold), withdraws[0].id) for hold in held]
                self._accounts.propose(unit, account, voids)

    def _with(self, unit: Unit, trade: Trade, role: Role) -> Account:
        contract = trade.contract
        return self._accounts.load(unit, contract.keys[role], contract.offer.unit)


def _hid(hold: Hold) -> bytes:
    return hold_id(hold.contract, hold.part, hold.leg)


def _contains(account: Account, holds: Sequence[Hold]) -> bool:
    return all(ledger.hold_of(account.state, _hid(hold)) == hold for hold in holds)


def _has_any(account: Account, holds: Sequence[Hold]) -> bool:
    return any(ledger.hold_of(account.state, _hid(hold)) is not None for hold in holds)


def _play(hold: Hold, outcome: PaidOutcome, payer: int) -> None:
    """One exit on an account made for it; its balance must be what the outcome gives."""
    creditor = 1 - payer
    bound = ledger.apply(ledger.EMPTY, [SetLimit(hold.amount)], creditor)
    bound = ledger.apply(bound, [AddHold(hold)], payer)
    paid = ledger.apply(
        bound, [ApplyOutcome(_hid(hold), outcome, (bytes(32),))], creditor
    )
    if abs(paid.balance) != outcome.to_seller + outcome.fee or paid.holds:
        raise RefusedError(
            ReplyCode.WRONG_STATE, "an exit of this contract cannot be paid"
        )
