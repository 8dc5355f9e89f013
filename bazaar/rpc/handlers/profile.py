"""profile show, profile set."""

from typing import Final

from msgspec import structs

from bazaar.app.delivery.mail_agreements import wished
from bazaar.app.node import Node
from bazaar.app.ports import Edit
from bazaar.app.shop.profiles import MAILBOXES, SETTINGS
from bazaar.app.trading.shredding import SHRED_DAYS, shred_days
from bazaar.domain.errors import InputError, NotFoundError
from bazaar.domain.keys.peer_ids import peer_id
from bazaar.domain.stores.records import Profile
from bazaar.domain.text.lookalikes import mixes_scripts, skeleton
from bazaar.rpc.handlers import resolve
from bazaar.rpc.handlers.handlers import Handlers
from bazaar.rpc.schema.profile import (
    ProfilePicture,
    ProfileSet,
    ProfileShow,
    ProfileView,
)
from bazaar.rpc.views.people import People, Person

WHOLE: Final = 1_000
TURNS: Final = frozenset({0, 90, 180, 270})


class ProfileCalls:
    """Own profile, and those of others."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def handlers(self) -> Handlers:
        """Which of its methods answers which call."""
        return {
            ProfileShow: self.profile_show,
            ProfileSet: self.profile_set,
            ProfilePicture: self.picture,
        }

    async def profile_show(self, call: ProfileShow) -> ProfileView:
        """Own profile, or that of a peer, asked for if it is not known."""
        key = self._node.context.me
        if call.peer is not None:
            key = await resolve.peer(self._node, call.peer)
        people = People(self._node.context)
        profile = await people.profile(key)
        if profile is None:
            await self._node.market.refresh(key)
            profile = await people.profile(key)
        if profile is None:
            raise NotFoundError("this peer has no profile that we know")
        resembled = await self._resembled(people, key, profile.name)
        view = self._profile_view(profile, await people.person(key))
        return structs.replace(view, looks_like=resembled)

    async def _resembled(self, people: People, key: bytes, name: str) -> str:
        """The name of somebody the user knows that looks like that of another key (5)."""
        if key == self._node.context.me:
            return ""
        with self._node.context.book.unit() as unit:
            named = {row.key for row in unit.peers() if row.followed or row.petname}
            dealt = self._node.partners.keys(unit)
        known = (named | dealt | {self._node.context.me}) - {key}
        await people.meet(known)
        mine = skeleton(name)
        for one in sorted(known):
            other = (await people.person(one)).name
            if skeleton(other) == mine:
                return other
        return ""

    def _profile_view(self, profile: Profile, person: Person) -> ProfileView:
        warned = self._node.lists.warned(person.key)
        is_followed = self._node.follows.follows(person.key)
        with self._node.context.book.unit() as unit:
            shown = self._node.follows.open_ones(unit)
            follows_back = unit.follower(person.key) is not None
        return ProfileView(
            peer_id=person.peer_id,
            name=profile.name,
            handle=profile.handle,
            location=profile.location,
            about=profile.about,
            short=profile.short,
            nsfw=profile.nsfw,
            sells=profile.sells,
            arbitrates=profile.arbitrates,
            languages=profile.languages,
            vacation=profile.vacation,
            arbiters=tuple(map(peer_id, profile.seats)),
            fingerprint=person.words,
            colour=person.colour,
            seq=profile.seq,
            online=person.online,
            blocked=person.key in self._node.talk.blocks.keys,
            avatar=profile.avatar.hex() if profile.avatar else None,
            header=profile.header.hex() if profile.header else None,
            contacts=tuple((one.type, one.value) for one in profile.contacts),
            colours=tuple(f"#{colour:06x}" for colour in profile.colours),
            followed=is_followed,
            private=is_followed and person.key not in shown,
            follows_you=follows_back,
            warning=warned.reason.name.lower() if warned else "",
            warned_by=warned.title if warned else "",
            mixes_scripts=mixes_scripts(profile.name),
            settings=self._settings() if person.key == self._node.context.me else {},
        )

    def _settings(self) -> dict[str, str]:
        """What the own node was told and tells nobody, and its mailboxes."""
        with self._node.context.book.unit() as unit:
            flags = {name: unit.setting(f"user:{name}") for name in sorted(SETTINGS)}
            days = str(shred_days(unit))
            hosts = wished(unit)
        told = {name: yes for name, value in flags.items() if (yes := _word(value))}
        told[SHRED_DAYS] = days
        return told | ({MAILBOXES: ",".join(map(peer_id, hosts))} if hosts else {})

    async def profile_set(self, call: ProfileSet) -> ProfileView:
        """Change own fields."""
        await self._node.profiles.change(call.values)
        return await self.profile_show(ProfileShow())

    async def picture(self, call: ProfilePicture) -> ProfileView:
        """Publish a picture of oneself or of the shop."""
        left, top, right, bottom = call.crop
        if not (0 <= left < right <= WHOLE and 0 <= top < bottom <= WHOLE):
            raise InputError("crop", "left, top, right, bottom in thousandths")
        if call.turn not in TURNS:
            raise InputError("turn", "0, 90, 180 or 270")
        edit = Edit(call.turn, call.crop)
        await self._node.profiles.set_picture(call.which, call.path, edit)
        return await self.profile_show(ProfileShow())


def _word(value: bytes | None) -> str:
    return "" if value is None else "yes" if value == b"True" else "no"
