"""The client's state machine, without any socket."""

import msgspec
import pytest

from bazaar.rpc import auth
from bazaar.rpc.frames import (
    EventFrame,
    Hello,
    NodeHello,
    Proof,
    ReplyFrame,
    Welcome,
    line,
)
from bazaar.rpc.problems import (
    GarbledError,
    ImpostorError,
    Problem,
    VersionSkewError,
)
from bazaar.rpc.schema.call import PROTOCOL, Done
from bazaar.rpc.schema.node import CatalogueCounts, Peers, Status, Stop
from bazaar.rpc.session import Session

TOKEN = bytes(32)
NONCE = b"n" * 32


def hello_of(session: Session, token: bytes = TOKEN, protocol: int = PROTOCOL) -> bytes:
    hello = msgspec.json.decode(session.start(), type=Hello)
    proof = auth.proof(token, "node", bytes.fromhex(hello.nonce))
    return line(NodeHello(protocol, NONCE.hex(), proof))


def welcomed() -> Session:
    session = Session(TOKEN)
    session.receive(hello_of(session))
    session.receive(line(Welcome(PROTOCOL, "0.1.0")))
    return session


def test_it_proves_itself_only_after_the_node_did() -> None:
    session = Session(TOKEN)
    got = session.receive(hello_of(session))
    proof = msgspec.json.decode(got.send, type=Proof).proof
    assert auth.proves(proof, TOKEN, "client", NONCE)
    assert session.welcome is None
    session.receive(line(Welcome(PROTOCOL, "0.1.0")))
    assert session.welcome == Welcome(PROTOCOL, "0.1.0")


def test_an_impostor_learns_nothing() -> None:
    session = Session(TOKEN)
    with pytest.raises(ImpostorError):
        session.receive(hello_of(session, token=b"x" * 32))


def test_another_protocol_is_named() -> None:
    session = Session(TOKEN)
    with pytest.raises(VersionSkewError) as caught:
        session.receive(hello_of(session, protocol=PROTOCOL + 1))
    assert caught.value.theirs == PROTOCOL + 1


def test_replies_are_typed_by_what_was_asked_and_come_in_any_order() -> None:
    session = welcomed()
    stop, peers = session.ask(Stop()), session.ask(Peers())
    data = line(ReplyFrame(peers.id, msgspec.Raw(b"[]"))) + line(
        ReplyFrame(stop.id, msgspec.Raw(b'{"words":"bye","newer":1}'))
    )
    replies = session.receive(data).replies
    assert [reply.answer for reply in replies] == [(), Done(words="bye")]


def test_a_problem_is_no_answer() -> None:
    session = welcomed()
    asked = session.ask(Status())
    problem = Problem("wrong_state", "the order has moved on")
    (reply,) = session.receive(line(ReplyFrame(asked.id, error=problem))).replies
    assert (reply.answer, reply.problem) == (None, problem)


def test_merged_events_come_apart() -> None:
    frame = EventFrame(4, "order", 9, {"id": "a"}, ({"id": "b"},))
    events = welcomed().receive(line(frame)).events
    assert [(event.seq, event.at, event.data) for event in events] == [
        (4, 9, {"id": "a"}),
        (4, 9, {"id": "b"}),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\n",
        b'{"type":"reply","id":99,"result":null}\n',
        b'{"type":"reply","id":1,"result":{"peer_id":4}}\n',
        b'{"type":"riddle"}\n',
        b"\xff\n",
        b"x" * (8 * 1024 * 1024 + 1),
    ],
)
def test_what_no_node_sends_is_garbled(data: bytes) -> None:
    session = welcomed()
    session.ask(Status())
    with pytest.raises(GarbledError):
        session.receive(data)


def test_endless_nesting_is_garbled() -> None:
    session = welcomed()
    session.ask(Status())
    with pytest.raises(GarbledError):
        session.receive(b'{"type":"event","data":' + b'{"a":' * 100_000 + b"\n")


def test_defaults_are_written_out_in_answers() -> None:
    counts = CatalogueCounts(listings=0, stores=0)
    assert msgspec.json.encode(counts) == b'{"listings":0,"stores":0}'
    assert msgspec.json.encode(Done()) == b'{"words":""}'
