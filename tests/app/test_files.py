"""Files: shown to whom they concern, fetched whole or not at all."""

from pathlib import Path

import pytest

from bazaar.app.files import share
from bazaar.app.ports import Request
from bazaar.domain.errors import (
    InputError,
    MalformedMessageError,
    NotFoundError,
    RefusedError,
    ReplyCode,
)
from bazaar.domain.exchange.coding import decode, encode
from bazaar.domain.exchange.messages import MAX_BLOB_PART_BYTES, BlobGet, BlobPart
from bazaar.domain.exchange.request_types import RequestType
from bazaar.domain.trading.messages import MAX_EVIDENCE_BYTES
from tests.app.town import LAMP, Cast


def picture_of(cast: Cast) -> bytes:
    with cast.seller.book.unit() as unit:
        (own,) = cast.seller.node.shop.listings(unit)
    return own.listing.body.images[0].id


async def test_pictures_of_shown_listings_are_for_everybody(cast: Cast) -> None:
    stranger = await cast.town.settle_in("stranger")
    digest = picture_of(cast)
    files = stranger.node.files
    path = await files.picture(cast.seller.key, digest, 200)
    assert path.startswith(digest.hex())
    await cast.seller.sell(LAMP | {"state": "hidden"})
    late = await cast.town.settle_in("late")
    with pytest.raises(RefusedError) as refusal:
        await late.node.files.picture(cast.seller.key, digest, 200)
    assert refusal.value.code is ReplyCode.NOT_FOUND


async def test_a_file_of_two_buyers_stays_open_to_both(cast: Cast) -> None:
    goods = cast.seller.home / "book.txt"
    goods.write_bytes(b"the book")
    ((digest, size),) = await cast.seller.node.files.take_in([str(goods)])
    for _ in range(2):
        trade_id = await cast.funded()
        with cast.seller.book.unit() as unit:
            share(unit, trade_id, [cast.buyer.key], [digest])
    assert await cast.buyer.node.files.fetch(cast.seller.key, digest, size)
    for seat in (cast.primary, cast.backup):
        with pytest.raises(RefusedError):
            await seat.node.files.fetch(cast.seller.key, digest, 100)


LIES = {
    "larger than it may be": [BlobPart(1001, b"x" * 1001)],
    "empty": [BlobPart(10, b"")],
    "nothing": [BlobPart(0, b"")],
    "a byte at a time": [BlobPart(900, b"x"), BlobPart(900, b"x")],
    "longer than said": [BlobPart(2, b"xyz")],
    "another file": [BlobPart(3, b"xyz")],
}


@pytest.mark.parametrize("parts", LIES.values(), ids=LIES.keys())
async def test_a_file_that_is_not_what_was_asked_is_not_kept(
    cast: Cast, parts: list[BlobPart]
) -> None:
    answers = iter(parts)

    async def lie(request: Request) -> bytes:
        del request
        return encode(next(answers))

    cast.seller.exchange.serve(RequestType.BLOB_GET, lie)
    with pytest.raises(MalformedMessageError):
        await cast.buyer.node.files.fetch(cast.seller.key, b"h" * 32, 1000)
    assert not cast.buyer.node.context.blobs.has(b"h" * 32)


async def test_a_file_of_several_parts_arrives_whole(cast: Cast) -> None:
    data = bytes(range(256)) * 1024 * 2 + b"end"
    assert len(data) > 2 * MAX_BLOB_PART_BYTES
    goods = cast.seller.home / "large"
    goods.write_bytes(data)
    ((digest, size),) = await cast.seller.node.files.take_in([str(goods)])
    trade_id = await cast.funded()
    with cast.seller.book.unit() as unit:
        share(unit, trade_id, [cast.buyer.key], [digest])
    assert await cast.buyer.node.files.fetch(cast.seller.key, digest, size) == data


async def test_a_file_one_byte_larger_than_it_may_be_is_refused(cast: Cast) -> None:
    digest = picture_of(cast)
    size = len(cast.seller.node.files.served(cast.buyer.key, digest))
    fetch = cast.buyer.node.files.fetch
    with pytest.raises(MalformedMessageError):
        await fetch(cast.seller.key, digest, size - 1)
    assert await fetch(cast.seller.key, digest, size)


async def test_no_file_is_fetched_onto_a_full_disk(cast: Cast) -> None:
    cast.buyer.has_space = False
    with pytest.raises(RefusedError) as refusal:
        await cast.buyer.node.files.fetch(cast.seller.key, picture_of(cast), 1000)
    assert refusal.value.code is ReplyCode.NO_SPACE


async def test_own_files_have_a_size_and_a_place(cast: Cast, tmp_path: Path) -> None:
    take_in = cast.buyer.node.files.take_in
    exact, beyond, empty = tmp_path / "exact", tmp_path / "beyond", tmp_path / "empty"
    exact.write_bytes(bytes(MAX_EVIDENCE_BYTES))
    beyond.write_bytes(bytes(MAX_EVIDENCE_BYTES + 1))
    empty.touch()
    assert len(await take_in([str(exact)])) == 1
    for path in (beyond, empty, tmp_path, tmp_path / "absent", Path("/dev/zero")):
        with pytest.raises(InputError):
            await take_in([str(path)])


async def test_who_asks_beyond_the_end_gets_nothing_more(cast: Cast) -> None:
    ask = BlobGet(picture_of(cast), 10_000, 10)
    request = Request(cast.buyer.key, RequestType.BLOB_GET, encode(ask))
    part = decode(BlobPart, await cast.seller.node.serving.blob(request))
    assert part.data == b""
    with pytest.raises(NotFoundError):
        cast.seller.node.files.served(cast.buyer.key, b"u" * 32)
