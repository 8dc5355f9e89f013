"""Who talks where: conversations of two, and the room of an order."""

from typing import Final, NamedTuple

from bazaar.app.context import Context
from bazaar.app.ports import RoomRow, Unit
from bazaar.app.trading.trades import Trades
from bazaar.domain.delivery.chat import Chat
from bazaar.domain.errors import NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.stores.records import CLOCK_SECONDS
from bazaar.domain.trading.messages import NO_ID, Dispute, Role
from bazaar.domain.trading.phases import Phase
from bazaar.domain.trading.trade import Trade

REQUEST: Final = "request"
OPEN: Final = "open"
REFUSED: Final = "refused"
SEATS: Final = frozenset({Role.PRIMARY, Role.BACKUP})


class Place(NamedTuple):
    """One conversation: ``peer`` of two people, or ``trade`` of an order's roles."""

    peer: bytes | None
    trade: bytes | None

    @property
    def id(self) -> bytes:
        """What the book calls it."""
        return self.trade or self.peer or b""

    def row(self, state: str, now: int) -> RoomRow:
        """A new room."""
        return RoomRow(self.id, self.trade, self.peer, state, now, 0)


def place_of(chat: Chat, me: bytes) -> Place:
    """Where ``me`` reads or wrote ``chat``."""
    if chat.trade is not None:
        return Place(None, chat.trade)
    return Place(chat.to[0] if chat.by == me else chat.by, None)


def seats_listen(trade: Trade) -> bool:
    """Seats take part only while a part is DISPUTED or RULED."""
    return any(part.phase in {Phase.DISPUTED, Phase.RULED} for part in trade.parts)


class Rooms:
    """Answers who may say what to whom in the room of an order."""

    def __init__(self, context: Context, trades: Trades) -> None:
        self._context = context
        self._trades = trades

    def readers(self, unit: Unit, trade_id: bytes) -> tuple[bytes, ...]:
        """To whom an own message in an order's room goes.

        Raises NotFoundError for an order that is not here, NotAllowedError for a seat
        that nobody has asked to judge.
        """
        trade = self._trades.load(unit, trade_id)
        mine = self._trades.own_role(trade)
        listening = seats_listen(trade)
        if mine in SEATS and not listening:
            raise NotAllowedError(
                "arbiters talk here only while there is a dispute",
                ReplyCode.WRONG_STATE,
            )
        return tuple(
            key
            for role, key in trade.contract.keys.items()
            if role is not mine and (role not in SEATS or listening)
        )

    def seats(self, unit: Unit, trade_id: bytes) -> tuple[bytes, ...]:
        """Who can be given earlier messages. Raises NotAllowedError without a dispute."""
        trade = self._trades.load(unit, trade_id)
        if self._trades.own_role(trade) in SEATS or not seats_listen(trade):
            raise NotAllowedError(
                "arbiters read along only while there is a dispute",
                ReplyCode.WRONG_STATE,
            )
        return tuple(seat.key for seat in trade.contract.seats.values())

    def check(self, unit: Unit, chat: Chat) -> None:
        """Whether a message of another belongs into the order's room as we hold it.

        Raises NotFoundError for an order that is not here, NotAllowedError for whoever is
        no role of it, RefusedError (WRONG_STATE) while no dispute is held. A seat may be
        handed what the parties said among themselves.
        """
        trade = self._trades.load(unit, chat.trade or NO_ID)
        roles = {key: role for role, key in trade.contract.keys.items()}
        if not {chat.by, *chat.to} <= roles.keys():
            raise NotAllowedError("this order's room is not theirs")
        mine, theirs = roles[self._context.me], roles[chat.by]
        if self._context.me not in chat.to and mine not in SEATS:
            raise NotAllowedError("this message is not for us")
        if mine in SEATS or theirs in SEATS:
            self._check_dispute(unit, trade, chat)

    def _check_dispute(self, unit: Unit, trade: Trade, chat: Chat) -> None:
        """What was said before the dispute ended may come late."""
        if seats_listen(trade):
            return
        row = unit.trade(trade.id)
        last = row.updated + CLOCK_SECONDS if row is not None else 0
        if not trade.facts.of(Dispute) or chat.at > last:
            raise RefusedError(ReplyCode.WRONG_STATE)
