"""What the door shows of conversations: marks, gaps, requests, suggestions, files, blocks."""

from collections.abc import Awaitable
from typing import Any

import pytest
import trio

from bazaar.domain.errors import (
    InputError,
    NotAllowedError,
    NotFoundError,
    PeerUnreachableError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import encode
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.exchange.stores import HeadGet
from bazaar.domain.trading.messages import DisputeReason
from bazaar.rpc.handlers.dispatch import Changes, Dispatcher
from bazaar.rpc.schema.call import Call
from bazaar.rpc.schema.chat import (
    Blocked,
    BlockPeer,
    ChatAccept,
    ChatDelete,
    ChatFile,
    ChatList,
    ChatMark,
    ChatRefuse,
    ChatSend,
    ChatShow,
    ChatSuggest,
    ChatView,
    Unblock,
)
from bazaar.rpc.schema.moves import OrderAgree, OrderPropose
from bazaar.rpc.schema.notices import (
    NoticeDelete,
    NoticeList,
    NoticeOff,
    NoticeRead,
    NoticesView,
)
from bazaar.rpc.schema.orders import OrderList
from bazaar.rpc.schema.profile import ProfileShow, ProfileView
from bazaar.rpc.schema.ratings import OrderRate, Ratings, RatingsView
from bazaar.rpc.schema.search import PictureView, Search, SearchView
from tests.app.talking import line, put, tell, tell_room, texts
from tests.app.test_chat import pair
from tests.app.town import Cast, Person, Town
from tests.fakes import until


def ask(person: Person, call: Call) -> Awaitable[Any]:
    return Dispatcher(person.node, Changes(), lambda: None)(call)


def name(person: Person) -> str:
    return person.identity.peer_id


async def test_a_message_shows_where_it_lies(town: Town) -> None:
    ana, ben = await pair(town)
    await ben.leave()
    sent = await ask(ana, ChatSend(peer=name(ben), text="hello"))
    view: ChatView = await ask(ana, ChatShow(peer=name(ben)))
    (one,) = view.messages
    assert (one.message_id, one.own, one.delivered) == (sent.message_id, True, False)
    assert one.states == {name(ben): "queued"}
    await town.start(ben)
    await until(lambda: texts(ben, ana.key) == ["hello"])
    await town.quiet()
    view = await ask(ana, ChatShow(peer=name(ben)))
    assert view.messages[0].state == "delivered"
    request: ChatView = await ask(ben, ChatShow(peer=name(ana), mark=True))
    assert request.conversation.state == "request"
    view = await ask(ana, ChatShow(peer=name(ben)))
    assert view.messages[0].state == "read"


async def test_the_list_counts_what_was_not_read(town: Town) -> None:
    ana, ben = await pair(town)
    tell(ana, ben, "one")
    tell(ana, ben, "two\nlines")
    await until(lambda: len(texts(ben, ana.key)) == 2)
    (row,) = await ask(ben, ChatList())
    assert (row.title, row.unread, row.last) == ("ana", 2, "two lines")
    await ask(ben, ChatMark(peer=name(ana)))
    (row,) = await ask(ben, ChatList())
    assert row.unread == 0
    (own,) = await ask(ana, ChatList())
    assert own.unread == 0


async def test_a_request_is_accepted_or_refused(town: Town) -> None:
    ana, ben = await pair(town)
    tell(ana, ben, "hello")
    await until(lambda: texts(ben, ana.key) == ["hello"])
    await ask(ben, ChatAccept(peer=name(ana)))
    (row,) = await ask(ben, ChatList())
    assert row.state == "open"
    await ask(ben, ChatRefuse(peer=name(ana)))
    assert await ask(ben, ChatList()) == ()
    with pytest.raises(NotFoundError):
        await ask(ana, ChatAccept(peer=name(await town.settle_in("cleo"))))


async def test_gaps_are_shown_and_newest_alone_show_none(town: Town) -> None:
    ana, ben = await pair(town)
    first = line(ana, ben, text="0")
    second = line(ana, ben, text="1", seq=1, prev=first.id)
    third = line(ana, ben, text="2", seq=2, prev=second.id)
    await put(ben, first, third)
    view: ChatView = await ask(ben, ChatShow(peer=name(ana)))
    assert [(one.text, one.gap) for one in view.messages] == [("0", 0), ("2", 1)]
    await put(ben, second)
    view = await ask(ben, ChatShow(peer=name(ana), limit=1))
    assert [(one.text, one.gap) for one in view.messages] == [("1", 0)]
    view = await ask(ben, ChatShow(peer=name(ana)))
    assert [one.text for one in view.messages] == ["0", "1", "2"]


async def test_a_clock_ahead_does_not_put_a_message_last(town: Town) -> None:
    ana, ben = await pair(town)
    await put(ben, line(ana, ben, text="from tomorrow", at=town.wall.time + 86_400))
    town.wall.time += 60
    tell(ben, ana, "later")
    view: ChatView = await ask(ben, ChatShow(peer=name(ana)))
    assert [one.text for one in view.messages] == ["from tomorrow", "later"]


async def test_one_click_makes_a_suggestion_a_proposal_and_one_completes_it(
    cast: Cast,
) -> None:
    buyer, seller, seat = cast.buyer, cast.seller, cast.primary
    trade = await cast.shipped()
    with pytest.raises(NotAllowedError):
        await ask(buyer, ChatSuggest(order=trade.hex(), buyer="1 EUR"))
    buyer.node.deeds.dispute(trade, "", (), DisputeReason.GOODS, "broken")
    buyer.node.changed(trade)
    await cast.town.all_in("disputed", trade, cast.everybody)
    order = trade.hex()
    call = ChatSuggest(order=order, buyer="12.06 EUR", text="both share it")
    await ask(seat, call)
    await until(lambda: texts(buyer, trade) and texts(seller, trade))
    view: ChatView = await ask(buyer, ChatShow(order=order))
    (one,) = view.messages
    assert one.role in {"arbiter", "primary"}
    assert one.suggestion is not None
    assert (one.suggestion.to_buyer.minor, one.suggestion.to_seller.minor) == (
        1206,
        1809,
    )
    assert view.conversation.can_give
    await ask(buyer, OrderPropose(id=order, suggestion=one.message_id))
    await until(lambda: "Proposal" in str(seller.trade(trade).facts.chains.complete))
    await ask(seller, OrderAgree(id=order))
    await cast.town.all_in("closed", trade, cast.everybody)
    (part,) = buyer.trade(trade).parts
    assert part.outcome is not None
    assert (part.outcome.to_buyer, part.outcome.to_seller) == (1206, 1809)


async def test_a_partys_line_is_no_suggestion(cast: Cast) -> None:
    trade = await cast.shipped()
    said = tell_room(cast.buyer, trade, "I suggest 100/0")
    view: ChatView = await ask(cast.buyer, ChatShow(order=trade.hex()))
    assert view.messages[0].suggestion is None
    call = OrderPropose(id=trade.hex(), suggestion=said.id.hex())
    with pytest.raises(InputError, match="no arbiter suggests"):
        await ask(cast.buyer, call)


async def test_files_go_to_the_readers_alone(town: Town) -> None:
    ana, ben = await pair(town)
    cleo = await town.settle_in("cleo")
    (ana.home / "list.txt").write_bytes(b"\xff nothing to decode")
    path = str(ana.home / "list.txt")
    await ask(ana, ChatSend(peer=name(ben), files=(path,)))
    await until(lambda: texts(ben, ana.key) == [""])
    view: ChatView = await ask(ben, ChatShow(peer=name(ana)))
    (file,) = view.messages[0].attachments
    call = ChatFile(message=view.messages[0].message_id, hash=file.hash)
    got: PictureView = await ask(ben, call)
    assert got.path is not None
    assert await trio.Path(got.path).read_bytes()
    with pytest.raises(RefusedError):
        await cleo.node.files.fetch(ana.key, bytes.fromhex(file.hash), 1_000)
    with pytest.raises(InputError, match="at most 4"):
        await ask(ana, ChatSend(peer=name(ben), files=(path,) * 5))
    with pytest.raises(NotFoundError):
        await ask(ben, ChatFile(message=call.message, hash="00" * 32))


async def test_who_is_blocked_is_refused_both_ways_and_served_nothing(
    town: Town,
) -> None:
    ana, ben = await pair(town)
    await ask(ben, BlockPeer(peer=name(ana)))
    assert [one.name for one in await ask(ben, Blocked())] == ["ana"]
    with pytest.raises(NotAllowedError, match="unblock first"):
        tell(ben, ana, "hello")
    assert await put(ben, line(ana, ben)) == (ReplyCode.BLOCKED,)
    request = encode(HeadGet(()))
    with pytest.raises(RefusedError) as caught:
        await ana.exchange.request(ben.key, RequestType.HEAD_GET, request)
    assert caught.value.code is ReplyCode.BLOCKED
    await town.restart(ben)
    with pytest.raises((RefusedError, PeerUnreachableError)):
        await ana.exchange.request(ben.key, RequestType.HEAD_GET, request)
    await ask(ben, Unblock(peer=name(ana)))
    assert await ana.exchange.request(ben.key, RequestType.HEAD_GET, request)
    assert await ask(ben, Blocked()) == ()
    with pytest.raises(InputError, match="this is you"):
        await ask(ben, BlockPeer(peer=name(ben)))


async def test_goods_and_reviews_of_who_is_blocked_are_hidden(cast: Cast) -> None:
    buyer, seller, seat = cast.buyer, cast.seller, cast.primary
    await cast.closed()
    await ask(
        seller,
        OrderRate(id=(await ask(seller, OrderList()))[0].order_id, stars=2),
    )
    found: SearchView = await ask(buyer, Search(words="lamp"))
    assert found.total == 1
    await ask(buyer, BlockPeer(peer=name(seller)))
    for words in ("lamp", ""):
        for mature in (True, False):
            call = Search(words=words, mature=mature)
            assert (await ask(buyer, call)).results == ()
    named: SearchView = await ask(buyer, Search(seller=name(seller)))
    assert named.total == 1
    profile: ProfileView = await ask(buyer, ProfileShow(peer=name(seller)))
    assert profile.blocked
    await until(lambda: seat.node.ratings.held(buyer.key))
    whole: RatingsView = await ask(seat, Ratings(peer=name(buyer)))
    assert (whole.ratings, whole.hidden) == (1, 0)
    await ask(seat, BlockPeer(peer=name(seller)))
    left: RatingsView = await ask(seat, Ratings(peer=name(buyer)))
    assert (left.ratings, left.hidden, left.score) == (0, 1, None)


async def test_a_block_does_not_lock_an_open_order(cast: Cast) -> None:
    trade = await cast.shipped()
    await ask(cast.seller, BlockPeer(peer=name(cast.buyer)))
    cast.buyer.confirm(trade)
    await cast.town.all_in("closed", trade, cast.everybody)


async def test_deleting_names_messages_of_the_conversation(town: Town) -> None:
    ana, ben = await pair(town)
    sent = await ask(ana, ChatSend(peer=name(ben), text="hello"))
    with pytest.raises(InputError, match="of this conversation"):
        await ask(ana, ChatDelete(peer=name(ben), messages=("abcdef",)))
    call = ChatDelete(peer=name(ben), messages=(sent.message_id[:8],))
    await ask(ana, call)
    assert texts(ana, ben.key) == []
    with pytest.raises(InputError, match="a person or an order"):
        await ask(ana, ChatShow())


async def test_notices_lead_to_their_step(cast: Cast) -> None:
    trade = await cast.ordered()
    tell(cast.buyer, cast.seller, "hello")
    await until(lambda: texts(cast.seller, cast.buyer.key) == ["hello"])
    view: NoticesView = await ask(cast.seller, NoticeList())
    assert view.unread == 2
    places = {one.kind: (one.opens, one.argument, one.title) for one in view.items}
    assert places == {
        "chat": ("chat", name(cast.buyer), "buyer"),
        "order": ("order", trade.hex(), "Desk lamp"),
    }
    only: NoticesView = await ask(cast.seller, NoticeList(kind="chat"))
    assert [one.kind for one in only.items] == ["chat"]
    await ask(cast.seller, NoticeRead(ids=(view.items[0].notice_id,)))
    left: NoticesView = await ask(cast.seller, NoticeList(unread=True))
    assert (left.unread, len(left.items)) == (1, 1)
    await ask(cast.seller, NoticeDelete())
    assert (await ask(cast.seller, NoticeList())).items == ()
    await ask(cast.seller, NoticeOff(kinds=("chat",)))
    assert (await ask(cast.seller, NoticeList())).off == ("chat",)
    with pytest.raises(InputError, match="one of order"):
        await ask(cast.seller, NoticeOff(kinds=("gossip",)))
