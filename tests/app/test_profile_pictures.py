"""Pictures of oneself are cleaned, served to everybody, and those of others looked at safely."""

from pathlib import Path

import pytest

from bazaar.app.ports import AS_IT_IS
from bazaar.domain.errors import InputError, MalformedMessageError, RefusedError
from bazaar.domain.stores.records import Profile
from store.pictures import open_pictures
from tests.app.town import Cast, Person
from tests.store.test_pictures import png_of


def own(person: Person) -> Profile:
    with person.book.unit() as unit:
        return person.node.profiles.own(unit).body


def file(person: Person, data: bytes) -> str:
    path = person.home / "face.jpg"
    path.write_bytes(data)
    return str(path)


async def test_a_picture_is_published_served_and_taken_away(cast: Cast) -> None:
    profiles = cast.seller.node.profiles
    before = own(cast.seller).seq
    path = file(cast.seller, b"picture of me")
    await profiles.set_picture("avatar", path, AS_IT_IS)
    await profiles.set_picture("header", path, AS_IT_IS)
    avatar = own(cast.seller).avatar
    assert avatar is not None
    assert own(cast.seller).header == avatar
    assert own(cast.seller).seq > before
    stranger = await cast.town.settle_in("stranger")
    assert await stranger.node.files.picture(cast.seller.key, avatar, 200)
    await profiles.set_picture("avatar", "", AS_IT_IS)
    await profiles.set_picture("header", "", AS_IT_IS)
    late = await cast.town.settle_in("late")
    with pytest.raises(RefusedError):
        await late.node.files.picture(cast.seller.key, avatar, 200)


async def test_what_is_no_picture_changes_nothing(cast: Cast) -> None:
    profiles = cast.seller.node.profiles
    before = own(cast.seller)
    path = file(cast.seller, b"<svg/>")
    for which, where, why in (
        ("header", path, "header: face.jpg"),
        ("avatar", str(cast.seller.home / "nothing.jpg"), "avatar: nothing.jpg"),
        ("face", path, "which: one of"),
    ):
        with pytest.raises(InputError, match=why):
            await profiles.set_picture(which, where, AS_IT_IS)
    assert own(cast.seller) == before


async def test_a_bomb_as_header_is_refused_on_both_sides(
    cast: Cast, tmp_path: Path
) -> None:
    """60,000 x 60,000 points in 40 KB: neither published here nor decoded from a peer."""
    bomb = png_of(60_000, 60_000) + bytes(40_000)
    async with open_pictures(tmp_path / "thumbs") as pictures:
        seller, files = cast.seller.node.profiles, cast.buyer.node.files
        seller._context = cast.seller.node.context._replace(pictures=pictures)
        files._context = cast.buyer.node.context._replace(pictures=pictures)
        with pytest.raises(InputError, match="header"):
            await seller.set_picture("header", file(cast.seller, bomb), AS_IT_IS)
        digest = cast.seller.node.context.blobs.put(bomb)
        with cast.seller.book.unit() as unit:
            unit.set_setting(f"file:{digest.hex()}:{cast.buyer.key.hex()}", b"x")
        with pytest.raises(MalformedMessageError, match="pixels"):
            await files.picture(cast.seller.key, digest, 1200)


async def test_contacts_and_colours_are_checked(cast: Cast) -> None:
    profiles = cast.seller.node.profiles
    await profiles.change(
        {"contacts": "website: https://a.example\nphone: 1", "colours": "#1f5fd6"}
    )
    body = own(cast.seller)
    assert [(one.type, one.value) for one in body.contacts] == [
        ("website", "https://a.example"),
        ("phone", "1"),
    ]
    assert body.colours == (0x1F5FD6,)
    for values in (
        {"contacts": "no colon"},
        {"contacts": "\n".join(f"web: {n}" for n in range(31))},
        {"contacts": "web: a\u202eb"},
        {"contacts": f"web: {'x' * 141}"},
        {"colours": ",".join(["#000000"] * 6)},
        {"colours": "blue"},
        {"show_mature": "maybe"},
    ):
        with pytest.raises(InputError):
            await profiles.change(values)
    assert own(cast.seller) == body
