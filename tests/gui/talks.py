"""Conversations and notices of a believable market."""

from typing import Any, Final

from bazaar.demo.shops import load_shops
from bazaar.rpc.schema.chat import (
    ChatLineView,
    ChatShow,
    ChatView,
    ConversationView,
    SuggestionView,
)
from bazaar.rpc.schema.notices import NoticeList, NoticesView, NoticeView
from tests.gui.deals import orders
from tests.gui.goods import DAY, HOUR, ILSE, ME, colour, euro, now, peer, words

MINUTE: Final = 60
STRANGER: Final = "12D3KooWStrangerQ7fYcLk1vB2sUxJ4tWe9RzNpHdGoA6mTiCbE"
SAID: Final = (
    (False, 3 * DAY, "Hello! Your question about the oak table: yes, it comes apart."),
    (True, 3 * DAY - HOUR, "Wonderful. Would it fit through a door of 70 cm?"),
    (False, 2 * DAY, "Easily. The top is 68 cm, the legs unscrew with one key.\n\nI can "
     "put a strap around it, so that two people carry it without scratching the frame."),
    (True, 2 * HOUR, "Then I take it. Thank you for the patience!"),
    (True, 9 * MINUTE, "One more thing: can you leave it with the neighbour on the second floor?"),
)  # fmt: skip


def conversations() -> tuple[ConversationView, ...]:
    first, second, *_ = load_shops()
    order = next(iter(orders()))
    return (
        talk(peer(first), first.profile["name"], "Easily. The top is 68 cm, the legs"),
        talk(
            peer(second),
            second.profile["name"],
            "Is the blue one still there?",
            at=now() - 5 * HOUR,
            unread=2,
        ),
        talk(
            peer(first),
            "Oak side table",
            "The parcel left this morning.",
            order_id=order,
            at=now() - DAY,
        ),
        talk(STRANGER, "…mTiCbE", "Hello, do you ship to Iceland?", state="request"),
    )


def talk(who: str, title: str, last: str, **fields: Any) -> ConversationView:
    given: dict[str, Any] = {
        "peer_id": who,
        "order_id": "",
        "title": title,
        "fingerprint": words(who),
        "colour": colour(who),
        "online": True,
        "state": "open",
        "blocked": False,
        "last": last,
        "at": now() - 9 * MINUTE,
        "unread": 0,
    }
    return ConversationView(**given | fields)


def said(number: int, name: str, who: str, **fields: Any) -> ChatLineView:
    own, age, text = SAID[number]
    state = ("read", "read", "delivered", "delivered", "in_mailbox")[number]
    given: dict[str, Any] = {
        "message_id": f"{number:02x}" * 32,
        "sender": ME if own else who,
        "name": "Maren Solberg" if own else name,
        "role": "",
        "own": own,
        "at": now() - age,
        "text": text,
        "delivered": state in {"delivered", "read"},
        "state": state,
        "states": {},
        "gap": 0,
        "reply_to": "",
        "quoted": "",
        "attachments": (),
    }
    return ChatLineView(**given | fields)


def conversation(call: ChatShow) -> ChatView:
    """The talk that is asked for; an order's has a suggestion, a stranger's one line."""
    found = [
        one
        for one in conversations()
        if (one.order_id if call.order else one.peer_id) in {call.order, call.peer}
    ]
    name = "Ilse Brandt"
    if call.order:
        head = talk(ILSE, "Oak side table", "", order_id=call.order, can_give=True)
        return ChatView(conversation=head, messages=room(name))
    head = found[0] if found else talk(call.peer, "Somebody new", "")
    if head.state == "request":
        text = "Hello, do you ship to Iceland? I would take two."
        return ChatView(
            conversation=head, messages=(said(0, head.title, call.peer, text=text),)
        )
    if not found:
        return ChatView(conversation=head, messages=())
    lines = [said(number, head.title, call.peer) for number in range(len(SAID))]
    return ChatView(conversation=head, messages=tuple(lines))


def room(name: str) -> tuple[ChatLineView, ...]:
    suggestion = SuggestionView(part=0, to_buyer=euro("12.06"), to_seller=euro("18.09"))
    text = (
        "I suggest 12.06 EUR to the buyer and 18.09 EUR to the seller\n"
        "The crack is small, and the table can be used."
    )
    return (
        said(1, name, ILSE, role="buyer", text="The top has a crack near the edge."),
        said(0, name, ILSE, role="seller", text="It left here whole.", gap=2),
        said(
            2,
            "Noor Haddad",
            "12D3KooWNoor",
            role="arbiter",
            text=text,
            suggestion=suggestion,
        ),
    )


NOTICES: Final = (
    ("shipment", 20 * MINUTE, False, True, "It was sent. Confirm when it is here and as promised, or complain."),
    ("payment", 2 * DAY, True, True, "Everybody agreed. Pay, so that it can be sent."),
    ("chat", 5 * HOUR, False, False, "New messages."),
    ("network", 6 * DAY, True, None, "Nobody can be reached. Orders and messages wait here until that changes."),
)  # fmt: skip


def notices(call: NoticeList) -> NoticesView:
    order = next(iter(orders()))
    shop = load_shops()[1]
    items = [
        NoticeView(
            notice_id=number,
            kind=kind,
            title="Oak side table"
            if of_order
            else ""
            if of_order is None
            else shop.profile["name"],
            words=text,
            at=now() - age,
            seen=seen,
            order_id=order if of_order else "",
            peer_id=peer(shop) if of_order is False else "",
            opens="order" if of_order else "network" if of_order is None else "chat",
            argument=order if of_order else "" if of_order is None else peer(shop),
        )
        for number, (kind, age, seen, of_order, text) in enumerate(NOTICES, 1)
    ]
    return NoticesView(unread=2, items=tuple(items[: call.limit]))
