"""Fills gaps of chat when two meet: each says what it holds, the other owes the rest anew.

What is lacking goes the ordinary way, sealed and until its Ack. So a node whose book was
restored also gets back what it once wrote itself.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.delivery.partners import Partners
from bazaar.app.people.chat import ChatLog
from bazaar.app.people.rooms import REFUSED, Place
from bazaar.app.ports import ChatRow, Request, Unit
from bazaar.app.trading.trades import Trades
from bazaar.domain.delivery.chat import MAX_MISSING, MAX_ROOMS, ChatHeld, ChatRead, Held
from bazaar.domain.errors import BazaarError, NotFoundError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.reputation import Heard
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.keys.peer_ids import peer_id

log = logging.getLogger(__name__)

REQUEST_SECONDS: Final = 15.0
MARKS_OFF: Final = b"False"


class ChatResync:
    """Asks and answers; also carries read marks, which no mailbox ever sees."""

    def __init__(
        self, context: Context, trades: Trades, chat: ChatLog, partners: Partners
    ) -> None:
        self._context = context
        self._trades = trades
        self._chat = chat
        self._partners = partners
        self.posted: Callable[[], None] = lambda: None
        """Told when something is owed anew."""

    def listen(self) -> None:
        """Serve both requests."""
        self._context.exchange.serve(RequestType.CHAT_HELD, self.answer)
        self._context.exchange.serve(RequestType.CHAT_READ, self.hear_mark)

    # ------------------------------------------------------------- asking

    async def compare(self, peer: bytes) -> None:
        """Tell ``peer`` what is here of every shared conversation. Never raises."""
        with self._context.book.unit() as unit:
            chains = self._chains(unit, peer)
        try:
            with trio.fail_after(REQUEST_SECONDS):
                for start in range(0, len(chains), MAX_ROOMS):
                    body = encode(ChatHeld(tuple(chains[start : start + MAX_ROOMS])))
                    await self._context.exchange.request(
                        peer, RequestType.CHAT_HELD, body
                    )
        except (BazaarError, trio.TooSlowError) as error:
            log.info("chat was not compared", extra={"why": type(error).__name__})

    def _chains(self, unit: Unit, peer: bytes) -> list[Held]:
        places = [*self._shared_orders(unit, peer)]
        room = unit.chat_room(peer)
        is_shared = room is not None and room.state != REFUSED
        if is_shared or peer in self._partners.keys(unit):
            places.insert(0, Place(peer, None))
        authors = (peer, self._context.me)
        return [self._chat.held(unit, one, by) for one in places for by in authors]

    def _shared_orders(self, unit: Unit, peer: bytes) -> Iterable[Place]:
        for row in unit.trades(open_only=True):
            if peer in self._trades.keys(unit, row.id):
                yield Place(None, row.id)

    # ------------------------------------------------------------- answering

    async def answer(self, request: Request) -> bytes:
        """Owe the asker what it lacks of both chains of what it shares with us."""
        asked = decode(ChatHeld, request.body)
        with self._context.book.unit() as unit:
            for held in asked.chains:
                self._owe(unit, request.peer, held)
        self.posted()
        return encode(Heard())

    def _owe(self, unit: Unit, peer: bytes, held: Held) -> None:
        room = peer if held.trade is None else held.trade
        if held.by not in {peer, self._context.me}:
            return
        places = [
            seq
            for seq in unit.chat_places(room, held.by)
            if seq >= held.next or seq in held.missing
        ]
        now = self._context.now()
        for seq in places[:MAX_MISSING]:
            row = unit.chat_at(room, held.by, seq)
            if row is not None and self._may_have(row, peer):
                unit.post(peer, row.id, row.envelope or b"", None, now)
                unit.owe_again(peer, row.id, now)

    def _may_have(self, row: ChatRow, peer: bytes) -> bool:
        if row.envelope is None:
            return False
        chat = self._chat.opened(row)
        return peer in {chat.by, *chat.to}

    # ------------------------------------------------------------- read marks

    def marks(self) -> bool:
        """Whether the user tells, and is shown, what was read."""
        with self._context.book.unit() as unit:
            return unit.setting("user:read_marks") != MARKS_OFF

    async def mark(self, peer: bytes, seq: int) -> None:
        """Tell ``peer``, if it is connected, that its messages were read. Never raises."""
        connected = {one.key for one in self._context.exchange.peers()}
        if peer not in connected or not self.marks():
            return
        try:
            with trio.move_on_after(REQUEST_SECONDS):
                await self._context.exchange.request(
                    peer, RequestType.CHAT_READ, encode(ChatRead(seq))
                )
        except BazaarError as error:
            log.info("no read mark was sent", extra={"why": type(error).__name__})

    async def hear_mark(self, request: Request) -> bytes:
        """Note that the asker read our messages."""
        upto = decode(ChatRead, request.body).seq
        with self._context.book.unit() as unit:
            if unit.chat_room(request.peer) is None:
                raise NotFoundError("nothing was written to this key")
            is_new = unit.see_chats(
                request.peer, self._context.me, upto, self._context.now()
            )
        if is_new:
            self._context.emit("chat", {"peer_id": peer_id(request.peer)})
        return encode(Heard())
