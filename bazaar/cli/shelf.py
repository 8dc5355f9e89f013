"""``listing`` draft, check, hide, pause, resume, clone, versions; ``store-state``."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from bazaar.cli.arguments import json_file, pair
from bazaar.cli.failures import LocalError
from bazaar.cli.formats import moment, money, short
from bazaar.cli.output import Page, Shown
from bazaar.cli.parser import Ask, Commands
from bazaar.domain.errors import InputError
from bazaar.rpc.client import Client
from bazaar.rpc.schema.call import Done
from bazaar.rpc.schema.listings import Published
from bazaar.rpc.schema.shelf import (
    CheckView,
    DeliveryView,
    DraftView,
    FaultView,
    ListingCheck,
    ListingClone,
    ListingDeliver,
    ListingDraft,
    ListingDrafts,
    ListingDropDraft,
    ListingPublishDraft,
    ListingStateSet,
    ListingVersions,
    StoreDoor,
    StoreDoorView,
    VersionView,
)

STATES: Final = (
    ("hide", "hidden", "reachable by its id only"),
    ("pause", "paused", "show it, but take no orders"),
    ("resume", "for_sale", "sell it again"),
    ("sold-out", "sold_out", "show it as sold out"),
)


def register(listing: Commands) -> None:
    """Add the commands of this file to the group ``listing``."""
    check = listing.ask("check", "what publishing a file would say", _check)
    check.add_argument("file", metavar="FILE")
    check.add_argument("--to", default="", metavar="COUNTRY", help="price it there")
    deliver = listing.ask("deliver", "what it costs delivered to a country", _deliver)
    deliver.add_argument("id", metavar="ID")
    deliver.add_argument("country", metavar="COUNTRY")
    deliver.add_argument("--quantity", type=int, default=1, metavar="N")
    deliver.add_argument(
        "--option", action="append", default=[], type=pair, metavar="K=V"
    )
    deliver.add_argument("--coupon", action="append", default=[], metavar="CODE")
    _drafts(listing)
    for verb, state, text in STATES:
        listing.ask(verb, text, _to_state(state)).add_argument("slug", metavar="SLUG")
    clone = listing.ask("clone", "a draft like one of your listings", _clone)
    clone.add_argument("slug", metavar="SLUG")
    clone.add_argument("--title", default="", metavar="T")
    versions = listing.ask("versions", "older versions of your listing", _versions)
    versions.add_argument("slug", metavar="SLUG")


def register_door(commands: Commands) -> None:
    """Add ``store-state``."""
    door = commands.ask("store-state", "open or close your store", _door)
    door.add_argument("state", nargs="?", default="", metavar="open|vacation|closed")
    door.add_argument("--notice", default="", metavar="T", help="what visitors read")
    door.add_argument("--until", metavar="YYYY-MM-DD", help="opens again by itself")
    door.add_argument(
        "--orders", action="store_true", help="take orders on vacation all the same"
    )


def _drafts(listing: Commands) -> None:
    draft = listing.ask("draft", "keep a file as a draft, however unfinished", _draft)
    draft.add_argument("file", metavar="FILE")
    draft.add_argument("--name", default="", metavar="NAME", help="replace this draft")
    listing.ask("drafts", "your drafts", _all_drafts)
    publish = listing.ask("publish-draft", "publish a draft", _publish_draft)
    publish.add_argument("name", metavar="NAME")
    drop = listing.ask("drop-draft", "throw a draft away", _drop_draft)
    drop.add_argument("name", metavar="NAME")


def _object(path: str) -> dict[str, Any]:
    found = json_file(path)
    if not isinstance(found, dict):
        raise InputError(path, "must hold one listing object")
    return cast("dict[str, Any]", found)


def _check(args: argparse.Namespace, node: Client) -> Shown:
    asked = ListingCheck(listing=_object(args.file), country=args.to.upper())
    view: CheckView = node.call(asked)
    return Shown(view, lambda page: _checked(page, view))


def _checked(page: Page, view: CheckView) -> None:
    if view.faults:
        _faults(page, view.faults)
        return
    page.line("nothing is wrong with it")
    if view.deliveries:
        page.line()
        _deliveries(page, view.deliveries)


def _faults(page: Page, faults: Sequence[FaultView]) -> None:
    page.table(("FIELD", "WHAT IS WRONG"), [(one.field, one.words) for one in faults])


def _deliver(args: argparse.Namespace, node: Client) -> Shown:
    asked = ListingDeliver(
        id=args.id,
        country=args.country.upper(),
        options=dict(args.option),
        quantity=args.quantity,
        coupons=tuple(args.coupon),
    )
    ways: tuple[DeliveryView, ...] = node.call(asked)
    return Shown(ways, lambda page: _deliveries(page, ways))


def _deliveries(page: Page, ways: Sequence[DeliveryView]) -> None:
    rows = [
        (
            one.way,
            money(one.goods),
            money(one.shipping),
            money(one.tax),
            money(one.total),
        )
        for one in ways
    ]
    heads = ("WAY", "GOODS>", "SHIPPING>", "TAX>", "TOTAL>")
    page.table(heads, rows, "it is not delivered there")


def _draft(args: argparse.Namespace, node: Client) -> Shown:
    folder = str(Path(args.file).absolute().parent)
    asked = ListingDraft(listing=_object(args.file), name=args.name, folder=folder)
    return _kept(node.call(asked))


def _kept(draft: DraftView) -> Shown:
    def page_of(page: Page) -> None:
        page.line(f"kept as the draft {draft.name}")
        if draft.faults:
            _faults(page, draft.faults)

    return Shown(draft, page_of)


def _all_drafts(_: argparse.Namespace, node: Client) -> Shown:
    drafts: tuple[DraftView, ...] = node.call(ListingDrafts())
    rows = [
        (one.name, one.title, moment(one.saved), str(len(one.faults))) for one in drafts
    ]
    heads = ("DRAFT", "TITLE", "SAVED", "MISSING>")
    return Shown(drafts, lambda page: page.table(heads, rows, "there are no drafts"))


def _publish_draft(args: argparse.Namespace, node: Client) -> Shown:
    return _published(node.call(ListingPublishDraft(name=args.name)))


def _drop_draft(args: argparse.Namespace, node: Client) -> Shown:
    done: Done = node.call(ListingDropDraft(name=args.name))
    return Shown(done, lambda page: page.line(done.words))


def _to_state(state: str) -> Ask:
    def ask(args: argparse.Namespace, node: Client) -> Shown:
        return _published(node.call(ListingStateSet(slug=args.slug, state=state)))

    return ask


def _published(one: Published) -> Shown:
    row = (one.slug, str(one.version), one.listing_id)
    return Shown(one, lambda page: page.table(("SLUG", "VERSION>", "LISTING"), [row]))


def _clone(args: argparse.Namespace, node: Client) -> Shown:
    return _kept(node.call(ListingClone(slug=args.slug, title=args.title)))


def _versions(args: argparse.Namespace, node: Client) -> Shown:
    found: tuple[VersionView, ...] = node.call(ListingVersions(slug=args.slug))
    rows = [
        (
            str(one.version),
            moment(one.issued),
            one.title,
            money(one.price),
            one.state if one.current else "older",
            short(one.listing_id),
        )
        for one in found
    ]
    heads = ("VERSION>", "ISSUED", "TITLE", "PRICE>", "STATE", "LISTING")
    return Shown(found, lambda page: page.table(heads, rows))


def _door(args: argparse.Namespace, node: Client) -> Shown:
    asked = StoreDoor(
        state=args.state,
        notice=args.notice,
        until=_day(args.until),
        orders=args.orders,
    )
    view: StoreDoorView = node.call(asked)
    return Shown(view, lambda page: _door_page(page, view))


def _door_page(page: Page, view: StoreDoorView) -> None:
    page.fields(
        [
            ("state", view.state),
            ("notice", view.notice),
            ("until", moment(view.until) if view.until else ""),
            ("orders", "taken" if view.orders or view.state == "open" else "refused"),
        ]
    )


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError as error:
        raise LocalError("input", f"{text} is no date such as 2026-12-24") from error
