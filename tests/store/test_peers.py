"""Known peers on the disk: kept over a start, thrown away when damaged."""

from pathlib import Path

from bazaar.app.ports import KnownAddress
from store.peers import open_peers

ANNA, BEN = b"a" * 32, b"b" * 32
ROWS = [
    KnownAddress(ANNA, "/ip4/8.8.8.8/tcp/4001", "peer", BEN, 5, 2, 9),
    KnownAddress(ANNA, "/ip4/8.8.4.4/tcp/4001", "user", None),
]


def test_peers_are_there_after_a_new_start(tmp_path: Path) -> None:
    with open_peers(tmp_path / "peers.db") as peers:
        peers.save({ANNA: ROWS, BEN: []})
        peers.save_ports([4001, 4001, 4002])
    assert (tmp_path / "peers.db").stat().st_mode & 0o777 == 0o600
    with open_peers(tmp_path / "peers.db") as peers:
        assert sorted(peers.load()) == sorted(ROWS)
        assert peers.ports() == [4001, 4002]


def test_rows_of_a_peer_are_replaced_and_forgotten(tmp_path: Path) -> None:
    with open_peers(tmp_path / "peers.db") as peers:
        peers.save({ANNA: ROWS})
        peers.save({ANNA: ROWS[:1]})
        assert peers.load() == ROWS[:1]
        peers.save({ANNA: []})
        assert peers.load() == []
        peers.save_relays([b"a", b"c", b"b"])
        assert peers.relays() == [b"a", b"c", b"b"]
        peers.save_relays([])
        assert peers.relays() == []
        peers.save_ports([1])
        peers.save_ports([])
        assert peers.ports() == []


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "peers.db"
    path.write_bytes(b"no database at all" * 400)
    with open_peers(path) as peers:
        assert peers.load() == []
        peers.save({ANNA: ROWS})
        assert len(peers.load()) == len(ROWS)
