"""A hundred starts among three hundred hostile nodes: somebody honest is always dialled."""

import hashlib
import time
from typing import Final

from net.dialling.addresses import Source
from net.dialling.outbound import choose
from net.dialling.peerbook import PeerBook
from net.limits import OUTBOUND_PEERS
from net.peer_ids import peer_text
from net.rules import PUBLIC_RULES

RESTARTS: Final = 100
HOSTILE: Final = 300
HONEST: Final = 40
REACHED: Final = 4
"""Honest neighbours in the last life; the hostile ones had as many of the eight places."""


def key_of(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def a_book(*, is_honest_last: bool) -> tuple[PeerBook, set[bytes]]:
    """What a node remembers: honest peers, and 300 in /16 of their own that told of each other.

    Both sides were reached in the last life, one of them later.
    """
    book, now = PeerBook(PUBLIC_RULES), int(time.time()) - 60
    honest = {key_of(f"honest {number}") for number in range(HONEST)}
    for number in range(HONEST):
        place = f"/ip4/{11 + number}.7.7.7/tcp/4001"
        _remember(book, f"honest {number}", place, now * (number < REACHED))
    for number in range(HOSTILE):
        place = f"/ip4/{60 + number % 30}.{number // 30}.9.9/tcp/4001"
        later = now + (-30 if is_honest_last else 30)
        _remember(book, f"hostile {number}", place, later * (number < REACHED))
    return book, honest


def _remember(book: PeerBook, name: str, place: str, reached: int) -> None:
    address = f"{place}/p2p/{peer_text(key_of(name))}"
    assert book.learn(key_of(name), [address], Source.PEER, key_of(name)) == 1
    if reached:
        book.worked(key_of(name), address, reached)


def test_every_restart_dials_somebody_honest() -> None:
    book, honest = a_book(is_honest_last=True)
    for _ in range(RESTARTS):
        chosen = choose(book, [], PUBLIC_RULES, OUTBOUND_PEERS)
        assert len(chosen) == OUTBOUND_PEERS
        assert set(chosen) & honest


def test_also_if_both_anchors_are_hostile() -> None:
    book, honest = a_book(is_honest_last=False)
    assert not set(book.anchors()) & honest
    for _ in range(RESTARTS):
        assert set(choose(book, [], PUBLIC_RULES, OUTBOUND_PEERS)) & honest


def test_a_node_that_only_ever_met_hostile_ones_is_lost() -> None:
    """What remains: nothing in its book tells it of anybody else."""
    book = PeerBook(PUBLIC_RULES)
    for number in range(HOSTILE):
        _remember(book, f"hostile {number}", f"/ip4/60.{number % 256}.9.9/tcp/4001", 0)
    assert all(
        one not in {key_of(f"honest {n}") for n in range(HONEST)}
        for one in choose(book, [], PUBLIC_RULES, OUTBOUND_PEERS)
    )
