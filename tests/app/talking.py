"""Chat by hand: what people say, what they read, and what a hostile writer puts in."""

from typing import Any

from bazaar.app.people.chat import Line
from bazaar.app.people.rooms import Place
from bazaar.app.ports import Request
from bazaar.domain.delivery.chat import Chat
from bazaar.domain.delivery.seal import seal_mail
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import PutAnswer, PutSealed
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import NO_ID
from bazaar.domain.wire.envelope import Signed, seal, verify_as
from tests.app.town import NETWORK, START, Person


def tell(author: Person, to: Person, text: str) -> Signed[Chat]:
    return author.node.talk.chat.say(Place(to.key, None), Line(text))


def tell_room(author: Person, trade: bytes, text: str) -> Signed[Chat]:
    return author.node.talk.chat.say(Place(None, trade), Line(text))


def texts(reader: Person, room: bytes) -> list[str]:
    """What is in a conversation, in the order of arrival; deleted ones are left out."""
    with reader.book.unit() as unit:
        rows = unit.chats(room)
    return [
        verify_as(Chat, row.envelope, NETWORK.id).body.text
        for row in rows
        if row.envelope is not None
    ]


def state(reader: Person, room: bytes) -> str:
    with reader.book.unit() as unit:
        row = unit.chat_room(room)
    return row.state if row else "none"


def line(author: Person, *to: Person, **fields: Any) -> Signed[Chat]:
    """A signed line with any field forged."""
    body: dict[str, Any] = {
        "by": author.key,
        "to": tuple(one.key for one in to),
        "trade": None,
        "seq": 0,
        "prev": NO_ID,
        "at": START,
        "text": "hello",
        "reply_to": None,
        "attachments": (),
    }
    return seal(Chat(**body | fields), author.identity.signing_key, NETWORK.id)


async def put(reader: Person, *messages: Signed[Chat]) -> tuple[int, ...]:
    """The codes that the node answers when these arrive sealed."""
    own = reader.identity.box_key.public_key
    blobs = tuple(seal_mail(one.envelope, bytes(own)) for one in messages)
    request = Request(
        messages[0].author, RequestType.PUT_SEALED, encode(PutSealed(blobs))
    )
    answer = await reader.node.inbound.put_sealed(request)
    return decode(PutAnswer, answer).codes
