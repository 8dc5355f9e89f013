"""``profile``: what a key says about itself."""

import argparse
from pathlib import Path

from bazaar.cli.arguments import pair
from bazaar.cli.formats import yes
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Commands
from bazaar.rpc.client import Client
from bazaar.rpc.schema.profile import (
    ProfilePicture,
    ProfileSet,
    ProfileShow,
    ProfileView,
)


def register(commands: Commands) -> None:
    """Add the commands of this file."""
    profile = commands.group("profile", "what you and others say about themselves")
    profile.ask("show", "a profile; your own without PEER", _show).add_argument(
        "peer", nargs="?", metavar="PEER"
    )
    profile.ask("set", "change your own", _set).add_argument(
        "values", nargs="+", type=pair, metavar="KEY=VALUE"
    )
    picture = profile.ask("picture", "show a picture of you or your shop", _picture)
    picture.add_argument("which", choices=("avatar", "header"))
    picture.add_argument(
        "path", nargs="?", default="", metavar="FILE", help="none: away"
    )


def _picture(args: argparse.Namespace, node: Client) -> Shown:
    path = str(Path(args.path).absolute()) if args.path else ""
    return _shown(node.call(ProfilePicture(which=args.which, path=path)))


def _show(args: argparse.Namespace, node: Client) -> Shown:
    return _shown(node.call(ProfileShow(peer=args.peer)))


def _set(args: argparse.Namespace, node: Client) -> Shown:
    return _shown(node.call(ProfileSet(values=dict(args.values))))


def _shown(profile: ProfileView) -> Shown:
    return Shown(profile, lambda page: _page(page, profile))


def _page(page: Page, profile: ProfileView) -> None:
    page.fields(
        [
            ("name", profile.name),
            ("handle", profile.handle or ""),
            ("peer id", profile.peer_id),
            ("fingerprint", " ".join((profile.colour, *profile.fingerprint))),
            ("location", profile.location or ""),
            ("online", yes(profile.online)),
            ("follows you", "yes" if profile.follows_you else ""),
            ("followed", _followed(profile)),
            (
                "warning",
                " by ".join(filter(None, (profile.warning, profile.warned_by))),
            ),
            *profile.contacts,
            ("vacation", profile.vacation or ""),
            ("sells", yes(profile.sells)),
            ("arbitrates", yes(profile.arbitrates)),
            ("adult goods", "yes" if profile.nsfw else ""),
            ("languages", ", ".join(profile.languages)),
            ("arbiters", ", ".join(profile.arbiters)),
            *profile.settings.items(),
        ]
    )
    for text in filter(None, (profile.short, profile.about)):
        page.line()
        page.line(text)


def _followed(profile: ProfileView) -> str:
    if not profile.followed:
        return ""
    return "privately" if profile.private else "yes"
