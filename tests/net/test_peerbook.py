"""Known peers: shares, back-off, what is kept over a restart."""

import hashlib

import pytest

from net.dialling.addresses import Source
from net.dialling.peerbook import PeerBook
from net.limits import (
    ANCHORS,
    BACK_OFF_SECONDS,
    MAX_ADDRESSES_PER_PEER,
    MAX_KNOWN_PEERS,
    MAX_PEERS_PER_GROUP,
)
from net.rules import LOCAL_RULES, PUBLIC_RULES

KEY, TELLER = b"k" * 32, b"t" * 32
ADDRESS = "/ip4/8.8.8.8/tcp/4001"
OTHER = "/ip4/8.8.4.4/tcp/4001"


@pytest.fixture
def book() -> PeerBook:
    return PeerBook(PUBLIC_RULES)


def key(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(4)).digest()


def test_only_new_and_dialable_addresses_are_learnt(book: PeerBook) -> None:
    assert book.learn(KEY, [ADDRESS, "/ip4/10.0.0.1/tcp/4001"], Source.PEER, KEY) == 1
    assert book.learn(KEY, [ADDRESS], Source.PEER, KEY) == 0
    assert [known.address for known in book.candidates(KEY, 0)] == [ADDRESS]


def test_a_peer_without_a_good_address_is_not_kept(book: PeerBook) -> None:
    assert book.learn(KEY, ["/ip4/10.0.0.1/tcp/4001"], Source.PEER, TELLER) == 0
    assert len(book) == 0
    assert book.candidates(KEY, 0) == ()


def test_addresses_of_a_peer_at_the_limit_and_beyond(book: PeerBook) -> None:
    first = [f"/ip4/8.8.8.{n}/tcp/4001" for n in range(MAX_ADDRESSES_PER_PEER)]
    book.learn(KEY, first, Source.PEER, KEY)
    assert len(book.candidates(KEY, 0)) == MAX_ADDRESSES_PER_PEER
    book.worked(KEY, first[0], 5)
    book.learn(KEY, [OTHER], Source.PEER, KEY)
    left = [known.address for known in book.candidates(KEY, 0)]
    assert len(left) == MAX_ADDRESSES_PER_PEER
    assert left[0] == first[0]


def test_the_back_off_grows_and_a_success_ends_it(book: PeerBook) -> None:
    book.learn(KEY, [ADDRESS], Source.PEER, KEY)
    for wait in (*BACK_OFF_SECONDS, BACK_OFF_SECONDS[-1]):
        book.failed(KEY, ADDRESS, 1000)
        assert book.candidates(KEY, 1000 + wait - 1) == ()
        assert len(book.candidates(KEY, 1000 + wait)) == 1
    book.worked(KEY, ADDRESS, 2000)
    assert len(book.candidates(KEY, 2000)) == 1


def test_who_told_a_useless_address_is_named_once(book: PeerBook) -> None:
    book.learn(KEY, [ADDRESS], Source.PEER, TELLER)
    assert [book.failed(KEY, ADDRESS, 0) for _ in range(3)] == [None, TELLER, None]
    assert book.failed(KEY, OTHER, 0) is None
    assert book.failed(TELLER, OTHER, 0) is None


def test_nobody_is_named_for_an_address_that_once_worked(book: PeerBook) -> None:
    book.learn(KEY, [ADDRESS], Source.PEER, TELLER)
    book.worked(KEY, ADDRESS, 1)
    assert [book.failed(KEY, ADDRESS, 0) for _ in range(3)] == [None] * 3


def test_what_is_dumped_is_loaded(book: PeerBook) -> None:
    book.learn(KEY, [ADDRESS, OTHER], Source.PEER, TELLER)
    book.failed(KEY, ADDRESS, 1000)
    again = PeerBook(PUBLIC_RULES)
    again.load(book.dump())
    assert again.dump() == book.dump()
    assert [known.address for known in again.candidates(KEY, 1000)] == [OTHER]


def test_rows_that_the_rules_forbid_are_not_loaded() -> None:
    local, public = PeerBook(LOCAL_RULES), PeerBook(PUBLIC_RULES)
    local.learn(KEY, ["/ip4/127.0.0.1/tcp/4001"], Source.PEER, KEY)
    public.load(local.dump())
    assert len(public) == 0


def test_a_quarter_of_the_book_from_one_teller() -> None:
    book, share = PeerBook(LOCAL_RULES), MAX_KNOWN_PEERS // 4
    learnt = [
        book.learn(key(n), [ADDRESS], Source.PEER, TELLER) for n in range(share + 1)
    ]
    assert learnt == [1] * share + [0]
    assert book.learn(TELLER, [ADDRESS], Source.PEER, TELLER) == 1


def test_two_peers_of_a_group_in_a_bucket(book: PeerBook) -> None:
    bucket = hashlib.sha256(key(0)).digest()[0]
    same = [key(n) for n in range(5000) if hashlib.sha256(key(n)).digest()[0] == bucket]
    learnt = [book.learn(one, [ADDRESS], Source.PEER, TELLER) for one in same[:3]]
    assert learnt == [1] * MAX_PEERS_PER_GROUP + [0]
    assert book.learn(same[3], [OTHER], Source.PEER, TELLER) == 1
    assert book.learn(same[4], [ADDRESS], Source.USER) == 1


def test_local_networks_have_no_groups() -> None:
    book = PeerBook(LOCAL_RULES)
    assert all(book.learn(key(n), [ADDRESS], Source.PEER, TELLER) for n in range(600))


def test_the_book_at_its_limit_drops_who_was_never_reached(book: PeerBook) -> None:
    book.learn(KEY, [ADDRESS], Source.USER)
    book.worked(KEY, ADDRESS, 1)
    for number in range(MAX_KNOWN_PEERS):
        book.learn(key(number), [OTHER], Source.USER)
    assert len(book) == MAX_KNOWN_PEERS
    assert KEY in book.keys()  # noqa: SIM118 - keys of peers, it is no dict


def test_anchors_are_the_peers_reached_last(book: PeerBook) -> None:
    for number in range(4):
        book.learn(key(number), [ADDRESS], Source.USER)
        if number:
            book.worked(key(number), ADDRESS, number)
    assert book.anchors() == [key(3), key(2)][:ANCHORS]
