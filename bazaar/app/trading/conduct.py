"""What this node does by itself for a trade: each step signs at most one kind of thing.

Steps run after every commit and whenever a deadline may have passed; each is a unit of
its own and is harmless when repeated. Judgement of time is pure, in the domain.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Final

from bazaar.app.context import Context
from bazaar.app.ports import BookError, Unit
from bazaar.app.reputation.slot_chain import slot_ids
from bazaar.app.shop.counter import Counter
from bazaar.app.shop.licences import Vending
from bazaar.app.trading.briefing import Briefing
from bazaar.app.trading.rail import SettlementRail
from bazaar.app.trading.sayings import message_of, ruling_of
from bazaar.app.trading.sealed import open_address, seal_for
from bazaar.app.trading.trades import Header, Trades
from bazaar.domain.delivery.delivery import Address, SealedAddress
from bazaar.domain.errors import (
    BazaarError,
    NotAllowedError,
    NotFoundError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.trading.automatic import acts
from bazaar.domain.trading.duties import duties
from bazaar.domain.trading.messages import (
    Extend,
    Fund,
    FundAck,
    Role,
    Settled,
    Step,
    Withdraw,
)
from bazaar.domain.trading.phases import DECIDED, ENDED, Phase
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed

log = logging.getLogger(__name__)

MAX_ROUNDS: Final = 24
"""More own steps in one go than any trade has phases would be a bug, not progress."""

StepOf = Callable[[Unit, Trade, Role], bool]


class Conduct:
    """Tends one trade at a time; knows all that needs no person."""

    def __init__(
        self,
        context: Context,
        trades: Trades,
        rail: SettlementRail,
        counter: Counter,
        vending: Vending,
    ) -> None:
        self._context = context
        self._counter = counter
        self._trades = trades
        self._rail = rail
        judging = (self._judge, self._pay_fee, self._free)
        self._steps: dict[Role, tuple[StepOf, ...]] = {
            Role.BUYER: (
                self._send_address,
                Briefing(context, trades).brief,
                self._fund,
                self._act,
                self._settle,
                self._free,
            ),
            Role.SELLER: (
                self._turn_away,
                self._acknowledge,
                self._pass_on_time,
                vending.deliver,
                self._act,
                self._settle,
                self._free,
                self._stock,
            ),
            Role.PRIMARY: judging,
            Role.BACKUP: judging,
        }
        self._problems: set[bytes] = set()
        self.is_paused: Callable[[], bool] = lambda: False
        """Whether the clock cannot be trusted: then nothing is done by itself (7.4)."""

    def tend(self, trade_id: bytes) -> bool:
        """Do all that is due for one trade; False if a step was refused and must be retried.

        A refusal is noted with the trade, never raised. Raises BookError if the disk fails.
        """
        if self.is_paused():
            return True
        problem = ""
        for _ in range(MAX_ROUNDS):
            problem, progress = self._quick_round(trade_id)
            if not progress:
                break
        self._note(trade_id, problem)
        return not problem

    def _quick_round(self, trade_id: bytes) -> tuple[str, bool]:
        """All steps in one unit up to the first that signs; if one refuses, each in its own."""
        try:
            with self._context.book.unit() as unit:
                trade = self._trades.load(unit, trade_id)
                role = self._trades.own_role(trade)
                return "", any(step(unit, trade, role) for step in self._steps[role])
        except BookError:
            raise
        except BazaarError:
            return self._round(trade_id)

    def _round(self, trade_id: bytes) -> tuple[str, bool]:
        """Every step once; (words of the last refusal, whether anything was signed)."""
        problem, progress = "", False
        trade = self._loaded(trade_id)
        for step in self._steps[self._trades.own_role(trade)]:
            try:
                with self._context.book.unit() as unit:
                    done = step(unit, trade, self._trades.own_role(trade))
            except BookError:
                raise
            except BazaarError as error:
                log.info("a step waits", extra={"why": type(error).__name__})
                problem = str(error)
                continue
            if done:
                progress = True
                trade = self._loaded(trade_id)
        return problem, progress

    def _loaded(self, trade_id: bytes) -> Trade:
        with self._context.book.unit() as unit:
            return self._trades.load(unit, trade_id)

    def _note(self, trade_id: bytes, problem: str) -> None:
        if problem or trade_id in self._problems:
            with self._context.book.unit() as unit:
                unit.set_fact(trade_id, "problem", problem.encode() or None)
            self._problems.add(trade_id)
        if not problem:
            self._problems.discard(trade_id)

    # ------------------------------------------------------------- buyer

    def _send_address(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """Seal the address to the seller's trade-box key as soon as there is a contract."""
        kept = unit.fact(trade.id, "address")
        accept = trade.contract.accept
        if kept is None or accept is None or unit.fact(trade.id, "address-sent"):
            return False
        address = decode(SealedAddress, kept)
        body = Address(self._context.me, trade.id, seal_for(accept.seller_box, address))
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
        if self._is_late(trade):
            raise NotAllowedError(
                "the time to bind the money has passed", ReplyCode.WRONG_STATE
            )
        self._rail.rehearse(unit, trade)
        legs = self._rail.fund(unit, trade)
        if legs is None:
            return False
        self._trades.say(
            unit, trade, lambda h: Fund(*h, trade.contract.id, tuple(legs))
        )
        for subject, envelope in self._rail.proofs(unit, legs):
            for key in trade.contract.members.values():
                if key != self._context.me:
                    unit.post(key, subject, envelope, trade.id, self._context.now())
        return True

    def _is_late(self, trade: Trade) -> bool:
        """Whether a FundAck can no longer be in time (7.4, due)."""
        due = trade.contract.deadlines.t0 - trade.facts.network.grace
        return self._context.now() > due

    # ------------------------------------------------------------- seller

    def _turn_away(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """Tell a buyer at once, and why, if his order cannot be served (7.5)."""
        if trade.phase is not Phase.OFFERED:
            return False
        reason = self._counter.refuses(unit, trade)
        if reason is None:
            return False
        self._trades.say(unit, trade, lambda h: Withdraw(*h, reason))
        return True

    def _acknowledge(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """FundAck once the own rail says FUNDED, in time; it reserves the rating slots."""
        waits = trade.phase is Phase.AGREED and not trade.facts.withdraws
        if not waits or self._is_late(trade) or not self._rail.is_funded(unit, trade):
            return False
        slots = slot_ids(trade, self._context)
        self._trades.say(unit, trade, lambda h: FundAck(*h, trade.contract.id, slots))
        return True

    def _pass_on_time(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """Tell the seats of the buyer's extra time before it is relied on (7.4)."""
        if trade.state is Phase.WAITING and trade.facts.of(Extend):
            self._trades.spread(unit, trade)
        return False

    def _stock(self, unit: Unit, trade: Trade, _: Role) -> bool:
        """End the reservation once, when the trade ends: sold if anything went out."""
        if trade.phase not in ENDED or unit.fact(trade.id, "stock-ended"):
            return False
        sold = any(part.ships for part in trade.parts)
        self._counter.free(unit, trade, sold=sold)
        unit.set_fact(trade.id, "stock-ended", b"1")
        return False

    def receive_address(self, unit: Unit, message: Signed[Address]) -> None:
        """Keep the buyer's address, opened and compared with the contract's hash."""
        trade = self._trades.load(unit, message.body.trade)
        if trade.contract.keys[Role.BUYER] != message.author:
            raise NotAllowedError("only the buyer sends its address")
        key = unit.secret(trade.id, "box")  # deleted once the order is long over
        if key is None or self._trades.own_role(trade) is not Role.SELLER:
            raise NotFoundError("this address is not for us")
        address = open_address(
            message.body.sealed, key, trade.contract.offer.address_hash
        )
        unit.set_fact(trade.id, "address", encode(address))

    # ------------------------------------------------------------- both parties

    def _act(self, unit: Unit, trade: Trade, role: Role) -> bool:
        receipts = self._trades.receipts(unit, trade)
        found = acts(trade, role, receipts)
        return self._say_first(unit, trade, (message_of(act, trade) for act in found))

    def _say_first(
        self,
        unit: Unit,
        trade: Trade,
        messages: Iterable[Callable[[Header], Step]],
    ) -> bool:
        """Say the first message that counts; one that does not never blocks the next."""
        problem: BazaarError | None = None
        for build in messages:
            try:
                self._trades.say(unit, trade, build)
            except NotAllowedError as error:
                if error.code is not ReplyCode.WRONG_STATE:
                    raise
                problem = error
            else:
                return True
        if problem is not None:
            raise problem
        return False

    def _settle(self, unit: Unit, trade: Trade, role: Role) -> bool:
        """Let the rail pay each decided part; say Settled on what it has applied."""
        for part in trade.parts:
            applied = self._rail.apply(unit, trade, part.number)
            if applied is None or _has_settled(trade, role, part.number):
                continue
            outcome = trade.contract.outcome_id(applied.outcome)
            self._trades.say(
                unit,
                trade,
                lambda h, part=part, outcome=outcome, applied=applied: Settled(
                    *h, part.number, outcome, applied.reference
                ),
            )
            return True
        return False

    def _free(self, unit: Unit, trade: Trade, _: Role) -> bool:
        self._rail.free(unit, trade)
        return False

    # ------------------------------------------------------------- seats

    def _judge(self, unit: Unit, trade: Trade, role: Role) -> bool:
        """Rule what needs no person, and pass on what the parties must know for it (duty 2)."""
        undecided = (part for part in trade.parts if part.phase not in DECIDED)
        if any(part.ships or part.disputes for part in undecided):
            self._trades.spread(unit, trade)
        receipts = self._trades.receipts(unit, trade)
        owed = duties(trade, role, receipts)
        return self._say_first(unit, trade, (ruling_of(one) for one in owed))

    def _pay_fee(self, unit: Unit, trade: Trade, _: Role) -> bool:
        for part in trade.parts:
            if part.phase in DECIDED:
                self._rail.apply(unit, trade, part.number)
        return False


def _has_settled(trade: Trade, role: Role, part: int) -> bool:
    return any(
        m.body.role == role and m.body.part == part for m in trade.facts.of(Settled)
    )
