"""chat send, suggest, file: what is said, and the files with it."""

from collections.abc import Sequence

from bazaar.app.node import Node
from bazaar.app.people.chat import Line
from bazaar.app.people.rooms import SEATS, Place
from bazaar.app.trading.shares import Share, split
from bazaar.domain.amounts.money import parse_amount
from bazaar.domain.delivery.chat import (
    MAX_ATTACHMENT_BYTES,
    MAX_ATTACHMENTS,
    Attachment,
    AttachmentType,
)
from bazaar.domain.delivery.suggestion import Suggestion, suggested, words
from bazaar.domain.errors import (
    InputError,
    MalformedMessageError,
    NotAllowedError,
    NotFoundError,
)
from bazaar.domain.trading.messages import Offer
from bazaar.rpc.handlers.chat import ChatCalls
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.chat import ChatFile, ChatSend, ChatSent, ChatSuggest
from bazaar.rpc.schema.search import PictureView

NO_PICTURE = "this is not a picture; it is kept as it came and not opened"
THUMBNAIL_PX = 1200


class ChatSending:
    """Says lines; reading them is ``ChatCalls``'."""

    def __init__(self, node: Node, calls: ChatCalls) -> None:
        self._node = node
        self._calls = calls

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            ChatSend: self.send,
            ChatSuggest: self.suggest,
            ChatFile: self.file,
        }

    async def send(self, call: ChatSend) -> ChatSent:
        """Say something, with files."""
        place = await self._calls.place(call.peer, call.order)
        answered = (
            self._calls.message(place, call.reply_to).id if call.reply_to else None
        )
        files = await self._files(call.files)
        return self._said(place, Line(call.text, answered, files))

    async def suggest(self, call: ChatSuggest) -> ChatSent:
        """A seat's line that a party may make its Proposal."""
        place = await self._calls.place("", call.order)
        with self._node.context.book.unit() as unit:
            trade = self._node.trades.load(unit, place.id)
        if self._node.trades.own_role(trade) not in SEATS:
            raise NotAllowedError("arbiters suggest; parties propose")
        offer = trade.contract.offer
        suggestion = _suggestion(offer, call)
        line = words(suggestion, offer)
        if suggested(line, offer) != suggestion:
            raise InputError("buyer", "this unit has no words; write I suggest 40/60")
        text = f"{line}\n{call.text}" if call.text else line
        return self._said(place, Line(text))

    def _said(self, place: Place, line: Line) -> ChatSent:
        said = self._node.talk.chat.say(place, line)
        return ChatSent(message_id=said.id.hex(), state="queued")

    async def _files(self, paths: Sequence[str]) -> tuple[Attachment, ...]:
        if len(paths) > MAX_ATTACHMENTS:
            raise InputError("files", f"at most {MAX_ATTACHMENTS} with one message")
        return tuple([await self._file(path) for path in paths])

    async def _file(self, path: str) -> Attachment:
        """Pictures lose what a camera wrote into them; other files go as they are."""
        ((digest, size),) = await self._node.files.take_in([path])
        context = self._node.context
        data = context.blobs.get(digest) or b""
        try:
            cleaned = await context.pictures.clean(data)
        except MalformedMessageError:
            return Attachment(digest, size, AttachmentType.FILE)
        shown = context.blobs.put(cleaned.data)
        return Attachment(shown, len(cleaned.data), AttachmentType.PICTURE)

    async def file(self, call: ChatFile) -> PictureView:
        """Path of an attached picture, re-encoded; of any other file as it came."""
        with self._node.context.book.unit() as unit:
            row = unit.chat(bytes.fromhex(_id(call.message)))
        if row is None:
            raise NotFoundError("there is no such message")
        chat = self._node.talk.chat.opened(row)
        for one in chat.attachments:
            if one.hash.hex() == call.hash:
                return await self._shown(chat.by, one)
        raise NotFoundError("this message has no such file")

    async def _shown(self, author: bytes, one: Attachment) -> PictureView:
        context = self._node.context
        data = await self._node.files.fetch(author, one.hash, MAX_ATTACHMENT_BYTES)
        try:
            path = await context.pictures.thumbnail(one.hash, data, THUMBNAIL_PX)
        except MalformedMessageError:
            return PictureView(path=context.blobs.place(one.hash), problem=NO_PICTURE)
        return PictureView(path=path)

    def suggested(self, trade_id: bytes, message: str) -> Suggestion:
        """What a line of an order's room suggests. Raises InputError."""
        row = self._calls.message(Place(None, trade_id), message)
        chat = self._node.talk.chat.opened(row)
        with self._node.context.book.unit() as unit:
            contract = self._node.trades.load(unit, trade_id).contract
        found = suggested(chat.text, contract.offer)
        if found is None or contract.role_of(chat.by) not in SEATS:
            raise InputError("suggestion", "no arbiter suggests anything there")
        return found


def _suggestion(offer: Offer, call: ChatSuggest) -> Suggestion:
    if not 0 <= call.part < len(offer.parts):
        raise InputError("part", f"the order has parts 0 to {len(offer.parts) - 1}")
    shares = [
        None if text is None else _minor(text, field, offer.unit)
        for text, field in ((call.buyer, "buyer"), (call.seller, "seller"))
    ]
    amount = offer.parts[call.part].amount
    to_seller, to_buyer = split(amount, Share(*shares), offer.unit)
    return Suggestion(call.part, to_seller, to_buyer)


def _minor(text: str, field: str, unit: str) -> int:
    amount = parse_amount(text, field)
    if amount.unit != unit:
        raise InputError(field, f"the order is in {unit}")
    return amount.minor


def _id(text: str) -> str:
    try:
        bytes.fromhex(text)
    except ValueError as error:
        raise InputError("message", "not the id of a message") from error
    return text
