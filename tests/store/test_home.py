"""The data folder: private, local, and used by one node at a time."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store import home as home_module
from store.blobs import FileBlobs
from store.errors import HomeInUseError, NetworkFolderError
from store.files import TEMPORARY_PREFIX, replace_file, write_durably
from store.home import MIN_FREE_BYTES, open_home, refuse_network
from store.vault import MAX_KEYSTORE_BYTES, read_vault, write_vault

DIES_WITHOUT_GOODBYE = """
import os, sys
from pathlib import Path
from store.home import open_home
home = open_home(Path(sys.argv[1]))
os._exit(9)
"""


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_home_is_private_and_knows_its_places(tmp_path: Path) -> None:
    with open_home(tmp_path / "deep" / "home") as home:
        assert mode(home.folder) == 0o700
        assert mode(home.folder / "lock") == 0o600
        places = (home.book, home.catalogue, home.blobs, home.cache, home.keystore)
        assert {path.parent for path in places} == {home.folder}


def test_an_open_home_is_made_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with open_home(tmp_path):
        assert mode(tmp_path) == 0o700


def test_a_second_node_is_told_who_is_there(tmp_path: Path) -> None:
    with open_home(tmp_path), pytest.raises(HomeInUseError, match=str(os.getpid())):
        open_home(tmp_path)
    open_home(tmp_path).close()


def test_an_orderly_end_is_clean(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    home.close()
    home.close()
    with open_home(tmp_path) as again:
        assert not again.unclean


def test_an_end_without_goodbye_is_unclean(tmp_path: Path) -> None:
    command = [sys.executable, "-c", DIES_WITHOUT_GOODBYE, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == 9
    with open_home(tmp_path) as home:
        assert home.unclean


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_network_file_system_is_refused(tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"2 1 0:40 / /far\\040away rw shared:1 - {kind} server:/x rw\n"
    )
    with pytest.raises(NetworkFolderError, match=kind):
        refuse_network(Path("/far away/home"), mounts)
    refuse_network(Path("/near/home"), mounts)


def test_without_a_list_of_mounts_every_folder_will_do(tmp_path: Path) -> None:
    refuse_network(tmp_path, tmp_path / "missing")


def test_below_200_mb_nothing_foreign_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_home(tmp_path) as home:
        free = MIN_FREE_BYTES

        def measured(_: Path) -> int:
            return free

        monkeypatch.setattr(home_module, "free_bytes", measured)
        assert home.has_space()
        free = MIN_FREE_BYTES - 1
        assert not home.has_space()


def test_the_disk_says_what_is_free(tmp_path: Path) -> None:
    assert home_module.free_bytes(tmp_path) > 0


def test_a_keystore_is_private_and_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "keystore"
    assert read_vault(path) is None
    write_vault(path, b"first")
    write_vault(path, b"second")
    assert read_vault(path) == b"second"
    assert mode(path) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["keystore"]


def test_a_keystore_has_at_most_4096_bytes(tmp_path: Path) -> None:
    path = tmp_path / "keystore"
    write_vault(path, bytes(MAX_KEYSTORE_BYTES))
    with pytest.raises(ValueError, match="limit 4096"):
        write_vault(path, bytes(MAX_KEYSTORE_BYTES + 1))
    assert read_vault(path) == bytes(MAX_KEYSTORE_BYTES)
    path.write_bytes(bytes(MAX_KEYSTORE_BYTES + 1))
    with pytest.raises(ValueError, match="no keystore"):
        read_vault(path)


@pytest.mark.parametrize("write", [write_durably, replace_file])
def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, write: Callable[[Path, bytes], None]
) -> None:
    path = tmp_path / "file"
    path.mkdir()
    with pytest.raises(OSError, match="file"):
        write(path, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert not list(tmp_path.glob(TEMPORARY_PREFIX + "*"))


def test_a_blob_is_found_by_its_hash(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs")
    digest = blobs.put(b"picture")
    assert blobs.put(b"picture") == digest
    assert blobs.has(digest)
    assert blobs.get(digest) == b"picture"
    path = tmp_path / "blobs" / digest.hex()[:2] / digest.hex()
    assert mode(path) == 0o600
    assert mode(path.parent) == mode(tmp_path / "blobs") == 0o700


def test_a_blob_that_rotted_is_not_there_and_comes_again(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    digest = blobs.put(b"picture")
    (tmp_path / digest.hex()[:2] / digest.hex()).write_bytes(b"pixture")
    assert blobs.get(digest) is None
    assert blobs.get(b"\0" * 32) is None
    assert not blobs.has(b"\0" * 32)
    assert blobs.put(b"picture") == digest
    assert blobs.get(digest) == b"picture"
