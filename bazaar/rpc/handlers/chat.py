"""chat list, show, read, delete, accept, refuse: conversations as the user sees them."""

from string import hexdigits
from typing import Final

from bazaar.app.node import Node
from bazaar.app.people.rooms import OPEN, REFUSED, SEATS, Place, seats_listen
from bazaar.app.ports import ChatRow, RoomRow, Unit
from bazaar.domain.errors import InputError
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.trading.messages import Role
from bazaar.domain.trading.trade import Trade
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.chat import (
    ChatAccept,
    ChatDelete,
    ChatHandOver,
    ChatList,
    ChatMark,
    ChatRefuse,
    ChatShow,
    ChatTyping,
    ChatView,
    ConversationView,
)
from bazaar.rpc.views.chat import Lines, entries, lying, short
from bazaar.rpc.views.people import People, Person
from bazaar.rpc.views.titles import Titles

MAX_LINES: Final = 1_000
NEWEST: Final = 3
"""So many are looked through for one that is not deleted."""


class ChatCalls:
    """Reads conversations, and what the user does with them."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._titles = Titles(node.context)

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            ChatList: self.conversations,
            ChatShow: self.show,
            ChatMark: self.read,
            ChatTyping: self.typing,
            ChatDelete: self.delete,
            ChatAccept: self.accept,
            ChatRefuse: self.refuse,
            ChatHandOver: self.hand_over,
        }

    async def place(self, peer: str, order: str) -> Place:
        """Which conversation is meant. Raises InputError unless exactly one is named."""
        if bool(peer) == bool(order):
            raise InputError("peer", "name a person or an order")
        if order:
            return Place(None, resolve.order(self._node, order))
        with self._node.context.book.unit() as unit:
            known = [room.peer for room in unit.chat_rooms() if room.peer]
        named = [key for key in known if peer_id(key).startswith(peer)]
        return Place(
            named[0] if len(named) == 1 else await resolve.peer(self._node, peer), None
        )

    def message(self, place: Place, text: str) -> ChatRow:
        """A message of a conversation by the start of its id. Raises InputError."""
        with self._node.context.book.unit() as unit:
            whole = unit.chat(bytes.fromhex(text)) if _is_whole(text) else None
            rows = [whole] if whole is not None else unit.chats(place.id)
        found = [row for row in rows if _is_meant(row, place, text)]
        if len(text) < resolve.LEAST_PREFIX or len(found) != 1:
            raise InputError("message", "give the id of a message of this conversation")
        return found[0]

    async def conversations(self, _: ChatList) -> tuple[ConversationView, ...]:
        """Lately used first; orders nobody talked about are left out."""
        with self._node.context.book.unit() as unit:
            rooms = [room for room in unit.chat_rooms() if room.state != REFUSED]
        people = People(self._node.context)
        return tuple([await self._conversation(room, people) for room in rooms])

    async def show(self, call: ChatShow) -> ChatView:
        """One conversation; one that nobody began is empty."""
        place = await self.place(call.peer, call.order)
        context = self._node.context
        with context.book.unit() as unit:
            room = unit.chat_room(place.id) or place.row(OPEN, context.now())
            rows = unit.chats(place.id, max(1, min(call.limit, MAX_LINES)))
            authors = {row.author for row in rows}
            places = {key: unit.chat_places(place.id, key) for key in authors}
            found = entries(rows, context.network.id, places)
            where = lying(unit, found, context.me)
            trade = self._trade(unit, place)
        if call.mark:
            await self._mark(place)
        people = People(context)
        known = {one.chat.by: await people.person(one.chat.by) for one in found}
        lines = Lines(context.me, trade, known, where)
        return ChatView(
            conversation=await self._conversation(room, people),
            messages=lines.views(found),
        )

    def _trade(self, unit: Unit, place: Place) -> Trade | None:
        return self._node.trades.load(unit, place.trade) if place.trade else None

    async def _conversation(self, room: RoomRow, people: People) -> ConversationView:
        context = self._node.context
        with context.book.unit() as unit:
            unread = unit.unread_chats(room.id, context.me, room.read)
            newest = entries(unit.chats(room.id, NEWEST), context.network.id)[-1:]
            trade = self._trade(unit, Place(room.peer, room.trade))
            row = unit.peer(room.peer) if room.peer else None
        other = await self._other(room, people, trade)
        is_blocked = row is not None and row.blocked
        listening = trade is not None and seats_listen(trade)
        mine = trade.contract.role_of(context.me) if trade else None
        return ConversationView(
            peer_id=other.peer_id,
            order_id=room.trade.hex() if room.trade else "",
            title=self._titles.title(room.trade) if room.trade else other.name,
            fingerprint=other.words,
            colour=other.colour,
            online=other.online,
            state=room.state,
            blocked=is_blocked,
            last=short(newest[0].chat.text) if newest else "",
            at=newest[0].shown_at if newest else room.updated,
            unread=unread,
            can_write=not is_blocked and (mine not in SEATS or listening),
            can_give=listening and mine in {Role.BUYER, Role.SELLER},
            can_suggest=listening and mine in SEATS,
        )

    async def _other(
        self, room: RoomRow, people: People, trade: Trade | None
    ) -> Person:
        """The peer; in an order the other party, for seats the buyer."""
        if trade is None:
            return await people.person(room.peer or b"")
        contract = trade.contract
        is_buyer = contract.role_of(self._node.context.me) is Role.BUYER
        return await people.person(
            contract.keys[Role.SELLER if is_buyer else Role.BUYER]
        )

    # ------------------------------------------------------------- acts

    async def read(self, call: ChatMark) -> Done:
        """All of it was read; the peer is told if both want that."""
        await self._mark(await self.place(call.peer, call.order))
        return Done(words="read")

    async def typing(self, call: ChatTyping) -> Done:
        """The other may see that something is being written."""
        place = await self.place(call.peer, "")
        told = place.peer is not None and await self._node.talk.typing.tell(place.peer)
        return Done(words="told" if told else "not told")

    async def _mark(self, place: Place) -> None:
        seq = self._node.talk.chat.read(place)
        if seq is not None and place.peer is not None:
            await self._node.talk.resync.mark(place.peer, seq)

    async def delete(self, call: ChatDelete) -> Done:
        """Delete here alone."""
        place = await self.place(call.peer, call.order)
        chosen = [self.message(place, one).id for one in call.messages]
        self._node.talk.chat.delete(place, chosen or None)
        return Done(words="deleted on this computer")

    async def accept(self, call: ChatAccept) -> Done:
        """Accept a stranger."""
        place = await self.place(call.peer, "")
        self._node.talk.chat.decide(place.id, OPEN)
        return Done(words="accepted")

    async def refuse(self, call: ChatRefuse) -> Done:
        """Refuse a stranger."""
        place = await self.place(call.peer, "")
        self._node.talk.chat.decide(place.id, REFUSED)
        return Done(words="refused")

    async def hand_over(self, call: ChatHandOver) -> Done:
        """Give the arbiters chosen messages."""
        place = await self.place("", call.order)
        chosen = [self.message(place, one).id for one in call.messages]
        count = self._node.talk.chat.hand_over(place.id, chosen)
        return Done(words=f"{count} given to the arbiters")


def _is_whole(text: str) -> bool:
    return len(text) == resolve.ID_DIGITS and not set(text.lower()) - set(hexdigits)


def _is_meant(row: ChatRow, place: Place, text: str) -> bool:
    return row.room == place.id and row.id.hex().startswith(text.lower())
