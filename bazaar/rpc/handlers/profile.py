"""profile show, profile set."""

from bazaar.app.mail_agreements import wished
from bazaar.app.node import Node
from bazaar.app.profiles import MAILBOXES, SETTINGS
from bazaar.domain.errors import NotFoundError
from bazaar.domain.peer_ids import peer_id
from bazaar.domain.records import Profile
from bazaar.rpc.handlers import resolve
from bazaar.rpc.schema import (
    ProfileSet,
    ProfileShow,
    ProfileView,
)
from bazaar.rpc.views.people import People, Person


class ProfileCalls:
    """Own profile, and those of others."""

    def __init__(self, node: Node) -> None:
        self._node = node

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
        return self._profile_view(profile, await people.person(key))

    def _profile_view(self, profile: Profile, person: Person) -> ProfileView:
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
            settings=self._settings() if person.key == self._node.context.me else {},
        )

    def _settings(self) -> dict[str, str]:
        """What the own node was told and tells nobody, and its mailboxes."""
        with self._node.context.book.unit() as unit:
            flags = {name: unit.setting(f"user:{name}") for name in sorted(SETTINGS)}
            hosts = wished(unit)
        told = {name: yes for name, value in flags.items() if (yes := _word(value))}
        return told | ({MAILBOXES: ",".join(map(peer_id, hosts))} if hosts else {})

    async def profile_set(self, call: ProfileSet) -> ProfileView:
        """Change own fields."""
        await self._node.profiles.change(call.values)
        return await self.profile_show(ProfileShow())


def _word(value: bytes | None) -> str:
    return "" if value is None else "yes" if value == b"True" else "no"
