"""What a key says about itself."""

from msgspec import field

from bazaar.rpc.schema.call import Answer, Call


class ProfileShow(Call, frozen=True, tag="profile.show"):
    """A profile; own when no peer is given."""

    peer: str | None = None


class ProfileSet(Call, frozen=True, tag="profile.set"):
    """Change own profile fields by name; values as text."""

    values: dict[str, str]


class ProfileView(Answer, frozen=True):
    """What a key says about itself."""

    peer_id: str
    name: str
    handle: str | None
    location: str | None
    about: str
    short: str
    nsfw: bool
    sells: bool
    arbitrates: bool
    languages: tuple[str, ...]
    vacation: str | None
    arbiters: tuple[str, ...]
    fingerprint: tuple[str, ...]
    colour: str
    seq: int
    online: bool
    settings: dict[str, str] = field(default_factory=dict[str, str])
    blocked: bool = False
