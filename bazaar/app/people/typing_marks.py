"""Who is writing just now: told to the other alone, over a connection that exists, kept nowhere (12)."""

import logging
from typing import Final

import trio

from bazaar.app.context import Context
from bazaar.app.people.chat_resync import ChatResync
from bazaar.app.people.rooms import OPEN
from bazaar.app.ports import Request
from bazaar.domain.delivery.chat import ChatTyping
from bazaar.domain.errors import BazaarError, NotFoundError
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.reputation import Heard
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.keys.peer_ids import peer_id

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 3
"""One peer is told no more often."""

REQUEST_SECONDS: Final = 5.0
TOPIC: Final = "typing"


class TypingMarks:
    """Tells and hears; both only where the user has not turned marks off."""

    def __init__(self, context: Context, marks: ChatResync) -> None:
        self._context = context
        self._marks = marks
        self._told: dict[bytes, float] = {}

    def listen(self) -> None:
        """Serve the request."""
        self._context.exchange.serve(RequestType.CHAT_TYPING, self.hear)

    async def tell(self, peer: bytes) -> bool:
        """Tell ``peer`` that something is being written; whether it was told. Never raises."""
        now = trio.current_time()
        if now - self._told.get(peer, -EVERY_SECONDS) < EVERY_SECONDS:
            return False
        connected = {one.key for one in self._context.exchange.peers()}
        if peer not in connected or not self._is_open(peer) or not self._marks.marks():
            return False
        recent = {k: at for k, at in self._told.items() if now - at < EVERY_SECONDS}
        self._told = recent | {peer: now}
        try:
            with trio.fail_after(REQUEST_SECONDS):
                await self._context.exchange.request(
                    peer, RequestType.CHAT_TYPING, encode(ChatTyping())
                )
        except (BazaarError, trio.TooSlowError) as error:
            log.info("no typing mark was sent", extra={"why": type(error).__name__})
            return False
        return True

    async def hear(self, request: Request) -> bytes:
        """The asker writes to us. Raises NotFoundError where no conversation is open."""
        decode(ChatTyping, request.body)
        if not self._is_open(request.peer):
            raise NotFoundError("there is no conversation with this key")
        if self._marks.marks():
            self._context.emit(TOPIC, {"peer_id": peer_id(request.peer)})
        return encode(Heard())

    def _is_open(self, peer: bytes) -> bool:
        with self._context.book.unit() as unit:
            room = unit.chat_room(peer)
        return room is not None and room.state == OPEN
