"""What this node does by itself for a trade: each step signs at most one kind of thing.

Steps run after every commit and whenever a deadline may have passed; each is a unit of
its own and is harmless when repeated. Judgement of time is pure, in the domain.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Final

from bazaar.app.context import Context
from bazaar.app.ports import Unit
from bazaar.app.rail import RailState, SettlementRail
from bazaar.app.sealed import open_address, seal_address
from bazaar.app.trades import Header, Trades
from bazaar.domain.account import PaidOutcome
from bazaar.domain.automatic import Act, Complain, Consent, Leave, Split, acts
from bazaar.domain.delivery import Address, SealedAddress
from bazaar.domain.duties import Judgement, duties
from bazaar.domain.envelope import Signed, verify_as
from bazaar.domain.errors import BazaarError, NotAllowedError, NotFoundError
from bazaar.domain.exchange import decode, encode
from bazaar.domain.messages import (
    Agree,
    Decline,
    Dispute,
    Fund,
    FundAck,
    Proposal,
    Role,
    Ruling,
    SeatAck,
    Settled,
    Step,
    Withdraw,
)
from bazaar.domain.phases import DECIDED, ENDED, Phase
from bazaar.domain.slots import BuySlot, CaseSlot, SaleSlot, Slot
from bazaar.domain.trade import Trade

log = logging.getLogger(__name__)

MAX_ROUNDS: Final = 24
"""More own steps in one go than any trade has phases would be a bug, not progress."""

StepOf = Callable[[Unit, Trade, Role], bool]


class Conduct:
    """Tends one trade at a time; knows all that needs no person."""

    def __init__(self, context: Context, trades: Trades, rail: SettlementRail) -> None:
        self._context = context
        self._trades = trades
        self._rail = rail
        self._steps: dict[Role, tuple[StepOf, ...]] = {
            Role.BUYER: (
                self._send_address,
                self._fund,
                self._act,
                self._settle,
                self._free,
            ),
            Role.SELLER: (
                self._acknowledge,
                self._act,
                self._settle,
                self._free,
                self._stock,
            ),
            Role.PRIMARY: (self._judge, self._pay_fee),
            Role.BACKUP: (self._judge, self._pay_fee),
        }

    def tend(self, trade_id: bytes) -> None:
        """Do all that is due for one trade. A refusal is noted with the trade, never raised."""
        for _ in range(MAX_ROUNDS):
            if not self._round(trade_id):
                return

    def _round(self, trade_id: bytes) -> bool:
        with self._context.book.unit() as unit:
            trade = self._trades.load(unit, trade_id)
            role = self._trades.own_role(trade)
        done = [self._run(step, trade_id, role) for step in self._steps[role]]
        return any(done)

    def _run(self, step: StepOf, trade_id: bytes, role: Role) -> bool:
        try:
            with self._context.book.unit() as unit:
                trade = self._trades.load(unit, trade_id)
                done = step(unit, trade, role)
        except BazaarError as error:
            log.info("a step waits", extra={"why": repr(error)})
            with self._context.book.unit() as unit:
                unit.set_fact(trade_id, "problem", str(error).encode())
            return False
        if done:
            with self._context.book.unit() as unit:
                unit.set_fact(trade_id, "problem", None)
        return done

    # ------------------------------------------------------------- buyer

    def _send_address(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """Seal the address to the seller's trade-box key as soon as there is a contract."""
        kept = unit.fact(trade.id, "address")
        accept = trade.contract.accept
        if kept is None or accept is None or unit.fact(trade.id, "address-sent"):
            return False
        address = decode(SealedAddress, kept)
        body = Address(
            self._context.me, trade.id, seal_address(address, accept.seller_box)
        )
        signed = self._context.sign(body)
        seller = trade.contract.keys[Role.SELLER]
        unit.post(seller, signed.id, signed.envelope, trade.id, self._context.now())
        unit.set_fact(trade.id, "address-sent", b"1")
        return True

    def _fund(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """Once the person said so: bind the money, then say it with the proof beside it."""
        wanted = (
            unit.fact(trade.id, "fund") or unit.setting("user:auto_fund") == b"True"
        )
        if trade.phase is not Phase.AGREED or not wanted or trade.facts.of(Fund):
            return False
        self._rail.rehearse(unit, trade)
        legs = self._rail.fund(unit, trade)
        if legs is None:
            return False
        self._trades.say(
            unit, trade, lambda h: Fund(*h, trade.contract.id, tuple(legs))
        )
        for subject, envelope in self._rail.proofs(unit, legs):
            for role, key in trade.contract.keys.items():
                if role is not Role.BUYER:
                    unit.post(key, subject, envelope, trade.id, self._context.now())
        return True

    # ------------------------------------------------------------- seller

    def _acknowledge(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """FundAck once the own rail says FUNDED, in time; it reserves the rating slots."""
        due = trade.contract.deadlines.t0 - trade.facts.network.grace
        late = self._context.now() > due
        waits = trade.phase is Phase.AGREED and not trade.facts.withdraws
        if not waits or late or not self._rail.is_funded(unit, trade):
            return False
        slots = slot_ids(trade, self._context)
        self._trades.say(unit, trade, lambda h: FundAck(*h, trade.contract.id, slots))
        return True

    def _stock(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """End the reservation once, when the trade ends: sold if anything went out."""
        if trade.phase not in ENDED or unit.fact(trade.id, "stock-ended"):
            return False
        sold = any(part.ships for part in trade.parts)
        unit.release(trade.id, sold=sold)
        unit.set_fact(trade.id, "stock-ended", b"1")
        return False

    def receive_address(self, unit: Unit, message: Signed[Address]) -> None:
        """Keep the buyer's address, opened and compared with the contract's hash."""
        trade = self._trades.load(unit, message.body.trade)
        if trade.contract.keys[Role.BUYER] != message.author:
            raise NotAllowedError("only the buyer sends its address")
        key = unit.secret(trade.id, "box")
        if key is None or self._trades.own_role(trade) is not Role.SELLER:
            raise NotFoundError("this address is not for us")
        address = open_address(
            message.body.sealed, key, trade.contract.offer.address_hash
        )
        unit.set_fact(trade.id, "address", encode(address))

    # ------------------------------------------------------------- both parties

    def _act(self, unit: Unit, trade: Trade, role: Role) -> bool:
        receipts = self._trades.receipts(unit, trade)
        for act in acts(trade, role, receipts):
            self._trades.say(unit, trade, lambda h, act=act: message_of(act, h, trade))
            return True
        return False

    def _settle(self, unit: Unit, trade: Trade, role: Role) -> bool:
        """Let the rail pay each decided part; say Settled once it has."""
        for part in trade.parts:
            if part.phase not in DECIDED or part.decision is None:
                continue
            reference = self._rail.apply(unit, trade, part.number)
            if reference is None or _has_settled(trade, role, part.number):
                continue
            outcome = trade.contract.outcome_id(part.decision.outcome)
            self._trades.say(
                unit,
                trade,
                lambda h, part=part, outcome=outcome, reference=reference: Settled(
                    *h, part.number, outcome, reference
                ),
            )
            return True
        return False

    def _free(self, unit: Unit, trade: Trade, _: Role) -> bool:
        self._rail.free(unit, trade)
        return False

    # ------------------------------------------------------------- seats

    def _judge(self, unit: Unit, trade: Trade, role: Role) -> bool:
        receipts = self._trades.receipts(unit, trade)
        for judgement in duties(trade, role, receipts):
            if not unit.claim(ruling_claim(trade, role, judgement.part)):
                continue
            self._trades.say(
                unit, trade, lambda h, judgement=judgement: ruling_of(judgement, h)
            )
            return True
        return False

    def _pay_fee(self, unit: Unit, trade: Trade, _: Role) -> bool:
        for part in trade.parts:
            if part.phase in DECIDED:
                self._rail.apply(unit, trade, part.number)
        return False

    def is_idle(self, unit: Unit, trade: Trade) -> bool:
        """Whether nothing is left to do for a trade that has ended."""
        if trade.phase is Phase.ABORTED:
            return self._rail.state(unit, trade) is RailState.NEW
        return trade.phase is Phase.CLOSED


def ruling_claim(trade: Trade, role: Role, part: int) -> str:
    """One Ruling per seat and part for ever (I14)."""
    return f"ruling:{trade.id.hex()}:{role:d}:{part}"


def slot_ids(trade: Trade, context: Context) -> tuple[bytes, ...]:
    """Ids of all slots of a contract: SaleSlot, BuySlot, then the seats' CaseSlots."""
    return tuple(signed.id for signed in slots_of(trade, context.network.id))


def slots_of(trade: Trade, network: bytes) -> Iterator[Signed[Slot]]:
    """The slots that the contract's messages carry, verified; SaleSlot first."""
    accept = trade.contract.accept
    if accept is not None:
        yield verify_as(SaleSlot, accept.sale_slot, network)
    yield verify_as(BuySlot, trade.contract.offer.buy_slot, network)
    for ack in trade.facts.naming_contract(SeatAck):
        yield verify_as(CaseSlot, ack.body.case_slot, network)


def _has_settled(trade: Trade, role: Role, part: int) -> bool:
    return any(
        m.body.role == role and m.body.part == part for m in trade.facts.of(Settled)
    )


def message_of(act: Act, header: Header, trade: Trade) -> Step:
    """The message that an automatic act of a party signs."""
    match act:
        case Leave():
            message = Withdraw(*header, 0)
        case Complain(part, reason):
            message = Dispute(*header, (part,), reason, "")
        case Consent(part, names):
            message = Agree(*header, part, names)
        case Split(outcome):
            message = _split(outcome, header, trade)
    return message


def _split(outcome: PaidOutcome, header: Header, trade: Trade) -> Step:
    if header.role == Role.SELLER and outcome == trade.contract.refund(outcome.part):
        return Decline(*header, (outcome.part,), 0)
    return Proposal(*header, outcome.part, outcome.to_seller, outcome.to_buyer)


def ruling_of(judgement: Judgement, header: Header) -> Ruling:
    """The Ruling of an automatic judgement; it never carries a fee."""
    outcome = judgement.outcome
    return Ruling(
        *header,
        judgement.part,
        judgement.dispute,
        judgement.reason,
        outcome.to_seller,
        outcome.to_buyer,
        0,
        "",
    )
