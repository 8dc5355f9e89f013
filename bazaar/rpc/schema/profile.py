"""What a key says about itself."""

from typing import Final

from msgspec import field

from bazaar.rpc.schema.call import Answer, Answers, Call


class ProfileShow(Call, frozen=True, tag="profile.show"):
    """A profile; own when no peer is given."""

    peer: str | None = None


class ProfileSet(Call, frozen=True, tag="profile.set"):
    """Change own profile fields by name; values as text."""

    values: dict[str, str]


class ProfilePicture(Call, frozen=True, tag="profile.picture"):
    """Publish a picture as avatar or header; an empty path takes it away.

    Attributes:
        which: avatar or header.
        turn: Degrees clockwise: 0, 90, 180 or 270.
        crop: Left, top, right, bottom in thousandths of the turned picture.
    """

    which: str
    path: str = ""
    turn: int = 0
    crop: tuple[int, int, int, int] = (0, 0, 1000, 1000)


class ProfileView(Answer, frozen=True):
    """What a key says about itself, and what the user has to do with it.

    Attributes:
        avatar, header: Pictures by hash, None without.
        contacts: (type, value) pairs.
        colours: Such as ``#1f5fd6``.
        followed: The user follows it; ``private`` that nobody else sees it.
        follows_you: It follows the user openly.
        warning: Why a list that is used warns of it: offensive, fraud, illegal or other.
        warned_by: Title of that list.
        looks_like: A name that the user knows of another key and that looks the same.
        mixes_scripts: Its letters are of scripts that no honest name mixes.
    """

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
    avatar: str | None = None
    header: str | None = None
    contacts: tuple[tuple[str, str], ...] = ()
    colours: tuple[str, ...] = ()
    followed: bool = False
    private: bool = False
    follows_you: bool = False
    warning: str = ""
    warned_by: str = ""
    looks_like: str = ""
    mixes_scripts: bool = False


CALLS: Final[Answers] = {
    ProfileShow: ProfileView,
    ProfileSet: ProfileView,
    ProfilePicture: ProfileView,
}
