"""What follows from a message, a person's move or the clock: one trade after the other."""

import contextlib
import logging
from typing import TYPE_CHECKING, Any, Final

import trio

from bazaar.app.ports import BookError, Unit
from bazaar.app.trading.consenting import Consenting
from bazaar.app.trading.trades import contract_name
from bazaar.domain.errors import BazaarError, RefusedError
from bazaar.domain.trading.contract import HUB_PLACE
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade
from bazaar.domain.wire.envelope import Signed

if TYPE_CHECKING:
    from bazaar.app.services import Services

PROBLEM_RETRY_SECONDS: Final = 60

log = logging.getLogger(__name__)


class Tending:
    """Remembers which trades were touched, and does what is due for them."""

    def __init__(self, node: "Services") -> None:
        self._node = node
        self._consenting = Consenting(node)
        self._touched: set[bytes] = set()
        self._calls, self._to_tend = trio.open_memory_channel[None](1)

    # ------------------------------------------------------------- touched

    def receive_step(self, unit: Unit, message: Signed[Any]) -> None:
        """A message of a trade came."""
        if self._node.trades.receive(unit, message):
            self._touched.add(getattr(message.body, "trade", b"") or message.id)
            self._touched.add(message.id)

    def receive_paper(self, unit: Unit, message: Signed[Any]) -> None:
        """A listing or an arbiter's terms came that a contract names."""
        self._touched |= self._node.briefing.receive(unit, message)

    def touch_trades_of(
        self, unit: Unit, peer: bytes, also: set[bytes] | None = None
    ) -> None:
        """Look again at all open trades with ``peer``, and those of ``also`` with it."""
        ids = {row.id for row in unit.trades(open_only=True)} | (also or set())
        keys = self._node.trades.keys
        self._touched |= {one for one in ids if peer in keys(unit, one)}

    def touch_open(self) -> None:
        """Look again at every open trade: what was due during a pause is due now."""
        with self._node.context.book.unit() as unit:
            self._touched |= {row.id for row in unit.trades(open_only=True)}
        self.tend_soon()

    def recount(self, unit: Unit) -> None:
        """Stock was promised: orders that wait for an answer may no longer be served."""
        rows = unit.trades(role=Role.SELLER, open_only=True)
        self._touched |= {row.id for row in rows if row.phase == Phase.OFFERED}

    def promised_before(self, unit: Unit, trade: Trade) -> None:
        """An Accept that a restored book had lost; there may be too little left for it."""
        with contextlib.suppress(RefusedError):
            self._node.counter.promise(unit, trade)

    def answered(self, peer: bytes) -> None:
        """``peer`` has shown what was missing here: go on where it was awaited."""
        with self._node.context.book.unit() as unit:
            self.touch_trades_of(unit, peer, self.bound(unit))
        self._node.resealing.met(peer)
        self.tend_soon()
        self.stir()

    def bound(self, unit: Unit, partner: bytes | None = None) -> set[bytes]:
        """Trades for which anything is still bound, ended ones too."""
        named = map(contract_name, self._node.rail.bound_contracts(unit, partner))
        return {trade for name in named if (trade := unit.setting(name)) is not None}

    def trades_with_holds(self) -> set[bytes]:
        """The same, of every partner."""
        with self._node.context.book.unit() as unit:
            return self.bound(unit)

    # ------------------------------------------------------------- tending

    def changed(self, trade: bytes) -> None:
        """A person moved a trade: tend it, and send what came of it."""
        self._touched.add(trade)
        self._tend_touched()

    def tend_soon(self) -> None:
        """Peers wait for their Ack meanwhile: what follows from it is done after that."""
        with contextlib.suppress(trio.WouldBlock):
            self._calls.send_nowait(None)

    def look_at(self, trade: bytes | None) -> None:
        """Time has passed: first take what was dated ahead, then tend."""
        if trade is None:
            self._node.inbound.retry_due()
            with self._node.context.book.unit() as unit:
                self._node.clearing.tend(unit)
        else:
            self.tend(trade)

    def stir(self) -> None:
        """Something was posted outside a trade; send it."""
        with self._node.context.book.unit() as unit:
            self._node.accounts.reconsider(unit)
        self._node.outbox.nudge()

    def tend(self, trade: bytes) -> None:
        """Do what is due for a trade; accounts are judged again, consent is asked for."""
        try:
            self._tend(trade)
        except BazaarError as error:
            why = type(error).__name__
            log.warning("a trade could not be tended", extra={"why": why})
        self._node.pulse.forget(trade)
        self._node.mailboxes.meet(trade)
        self._node.context.emit("order", {"order_id": trade.hex()})
        self._node.outbox.nudge()

    def _tend(self, trade: bytes) -> None:
        done = self._advance(trade)
        with self._node.context.book.unit() as unit:
            judged = self._node.accounts.reconsider(unit)
            asked = self._consenting.is_asked(unit, trade)
            row = unit.trade(trade)
            if row is not None and row.role != HUB_PLACE:
                self._node.talk.tell_of(unit, trade)
        if judged:
            done = self._advance(trade)
        if not done:
            self._node.pulse.remind(trade, PROBLEM_RETRY_SECONDS)
        if asked:
            self._consenting.ask(trade)

    def _advance(self, trade: bytes) -> bool:
        """All own steps, as a role and as the hub; False if one was refused."""
        node = self._node
        with node.context.book.unit() as unit:
            row = unit.trade(trade)
            carries = node.trades.hub(unit, trade) == node.context.me
        done = row is None or row.role == HUB_PLACE or node.conduct.tend(trade)
        if carries:
            node.hub.tend(trade)
        return done

    def _tend_touched(self) -> None:
        self._node.proofs.nudge()
        touched, self._touched = self._touched, set()
        for trade in touched:
            with self._node.context.book.unit() as unit:
                is_known = unit.trade(trade) is not None
                waits = is_known and bool(unit.parked(trade))
            if waits:
                self._node.inbound.retry(trade)
            if is_known:
                self.tend(trade)
        with self._node.context.book.unit() as unit:
            self._node.clearing.tend(unit)
        self._node.outbox.nudge()

    # ------------------------------------------------------------- running

    async def run(self) -> None:
        """Tend what was touched, for ever; what is cut off is in the book."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._consenting.run)
            async for _ in self._to_tend:
                try:
                    self._tend_touched()
                except BookError:
                    log.warning("the book failed; what is due is done at the next look")
