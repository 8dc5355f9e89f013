"""The door's files: private, fresh, cleared by the next node."""

import os
import stat
from pathlib import Path

import pytest

from bazaar.rpc import paths


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_for_this_user_even_if_it_was_open(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o777)
    assert mode(paths.run_folder(tmp_path)) == 0o700


def test_the_token_is_private_and_new_at_each_start(tmp_path: Path) -> None:
    first = paths.renew_token(tmp_path)
    second = paths.renew_token(tmp_path)
    assert first != second == paths.read_token(tmp_path)
    assert mode(tmp_path / "run" / "token") == 0o600
    assert (tmp_path / "run" / "token").read_text() == second.hex() + "\n"


def test_a_link_in_place_of_the_token_is_not_followed(tmp_path: Path) -> None:
    paths.run_folder(tmp_path)
    (tmp_path / "run" / "token").symlink_to(tmp_path / "other")
    paths.renew_token(tmp_path)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("text", ["", "00" * 31, "00" * 33, "zz" * 32])
def test_a_file_that_holds_no_token(tmp_path: Path, text: str) -> None:
    paths.run_folder(tmp_path)
    (tmp_path / "run" / "token").write_text(text)
    with pytest.raises(ValueError, match=r"bytes|hex"):
        paths.read_token(tmp_path)


def test_a_path_at_the_limit_stays_and_one_byte_more_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    at_limit = Path("h" * (paths.MAX_SOCKET_PATH_BYTES - len("/run/node.sock")))
    assert paths.socket_path(at_limit) == at_limit / "run" / "node.sock"
    moved = paths.socket_path(Path(at_limit.name + "h"))
    assert moved.name == "node.sock"
    assert mode(moved.parent) == 0o700
    assert len(os.fsencode(moved)) <= paths.MAX_SOCKET_PATH_BYTES
    moved.parent.rmdir()


def test_the_announcement_names_process_and_place(tmp_path: Path) -> None:
    paths.announce(tmp_path, "tcp:127.0.0.1:5")
    assert paths.read_door(tmp_path) == paths.Door(os.getpid(), "tcp:127.0.0.1:5", 1)


@pytest.mark.parametrize("text", ["", "{", '{"pid":"x"}', "[]"])
def test_a_broken_announcement_is_none(tmp_path: Path, text: str) -> None:
    paths.run_folder(tmp_path)
    (tmp_path / "run" / "node.json").write_text(text)
    assert paths.read_door(tmp_path) is None


def test_clearing_removes_a_dead_nodes_socket_wherever_it_was(tmp_path: Path) -> None:
    place = paths.socket_path(tmp_path / ("long" * 30))
    place.touch()
    paths.announce(tmp_path, str(place))
    paths.renew_token(tmp_path)
    assert not place.parent.exists()
    assert paths.read_door(tmp_path) is None
    paths.clear(tmp_path)
    assert list((tmp_path / "run").iterdir()) == []


def test_clearing_leaves_alone_what_is_not_ours(tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "node.sock"
    other.parent.mkdir()
    other.touch()
    paths.announce(tmp_path, str(other))
    paths.clear(tmp_path)
    assert other.exists()
