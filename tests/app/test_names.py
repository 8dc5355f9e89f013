"""A name that looks like one the user knows is told, with whose it resembles."""

from bazaar.domain.keys.peer_ids import peer_id
from bazaar.rpc.handlers.profile import ProfileCalls
from bazaar.rpc.schema.profile import ProfileShow, ProfileView
from tests.app.town import Person, Town

KNOWN = "paypal"
CYRILLIC = "p\N{CYRILLIC SMALL LETTER A}ypal"


async def shown(viewer: Person, other: Person) -> ProfileView:
    await viewer.node.market.refresh(other.key)
    calls = ProfileCalls(viewer.node)
    return await calls.profile_show(ProfileShow(peer=peer_id(other.key)))


async def test_a_name_like_that_of_somebody_followed_is_told(town: Town) -> None:
    viewer = await town.settle_in("viewer")
    known, thief = await town.settle_in("known"), await town.settle_in("thief")
    await known.node.profiles.change({"name": KNOWN})
    await thief.node.profiles.change({"name": CYRILLIC})
    assert (await shown(viewer, known)).looks_like == ""
    stranger = await shown(viewer, thief)
    assert (stranger.looks_like, stranger.mixes_scripts) == ("", True)
    viewer.node.follows.follow(known.key, private=True)
    found = await shown(viewer, thief)
    assert (found.name, found.looks_like) == (CYRILLIC, KNOWN)
    followed = await shown(viewer, known)
    assert (followed.looks_like, followed.mixes_scripts) == ("", False)


async def test_who_takes_the_own_name_is_told_of_too(town: Town) -> None:
    viewer, thief = await town.settle_in("viewer"), await town.settle_in("thief")
    await viewer.node.profiles.change({"name": "Mia"})
    await thief.node.profiles.change({"name": "M1a"})
    assert (await shown(viewer, thief)).looks_like == "Mia"
    assert (await shown(viewer, viewer)).looks_like == ""
