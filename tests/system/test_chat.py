"""Node processes: what is said to who is away waits sealed in his mailboxes, and is read."""

from collections.abc import Generator

import pytest

from bazaar.demo.processes import Person
from bazaar.rpc.schema.chat import (
    BlockPeer,
    ChatAccept,
    ChatList,
    ChatSend,
    ChatShow,
    ChatView,
    ConversationView,
)
from bazaar.rpc.schema.notices import NoticeList, NoticesView
from tests.system.test_mailboxes import Town, looked_at, mail_town, until

SECRET = "the key lies under the third flower pot"


@pytest.fixture
def town() -> Generator[Town]:
    with mail_town() as people:
        yield people


def talk(person: Person, other: Person) -> ChatView:
    answer: ChatView = person.ask(ChatShow(peer=other.peer_id, mark=True))
    return answer


def texts(person: Person, other: Person) -> list[str]:
    return [one.text for one in talk(person, other).messages]


def talks(person: Person) -> tuple[ConversationView, ...]:
    answer: tuple[ConversationView, ...] = person.ask(ChatList())
    return answer


@pytest.mark.timeout(300)
def test_two_who_are_never_at_home_together_talk(town: Town) -> None:
    seller, buyer, host = town["seller"], town["buyer"], town["host1"]
    looked_at(buyer)
    seller.kill()
    buyer.ask(ChatSend(peer=seller.peer_id, text=SECRET))
    until(lambda: talk(buyer, seller).messages[0].state == "in_mailbox")
    for name in ("host1", "host2", "host3"):
        kept = b"".join(one.read_bytes() for one in town[name].home.glob("mail.db*"))
        assert kept
        assert SECRET.encode() not in kept
    buyer.kill()

    seller.start(host.address)
    until(lambda: talks(seller))
    (row,) = talks(seller)
    assert (row.state, row.last, row.unread) == ("open", SECRET, 1)
    notices: NoticesView = seller.ask(NoticeList(kind="chat"))
    assert [one.opens for one in notices.items] == ["chat"]
    assert texts(seller, buyer) == [SECRET]
    seller.ask(ChatSend(peer=buyer.peer_id, text="found it"))
    until(lambda: talk(seller, buyer).messages[-1].state == "in_mailbox")
    seller.kill()

    buyer.start(host.address)
    until(lambda: texts(buyer, seller) == [SECRET, "found it"])
    until(lambda: talk(buyer, seller).messages[0].state in {"delivered", "read"})


@pytest.mark.timeout(300)
def test_strangers_meet_talk_and_part(town: Town) -> None:
    buyer, host = town["buyer"], town["host1"]
    buyer.ask(ChatSend(peer=host.peer_id, text="who are you?"))
    until(lambda: [row.state for row in talks(host)] == ["request"])
    assert talks(host)[0].title == "Buyer"
    host.ask(ChatAccept(peer=buyer.peer_id))
    host.ask(ChatSend(peer=buyer.peer_id, text="a host"))
    until(lambda: texts(buyer, host) == ["who are you?", "a host"])
    until(lambda: talk(host, buyer).messages[-1].state == "read")
    host.ask(BlockPeer(peer=buyer.peer_id))
    buyer.ask(ChatSend(peer=host.peer_id, text="hello?"))
    buyer.ask(ChatSend(peer=town["host2"].peer_id, text="hello?"))
    until(lambda: [row.last for row in talks(town["host2"])] == ["hello?"])
    assert texts(host, buyer) == ["who are you?", "a host"]
    assert talk(buyer, host).messages[-1].state == "queued"
