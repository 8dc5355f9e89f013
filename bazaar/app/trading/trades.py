"""Trades in the book: load and fold, say and spread, receive; one transaction each.

A unit of work contains no await: state, own message and outbox rows are durable before
anything is sent (I12).
"""

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, NamedTuple, cast

from bazaar.app.context import Context
from bazaar.app.ports import MessageRow, TradeRow, Unit
from bazaar.app.recovery import resync_mode
from bazaar.app.reputation.slot_chain import adopt_slot
from bazaar.app.trading.proofs import contradictions, note
from bazaar.domain.errors import NotAllowedError, NotFoundError, RefusedError, ReplyCode
from bazaar.domain.stores.records import CLOCK_SECONDS
from bazaar.domain.trading.contract import HUB_PLACE, Contract, check_offer
from bazaar.domain.trading.deadlines import Spell
from bazaar.domain.trading.door import (
    MAX_MESSAGES_OF_A_ROLE,
    check_buy_slot,
    check_step,
)
from bazaar.domain.trading.messages import (
    NO_ID,
    Accept,
    Agree,
    Extend,
    Offer,
    Role,
    Ruling,
    SeatAck,
    Seen,
    Settled,
    Step,
)
from bazaar.domain.trading.needs import PARTIES
from bazaar.domain.trading.phases import ENDED, Phase
from bazaar.domain.trading.receipts import Receipts
from bazaar.domain.trading.trade import Trade, fold
from bazaar.domain.wire.bodies import KIND_OF
from bazaar.domain.wire.envelope import Signed, id_of, verify
from bazaar.domain.wire.kinds import Kind

log = logging.getLogger(__name__)

CACHED_MESSAGES: Final = 4096
CACHED_ROLES: Final = 16_384
LONGEST_TRADE_SECONDS: Final = 400 * 86_400
MAX_OFFERS: Final = 1_000
MAX_OFFERS_OF_ONE: Final = 32
"""Orders of others that wait for an answer here, in all for who has no account with us, and of one buyer."""

MAX_PARKED: Final = 32
"""Messages of one trade that are dated ahead of the own clock."""

AHEAD: Final = "dated ahead "


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
        self._keys: dict[bytes, frozenset[bytes]] = {}
        self._hubs: dict[bytes, bytes | None] = {}
        self.is_away: Callable[[], bool] = lambda: False
        """Whether the node's spell has not begun: absence is judged after it has."""

        self.touched: Callable[[bytes], None] = lambda _trade: None
        """Told of each trade that was written."""

        self.lost: Callable[[], None] = lambda: None
        """Told when an own message was found missing here."""

        self.promised: Callable[[Unit, Trade], None] = lambda _unit, _trade: None
        """Told, within the unit, of an own Accept that was missing: it holds stock."""

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
        found = self.of_accept(unit, contract)
        return found if found is not None and found.contract.id == contract else None

    def of_accept(self, unit: Unit, accept: bytes) -> Trade | None:
        """The trade whose contract is, or once was, the Accept ``accept``; or None.

        A seller who signs two may change the contract while holds of the other stand.
        """
        trade = unit.setting(contract_name(accept))
        return None if trade is None else self.load(unit, trade)

    def own_role(self, trade: Trade) -> Role:
        """The role of this node. Raises NotFoundError where it has none."""
        role = trade.contract.role_of(self._context.me)
        if role is None:
            raise NotFoundError("this order is not yours")
        return role

    def keys(self, unit: Unit, trade: bytes) -> frozenset[bytes]:
        """The keys of all roles and of the hub; empty for a trade not known here."""
        if not self._remember(unit, trade):
            return frozenset()
        return self._keys[trade]

    def hub(self, unit: Unit, trade: bytes) -> bytes | None:
        """The hub over which a trade is paid, if it is one and known here."""
        return self._hubs[trade] if self._remember(unit, trade) else None

    def _remember(self, unit: Unit, trade: bytes) -> bool:
        """Read what is for ever the same of a trade; False if it is not known here."""
        if trade in self._keys:
            return True
        if unit.trade(trade) is None:
            return False
        if len(self._keys) >= CACHED_ROLES:
            self._keys.clear()
            self._hubs.clear()
        contract = self.load(unit, trade).contract
        self._keys[trade] = frozenset(contract.members.values())
        self._hubs[trade] = contract.hub
        return True

    def receipts(self, unit: Unit, trade: Trade) -> Receipts:
        """When each message was committed here, and when this node was online."""
        now = self._context.now()
        committed = {row.id: row.received for row in unit.messages(trade.id)}
        spells = [Spell(*one) for one in unit.spells(now - LONGEST_TRADE_SECONDS)]
        if self.is_away():
            spells.append(Spell(now, now))
        owed = unit.outbox_of(trade.id) if trade.facts.of(Extend) else ()
        acked = {
            (row.recipient, row.subject): row.delivered
            for row in owed
            if row.delivered is not None
        }
        return Receipts(committed, spells, now, acked)

    def is_shared(self, unit: Unit, trade_id: bytes, peer: bytes) -> bool:
        """Whether ``peer`` may know this trade: its role is one, a seat from the Accept on."""
        if peer not in self.keys(unit, trade_id):
            return False
        contract = self.load(unit, trade_id).contract
        is_party = contract.role_of(peer) in PARTIES
        return is_party or contract.id != NO_ID

    def awaited(self, unit: Unit, trade: Trade) -> tuple[int, ...]:
        """Who, by place, must still answer after a restore before anything is signed here."""
        keys = set(resync_mode.awaited(unit, *self._waits_for(unit, trade)))
        return tuple(r for r, key in trade.contract.members.items() if key in keys)

    def _waits_for(self, unit: Unit, trade: Trade) -> tuple[int, list[bytes]]:
        """When the trade began, and the keys of all others whom the person waits for."""
        left_out = {self._context.me, *resync_mode.waived(unit, trade.id)}
        keys = trade.contract.members.values()
        return trade.contract.offer.at, [key for key in keys if key not in left_out]

    # ------------------------------------------------------------- speaking

    def open(self, unit: Unit, offer: Signed[Offer]) -> Trade:
        """Keep an own or received Offer as a new trade."""
        trade = fold(offer, [], self._context.network)
        place = _place_of(trade.contract, self._context.me)
        now = self._context.now()
        buyer, seller = offer.body.buyer, offer.body.seller
        unit.open_trade(
            TradeRow(
                offer.id, place, buyer, seller, Phase.OFFERED, now, now, None, offer.id
            )
        )
        unit.keep_message(_row(offer, offer.id, now))
        self._write(unit, trade)
        return trade

    def say(self, unit: Unit, trade: Trade, build: Callable[[Header], Step]) -> Trade:
        """Sign the next own message, keep it and owe it to all others, in this unit.

        Raises NotAllowedError if the message would not count, with nothing written, and
        RefusedError (BUSY) while other roles must still answer after a restore. What
        may be signed once only is claimed for ever (I4, I14); a claim given before raises
        NotAllowedError, and the caller's unit must not commit.
        """
        role = self.own_role(trade)
        resync_mode.check_trade(unit, *self._waits_for(unit, trade))
        seq, prev, seen = trade.next_place(role)
        if seq >= MAX_MESSAGES_OF_A_ROLE:
            raise RefusedError(ReplyCode.LIMIT, "this order has too many messages")
        now = self._context.now()
        said = self._context.sign(build(Header(trade.id, role, seq, prev, seen, now)))
        after = _with(trade, said)
        if said.id not in after.counted:
            raise NotAllowedError(
                "the order's rules do not allow this now", ReplyCode.WRONG_STATE
            )
        for name in _places(trade, said.body):
            if not unit.claim(name):
                raise NotAllowedError("this was signed before", ReplyCode.EQUIVOCATION)
        unit.keep_message(_row(said, trade.id, now))
        self._write(unit, after)
        self.spread(unit, after)
        return after

    def spread(self, unit: Unit, trade: Trade) -> None:
        """Owe every other role what it has not shown to hold; repeats are ignored.

        Until the Accept between buyer and seller alone; afterwards seats and hub too.
        """
        for role, key in trade.contract.members.items():
            is_party = role in {Role.BUYER, Role.SELLER}
            if key == self._context.me or not (is_party or trade.contract.id != NO_ID):
                continue
            for message in _unseen(trade, role):
                unit.post(
                    key, message.id, message.envelope, trade.id, self._context.now()
                )

    # ------------------------------------------------------------- hearing

    def receive(self, unit: Unit, message: Signed[Step]) -> bool:
        """Keep a verified message of another; True if it was new.

        One that is dated ahead is parked and counts as kept. Raises NotFoundError for a
        trade that is not known here, else what ``door`` raises.
        """
        step = message.body
        if isinstance(step, Offer):
            return self._receive_offer(unit, cast("Signed[Offer]", message))
        trade = self.load(unit, step.trade)
        check_step(trade, message)
        if self._is_ahead(unit, message, step.trade):
            return False
        if not unit.keep_message(_row(message, step.trade, self._context.now())):
            return False
        self._write(unit, _with(trade, message))
        if message.author == self._context.me:
            self._adopt(unit, trade, message)
        return True

    def _adopt(self, unit: Unit, trade: Trade, message: Signed[Step]) -> None:
        """An own message that this book had lost: what it used up is used up.

        No book that is not an older copy ever lacks one, so the mode begins.
        """
        now, network = self._context.now(), self._context.network.id
        if resync_mode.since(unit) is None:
            log.warning("an own message was missing: the book is an older copy")
            resync_mode.enter(unit, now)
            self.lost()
        for name in _places(trade, message.body):
            unit.claim(name)
        match message.body:
            case Offer(buy_slot=slot) | SeatAck(case_slot=slot):
                adopt_slot(unit, slot, trade.id, network)
            case Accept(sale_slot=slot):
                adopt_slot(unit, slot, trade.id, network)
                self.promised(unit, trade)
            case _:
                pass

    def _is_ahead(self, unit: Unit, message: Signed[Step], trade: bytes) -> bool:
        """Park what is dated ahead (4); a Ruling waits for its very second (7.4)."""
        now = self._context.now()
        tolerance = 0 if isinstance(message.body, Ruling) else CLOCK_SECONDS
        due = message.body.at - tolerance
        if due <= now:
            return False
        if len(unit.parked(trade)) >= MAX_PARKED:
            raise RefusedError(ReplyCode.LIMIT, "too much is dated ahead")
        unit.park(message.id, trade, message.envelope, f"{AHEAD}{due}", now)
        return True

    def _receive_offer(self, unit: Unit, offer: Signed[Offer]) -> bool:
        if unit.trade(offer.id) is not None:
            return False
        check_offer(offer, self._context.network)
        contract = Contract(offer, None, self._context.network)
        place = _place_of(contract, self._context.me)
        check_buy_slot(offer, contract)
        self._check_fresh_slot(unit, offer)
        if not self._may_be_lost(unit, offer.body):
            self._check_room(unit, offer.body, place)
            role = contract.role_of(self._context.me)
            if role is not None and role in contract.seats:
                self._check_own_terms(unit, contract.seats[role].offer)
        if self._is_ahead(unit, cast("Signed[Step]", offer), offer.id):
            return False
        trade = self.open(unit, offer)
        if offer.author == self._context.me:
            self._adopt(unit, trade, cast("Signed[Step]", offer))
        return True

    def _may_be_lost(self, unit: Unit, offer: Offer) -> bool:
        """Whether an order may be one that a restored book had known."""
        start = resync_mode.since(unit)
        return start is not None and offer.at <= start

    def _check_fresh_slot(self, unit: Unit, offer: Signed[Offer]) -> None:
        """One slot serves one order; else several could be rated only once."""
        slot = id_of(offer.body.buy_slot, self._context.network.id)
        name = f"buy-slot:{slot.hex()}"
        if unit.setting(name) not in {None, offer.id}:
            raise NotAllowedError(
                "the rating slot is another order's", ReplyCode.MALFORMED
            )
        unit.set_setting(name, offer.id)

    def _check_room(self, unit: Unit, offer: Offer, place: int) -> None:
        """Strangers may send orders, but not without end, nor in the way of account partners."""
        peer = unit.peer(offer.buyer)
        if peer is not None and peer.blocked:
            raise RefusedError(ReplyCode.BLOCKED)
        open_rows = unit.trades(open_only=True)
        waiting = [
            row
            for row in open_rows
            if row.phase == Phase.OFFERED
            or (place not in {Role.BUYER, Role.SELLER} and row.phase == Phase.ACCEPTED)
        ]
        of_one = sum(row.buyer == offer.buyer for row in waiting)
        known = {row.partner for row in unit.accounts()}
        is_full = len(waiting) >= MAX_OFFERS and offer.buyer not in known
        if is_full or of_one >= MAX_OFFERS_OF_ONE:
            raise RefusedError(ReplyCode.LIMIT, "too many orders wait here")

    def _check_own_terms(self, unit: Unit, terms: bytes) -> None:
        if terms not in {
            _decoded(one, self._context.network.id).id
            for one in unit.objects(Kind.ARBITER_OFFER, self._context.me)
        }:
            raise NotAllowedError("the order names terms that were never ours")

    # ------------------------------------------------------------- writing

    def _write(self, unit: Unit, trade: Trade) -> None:
        """Write what lists show, how accounts find it, and proofs against its signers."""
        now = self._context.now()
        row = unit.trade(trade.id)
        before = row.ended if row is not None else None
        ended = (before or now) if trade.phase in ENDED else None
        if trade.contract.id != NO_ID:
            unit.set_setting(contract_name(trade.contract.id), trade.id)
        unit.touch_trade(trade.id, trade.state, now, ended, trade.digest)
        note(unit, self._context, contradictions(trade))
        self.touched(trade.id)


def _place_of(contract: Contract, key: bytes) -> int:
    """The role of ``key``, or the hub's place. Raises NotAllowedError where it has none."""
    role = contract.role_of(key)
    if role is None and key != contract.hub:
        raise NotAllowedError("this order does not name us")
    return HUB_PLACE if role is None else role


def contract_name(contract: bytes) -> str:
    """Setting under which the book finds the trade of a contract."""
    return f"contract:{contract.hex()}"


@lru_cache(CACHED_MESSAGES)
def _decoded(envelope: bytes, network: bytes) -> Signed[Step]:
    return cast("Signed[Step]", verify(envelope, network))


def _with(trade: Trade, message: Signed[Step]) -> Trade:
    """The fold of a trade's messages and one more."""
    chains = trade.facts.chains
    held = (*chains.complete.values(), *chains.waiting.values(), message)
    return fold(trade.facts.offer, held, trade.facts.network)


def _places(trade: Trade, step: Step) -> Iterable[str]:
    """What signing ``step`` uses up for ever."""
    who = f"{trade.id.hex()}:{step.role}"
    yield f"trade:{who}:{step.seq}"
    match step:
        case Ruling(part=part):
            yield f"ruling:{who}:{part}"
        case Settled(part=part):
            yield f"settled:{who}:{part}"
        case Agree(part=part, names=names):
            named = trade.facts.chains.complete.get(names)
            is_ruling = named is not None and isinstance(named.body, Ruling)
            yield f"agree:{who}:{part}:{names.hex() if is_ruling else 'offer'}"
        case _:
            pass


def _row(message: Signed[Step] | Signed[Offer], trade: bytes, now: int) -> MessageRow:
    step = message.body
    kind = KIND_OF[type(step)]
    return MessageRow(
        message.id, trade, step.role, step.seq, kind, now, message.envelope
    )


def _unseen(trade: Trade, role: int) -> list[Signed[Step]]:
    """Messages of others that no message of ``role`` names, in chain order."""
    chains = trade.facts.chains
    own = [m for m in chains.complete.values() if m.body.role == role]
    seen = {one for m in own for one in chains.sees(m.id)}
    others = [
        m for m in chains.complete.values() if m.body.role != role and m.id not in seen
    ]
    return sorted(others, key=lambda m: (m.body.seq, m.body.role, m.id))
