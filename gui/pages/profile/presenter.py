"""What stands in the profile form, and the changes that it makes."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from bazaar.rpc.schema.profile import ProfileView

MOST_CONTACTS: Final = 30


class Filled(Struct, frozen=True):
    """The fields of the form as text; contacts are (where, address there)."""

    name: str = ""
    location: str = ""
    short: str = ""
    about: str = ""
    languages: str = ""
    colours: str = ""
    nsfw: bool = False
    contacts: tuple[tuple[str, str], ...] = ()


def filled_of(profile: ProfileView) -> Filled:
    """Return a profile as the form shows it."""
    return Filled(
        profile.name,
        profile.location or "",
        profile.short,
        profile.about,
        ", ".join(profile.languages),
        ", ".join(profile.colours),
        profile.nsfw,
        profile.contacts,
    )


def contacts_of(rows: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return what was typed into the rows, without those that say nothing."""
    found = (
        (one.get("kind", "").strip(), one.get("value", "").strip()) for one in rows
    )
    return tuple(pair for pair in found if any(pair))


def changes(before: Filled, after: Filled) -> dict[str, str]:
    """Return the fields that are to be set, as the node takes them."""
    said = {
        name: getattr(after, name).strip()
        for name in ("name", "location", "short", "about", "languages", "colours")
        if getattr(after, name).strip() != getattr(before, name).strip()
    }
    if after.nsfw != before.nsfw:
        said["nsfw"] = "yes" if after.nsfw else "no"
    if after.contacts != before.contacts:
        said["contacts"] = "\n".join(
            f"{kind}: {value}" for kind, value in after.contacts
        )
    return said
