"""The folder of digital goods: whole or unfinished, never outside, never replacing anything."""

from pathlib import Path

import pytest

from store.goods import FileGoods


def test_a_file_is_written_in_any_order_and_made_whole(tmp_path: Path) -> None:
    goods = FileGoods(tmp_path / "goods")
    goods.write("a1", 4, b"5678")
    goods.write("a1", 0, b"1234")
    assert not goods.has("a1")
    goods.finish("a1", "b2")
    assert goods.has("b2")
    assert goods.read("b2", 2, 4) == b"3456"
    assert goods.read("b2", 6, 100) == b"78"
    assert goods.read("none", 0, 1) == b""


def test_a_copy_never_replaces_and_never_runs(tmp_path: Path) -> None:
    goods = FileGoods(tmp_path / "goods")
    goods.write("a1", 0, b"x")
    goods.finish("a1", "a1")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "plan.pdf").write_bytes(b"another")
    (folder / "plan (1).pdf").symlink_to(tmp_path / "elsewhere")
    path = Path(goods.copy_out("a1", str(folder), "plan.pdf"))
    assert (path.name, path.read_bytes()) == ("plan (2).pdf", b"x")
    assert path.stat().st_mode & 0o777 == 0o600
    assert (folder / "plan.pdf").read_bytes() == b"another"
    assert not (tmp_path / "elsewhere").exists()
    assert len(list(folder.iterdir())) == 3


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    goods = FileGoods(tmp_path / "goods")
    with pytest.raises(OSError, match="No such file"):
        goods.copy_out("a1", str(tmp_path), "plan.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["goods"]


@pytest.mark.parametrize("name", ["", "..", "a/b", "a.part", "../x", "ä"])
def test_only_our_own_names_are_names(tmp_path: Path, name: str) -> None:
    goods = FileGoods(tmp_path / "goods")
    with pytest.raises(ValueError, match="not a name of ours"):
        goods.write(name, 0, b"x")
