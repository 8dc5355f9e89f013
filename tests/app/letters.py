"""Letters by hand: what a hostile peer puts into a node, and what the node answers."""

from typing import Any

from bazaar.app.ports import Request
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import Put, PutAnswer
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import Step
from bazaar.domain.wire.bounds import Body
from bazaar.domain.wire.envelope import Signed, seal
from bazaar.domain.wire.networks import Network
from tests.app.town import NETWORK, Person


def sign(person: Person, body: Body, on: Network = NETWORK) -> Signed[Any]:
    return seal(body, person.identity.signing_key, on.id)


def step(
    author: Person,
    view: Person,
    trade_id: bytes,
    kind: type[Step],
    *fields: Any,
    **header: Any,
) -> Signed[Any]:
    """The next message of ``author`` in a trade as ``view`` holds it; header fields may be forged."""
    trade = view.trade(trade_id)
    role = header.pop("role", trade.contract.role_of(author.key))
    seq, prev, seen = trade.next_place(role)
    place: dict[str, Any] = {
        "trade": trade_id,
        "role": role,
        "seq": seq,
        "prev": prev,
        "seen": seen,
        "at": view.clock.now(),
    }
    return sign(author, kind(*(place | header).values(), *fields))


async def put_raw(to: Person, *envelopes: bytes, sender: bytes = bytes(32)) -> bytes:
    """The answer to a put of these bytes, as the handler gives it."""
    request = Request(sender, RequestType.PUT, encode(Put(envelopes)))
    return await to.node.inbound.put(request)


async def put(to: Person, *messages: Signed[Any]) -> tuple[int, ...]:
    """The codes that the node answers when these arrive; nothing else travels."""
    envelopes = [message.envelope for message in messages]
    answer = await put_raw(to, *envelopes, sender=messages[0].author)
    return decode(PutAnswer, answer).codes
