"""order accept ... extend, dispute, evidence, rate; case rule: the moves of a person."""

from collections.abc import Callable
from typing import Final

from bazaar.app.node import Node
from bazaar.app.recovery.patience import stop_waiting
from bazaar.app.trading.deeds import Parcel, Share
from bazaar.domain.amounts.money import parse_amount
from bazaar.domain.delivery.delivery import Disclosed
from bazaar.domain.delivery.suggestion import Suggestion
from bazaar.domain.errors import InputError
from bazaar.domain.trading.messages import (
    Role,
)
from bazaar.domain.trading.trade import Trade
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.disputes import (
    CaseRule,
    OrderDisclose,
    OrderDispute,
    OrderEvidence,
    OrderFile,
)
from bazaar.rpc.schema.moves import (
    Move,
    Moved,
    OrderAccept,
    OrderAgree,
    OrderConfirm,
    OrderDecline,
    OrderDeliver,
    OrderExtend,
    OrderFund,
    OrderPropose,
    OrderRefund,
    OrderResume,
    OrderShip,
    OrderWithdraw,
)
from bazaar.rpc.views.order_outlook import resume_risk
from bazaar.rpc.views.orders import deadlines

DISCLOSED: Final = {"address": Disclosed.ADDRESS, "delivery": Disclosed.DELIVERY}
SEATS: Final = {"primary": Role.PRIMARY, "backup": Role.BACKUP}


class MoveCalls:
    """Each checks, signs, and lets the node go on from there."""

    def __init__(
        self, node: Node, suggested: Callable[[bytes, str], Suggestion]
    ) -> None:
        self._node = node
        self._suggested = suggested

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            OrderAccept: self.accept,
            OrderDecline: self.decline,
            OrderWithdraw: self.withdraw,
            OrderFund: self.fund,
            OrderShip: self.ship,
            OrderDeliver: self.deliver,
            OrderDisclose: self.disclose,
            OrderConfirm: self.confirm,
            OrderResume: self.resume,
            OrderRefund: self.refund,
            OrderPropose: self.propose,
            OrderAgree: self.agree,
            OrderExtend: self.extend,
            CaseRule: self.rule,
        }

    def moved(self, trade: Trade) -> Moved:
        """Let the node go on from a person's move; the state that came of it."""
        self._node.changed(trade.id)
        with self._node.context.book.unit() as unit:
            after = self._node.trades.load(unit, trade.id)
        return Moved(
            order_id=trade.id.hex(), state=after.state, deadlines=deadlines(after)
        )

    def _id(
        self,
        call: Move | OrderDispute | OrderEvidence | CaseRule | OrderFile,
    ) -> bytes:
        return resolve.order(self._node, call.id)

    async def accept(self, call: OrderAccept) -> Moved:
        """Seller: take the order."""
        return self.moved(await self._node.deeds.accept(self._id(call), call.version))

    async def decline(self, call: OrderDecline) -> Moved:
        """Seller: Withdraw before, Decline after the funding."""
        return self.moved(
            self._node.deeds.decline(self._id(call), call.version, call.part)
        )

    async def withdraw(self, call: OrderWithdraw) -> Moved:
        """Leave before the money is bound."""
        return self.moved(self._node.deeds.withdraw(self._id(call), call.version))

    async def fund(self, call: OrderFund) -> Moved:
        """Buyer: bind the money."""
        return self.moved(self._node.deeds.fund(self._id(call), call.version))

    async def ship(self, call: OrderShip) -> Moved:
        """Seller: sent."""
        return self.moved(
            self._node.deeds.ship(
                self._id(call),
                call.version,
                call.part,
                Parcel(call.text, (), call.late),
            )
        )

    async def deliver(self, call: OrderDeliver) -> Moved:
        """Seller: ship a digital part as one file or several."""
        trade_id = self._id(call)
        goods = await self._node.files.goods.prepare((call.file, *call.more))
        trade = self._node.deeds.ship(
            trade_id, call.version, call.part, Parcel(call.text, goods, call.late)
        )
        return self.moved(trade)

    async def confirm(self, call: OrderConfirm) -> Moved:
        """Buyer: agree to the Ship."""
        return self.moved(
            self._node.deeds.confirm(self._id(call), call.version, call.part)
        )

    async def resume(self, call: OrderResume) -> Moved:
        """Either party: wait no more, after a restore, for who does not answer."""
        trade_id = self._id(call)
        node = self._node
        with node.context.book.unit() as unit:
            trade = node.trades.load(unit, trade_id)
            if not call.despite:
                raise InputError("despite", resume_risk(node, unit, trade))
            stop_waiting(unit, node.context, node.trades, trade)
        return self.moved(trade)

    async def refund(self, call: OrderRefund) -> Moved:
        """Seller: a Decline, or a proposal of a part of the amount."""
        trade_id = self._id(call)
        if call.amount is None:
            return self.moved(
                self._node.deeds.decline(trade_id, call.version, call.part)
            )
        part = call.part[0] if call.part else None
        share = Share(self._amount(trade_id, call.amount, "amount"), None)
        return self.moved(self._node.deeds.propose(trade_id, call.version, part, share))

    async def propose(self, call: OrderPropose) -> Moved:
        """Either party: a split of one part."""
        trade_id = self._id(call)
        part = call.part[0] if call.part else None
        if call.suggestion:
            part, to_seller, to_buyer = self._suggested(trade_id, call.suggestion)
            share = Share(to_buyer, to_seller)
        else:
            share = self._share_of(trade_id, call.buyer, call.seller)
        return self.moved(self._node.deeds.propose(trade_id, call.version, part, share))

    async def agree(self, call: OrderAgree) -> Moved:
        """Complete the other's half, or a Ruling."""
        trade_id = self._id(call)
        names = self._named(trade_id, call.names) if call.names else b""
        return self.moved(
            self._node.deeds.agree(trade_id, call.version, call.part, names)
        )

    async def extend(self, call: OrderExtend) -> Moved:
        """Buyer: more days for the seller."""
        return self.moved(
            self._node.deeds.extend(self._id(call), call.version, call.days)
        )

    async def rule(self, call: CaseRule) -> Moved:
        """A person's Ruling."""
        trade_id = self._id(call)
        share = self._share_of(trade_id, call.buyer, call.seller)
        return self.moved(
            self._node.deeds.rule(trade_id, call.version, call.part, share, call.reason)
        )

    async def disclose(self, call: OrderDisclose) -> Moved:
        """Either party: hand the address or the deliveries to a seat."""
        if call.what not in DISCLOSED:
            raise InputError("what", f"one of {', '.join(DISCLOSED)}")
        if call.to not in SEATS:
            raise InputError("to", f"one of {', '.join(SEATS)}")
        return self.moved(
            self._node.disclosure.disclose(
                resolve.order(self._node, call.id), DISCLOSED[call.what], SEATS[call.to]
            )
        )

    # ------------------------------------------------------------- words to values

    def _amount(self, trade_id: bytes, text: str, field: str) -> int:
        amount = parse_amount(text, field)
        with self._node.context.book.unit() as unit:
            expected = self._node.trades.load(unit, trade_id).contract.offer.unit
        if amount.unit != expected:
            raise InputError(field, f"the order is in {expected}")
        return amount.minor

    def _share_of(
        self, trade_id: bytes, buyer: str | None, seller: str | None
    ) -> Share:
        to_buyer = None if buyer is None else self._amount(trade_id, buyer, "buyer")
        to_seller = None if seller is None else self._amount(trade_id, seller, "seller")
        return Share(to_buyer, to_seller)

    def _named(self, trade_id: bytes, text: str) -> bytes:
        with self._node.context.book.unit() as unit:
            ids = [row.id for row in unit.messages(trade_id)]
        found = [one for one in ids if one.hex().startswith(text.lower())]
        if len(found) != 1:
            raise InputError("names", "give the id of a message of this order")
        return found[0]
