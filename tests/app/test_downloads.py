"""Digital goods between two nodes: sealed, whole or going on, from several sources, or told why not."""

import errno
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import trio

from bazaar.app.ports import Request
from bazaar.app.trading.deeds import Parcel
from bazaar.app.trading.downloads import Bought
from bazaar.domain.errors import InputError, NotAllowedError, RefusedError, ReplyCode
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import BlobGet, BlobPart
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.goods import CHUNK_BYTES
from bazaar.domain.trading.messages import MAX_GOODS_BYTES
from tests.app.town import Cast, Person
from tests.fakes import until

CHUNKS = 9
DATA = hashlib.sha256(b"goods").digest() * (CHUNK_BYTES // 32) * (CHUNKS - 1) + b"end"


async def delivered(cast: Cast, data: bytes, name: str = "../../.bashrc") -> Bought:
    """One file of the seller, named by a Ship; nothing of it is fetched yet."""
    folder = cast.seller.home / "to sell"
    folder.mkdir(exist_ok=True)
    path = folder / Path(name).name
    path.write_bytes(data)
    trade_id = await cast.funded()
    goods = await cast.seller.node.files.goods.prepare([str(path)])
    renamed = [one._replace(sealed=one.sealed._replace(name=name)) for one in goods]
    cast.seller.node.deeds.ship(trade_id, "", (), Parcel("enjoy", renamed))
    cast.seller.node.changed(trade_id)
    path.unlink()
    await cast.town.all_in("shipped", trade_id, cast.everybody)
    (one,) = cast.buyer.node.downloads.bought(trade_id)
    return one


async def arrived(person: Person, one: Bought) -> bytes:
    """The file, saved by its buyer."""
    downloads = person.node.downloads
    await until(lambda: downloads.is_here(one))
    path = Path(await downloads.save(one.trade, one.file.hash, str(person.home)))
    assert path.parent == person.home
    return await trio.Path(path).read_bytes()


def fetch(person: Person, one: Bought) -> None:
    person.node.downloads.fetch(one.trade, one.file.hash)


@pytest.mark.parametrize("data", [b"x", DATA[:CHUNK_BYTES], DATA], ids=len)
async def test_a_file_arrives_whole_under_our_own_name(cast: Cast, data: bytes) -> None:
    one = await delivered(cast, data)
    assert one.name == f"{one.file.hash.hex()[:8]}-bashrc"
    assert one.file.hash != hashlib.sha256(data).digest()
    fetch(cast.buyer, one)
    assert await arrived(cast.buyer, one) == data
    assert cast.buyer.node.downloads.course(one) is None


async def test_what_travels_is_sealed_and_only_for_the_buyer(cast: Cast) -> None:
    one = await delivered(cast, DATA)
    ask = encode(BlobGet(one.file.hash, 32 * CHUNKS, CHUNK_BYTES))
    request = Request(cast.buyer.key, RequestType.BLOB_GET, ask)
    part = decode(BlobPart, await cast.seller.node.serving.blob(request))
    assert DATA[:64] not in part.data
    for other in (cast.primary, cast.backup):
        with pytest.raises(RefusedError):
            await other.exchange.request(cast.seller.key, RequestType.BLOB_GET, ask)
        (seen,) = other.node.downloads.bought(one.trade)
        assert seen.sealed is None
        with pytest.raises(NotAllowedError):
            fetch(other, seen)


class Weak:
    """A seller's line that breaks after some chunks."""

    def __init__(self, person: Person, good: int) -> None:
        self._serve = person.node.serving.blob
        self.left = good
        self.served = 0
        person.exchange.serve(RequestType.BLOB_GET, self.blob)

    async def blob(self, request: Request) -> bytes:
        if self.left <= 0:
            raise RefusedError(ReplyCode.BUSY)
        self.left -= 1
        self.served += 1
        return await self._serve(request)


async def test_a_download_goes_on_where_it_was_cut_off(cast: Cast) -> None:
    one = await delivered(cast, DATA)
    line = Weak(cast.seller, 5)
    fetch(cast.buyer, one)
    await until(lambda: line.left == 0 and cast.buyer.node.downloads.course(one))
    await until(lambda: _problem(cast.buyer, one))
    await cast.buyer.leave()
    # half a chunk was on its way to the disk when the power went
    part = cast.buyer.home / "goods" / f"{one.place}.part"
    with part.open("r+b") as file:
        file.seek(2 * CHUNK_BYTES + 17)
        file.write(b"torn")
    line.left, line.served = 100, 0
    await cast.town.start(cast.buyer)
    assert await arrived(cast.buyer, one) == DATA
    assert (
        line.served == CHUNKS - 4 + 1
    )  # four came, one of them was torn; the list stays


def _problem(person: Person, one: Bought) -> str:
    course = person.node.downloads.course(one)
    return course.problem if course else ""


async def test_several_sources_share_the_work_and_a_liar_is_left_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await delivered(cast, DATA)
    honest = Weak(cast.seller, 100)
    helper = await cast.town.settle_in("helper")
    liar = await cast.town.settle_in("liar")
    counted: list[int] = []

    async def helped(request: Request) -> bytes:
        counted.append(1)
        return await cast.seller.node.serving.blob(
            request._replace(peer=cast.buyer.key)
        )

    async def lies(request: Request) -> bytes:
        part = decode(BlobPart, await helped(request))
        return encode(BlobPart(part.size, bytes(len(part.data))))

    helper.exchange.serve(RequestType.BLOB_GET, helped)
    liar.exchange.serve(RequestType.BLOB_GET, lies)

    async def sources(_: bytes) -> list[bytes]:
        return [liar.key, cast.seller.key, helper.key]

    monkeypatch.setattr(cast.buyer.node.downloads, "_sources", sources)
    fetch(cast.buyer, one)
    assert await arrived(cast.buyer, one) == DATA
    assert honest.served
    assert len(counted) > 2


LIES: Final[dict[str, Callable[[BlobPart, int], BlobPart]]] = {
    "right in its first chunk only": lambda part, at: (
        part if at <= 32 * CHUNKS else BlobPart(part.size, part.data[::-1])
    ),
    "truncated": lambda part, _: BlobPart(part.size, part.data[:-1]),
    "longer than declared": lambda part, _: BlobPart(part.size + 1, part.data + b"x"),
    "of another size": lambda part, _: BlobPart(part.size - 1, part.data),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_file_that_is_not_what_was_signed_is_never_there(
    cast: Cast, lie: Callable[[BlobPart, int], BlobPart]
) -> None:
    one = await delivered(cast, DATA)
    honest = cast.seller.node.serving.blob
    asked: list[int] = []

    async def lies(request: Request) -> bytes:
        asked.append(decode(BlobGet, request.body).offset)
        return encode(lie(decode(BlobPart, await honest(request)), asked[-1]))

    cast.seller.exchange.serve(RequestType.BLOB_GET, lies)
    fetch(cast.buyer, one)
    await until(lambda: _problem(cast.buyer, one))
    assert asked
    assert not cast.buyer.node.downloads.is_here(one)
    assert not (cast.buyer.home / "goods" / one.place).exists()


async def test_a_full_disk_is_told_and_nothing_is_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await delivered(cast, DATA)
    goods: Any = cast.buyer.node.context.goods
    write = goods.write
    room = [3]

    def full(name: str, offset: int, data: bytes) -> None:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= 1
        write(name, offset, data)

    monkeypatch.setattr(goods, "write", full)
    monkeypatch.setattr("bazaar.app.trading.downloads.RETRY_SECONDS", 0.05)
    fetch(cast.buyer, one)
    await until(lambda: "disk is full" in _problem(cast.buyer, one))
    course = cast.buyer.node.downloads.course(one)
    assert course is not None
    assert course.held == 3
    room[0] = 100
    assert await arrived(cast.buyer, one) == DATA
    assert room[0] == 100 - (CHUNKS - 3)


async def test_a_download_can_be_taken_back(cast: Cast) -> None:
    one = await delivered(cast, DATA)
    line = Weak(cast.seller, 4)
    fetch(cast.buyer, one)
    await until(lambda: _problem(cast.buyer, one))
    cast.buyer.node.downloads.cancel(one.trade, one.file.hash)
    assert cast.buyer.node.downloads.course(one) is None
    assert list((cast.buyer.home / "goods").iterdir()) == []
    with pytest.raises(NotAllowedError, match="not here yet"):
        await cast.buyer.node.downloads.save(one.trade, one.file.hash, "/")
    line.left = 100
    await cast.town.restart(cast.buyer)
    await trio.testing.wait_all_tasks_blocked(0.01)
    assert cast.buyer.node.downloads.course(one) is None
    fetch(cast.buyer, one)
    assert await arrived(cast.buyer, one) == DATA


async def test_only_files_of_one_byte_to_two_gib_are_taken_in(
    cast: Cast, tmp_path: Path
) -> None:
    prepare = cast.seller.node.files.goods.prepare
    empty, beyond = tmp_path / "empty", tmp_path / "beyond"
    empty.touch()
    with beyond.open("wb") as file:
        file.truncate(MAX_GOODS_BYTES + 1)
    for path in (empty, beyond, tmp_path, tmp_path / "absent", Path("/dev/zero")):
        with pytest.raises(InputError):
            await prepare([str(path)])
    with pytest.raises(InputError, match="1 to 30"):
        await prepare([str(empty)] * 31)
    assert list((cast.seller.home / "goods").iterdir()) == []


async def test_a_seller_without_room_is_told(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book"
    path.write_bytes(DATA)
    goods: Any = cast.seller.node.context.goods
    write = goods.write

    def full(name: str, offset: int, data: bytes) -> None:
        if offset:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(name, offset, data)

    monkeypatch.setattr(goods, "write", full)
    with pytest.raises(RefusedError, match="the disk is full"):
        await cast.seller.node.files.goods.prepare([str(path)])
    assert list((cast.seller.home / "goods").iterdir()) == []


async def test_one_copy_serves_every_buyer(cast: Cast) -> None:
    first = await delivered(cast, DATA)
    second = await delivered(cast, DATA)
    assert first.file.hash != second.file.hash
    assert len(list((cast.seller.home / "goods").iterdir())) == 1
    fetch(cast.buyer, second)
    assert await arrived(cast.buyer, second) == DATA
