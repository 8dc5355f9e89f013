"""Trades in the book: load and fold, say and spread, receive; one transaction each.

A unit of work contains no await: state, own message and outbox rows are durable before
anything is sent (I12).
"""

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, cast

from bazaar.app.context import Context
from bazaar.app.ports import MessageRow, TradeRow, Unit
from bazaar.domain.bodies import KIND_OF
from bazaar.domain.contract import Contract, check_accept, check_offer
from bazaar.domain.deadlines import Spell
from bazaar.domain.envelope import Signed, verify
from bazaar.domain.errors import NotAllowedError, NotFoundError, RefusedError, ReplyCode
from bazaar.domain.messages import NO_ID, Accept, Offer, Role, Ruling, Seen, Step
from bazaar.domain.phases import ENDED, Phase
from bazaar.domain.receipts import Receipts
from bazaar.domain.records import CLOCK_SECONDS
from bazaar.domain.rules import may_sign
from bazaar.domain.trade import Trade, fold

log = logging.getLogger(__name__)

CACHED_MESSAGES: Final = 4096
MAX_MESSAGES_OF_A_ROLE: Final = 128
MAX_MESSAGES_HELD_OF_A_ROLE: Final = 2 * MAX_MESSAGES_OF_A_ROLE
"""Both branches of a fork are evidence; more are not kept."""

LONGEST_TRADE_SECONDS: Final = 400 * 86_400


class Header(NamedTuple):
    """The first fields of the next message (7.2), ready to be unpacked into it."""

    trade: bytes
    role: int
    seq: int
    prev: bytes
    seen: tuple[Seen, ...]
    at: int


class Trades:
    """Loads, says and receives; knows nothing of what a message means for money."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.changed: Callable[[bytes], None] = lambda _: None
        """Told the trade's id after each commit that changed it."""

    # ------------------------------------------------------------- reading

    def load(self, unit: Unit, trade: bytes) -> Trade:
        """Fold the trade from its messages. Raises NotFoundError."""
        rows = unit.messages(trade)
        messages = [_decoded(row.envelope, self._context.network.id) for row in rows]
        offer = next((m for m in messages if m.id == trade), None)
        if offer is None:
            raise NotFoundError("there is no such order")
        return fold(cast("Signed[Offer]", offer), messages, self._context.network)

    def of_contract(self, unit: Unit, contract: bytes) -> Trade | None:
        """The trade whose contract is ``contract``, or None."""
        trade = unit.setting(contract_name(contract))
        return None if trade is None else self.load(unit, trade)

    def own_role(self, trade: Trade) -> Role:
        """The role of this node. Raises NotFoundError where it has none."""
        role = trade.contract.role_of(self._context.me)
        if role is None:
            raise NotFoundError("this order is not yours")
        return role

    def receipts(self, unit: Unit, trade: Trade) -> Receipts:
        """When each message was committed here, and when this node was online."""
        now = self._context.now()
        committed = {row.id: row.received for row in unit.messages(trade.id)}
        spells = [Spell(*one) for one in unit.spells(now - LONGEST_TRADE_SECONDS)]
        return Receipts(committed, spells, now)

    # ------------------------------------------------------------- speaking

    def open(self, unit: Unit, offer: Signed[Offer]) -> Trade:
        """Keep an own or received Offer as a new trade."""
        role = fold(offer, [], self._context.network).contract.role_of(self._context.me)
        if role is None:
            raise NotAllowedError("this order does not name us")
        now = self._context.now()
        row = TradeRow(
            offer.id,
            role,
            offer.body.buyer,
            offer.body.seller,
            Phase.OFFERED,
            now,
            now,
            None,
            offer.id,
        )
        unit.open_trade(row)
        unit.keep_message(_row(offer, offer.id, now))
        return self._settle_row(unit, offer.id)

    def say(self, unit: Unit, trade: Trade, build: Callable[[Header], Step]) -> Trade:
        """Sign the next own message, keep it and owe it to all others, in this unit.

        Raises NotAllowedError if the message would not count, with nothing written.
        """
        role = self.own_role(trade)
        seq, prev, seen = trade.next_place(role)
        if seq >= MAX_MESSAGES_OF_A_ROLE:
            raise RefusedError(ReplyCode.LIMIT, "this order has too many messages")
        now = self._context.now()
        said = self._context.sign(build(Header(trade.id, role, seq, prev, seen, now)))
        self._claim(unit, f"trade:{trade.id.hex()}:{role:d}:{seq}")
        unit.keep_message(_row(said, trade.id, now))
        after = self._settle_row(unit, trade.id)
        if said.id not in after.counted:
            raise NotAllowedError(
                "the order's rules do not allow this now", ReplyCode.WRONG_STATE
            )
        self.spread(unit, after)
        return after

    def _claim(self, unit: Unit, name: str) -> None:
        if not unit.claim(name):
            raise NotAllowedError("this was signed before", ReplyCode.EQUIVOCATION)

    def spread(self, unit: Unit, trade: Trade) -> None:
        """Owe every other role what it has not shown to hold; repeats are ignored.

        Until the Accept between buyer and seller alone; afterwards seats too.
        """
        mine = self.own_role(trade)
        for role, key in trade.contract.keys.items():
            is_seat = role in {Role.PRIMARY, Role.BACKUP}
            if role is mine or (is_seat and trade.contract.id == NO_ID):
                continue
            for message in _unseen(trade, role):
                unit.post(
                    key, message.id, message.envelope, trade.id, self._context.now()
                )

    # ------------------------------------------------------------- hearing

    def receive(self, unit: Unit, message: Signed[Step]) -> bool:
        """Keep a verified message of another; True if it was new.

        Raises NotFoundError for a trade that is not known here, NotAllowedError for a
        signer without the role.
        """
        step = message.body
        if isinstance(step, Offer):
            return self._receive_offer(unit, cast("Signed[Offer]", message))
        trade = self.load(unit, step.trade)
        if trade.contract.keys.get(Role(step.role)) != message.author:
            raise NotAllowedError("the signer does not have this role")
        if not may_sign(step):
            raise NotAllowedError("this role may never say this")
        now = self._context.now()
        ahead = 0 if isinstance(step, Ruling) else CLOCK_SECONDS
        if step.at > now + ahead:
            unit.park(message.id, step.trade, message.envelope, "dated ahead", now)
            return False
        self._check(trade, message)
        if not unit.keep_message(_row(message, step.trade, now)):
            return False
        self._settle_row(unit, step.trade)
        return True

    def _check(self, trade: Trade, message: Signed[Step]) -> None:
        held = [
            m
            for m in trade.facts.chains.complete.values()
            if m.author == message.author
        ]
        if len(held) >= MAX_MESSAGES_HELD_OF_A_ROLE:
            raise RefusedError(ReplyCode.LIMIT, "too many messages of one signer")
        if isinstance(message.body, Accept):
            accept = cast("Signed[Accept]", message)
            check_accept(Contract(trade.facts.offer, accept, self._context.network))

    def _receive_offer(self, unit: Unit, offer: Signed[Offer]) -> bool:
        if unit.trade(offer.id) is not None:
            return False
        check_offer(offer, self._context.network)
        self.open(unit, offer)
        return True

    def _settle_row(self, unit: Unit, trade_id: bytes) -> Trade:
        """Fold anew and write what lists show."""
        after = self.load(unit, trade_id)
        now = self._context.now()
        ended = now if after.phase in ENDED else None
        row = unit.trade(trade_id)
        if row is not None and row.ended is not None and ended is not None:
            ended = row.ended
        if after.contract.id != NO_ID:
            unit.set_setting(contract_name(after.contract.id), trade_id)
        unit.touch_trade(trade_id, after.state, now, ended, after.digest)
        return after


def contract_name(contract: bytes) -> str:
    """Setting under which the book finds the trade of a contract."""
    return f"contract:{contract.hex()}"


@lru_cache(CACHED_MESSAGES)
def _decoded(envelope: bytes, network: bytes) -> Signed[Step]:
    return cast("Signed[Step]", verify(envelope, network))


def _row(message: Signed[Step] | Signed[Offer], trade: bytes, now: int) -> MessageRow:
    step = message.body
    kind = KIND_OF[type(step)]
    return MessageRow(
        message.id, trade, step.role, step.seq, kind, now, message.envelope
    )


def _unseen(trade: Trade, role: Role) -> list[Signed[Step]]:
    """Messages of others that no message of ``role`` names, in chain order."""
    chains = trade.facts.chains
    own = [m for m in chains.complete.values() if m.body.role == role]
    seen = {one for m in own for one in chains.sees(m.id)}
    others = [
        m for m in chains.complete.values() if m.body.role != role and m.id not in seen
    ]
    return sorted(others, key=lambda m: (m.body.seq, m.body.role, m.id))
